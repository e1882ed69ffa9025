from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from tests.factories.organisation import EAST_FIRST, NOW, Cast, told

from linli.organisation.errors import NotPermitted, OutsideYourArea
from linli.organisation.rules import Role
from linli.registry.errors import (
    EditNotUndoable,
    EntryChangedMeanwhile,
    EntryRefused,
    EntryUnknown,
    ParcelOccupied,
)
from linli.registry.models import Compound, District, Fact
from linli.registry.operations.entries import Entered, edit_entry, register_compound, undo_edit

TODAY = date(2026, 11, 23)
pytestmark = pytest.mark.usefixtures("district")


def entered(values: Mapping[str, str], **more: Any) -> Entered:
    return Entered(values=values, as_of_on=TODAY, source="社区摸底", **more)


def standing(code: str = "X-0001") -> dict[str, str]:
    facts = Fact.objects.filter(subject_code=code, replaced_at=None)
    return dict(facts.values_list("field", "value"))


class TestEditEntry:
    def test_writes_values_with_meaning_date_and_source(self, cast: Cast) -> None:
        written = edit_entry(
            ledger="compound",
            code="X-0001",
            entered=entered({"household_count": "230户", "residents_count": "560"}),
            by=cast.scope(Role.WORKER),
            now=NOW,
        )
        assert written == 2
        fact = Fact.objects.get(field="household_count", replaced_at=None)
        assert (fact.value, fact.meaning, fact.as_of_on, fact.source) == ("230", "实际入住户", TODAY, "社区摸底")
        compound = Compound.objects.get(code="X-0001")
        assert (compound.household_count, compound.residents_count) == (230, 560)

    def test_tells_the_trail_which_fields_and_no_values(self, cast: Cast) -> None:
        edit_entry(
            ledger="compound",
            code="X-0001",
            entered=entered({"household_count": "230"}),
            by=cast.scope(Role.WORKER),
            now=NOW,
        )
        act = told()[0]
        assert (act.verb, act.subject.code, act.details) == (
            "registry.entry.edited",
            "X-0001",
            {"fields": ["household_count"], "reasons": []},
        )

    def test_leaves_no_trace_where_nothing_changes(self, cast: Cast) -> None:
        scope, change = cast.scope(Role.WORKER), entered({"household_count": "230"})
        edit_entry(ledger="compound", code="X-0001", entered=change, by=scope, now=NOW)
        acts = len(told())
        assert edit_entry(ledger="compound", code="X-0001", entered=change, by=scope, now=NOW) == 0
        assert len(told()) == acts
        assert Fact.objects.filter(field="household_count").count() == 1

    def test_renames_a_compound_and_finds_it_by_its_new_initials(self, cast: Cast) -> None:
        edit_entry(
            ledger="compound",
            code="X-0001",
            entered=entered({"compound_name": "锦澜苑"}),
            by=cast.scope(Role.WORKER),
            now=NOW,
        )
        compound = Compound.objects.get(code="X-0001")
        assert (compound.name, compound.pinyin) == ("锦澜苑", "jinlanyuan jly")

    def test_changes_a_community(self, cast: Cast) -> None:
        edit_entry(
            ledger="community",
            code=EAST_FIRST,
            entered=entered({"workers_total": "11"}),
            by=cast.scope(Role.SUBDISTRICT),
            now=NOW,
        )
        assert standing(EAST_FIRST) == {"workers_total": "11"}

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"household_count": "许多"}, "household_count"),
            ({"household_count": "-5"}, "household_count"),
            ({"completion_year": "2031"}, "completion_year"),
            ({"residents_count": "300", "age_60_plus": "301"}, "age_60_plus"),
            ({"ownership_kind": "宫殿"}, "ownership_kind"),
            ({"compound_name": ""}, "compound_name"),
            ({"address": "找李某 13800138000"}, "address"),
        ],
    )
    def test_refuses_what_cannot_be_and_changes_nothing(self, cast: Cast, values: dict[str, str], field: str) -> None:
        acts = len(told())
        with pytest.raises(EntryRefused) as refusal:
            edit_entry(ledger="compound", code="X-0001", entered=entered(values), by=cast.scope(Role.WORKER), now=NOW)
        assert list(refusal.value.faults) == [field]
        assert standing() == {}
        assert len(told()) == acts

    def test_keeps_an_implausible_value_only_with_its_reason(self, cast: Cast) -> None:
        scope, values = cast.scope(Role.WORKER), {"household_count": "10", "residents_count": "90"}
        with pytest.raises(EntryRefused) as refusal:
            edit_entry(ledger="compound", code="X-0001", entered=entered(values), by=scope, now=NOW)
        assert (refusal.value.faults, list(refusal.value.doubts)) == ({}, ["residents_count"])
        assert standing() == {}
        kept = entered(values, reasons={"residents_count": "集体宿舍"})
        edit_entry(ledger="compound", code="X-0001", entered=kept, by=scope, now=NOW)
        assert Fact.objects.get(field="residents_count").reason == "集体宿舍"
        assert told()[0].details["reasons"] == ["residents_count"]

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            (Entered({"building_count": "3"}, TODAY + timedelta(days=1), "社区摸底"), "as_of_on"),
            (Entered({"building_count": "3"}, TODAY, "  "), "source"),
        ],
    )
    def test_asks_for_a_day_that_has_been_and_for_a_source(self, cast: Cast, change: Entered, field: str) -> None:
        with pytest.raises(EntryRefused) as refusal:
            edit_entry(ledger="compound", code="X-0001", entered=change, by=cast.scope(Role.WORKER), now=NOW)
        assert list(refusal.value.faults) == [field]
        assert standing() == {}

    def test_refuses_to_overwrite_what_somebody_else_saved_meanwhile(self, cast: Cast) -> None:
        first = entered({"household_count": "230"}, seen={"household_count": ""})
        edit_entry(ledger="compound", code="X-0001", entered=first, by=cast.scope(Role.WORKER), now=NOW)
        second = entered({"household_count": "240"}, seen={"household_count": ""})
        with pytest.raises(EntryChangedMeanwhile) as refusal:
            edit_entry(ledger="compound", code="X-0001", entered=second, by=cast.scope(Role.PLANNER), now=NOW)
        assert refusal.value.theirs == {"household_count": "230"}
        assert standing() == {"household_count": "230"}

    @pytest.mark.parametrize(
        ("role", "code", "refusal"),
        [
            (Role.PLANNER, "X-0001", None),
            (Role.ORGANISER, "X-0009", None),
            (Role.SUBDISTRICT, "X-0006", None),
            (Role.WORKER, "X-0001", None),
            (Role.SUBDISTRICT, "X-0008", EntryUnknown),
            (Role.WORKER, "X-0006", EntryUnknown),
            (Role.DEPARTMENT, "X-0001", NotPermitted),
            (Role.LEADER, "X-0001", NotPermitted),
            (Role.AUDITOR, "X-0001", NotPermitted),
            (Role.ADMIN, "X-0001", NotPermitted),
        ],
    )
    def test_is_for_those_who_keep_the_figures(
        self, cast: Cast, role: Role, code: str, refusal: type[Exception] | None
    ) -> None:
        change = entered({"building_count": "3"})
        if refusal is None:
            assert edit_entry(ledger="compound", code=code, entered=change, by=cast.scope(role), now=NOW) == 1
            return
        with pytest.raises(refusal):
            edit_entry(ledger="compound", code=code, entered=change, by=cast.scope(role), now=NOW)
        assert standing(code) == {}


