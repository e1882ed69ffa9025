from __future__ import annotations

from datetime import timedelta

import pytest
from tests.factories.organisation import EAST, EAST_FIRST, NOW, Cast, make_person, make_post, told
from tests.registry.figures.conftest import Fill, standing

from linli.organisation.access import scope_of_post
from linli.organisation.errors import NotPermitted
from linli.organisation.rules import Role
from linli.registry.errors import (
    EditNotUndoable,
    EntryUnknown,
    FiguresChangedMeanwhile,
    NothingToVerify,
    OwnFigure,
    ReturnWithoutReason,
    VerdictNotUndoable,
)
from linli.registry.models import Community, Compound, Fact
from linli.registry.operations.entries import undo_edit
from linli.registry.operations.verifying import (
    MOST_AT_ONCE,
    fill_in_again,
    return_figures,
    undo_verdict,
    verify_figures,
)
from linli.registry.queries.figures import FigureVersion

HOUR = timedelta(hours=1)


def counted(code: str = "X-0001") -> tuple[int | None, bool]:
    compound = Compound.objects.get(code=code)
    return compound.household_count, compound.is_household_verified


class TestVerify:
    def test_keeps_who_verified_and_when(self, cast: Cast, fill: Fill) -> None:
        version = fill("230")
        assert verify_figures([version], by=cast.scope(Role.SUBDISTRICT), now=NOW + HOUR) == 1
        fact = Fact.objects.get(field="household_count", replaced_at=None)
        officer = cast.posts[Role.SUBDISTRICT]
        assert (fact.stage, fact.verified_by, fact.verified_post, fact.verified_at, fact.verified_until) == (
            "VERIFIED",
            officer.name,
            officer.code,
            NOW + HOUR,
            None,
        )
        assert counted() == (230, True)
        compound = Compound.objects.get(code="X-0001")
        assert (compound.verified, compound.stages) == ({"household_count": 230}, {"household_count": "VERIFIED"})
        assert compound.verified_share == 100

    def test_lets_the_newest_verified_value_count_until_the_newer_one_is_verified(self, cast: Cast, fill: Fill) -> None:
        scope = cast.scope(Role.SUBDISTRICT)
        verify_figures([fill("230")], by=scope, now=NOW + HOUR)
        newer = fill("260", now=NOW + 2 * HOUR)
        assert counted() == (230, True)
        assert Compound.objects.get(code="X-0001").current["household_count"] == 260
        verify_figures([newer], by=scope, now=NOW + 3 * HOUR)
        assert counted() == (260, True)
        old = Fact.objects.get(value="230")
        assert (old.verified_at, old.verified_until) == (NOW + HOUR, NOW + 3 * HOUR)

    def test_counts_the_newest_where_none_is_verified_and_says_so(self, fill: Fill) -> None:
        fill("230")
        fill("240", now=NOW + HOUR)
        assert counted() == (240, False)

    def test_tells_the_trail_once_for_many(self, cast: Cast, fill: Fill) -> None:
        versions = [fill("230"), fill("3", field="building_count"), fill("9", code="X-0004")]
        acts = len(told())
        verify_figures(versions, by=cast.scope(Role.SUBDISTRICT), now=NOW + HOUR)
        assert len(told()) == acts + 1
        act = told()[0]
        assert (act.verb, act.details["figures"], act.details["entries"]) == (
            "registry.figures.verified",
            3,
            ["X-0001", "X-0004"],
        )

    def test_leaves_no_trace_the_second_time(self, cast: Cast, fill: Fill) -> None:
        version, scope = fill("230"), cast.scope(Role.SUBDISTRICT)
        verify_figures([version], by=scope, now=NOW + HOUR)
        acts = len(told())
        assert verify_figures([version], by=scope, now=NOW + 2 * HOUR) == 0
        assert len(told()) == acts
        assert Fact.objects.get(field="household_count").verified_at == NOW + HOUR

    def test_refuses_a_value_that_was_replaced_since_it_was_shown(self, cast: Cast, fill: Fill) -> None:
        seen, other = fill("230"), fill("3", field="building_count")
        fill("260", now=NOW + HOUR)
        acts = len(told())
        with pytest.raises(FiguresChangedMeanwhile) as refusal:
            verify_figures([seen, other], by=cast.scope(Role.SUBDISTRICT), now=NOW + 2 * HOUR)
        assert refusal.value.versions == (seen,)
        assert not Fact.objects.filter(stage="VERIFIED").exists()
        assert len(told()) == acts

    def test_refuses_nothing_and_too_much(self, cast: Cast, fill: Fill) -> None:
        version = fill("230")
        for versions in ([], [version] * (MOST_AT_ONCE + 1)):
            with pytest.raises(NothingToVerify):
                verify_figures(versions, by=cast.scope(Role.SUBDISTRICT), now=NOW)
        assert not Fact.objects.filter(stage="VERIFIED").exists()

    def test_verifies_that_a_figure_was_emptied(self, cast: Cast, fill: Fill) -> None:
        scope = cast.scope(Role.SUBDISTRICT)
        verify_figures([fill("230")], by=scope, now=NOW)
        emptied = fill("", now=NOW + HOUR)
        assert counted() == (230, True)
        verify_figures([emptied], by=scope, now=NOW + 2 * HOUR)
        assert counted() == (None, False)

    def test_asks_nobody_to_look_at_what_was_emptied_before_it_was_verified(self, fill: Fill) -> None:
        fill("230")
        fill("", now=NOW + HOUR)
        assert Fact.objects.get(replaced_at=None).stage == "EMPTY"
        assert Compound.objects.get(code="X-0001").stages == {}


