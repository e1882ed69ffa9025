from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.factories.organisation import DISTRICT, EAST_FIRST, EAST_SECOND, NOW, TODAY, WEST_FIRST, Cast, told
from tests.registry.exemptions.conftest import LATER, found, shown

from linli.foundation.jobs.models import JobRun
from linli.foundation.trail import SYSTEM
from linli.organisation.errors import NotPermitted, OutsideYourArea
from linli.organisation.rules import Role
from linli.registry.access import area_of
from linli.registry.errors import (
    EndNotUndoable,
    EntryUnknown,
    ExemptionRefused,
    ExemptionStands,
    ExemptionUnknown,
    NothingToExempt,
)
from linli.registry.models import Claim, Community, Compound, Custody, Exemption
from linli.registry.operations.audit import run_audit
from linli.registry.operations.exemptions import Asked, end_exemption, register_exemption, undo_end
from linli.registry.queries.exemptions import exemptions
from linli.registry.queries.planning import planning_ground
from linli.registry.rules.exempting import ExemptionKind, Standing

BAND, CONTIGUITY, OVERLAP, CUSTODY = (
    ExemptionKind.BAND,
    ExemptionKind.CONTIGUITY,
    ExemptionKind.OVERLAP,
    ExemptionKind.CUSTODY,
)
pytestmark = pytest.mark.usefixtures("audited")
LAST = date(2027, 6, 30)


def asked(kind: ExemptionKind = BAND, subject: str = EAST_SECOND, **more: Any) -> Asked:
    return Asked(**{"kind": kind, "subject": subject, "reason": "孤立库区，民政办〔2026〕3 号", **more})


def audit_on(day: date) -> set[tuple[str, str]]:
    run_audit(district=DISTRICT, by=SYSTEM, now=LATER + timedelta(days=(day - TODAY).days))
    return found()