class TestUndoEdit:
    def test_puts_back_value_meaning_date_and_source(self, cast: Cast) -> None:
        scope = cast.scope(Role.WORKER)
        first = Entered({"household_count": "230"}, TODAY - timedelta(days=30), "住建局台账")
        edit_entry(ledger="compound", code="X-0001", entered=first, by=scope, now=NOW)
        later = NOW + timedelta(hours=1)
        second = entered({"household_count": "240", "building_count": "3"})
        edit_entry(ledger="compound", code="X-0001", entered=second, by=scope, now=later)
        undone = undo_edit(ledger="compound", code="X-0001", edited_at=later, by=scope, now=NOW + timedelta(hours=2))
        assert undone == 2
        fact = Fact.objects.get(field="household_count", replaced_at=None)
        assert (fact.value, fact.as_of_on, fact.source) == ("230", TODAY - timedelta(days=30), "住建局台账")
        assert Compound.objects.get(code="X-0001").household_count == 230
        assert standing()["building_count"] == ""
        assert Fact.objects.filter(field="household_count").count() == 3

    def test_refuses_once_somebody_has_changed_the_field_again(self, cast: Cast) -> None:
        scope = cast.scope(Role.WORKER)
        for hour, count in enumerate(("230", "240")):
            edit_entry(
                ledger="compound",
                code="X-0001",
                entered=entered({"household_count": count}),
                by=scope,
                now=NOW + timedelta(hours=hour),
            )
        with pytest.raises(EditNotUndoable):
            undo_edit(ledger="compound", code="X-0001", edited_at=NOW, by=scope, now=NOW + timedelta(hours=3))
        assert standing() == {"household_count": "240"}


