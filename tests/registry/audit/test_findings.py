"""Findings of the sample district as cards: sorted, filtered, counted, and within what a post covers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from linli.foundation import trail
from linli.foundation.jobs import run_card, schedule
from linli.registry.errors import DistrictUnknown
from linli.registry.models import AuditRun, Community, Compound, District, Finding, Subdistrict
from linli.registry.operations.audit import run_audit
from linli.registry.queries.areas import Area
from linli.registry.queries.findings import findings, findings_of, newest_run
from linli.registry.rules.audit import KINDS, Group
from linli.sample import SampleDistrict

# The mark has the database made; the district lives around the single tests.
pytestmark = pytest.mark.django_db
RANK = {"BAD": 0, "WARN": 1, "IDLE": 2}


@pytest.fixture(scope="module")
def district(planted: SampleDistrict, taken_over: Any, now: datetime) -> Iterator[SampleDistrict]:
    with taken_over(planted) as sample:
        run_audit(district=sample.code, by=trail.SYSTEM, now=now)
        yield sample


def whole(district: SampleDistrict) -> Area:
    place = District.objects.get(code=district.code)
    return Area(place.pk, True, frozenset(), frozenset(), None)


def only_communities(district: SampleDistrict, *codes: str) -> Area:
    place = District.objects.get(code=district.code)
    keys = Community.objects.filter(code__in=codes).values_list("pk", flat=True)
    return Area(place.pk, False, frozenset(), frozenset(keys), None)


def subdistrict(district: SampleDistrict, code: str) -> Area:
    place = District.objects.get(code=district.code)
    own = Subdistrict.objects.get(code=code)
    keys = Community.objects.filter(subdistrict=own).values_list("pk", flat=True)
    return Area(place.pk, False, frozenset({own.pk}), frozenset(keys), None)


class TestFindings:
    def test_are_all_shown_to_the_district_worst_first_then_most_people(self, district: SampleDistrict) -> None:
        page = findings(whole(district), limit=None)
        assert page.total == len(page.cards) == len(district.answer_key)
        assert page.cards[0].kind == "COMPOUND_UNASSIGNED"
        order = [(RANK[card.severity], -(card.people or 0), card.kind, card.subject_code) for card in page.cards]
        assert order == sorted(order)

    def test_speak_in_whole_sentences(self, district: SampleDistrict) -> None:
        for card in findings(whole(district), limit=None).cards:
            words = card.title + card.evidence + card.next_step
            assert "%(" not in words and "None" not in words and card.evidence.endswith("。"), words
        (card,) = findings(whole(district), kinds={"OVERSIZE"}, limit=1).cards
        households = card.households or 0
        assert card.title == f"{card.subject_name} {households:,} 户，超出上限"
        assert card.evidence == f"标准 1,000–3,000 户，超 {households - 3000:,} 户。"

    def test_count_each_group_whatever_group_is_picked(self, district: SampleDistrict) -> None:
        expected = Counter(KINDS[kind].group for kind, _subject in district.answer_key)
        page = findings(whole(district), groups={Group.SIZE}, limit=None)
        assert dict(page.in_groups) == dict(expected)
        assert page.total == len(page.cards) == 21
        assert {card.kind for card in page.cards} == {"OVERSIZE", "UNDERSIZE"}
        assert page.groups[0] == ("BLIND_SPOT", "盲区", 9)

    def test_can_be_paged_without_loss(self, district: SampleDistrict) -> None:
        everything = findings(whole(district), limit=None).cards
        pages = [findings(whole(district), limit=30, offset=start) for start in (0, 30, 60)]
        assert [card.code for page in pages for card in page.cards] == [card.code for card in everything]
        assert {page.total for page in pages} == {81}

    def test_are_found_by_a_part_of_a_name(self, district: SampleDistrict) -> None:
        lost = next(code for kind, code in district.answer_key if kind == "COMPOUND_UNASSIGNED")
        name = Compound.objects.get(code=lost).name
        assert "COMPOUND_UNASSIGNED" in {card.kind for card in findings(whole(district), search=f" {name} ").cards}
        assert findings(whole(district), search="没有这个名字").total == 0

    def test_of_a_community_post_are_its_own_and_those_it_shares(self, district: SampleDistrict) -> None:
        pair = next(code for kind, code in district.answer_key if kind == "INTERLOCKED").split("|")
        for code in pair:
            page = findings(only_communities(district, code), limit=None)
            assert "|".join(pair) in {card.subject_code for card in page.cards}
            assert not {"COMPOUND_UNASSIGNED", "AREA_UNASSIGNED"} & {card.kind for card in page.cards}
            keys = Finding.objects.filter(community__code=code).values_list("kind", "subject_code")
            assert set(keys) <= {(card.kind, card.subject_code) for card in page.cards}
            assert page.total == len(page.cards) < 20

    def test_of_blind_spots_are_shown_to_the_nearest_subdistrict_alone(self, district: SampleDistrict) -> None:
        seen: list[str] = []
        for row in district.subdistricts:
            page = findings(subdistrict(district, row.code), groups={Group.BLIND_SPOT}, limit=None)
            assert {card.subdistrict for card in page.cards} <= {row.name}
            seen += [card.subject_code for card in page.cards]
        keys = [code for kind, code in district.answer_key if KINDS[kind].group == Group.BLIND_SPOT]
        assert sorted(seen) == sorted(keys)

    def test_of_a_subject_include_its_fields_and_pairs_but_no_longer_code(self, district: SampleDistrict) -> None:
        subject = next(code for kind, code in district.answer_key if kind == "MISSING_FIGURE")
        compound = subject.split(":")[0]
        assert [card.subject_code for card in findings_of(compound, area=whole(district))] == [subject]
        assert findings_of(compound[:-1], area=whole(district)) == ()
        assert findings_of("", area=whole(district)) == ()
        other = next(row.code for row in district.communities)
        assert findings_of(compound, area=only_communities(district, other)) == ()

    def test_point_at_their_parcels(self, district: SampleDistrict) -> None:
        for card in findings(whole(district), limit=None).cards:
            assert card.parcels, card.code
            assert card.place is not None, card.code

    def test_take_few_queries(self, district: SampleDistrict, django_assert_max_num_queries: Any) -> None:
        area = subdistrict(district, district.subdistricts[0].code)
        with django_assert_max_num_queries(6):
            findings(area)


class TestNewestRun:
    def test_is_none_before_the_first_audit(self, district: SampleDistrict) -> None:
        other = District.objects.create(code="990102", name="望山区", zone=4549)
        assert newest_run(other) is None
        assert findings(Area(other.pk, True, frozenset(), frozenset(), None)).audited_at is None

    def test_of_a_bare_district_finds_nothing(self, district: SampleDistrict, now: datetime) -> None:
        other = District.objects.create(code="990102", name="望山区", zone=4549)
        run = run_audit(district="990102", by=trail.SYSTEM, now=now)
        assert newest_run(other) == run
        assert (run.findings.count(), run.layout, run.started_by) == (0, None, trail.SYSTEM.code)


class TestRunAudit:
    def test_refuses_an_unknown_district_and_writes_nothing(self, district: SampleDistrict, now: datetime) -> None:
        before = AuditRun.objects.count()
        with pytest.raises(DistrictUnknown):
            run_audit(district="990199", by=trail.SYSTEM, now=now)
        assert AuditRun.objects.count() == before

    def test_leaves_nothing_behind_when_it_is_stopped(self, district: SampleDistrict, now: datetime) -> None:
        class Stop(Exception):
            pass

        class Stopping:
            told: list[tuple[int, int]]

            def __init__(self) -> None:
                self.told = []

            def advance(self, done: int, total: int, words: str = "") -> None:
                self.told.append((done, total))

            def leave_if_stopped(self) -> None:
                if len(self.told) == 3:
                    raise Stop

        progress = Stopping()
        before = AuditRun.objects.count(), Finding.objects.count()
        with pytest.raises(Stop):
            run_audit(district=district.code, by=trail.SYSTEM, now=now, progress=progress)
        assert (AuditRun.objects.count(), Finding.objects.count()) == before
        assert progress.told == [(1, 6), (2, 6), (3, 6)]

    def test_runs_as_a_job(
        self, district: SampleDistrict, now: datetime, django_capture_on_commit_callbacks: Any
    ) -> None:
        actor = trail.Actor("person", "planner", "990101-mz-1")
        with django_capture_on_commit_callbacks(execute=True):
            job = schedule("linli.registry.jobs.run_audit", by=actor, now=now, title="核查", district=district.code)
        card = run_card(job.public_id)
        assert (card.stage, card.result) == ("DONE", {"district": district.code, "findings": 81})
        assert newest_run(District.objects.get(code=district.code)).started_by == "planner"