class TestRegister:
    def test_makes_a_finding_away_at_once_and_in_the_next_audit(self, cast: Cast) -> None:
        planner = cast.scope(Role.PLANNER)
        area = area_of(planner, now=LATER)
        assert shown(area) == {"UNDERSIZE", "EXCLAVE", "DOUBLE_CLAIM", "COMPOUND_UNASSIGNED"}
        register_exemption(asked(), by=planner, now=LATER)
        assert shown(area) == {"EXCLAVE", "DOUBLE_CLAIM", "COMPOUND_UNASSIGNED"}
        assert ("UNDERSIZE", EAST_SECOND) not in audit_on(TODAY)

    def test_is_a_finding_again_the_day_after_its_last(self, cast: Cast) -> None:
        register_exemption(asked(until_on=LAST), by=cast.scope(Role.PLANNER), now=LATER)
        assert ("UNDERSIZE", EAST_SECOND) not in audit_on(LAST)
        assert ("UNDERSIZE", EAST_SECOND) in audit_on(LAST + timedelta(days=1))

    def test_excepts_an_exclave(self, cast: Cast) -> None:
        register_exemption(asked(CONTIGUITY, EAST_FIRST), by=cast.scope(Role.PLANNER), now=LATER)
        assert ("EXCLAVE", EAST_FIRST) not in audit_on(TODAY)

    def test_excepts_a_lawful_overlap_until_one_more_community_claims_it(self, cast: Cast) -> None:
        register_exemption(asked(OVERLAP, "X-0005"), by=cast.scope(Role.PLANNER), now=LATER)
        stored = Exemption.objects.get()
        assert {one.code for one in stored.communities.all()} == {EAST_FIRST, EAST_SECOND, WEST_FIRST}
        assert ("DOUBLE_CLAIM", "X-0005") not in audit_on(TODAY)
        fourth = Community.objects.create(
            district=stored.district,
            code="990101002009",
            name="云栖社区",
            subdistrict=Community.objects.get(code=WEST_FIRST).subdistrict,
            founded_at=NOW,
        )
        Claim.objects.create(
            district=stored.district,
            kind="COMPOUND",
            subject_code="X-0005",
            community=fourth,
            source="社区图",
            recorded_at=NOW,
        )
        assert ("DOUBLE_CLAIM", "X-0005") in audit_on(TODAY)

    def test_counts_in_the_next_plan_with_its_reason(self, cast: Cast) -> None:
        register_exemption(asked(until_on=LAST), by=cast.scope(Role.PLANNER), now=LATER)
        register_exemption(asked(CONTIGUITY, EAST_FIRST, reason="旧粮库"), by=cast.scope(Role.PLANNER), now=LATER)
        ground = planning_ground(DISTRICT, now=LATER)
        assert ground.band_exceptions == {EAST_SECOND: "孤立库区，民政办〔2026〕3 号"}
        assert ground.contiguity_exceptions == {EAST_FIRST: "旧粮库"}
        assert planning_ground(DISTRICT, now=LATER + timedelta(days=365)).band_exceptions == {}

    def test_tells_who_what_and_until_when(self, cast: Cast) -> None:
        planner = cast.scope(Role.PLANNER)
        register_exemption(asked(until_on=LAST), by=planner, now=LATER)
        stored = Exemption.objects.get()
        assert (stored.registered_by, stored.registered_at, stored.until_on) == (planner.post.name, LATER, LAST)
        act = told()[0]
        assert (act.verb, act.subject.code, act.details) == (
            "registry.exemption.registered",
            f"BAND/{EAST_SECOND}",
            {"until": "2027-06-30"},
        )

    def test_asks_for_one_audit_however_many_are_registered(self, cast: Cast) -> None:
        register_exemption(asked(), by=cast.scope(Role.PLANNER), now=LATER)
        register_exemption(asked(CONTIGUITY, EAST_FIRST), by=cast.scope(Role.PLANNER), now=LATER)
        assert [run.kind for run in JobRun.objects.all()] == ["linli.registry.jobs.run_audit"]

    def test_replaces_one_that_has_lapsed(self, cast: Cast) -> None:
        planner = cast.scope(Role.PLANNER)
        register_exemption(asked(until_on=TODAY), by=planner, now=LATER)
        tomorrow = LATER + timedelta(days=1)
        register_exemption(asked(reason="续批", until_on=LAST), by=planner, now=tomorrow)
        cards = exemptions(area_of(planner, now=tomorrow), on=TODAY + timedelta(days=1))
        assert [(card.reason, card.standing) for card in cards] == [
            ("续批", Standing.IN_FORCE),
            ("孤立库区，民政办〔2026〕3 号", Standing.ENDED),
        ]

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"reason": "  "}, "reason"),
            ({"reason": "长" * 201}, "reason"),
            ({"reason": "找李某 13800138000"}, "reason"),
            ({"until_on": date(2026, 11, 22)}, "until_on"),
        ],
        ids=["no-reason", "long-reason", "personal-reason", "past-day"],
    )
    def test_refuses_what_cannot_be_and_writes_nothing(self, cast: Cast, changed: dict[str, Any], field: str) -> None:
        acts = len(told())
        with pytest.raises(ExemptionRefused) as refusal:
            register_exemption(asked(**changed), by=cast.scope(Role.PLANNER), now=LATER)
        assert list(refusal.value.faults) == [field]
        assert (Exemption.objects.count(), JobRun.objects.count(), len(told())) == (0, 0, acts)

    def test_refuses_what_stands_already(self, cast: Cast) -> None:
        register_exemption(asked(), by=cast.scope(Role.PLANNER), now=LATER)
        with pytest.raises(ExemptionStands):
            register_exemption(asked(reason="再来一次"), by=cast.scope(Role.PLANNER), now=LATER)
        assert Exemption.objects.get().reason == "孤立库区，民政办〔2026〕3 号"

    @pytest.mark.parametrize(("kind", "subject"), [(OVERLAP, "X-0001"), (ExemptionKind.HOLE, "117.20000,31.80000")])
    def test_refuses_an_overlap_or_a_hole_that_the_audit_did_not_find(
        self, cast: Cast, kind: ExemptionKind, subject: str
    ) -> None:
        with pytest.raises(NothingToExempt):
            register_exemption(asked(kind, subject), by=cast.scope(Role.PLANNER), now=LATER)
        assert not Exemption.objects.exists()