class TestRegisterCompound:
    def test_takes_the_next_code_and_stands_on_its_parcel(self, cast: Cast, district: District) -> None:
        district_parcel = "P-000003"
        free_up(district_parcel)
        code = register_compound(
            parcel=district_parcel,
            entered=entered({"compound_name": "新桥雅苑", "household_count": "120"}),
            by=cast.scope(Role.SUBDISTRICT),
            now=NOW,
        )
        compound = Compound.objects.get(code=code)
        assert (code, compound.name, compound.household_count) == ("X-0010", "新桥雅苑", 120)
        assert [parcel.code for parcel in compound.parcels.all()] == [district_parcel]
        assert told()[0].verb == "registry.compound.registered"

    @pytest.mark.parametrize("parcel", ["P-000001", "P-000003", "P-999999", ""])
    def test_refuses_parcels_that_are_taken_or_cannot_be_lived_on(self, cast: Cast, parcel: str) -> None:
        before = Compound.objects.count()
        with pytest.raises(ParcelOccupied):
            register_compound(
                parcel=parcel, entered=entered({"compound_name": "新桥雅苑"}), by=cast.scope(Role.PLANNER), now=NOW
            )
        assert Compound.objects.count() == before

    def test_refuses_a_compound_without_a_name(self, cast: Cast) -> None:
        free_up("P-000003")
        before = Compound.objects.count()
        with pytest.raises(EntryRefused) as refusal:
            register_compound(parcel="P-000003", entered=entered({}), by=cast.scope(Role.PLANNER), now=NOW)
        assert list(refusal.value.faults) == ["compound_name"]
        assert Compound.objects.count() == before

    @pytest.mark.parametrize("role", [Role.DEPARTMENT, Role.LEADER, Role.AUDITOR, Role.ADMIN])
    def test_is_for_those_who_keep_the_figures(self, cast: Cast, role: Role) -> None:
        free_up("P-000003")
        with pytest.raises(NotPermitted):
            register_compound(
                parcel="P-000003", entered=entered({"compound_name": "新桥雅苑"}), by=cast.scope(role), now=NOW
            )

    def test_keeps_to_the_area_of_the_post(self, cast: Cast) -> None:
        free_up("P-000003")
        with pytest.raises((ParcelOccupied, OutsideYourArea)):
            register_compound(
                parcel="P-000003",
                entered=entered({"compound_name": "新桥雅苑"}),
                by=cast.scope(Role.WORKER),
                now=NOW,
            )


def free_up(parcel: str) -> None:
    """Turn the park of the drawn district into ground to be built on."""
    from linli.registry.models import Parcel

    Parcel.objects.filter(code=parcel).update(kind=Parcel.Kind.CONSTRUCTION)