class TestWhoMayVerify:
    """Rows of the rule in docs/explanation/verification.md: who verifies what another filled in."""

    @pytest.mark.parametrize(
        ("filler", "checker", "refusal"),
        [
            (Role.WORKER, Role.SUBDISTRICT, None),
            (Role.WORKER, Role.PLANNER, None),
            (Role.WORKER, Role.ORGANISER, None),
            (Role.WORKER, Role.WORKER, NotPermitted),
            (Role.SUBDISTRICT, Role.SUBDISTRICT, OwnFigure),
            (Role.SUBDISTRICT, Role.PLANNER, None),
            (Role.SUBDISTRICT, Role.WORKER, NotPermitted),
            (Role.PLANNER, Role.PLANNER, OwnFigure),
            (Role.PLANNER, Role.ORGANISER, None),
            (Role.PLANNER, Role.SUBDISTRICT, None),
            (Role.WORKER, Role.DEPARTMENT, NotPermitted),
            (Role.WORKER, Role.LEADER, NotPermitted),
            (Role.WORKER, Role.AUDITOR, NotPermitted),
            (Role.WORKER, Role.ADMIN, NotPermitted),
        ],
    )
    def test_is_another_body_with_the_area(
        self, cast: Cast, fill: Fill, filler: Role, checker: Role, refusal: type[Exception] | None
    ) -> None:
        version = fill("230", role=filler)
        if refusal is None:
            assert verify_figures([version], by=cast.scope(checker), now=NOW) == 1
            return
        acts = len(told())
        with pytest.raises(refusal):
            verify_figures([version], by=cast.scope(checker), now=NOW)
        assert standing() == version
        assert Fact.objects.get().stage == "WAITING"
        assert len(told()) == acts

    def test_is_not_a_colleague_of_the_same_subdistrict(self, cast: Cast, fill: Fill) -> None:
        colleague = scope_of_post(make_post(make_person("colleague"), Role.SUBDISTRICT))
        with pytest.raises(OwnFigure):
            verify_figures([fill("230", role=Role.SUBDISTRICT)], by=colleague, now=NOW)

    def test_is_not_the_same_person_from_another_post(self, cast: Cast, fill: Fill) -> None:
        above = scope_of_post(make_post("worker", Role.SUBDISTRICT, office=EAST, title="兼任岗"))
        with pytest.raises(OwnFigure):
            verify_figures([fill("230")], by=above, now=NOW)

    def test_keeps_to_the_area_of_the_post(self, cast: Cast, fill: Fill) -> None:
        version = fill("230", code="X-0008", role=Role.PLANNER)
        with pytest.raises(EntryUnknown):
            verify_figures([version], by=cast.scope(Role.SUBDISTRICT), now=NOW)

    def test_knows_communities_and_no_invented_entries(self, cast: Cast, fill: Fill) -> None:
        version = fill("11", field="workers_total", code=EAST_FIRST, ledger="community")
        assert verify_figures([version], by=cast.scope(Role.SUBDISTRICT), now=NOW) == 1
        assert Community.objects.get(code=EAST_FIRST).verified == {"workers_total": 11}
        with pytest.raises(EntryUnknown):
            verify_figures([FigureVersion("compound", "X-9999", "address", NOW)], by=cast.scope(Role.PLANNER), now=NOW)


class TestReturn:
    def test_takes_the_figure_out_of_the_count_until_it_is_mended(self, cast: Cast, fill: Fill) -> None:
        scope = cast.scope(Role.SUBDISTRICT)
        return_figures([fill("230")], reason="与物业名册差 30 户", by=scope, now=NOW + HOUR)
        fact = Fact.objects.get(replaced_at=None)
        assert (fact.stage, fact.return_reason, fact.returned_by, fact.returned_at) == (
            "RETURNED",
            "与物业名册差 30 户",
            cast.posts[Role.SUBDISTRICT].name,
            NOW + HOUR,
        )
        assert counted() == (None, False)
        fill("200", now=NOW + 2 * HOUR)
        assert counted() == (200, False)

    def test_of_a_verified_figure_lets_the_verified_one_before_it_count_again(self, cast: Cast, fill: Fill) -> None:
        scope = cast.scope(Role.SUBDISTRICT)
        verify_figures([fill("230")], by=scope, now=NOW)
        newer = fill("260", now=NOW + HOUR)
        verify_figures([newer], by=scope, now=NOW + 2 * HOUR)
        return_figures([newer], reason="重复计数", by=scope, now=NOW + 3 * HOUR)
        assert counted() == (230, True)
        assert Fact.objects.get(value="260").verified_until == NOW + 3 * HOUR
        assert told()[0].details["reason"] == "重复计数"

    @pytest.mark.parametrize("reason", ["", "   ", "长" * 201])
    def test_asks_for_a_reason(self, cast: Cast, fill: Fill, reason: str) -> None:
        version = fill("230")
        with pytest.raises(ReturnWithoutReason):
            return_figures([version], reason=reason, by=cast.scope(Role.SUBDISTRICT), now=NOW)
        assert Fact.objects.get().stage == "WAITING"

    def test_is_not_for_ones_own_figures(self, cast: Cast, fill: Fill) -> None:
        with pytest.raises(OwnFigure):
            return_figures(
                [fill("230", role=Role.SUBDISTRICT)], reason="不对", by=cast.scope(Role.SUBDISTRICT), now=NOW
            )
        assert Fact.objects.get().stage == "WAITING"


