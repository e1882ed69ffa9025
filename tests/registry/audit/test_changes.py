"""Auditing what changed comes to the same findings as auditing everything."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from tests.factories.organisation import DISTRICT, NOW, TODAY, Cast, make_cast
from tests.factories.registry import CODES, grid_district

from linli.foundation import trail
from linli.foundation.jobs import runs
from linli.foundation.policies import versions_of
from linli.foundation.trail import entries
from linli.organisation.rules import Role
from linli.registry import jobs
from linli.registry.errors import EntryRefused
from linli.registry.models import AuditRun, Claim, Community, Compound, District, Finding, Parcel
from linli.registry.operations.audit import run_audit
from linli.registry.operations.audit_changes import audit_changes
from linli.registry.operations.entries import Entered, edit_entry, register_compound, undo_edit
from linli.registry.queries.due_audits import DueAudit, audits_due, next_nightly_audit

#: A and C lie in parts, A and B interlock, one block is in no community, X-0002 reaches over the border to B.
LAYOUT = """
    AABBBC
    AABBB.
    AAABBB
    ABBBBC
    AABBCC
    CABBCA
"""
HOUSEHOLDS = """
    12+456
    754321
    456071
    345001
    678912
    123456
"""
TWINS = {"X-0001": "晨光花园", "X-0020": "晨光花园小区", "X-0034": "晨光花园"}
#: Values that decide findings: scale, cover, missing, impossible.
VALUES = {
    "household_count": ["", "0", "100", "300", "2900", "3100"],
    "residents_count": ["", "0", "250", "900", "99000"],
    "age_60_plus": ["", "10", "9999"],
    "property_form": ["", "无物业", "专业物业"],
    "party_branch_formed": ["", "未成立", "联合"],
    "building_count": ["", "4"],
}


class Moments:
    """Each act has a moment of its own."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> Any:
        self.at += timedelta(seconds=1)
        return self.at


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def district(cast: Cast) -> District:
    district = grid_district(LAYOUT, HOUSEHOLDS, west="C", homes=TWINS)
    parcels = list(Parcel.objects.filter(district=district).order_by("code")[:3])
    # Two blocks drawn over one another, and a claim against the layout.
    parcels[1].outline = parcels[1].outline.union(parcels[2].outline.buffer(-0.0002)).convex_hull
    parcels[1].save()
    Parcel.objects.filter(code="P-000016").update(kind=Parcel.Kind.RESIDENTIAL)
    # The caches of a compound are made of its facts, of which the drawn one has none.
    edited(cast, NOW, "X-0005", {"building_count": "4", "household_count": "400"})
    Claim.objects.create(
        district=district,
        kind="compound",
        subject_code="X-0001",
        community=Community.objects.get(code=CODES["B"]),
        source="街道登记",
        as_of_on=TODAY,
        recorded_at=NOW,
    )
    return district


def edited(cast: Cast, now: Any, code: str, changes: dict[str, str], *, ledger: str = "compound") -> int:
    entered = Entered(changes, TODAY, "试验", reasons=dict.fromkeys(changes, "试验"))
    return edit_entry(ledger=ledger, code=code, entered=entered, by=cast.scope(Role.PLANNER), now=now)


def standing(run: AuditRun) -> dict[tuple[str, str], tuple[Any, ...]]:
    columns = ("severity", "subject_kind", "subject_name", "people", "households", "community__code",
               "subdistrict__code", "evidence", "place")  # fmt: skip
    rows = Finding.objects.filter(run=run).values_list("kind", "subject_code", *columns)
    return {(kind, code): (*rest, place and place.normalize().wkt) for kind, code, *rest, place in rows}


def whole(now: Any) -> dict[tuple[str, str], tuple[Any, ...]]:
    """What a whole audit finds now; nothing of it stays."""
    with transaction.atomic():
        found = standing(run_audit(district=DISTRICT, by=trail.SYSTEM, now=now))
        transaction.set_rollback(True)
    return found


