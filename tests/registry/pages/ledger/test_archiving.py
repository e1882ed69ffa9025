"""Compounds and facilities are archived, never deleted: gone from lists, kept for past days, then back as before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.factories.organisation import EAST_FIRST, NOW, WEST_FIRST, Cast, told
from tests.registry.pages.ledger.test_pages import SignedInAs

from linli.organisation.errors import NotPermitted
from linli.organisation.rules import Role
from linli.registry.access import area_of
from linli.registry.errors import ArchivingRefused
from linli.registry.models import Community, Compound, CompoundParcel, District, Facility, Parcel
from linli.registry.operations.archiving import (
    archive_compounds,
    archive_facilities,
    restore_compounds,
    restore_facilities,
)
from linli.registry.queries.ledger import Tab, ledger_list

pytestmark = pytest.mark.usefixtures("district")
HOUR = timedelta(hours=1)


def codes(cast: Cast, *, at_hours: float | None = None, **asked: list[str]) -> list[str]:
    at = None if at_hours is None else NOW + at_hours * HOUR
    area = area_of(cast.scope(Role.PLANNER), now=NOW + 9 * HOUR, at=at)
    return [line.code for line in ledger_list(Tab.COMPOUNDS, area, asked=asked, order="code").lines]


def archive(cast: Cast, *named: str, role: Role = Role.PLANNER, reason: str = "已拆除") -> int:
    return archive_compounds(named, reason=reason, by=cast.scope(role), now=NOW + 2 * HOUR)


class TestArchiving:
    def test_leaves_lists_and_sums_but_not_past_days(self, cast: Cast) -> None:
        assert archive(cast, "X-0001", "X-0002") == 2
        assert "X-0001" not in codes(cast)
        assert codes(cast, kept=["archived"]) == ["X-0001", "X-0002"]
        assert "X-0001" in codes(cast, at_hours=1)
        assert "X-0001" not in codes(cast, at_hours=3)
        entry = told()[0]
        assert (entry.verb, entry.details) == (
            "registry.compounds.archived",
            {"codes": ["X-0001", "X-0002"], "reason": "已拆除"},
        )

    @pytest.mark.parametrize(
        ("named", "reason"),
        [(("X-0001",), " "), (("X-0001",), "长" * 201), ((), "已拆除"), (("X-0001", "X-9999"), "已拆除")],
    )
    def test_refused_changes_nothing(self, cast: Cast, named: tuple[str, ...], reason: str) -> None:
        before, acts = codes(cast), len(told())
        with pytest.raises(ArchivingRefused):
            archive(cast, *named, reason=reason)
        assert (codes(cast), len(told())) == (before, acts)

    def test_is_for_who_keeps_the_figures(self, cast: Cast) -> None:
        with pytest.raises(NotPermitted):
            archive(cast, "X-0001", role=Role.AUDITOR)
        with pytest.raises(ArchivingRefused):
            archive(cast, "X-0009", role=Role.WORKER)
        assert archive(cast, "X-0001", role=Role.WORKER) == 1


class TestRestoring:
    def test_brings_back_what_was_there(self, cast: Cast) -> None:
        before = list(Compound.objects.order_by("code").values())
        archive(cast, "X-0001", "X-0004")
        assert restore_compounds(["X-0001", "X-0004"], by=cast.scope(Role.PLANNER), now=NOW + 3 * HOUR) == 2
        assert list(Compound.objects.order_by("code").values()) == before
        assert "X-0001" in codes(cast, at_hours=4)

    def test_is_refused_where_another_compound_stands(self, cast: Cast, district: District) -> None:
        archive(cast, "X-0001")
        other = Compound.objects.create(district=district, code="X-0100", name="新苑", founded_at=NOW)
        CompoundParcel.objects.create(compound=other, parcel=Parcel.objects.get(code="P-000001"))
        with pytest.raises(ArchivingRefused, match="新苑"):
            restore_compounds(["X-0001"], by=cast.scope(Role.PLANNER), now=NOW + 3 * HOUR)
        assert Compound.objects.get(code="X-0001").end_reason == "已拆除"


class TestFacilities:
    @pytest.fixture(autouse=True)
    def _facilities(self, district: District) -> None:
        for code, name, home in (("F-0001", "柳荫卫生站", EAST_FIRST), ("F-0002", "梅亭食堂", WEST_FIRST)):
            Facility.objects.create(
                district=district,
                code=code,
                name=name,
                kind="clinic",
                community=Community.objects.get(code=home),
                founded_at=NOW,
            )

    def listed(self, cast: Cast, *, at_hours: float | None = None, **asked: list[str]) -> list[str]:
        at = None if at_hours is None else NOW + at_hours * HOUR
        area = area_of(cast.scope(Role.PLANNER), now=NOW + 9 * HOUR, at=at)
        return [line.code for line in ledger_list(Tab.FACILITIES, area, asked=asked, order="code").lines]

    def archive(self, cast: Cast, *named: str, role: Role = Role.PLANNER, reason: str = "已关闭") -> int:
        return archive_facilities(named, reason=reason, by=cast.scope(role), now=NOW + 2 * HOUR)

    def test_leave_the_list_but_not_past_days_and_come_back_as_they_were(self, cast: Cast) -> None:
        before = list(Facility.objects.order_by("code").values())
        assert self.archive(cast, "F-0001") == 1
        assert (self.listed(cast), self.listed(cast, kept=["archived"])) == (["F-0002"], ["F-0001"])
        assert self.listed(cast, at_hours=1) == ["F-0001", "F-0002"]
        assert (told()[0].verb, told()[0].details["reason"]) == ("registry.facilities.archived", "已关闭")
        assert restore_facilities(["F-0001"], by=cast.scope(Role.PLANNER), now=NOW + 3 * HOUR) == 1
        assert list(Facility.objects.order_by("code").values()) == before
        assert told()[0].verb == "registry.facilities.restored"

    @pytest.mark.parametrize(
        ("named", "reason", "role"),
        [
            (("F-0001",), " ", Role.PLANNER),
            ((), "已关闭", Role.PLANNER),
            (("F-0001", "F-0009"), "已关闭", Role.PLANNER),
            (("F-0002",), "已关闭", Role.SUBDISTRICT),
        ],
    )
    def test_refused_change_nothing(self, cast: Cast, named: tuple[str, ...], reason: str, role: Role) -> None:
        before, acts = list(Facility.objects.order_by("code").values()), len(told())
        with pytest.raises(ArchivingRefused):
            self.archive(cast, *named, reason=reason, role=role)
        assert (list(Facility.objects.order_by("code").values()), len(told())) == (before, acts)

    def test_have_the_same_page(self, cast: Cast, signed_in_as: SignedInAs) -> None:
        client = signed_in_as(Role.SUBDISTRICT)
        sent = {"tab": "facilities", "code": ["F-0001"], "step": "act", "reason": "已迁走"}
        done = client.post("/ledger/archive/", sent)
        page = client.get(done.headers["Location"])
        assert [row.code for row in page.context["rows"]] == ["F-0001"]
        client.post("/ledger/restore/", {"tab": "facilities", "code": ["F-0001"], "step": "act"})
        assert self.listed(cast) == ["F-0001", "F-0002"]
        assert client.post("/ledger/archive/", {**sent, "tab": "parcels"}).status_code == 404


class TestPages:
    def test_ask_for_a_reason_then_show_where_it_went_and_back(self, signed_in_as: SignedInAs) -> None:
        client = signed_in_as(Role.SUBDISTRICT)
        asked = client.post("/ledger/archive/", {"tab": "compounds", "code": ["X-0001"]})
        assert "不再列出、不再计入合计" in asked.content.decode()
        empty = client.post("/ledger/archive/", {"code": ["X-0001"], "step": "act", "reason": ""})
        assert empty.status_code == 422
        done = client.post("/ledger/archive/", {"code": ["X-0001"], "step": "act", "reason": "重复登记"})
        page = client.get(done.headers["Location"])
        assert [row.code for row in page.context["rows"]] == ["X-0001"]
        back = client.post("/ledger/restore/", {"code": ["X-0001"], "step": "act"})
        assert [row.code for row in client.get(back.headers["Location"]).context["rows"]] == ["X-0001"]

    def test_are_closed_to_readers(self, signed_in_as: SignedInAs) -> None:
        assert signed_in_as(Role.AUDITOR).post("/ledger/archive/", {"code": ["X-0001"]}).status_code == 403