class TestUndo:
    def test_makes_a_verified_figure_wait_again(self, cast: Cast, fill: Fill) -> None:
        scope = cast.scope(Role.SUBDISTRICT)
        verify_figures([fill("230")], by=scope, now=NOW)
        fill("260", now=NOW + HOUR)
        verify_figures([standing()], by=scope, now=NOW + 2 * HOUR)
        assert undo_verdict(acted_at=NOW + 2 * HOUR, by=scope, now=NOW + 3 * HOUR) == 1
        fact = Fact.objects.get(value="260")
        assert (fact.stage, fact.verified_by, fact.verified_at) == ("WAITING", "", None)
        assert counted() == (230, True)
        assert told()[0].verb == "registry.figures.verdict-undone"

    def test_gives_a_returned_figure_its_verification_back(self, cast: Cast, fill: Fill) -> None:
        scope = cast.scope(Role.SUBDISTRICT)
        version = fill("230")
        verify_figures([version], by=cast.scope(Role.PLANNER), now=NOW)
        return_figures([version], reason="不对", by=scope, now=NOW + HOUR)
        undo_verdict(acted_at=NOW + HOUR, by=scope, now=NOW + 2 * HOUR)
        fact = Fact.objects.get()
        assert (fact.stage, fact.returned_by, fact.return_reason, fact.verified_until) == ("VERIFIED", "", "", None)
        assert counted() == (230, True)

    def test_is_for_the_post_that_acted_and_only_while_nothing_came_after(self, cast: Cast, fill: Fill) -> None:
        scope = cast.scope(Role.SUBDISTRICT)
        verify_figures([fill("230")], by=scope, now=NOW + HOUR)
        with pytest.raises(VerdictNotUndoable):
            undo_verdict(acted_at=NOW + HOUR, by=cast.scope(Role.PLANNER), now=NOW + 2 * HOUR)
        fill("260", now=NOW + 2 * HOUR)
        with pytest.raises(VerdictNotUndoable):
            undo_verdict(acted_at=NOW + HOUR, by=scope, now=NOW + 3 * HOUR)
        assert counted() == (230, True)

    def test_of_an_edit_is_refused_once_it_is_verified(self, cast: Cast, fill: Fill) -> None:
        verify_figures([fill("230")], by=cast.scope(Role.SUBDISTRICT), now=NOW + HOUR)
        with pytest.raises(EditNotUndoable):
            undo_edit(ledger="compound", code="X-0001", edited_at=NOW, by=cast.scope(Role.WORKER), now=NOW + 2 * HOUR)
        assert counted() == (230, True)

    def test_of_an_edit_brings_the_verified_value_back_with_its_verification(self, cast: Cast, fill: Fill) -> None:
        verify_figures([fill("230")], by=cast.scope(Role.SUBDISTRICT), now=NOW)
        fill("260", now=NOW + HOUR)
        undo_edit(
            ledger="compound", code="X-0001", edited_at=NOW + HOUR, by=cast.scope(Role.WORKER), now=NOW + 2 * HOUR
        )
        fact = Fact.objects.get(replaced_at=None)
        assert (fact.value, fact.stage, fact.verified_at, fact.verified_until) == ("230", "VERIFIED", NOW, None)
        assert Fact.objects.get(value="260").stage == "TAKEN_BACK"
        assert counted() == (230, True)


class TestFillInAgain:
    def test_files_the_same_value_with_an_answer(self, cast: Cast, fill: Fill) -> None:
        version = fill("230")
        return_figures([version], reason="偏大", by=cast.scope(Role.SUBDISTRICT), now=NOW)
        fill_in_again(version, reason="含新交付的 3 号楼", by=cast.scope(Role.WORKER), now=NOW + HOUR)
        fact = Fact.objects.get(replaced_at=None)
        assert (fact.value, fact.stage, fact.reason, fact.source) == ("230", "WAITING", "含新交付的 3 号楼", "社区摸底")
        assert counted() == (230, False)

    def test_is_for_returned_figures(self, cast: Cast, fill: Fill) -> None:
        with pytest.raises(FiguresChangedMeanwhile):
            fill_in_again(fill("230"), reason="没错", by=cast.scope(Role.WORKER), now=NOW + HOUR)
        assert Fact.objects.count() == 1