class TestAuditChanges:
    @pytest.mark.parametrize("seed", range(3))
    def test_comes_to_what_a_whole_audit_finds(self, district: District, cast: Cast, seed: int) -> None:
        rng, now = random.Random(seed), Moments()
        codes = sorted(Compound.objects.filter(district=district).values_list("code", flat=True))
        homed = [code for code in codes if code != "X-0012"]
        first = run_audit(district=DISTRICT, by=trail.SYSTEM, now=now())
        kinds = {kind for kind, _subject in standing(first)}
        assert {"EXCLAVE", "INTERLOCKED", "REPEATED_NAME", "OVERLAP", "DOUBLE_CLAIM", "CLAIM_DIFFERS"} <= kinds
        seen = 0
        for _round in range(8):
            for code in rng.sample(homed, rng.choice([1, 1, 2, 5])):
                fields = rng.sample(sorted(VALUES), rng.choice([1, 2, 4]))
                seen += bool(_tried(cast, now(), code, {field: rng.choice(VALUES[field]) for field in fields}))
            run = audit_changes(district=DISTRICT, by=trail.SYSTEM, now=now())
            assert run.pk == first.pk
            assert standing(run) == whole(now())
        assert seen > 8
        assert entries(DISTRICT, verb_starts="registry.audit.finished").total == 1

    def test_reads_no_more_than_the_community_around(self, district: District, cast: Cast, monkeypatch: Any) -> None:
        from linli.registry.operations import audit_changes as module

        now, read = Moments(), []
        run_audit(district=DISTRICT, by=trail.SYSTEM, now=now())
        dossier_of = module.dossier_of

        def reading(*args: Any, **kwargs: Any) -> Any:
            read.append(dossier_of(*args, **kwargs))
            return read[-1]

        monkeypatch.setattr(module, "dossier_of", reading)
        edited(cast, now(), "X-0011", {"household_count": "300"})
        audit_changes(district=DISTRICT, by=trail.SYSTEM, now=now())
        (dossier,) = read
        assert set(dossier.parcel_codes) < set(Parcel.objects.values_list("code", flat=True))
        assert len(dossier.parcel_codes) < 30

    def test_is_not_needed_where_nothing_was_done(self, district: District, cast: Cast) -> None:
        now = Moments()
        first = run_audit(district=DISTRICT, by=trail.SYSTEM, now=now())
        before = entries(DISTRICT).total
        assert audit_changes(district=DISTRICT, by=trail.SYSTEM, now=now()).pk == first.pk
        assert entries(DISTRICT).total == before

    def test_takes_back_with_the_edit(self, district: District, cast: Cast) -> None:
        now = Moments()
        first = run_audit(district=DISTRICT, by=trail.SYSTEM, now=now())
        before = standing(first)
        at = now()
        assert edited(cast, at, "X-0005", {"property_form": "无物业"}) == 1
        audit_changes(district=DISTRICT, by=trail.SYSTEM, now=now())
        assert ("NO_PROPERTY_COVER", "X-0005") in standing(first)
        undo_edit(ledger="compound", code="X-0005", edited_at=at, by=cast.scope(Role.PLANNER), now=now())
        audit_changes(district=DISTRICT, by=trail.SYSTEM, now=now())
        assert standing(first) == before

    @pytest.mark.parametrize("act", ["name", "blind spot", "registered", "new day", "community code"])
    def test_audits_everything_where_a_part_cannot_tell(self, district: District, cast: Cast, act: str) -> None:
        now = Moments()
        first = run_audit(district=DISTRICT, by=trail.SYSTEM, now=now())
        later = now()
        if act == "name":
            edited(cast, later, "X-0004", {"compound_name": "晨光花园"})
        elif act == "blind spot":
            edited(cast, later, "X-0012", {"household_count": "300"})
        elif act == "registered":
            entered = Entered({"compound_name": "新丁小区"}, TODAY, "试验")
            register_compound(parcel="P-000016", entered=entered, by=cast.scope(Role.PLANNER), now=later)
        elif act == "community code":
            edited(cast, later, CODES["A"], {"statistical_code": "990101001001"}, ledger="community")
        else:
            later += timedelta(days=1)
        run = audit_changes(district=DISTRICT, by=trail.SYSTEM, now=later + timedelta(seconds=1))
        assert run.pk != first.pk
        assert standing(run) == whole(later + timedelta(seconds=2))