class TestAccess:
    @pytest.mark.parametrize("role", [Role.WORKER, Role.LEADER, Role.AUDITOR, Role.DEPARTMENT, Role.ADMIN])
    def test_keeps_those_out_who_do_not_plan(self, cast: Cast, role: Role) -> None:
        with pytest.raises(NotPermitted):
            register_exemption(asked(), by=cast.scope(role), now=LATER)
        assert not Exemption.objects.exists()

    def test_lets_a_subdistrict_except_what_is_its_own(self, cast: Cast) -> None:
        officer = cast.scope(Role.SUBDISTRICT)
        register_exemption(asked(), by=officer, now=LATER)
        end_exemption(BAND, EAST_SECOND, by=officer, now=LATER)
        assert Exemption.objects.get().ended_by == officer.post.name

    def test_does_not_know_the_communities_of_others(self, cast: Cast) -> None:
        with pytest.raises(EntryUnknown):
            register_exemption(asked(BAND, WEST_FIRST), by=cast.scope(Role.SUBDISTRICT), now=LATER)

    def test_leaves_what_binds_others_too_to_who_covers_all(self, cast: Cast) -> None:
        officer, planner = cast.scope(Role.SUBDISTRICT), cast.scope(Role.PLANNER)
        with pytest.raises(OutsideYourArea):
            register_exemption(asked(OVERLAP, "X-0005"), by=officer, now=LATER)
        register_exemption(asked(OVERLAP, "X-0005"), by=planner, now=LATER)
        assert [card.subject for card in exemptions(area_of(officer, now=LATER), on=TODAY)] == ["X-0005"]
        with pytest.raises(OutsideYourArea):
            end_exemption(OVERLAP, "X-0005", by=officer, now=LATER)
        assert Exemption.objects.get().ended_at is None

    def test_shows_no_exception_of_others(self, cast: Cast) -> None:
        register_exemption(asked(BAND, WEST_FIRST), by=cast.scope(Role.PLANNER), now=LATER)
        officer = cast.scope(Role.SUBDISTRICT)
        assert exemptions(area_of(officer, now=LATER), on=TODAY) == ()
        with pytest.raises(ExemptionUnknown):
            end_exemption(BAND, WEST_FIRST, by=officer, now=LATER)


class TestEnd:
    def test_makes_it_a_finding_again_and_tells_who(self, cast: Cast) -> None:
        planner = cast.scope(Role.PLANNER)
        register_exemption(asked(), by=planner, now=LATER)
        end_exemption(BAND, EAST_SECOND, by=planner, now=LATER)
        assert ("UNDERSIZE", EAST_SECOND) in audit_on(TODAY)
        assert told()[1].verb == "registry.exemption.ended"

    def test_is_undone_by_a_click(self, cast: Cast) -> None:
        planner = cast.scope(Role.PLANNER)
        register_exemption(asked(), by=planner, now=LATER)
        end_exemption(BAND, EAST_SECOND, by=planner, now=LATER)
        undo_end(BAND, EAST_SECOND, ended_at=LATER, by=planner, now=LATER)
        stored = Exemption.objects.get()
        assert (stored.ended_at, stored.ended_by) == (None, "")
        assert told()[0].verb == "registry.exemption.end-undone"

    def test_is_not_undone_where_it_was_registered_anew(self, cast: Cast) -> None:
        planner = cast.scope(Role.PLANNER)
        register_exemption(asked(), by=planner, now=LATER)
        end_exemption(BAND, EAST_SECOND, by=planner, now=LATER)
        register_exemption(asked(reason="另一个理由"), by=planner, now=LATER)
        with pytest.raises(EndNotUndoable):
            undo_end(BAND, EAST_SECOND, ended_at=LATER, by=planner, now=LATER)
        assert Exemption.objects.filter(ended_at=None).count() == 1

    def test_refuses_what_does_not_stand(self, cast: Cast) -> None:
        with pytest.raises(ExemptionUnknown):
            end_exemption(BAND, EAST_SECOND, by=cast.scope(Role.PLANNER), now=LATER)