class TestSince:
    def test_stands_from_audit_to_audit_and_begins_anew_after_a_break(self, district: District, cast: Cast) -> None:
        now = Moments()
        first = run_audit(district=DISTRICT, by=trail.SYSTEM, now=now())
        edited(cast, now(), "X-0005", {"property_form": "无物业"})
        second = run_audit(district=DISTRICT, by=trail.SYSTEM, now=now())
        since = dict(_since(second))
        assert since["NO_PROPERTY_COVER", "X-0005"] == second.started_at
        assert {at for name, at in since.items() if name != ("NO_PROPERTY_COVER", "X-0005")} == {first.started_at}
        edited(cast, now(), "X-0005", {"property_form": "专业物业"})
        run_audit(district=DISTRICT, by=trail.SYSTEM, now=now())
        edited(cast, now(), "X-0005", {"property_form": "无物业"})
        fourth = run_audit(district=DISTRICT, by=trail.SYSTEM, now=now())
        assert dict(_since(fourth))["NO_PROPERTY_COVER", "X-0005"] == fourth.started_at


def _since(run: AuditRun) -> Iterator[tuple[tuple[str, str], Any]]:
    for kind, code, at in Finding.objects.filter(run=run).values_list("kind", "subject_code", "since_at"):
        yield (kind, code), at


def _tried(cast: Cast, now: Any, code: str, changes: dict[str, str]) -> int:
    """Edit, unless the ledger refuses the values as impossible."""
    try:
        return edited(cast, now, code, changes)
    except EntryRefused:
        return 0


class TestDueAudits:
    """02:00 in Shanghai is 18:00 UTC of the day before; `NOW` is 09:00 in Shanghai."""

    def test_are_whole_once_a_night_and_made_up_for(self, district: District, cast: Cast) -> None:
        assert audits_due(NOW) == (DueAudit(DISTRICT, is_whole=True),)
        run_audit(district=DISTRICT, by=trail.SYSTEM, now=NOW)
        assert audits_due(NOW + timedelta(hours=16, minutes=59)) == ()
        assert audits_due(NOW + timedelta(hours=17)) == (DueAudit(DISTRICT, is_whole=True),)
        assert audits_due(NOW + timedelta(days=3)) == (DueAudit(DISTRICT, is_whole=True),)

    def test_are_of_the_changes_during_the_day(self, district: District, cast: Cast) -> None:
        now = Moments()
        run_audit(district=DISTRICT, by=trail.SYSTEM, now=now())
        edited(cast, now(), "X-0005", {"property_form": "无物业"})
        assert audits_due(now()) == (DueAudit(DISTRICT, is_whole=False),)
        audit_changes(district=DISTRICT, by=trail.SYSTEM, now=now())
        assert audits_due(now()) == ()

    def test_are_none_where_the_policy_says_so(self, district: District, cast: Cast, monkeypatch: Any) -> None:
        (hour,) = versions_of("nightly_audit_hour")
        assert next_nightly_audit(district, now=NOW) == NOW + timedelta(hours=17)
        never = SimpleNamespace(at=lambda on: {"nightly_audit_hour": replace(hour, value=-1)})
        monkeypatch.setattr("linli.registry.queries.due_audits.profile", lambda name: never)
        assert audits_due(NOW) == ()
        assert next_nightly_audit(district, now=NOW) is None

    def test_are_asked_for_as_jobs_one_at_a_time(self, district: District, cast: Cast) -> None:
        assert jobs.schedule_due_audits() == 1
        assert jobs.schedule_due_audits() == 0
        (run,) = runs(district=DISTRICT)
        assert (run.kind, run.title) == ("linli.registry.jobs.run_audit", "每晚核查")

    @pytest.mark.usefixtures("timetable")
    def test_are_looked_for_by_the_timetable_of_the_queue(self) -> None:
        from django_q.models import Schedule

        (line,) = Schedule.objects.filter(name="registry.due-audits")
        assert (line.func, line.schedule_type, line.minutes) == ("linli.registry.jobs.schedule_due_audits", "I", 5)