class TestCustody:
    def custody(self, **more: Any) -> Asked:
        return asked(CUSTODY, "X-0005", **{"custodian": EAST_FIRST, "until_on": LAST, **more})

    def test_is_registered_with_its_end_and_stands_in_the_list(self, cast: Cast) -> None:
        planner = cast.scope(Role.PLANNER)
        register_exemption(self.custody(), by=planner, now=LATER)
        stored = Custody.objects.get()
        assert (stored.custodian.code, stored.since_on, stored.until_on) == (EAST_FIRST, TODAY, LAST)
        card = exemptions(area_of(planner, now=LATER), on=TODAY)[0]
        assert (card.kind, card.subject, card.communities) == (
            CUSTODY,
            "X-0005",
            ((EAST_SECOND, "石井社区"), (EAST_FIRST, "柳荫社区")),
        )

    def test_without_an_end_may_be_given_one(self, cast: Cast) -> None:
        Custody.objects.create(
            compound=Compound.objects.get(code="X-0005"),
            custodian=Community.objects.get(code=EAST_FIRST),
            since_on=date(2024, 5, 1),
        )
        assert ("OPEN_CUSTODY", "X-0005") in audit_on(TODAY)
        planner = cast.scope(Role.PLANNER)
        assert exemptions(area_of(planner, now=LATER), on=TODAY)[0].standing is Standing.ENDLESS
        register_exemption(self.custody(since_on=date(2024, 5, 1)), by=planner, now=LATER + timedelta(seconds=1))
        assert "OPEN_CUSTODY" not in shown(area_of(planner, now=LATER))
        assert ("OPEN_CUSTODY", "X-0005") not in audit_on(TODAY)
        assert [(row.since_on, row.until_on) for row in Custody.objects.filter(ended_at=None)] == [
            (date(2024, 5, 1), LAST)
        ]

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"until_on": None}, "until_on"),
            ({"custodian": ""}, "custodian"),
            ({"custodian": EAST_SECOND}, "custodian"),
            ({"since_on": date(2027, 7, 1)}, "since_on"),
        ],
        ids=["endless", "nobody", "its-own-community", "begins-after-its-end"],
    )
    def test_refuses_what_cannot_be(self, cast: Cast, changed: dict[str, Any], field: str) -> None:
        with pytest.raises(ExemptionRefused) as refusal:
            register_exemption(self.custody(**changed), by=cast.scope(Role.PLANNER), now=LATER)
        assert list(refusal.value.faults) == [field]
        assert not Custody.objects.exists()

    def test_across_subdistricts_is_for_the_district(self, cast: Cast) -> None:
        with pytest.raises(OutsideYourArea):
            register_exemption(self.custody(custodian=WEST_FIRST), by=cast.scope(Role.SUBDISTRICT), now=LATER)
        register_exemption(self.custody(), by=cast.scope(Role.SUBDISTRICT), now=LATER)
        assert Custody.objects.count() == 1

    def test_ends_and_comes_back(self, cast: Cast) -> None:
        planner = cast.scope(Role.PLANNER)
        register_exemption(self.custody(), by=planner, now=LATER)
        end_exemption(CUSTODY, "X-0005", by=planner, now=LATER)
        assert Custody.objects.get().ended_by == planner.post.name
        undo_end(CUSTODY, "X-0005", ended_at=LATER, by=planner, now=LATER)
        assert Custody.objects.get().ended_at is None
