"""Mending a misdrawn parcel: one act, one trail entry, one technical layout; taken back bit by bit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
import shapely
from django.test import Client
from tests.factories.organisation import DISTRICT, NOW, Cast, make_cast, told
from tests.factories.registry import grid_district

from linli.foundation.trail import SYSTEM
from linli.organisation.errors import OutsideYourArea
from linli.organisation.models import Person
from linli.organisation.rules import Role
from linli.registry.errors.ground import MendingNotUndoable, MendingOutdated, NothingToMend
from linli.registry.models import Compound, District, Finding, Layout, LayoutMember, Parcel, ParcelLineage
from linli.registry.operations.audit import run_audit
from linli.registry.operations.mending import mend_parcel, undo_mending
from linli.registry.queries.layouts import ground_of

LATER = NOW + timedelta(hours=1)
LAST = NOW + timedelta(hours=2)
#: The parcel in the second row and second column.
CODE = "P-000006"


@pytest.fixture(autouse=True)
def _bare_frame_and_clock(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.LINLI_NAVIGATION = ""
    monkeypatch.setattr("linli.foundation.clock.now", lambda: LATER)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def right(cast: Cast) -> Any:
    """Draw a district with one parcel that reaches about eight metres over all its neighbours; return where it ends."""
    grid_district("AABB\nAABB\nAABB", "2222\n2222\n2222")
    parcel = Parcel.objects.get(code=CODE)
    fitting = parcel.outline
    middle = np.array(fitting.centroid.coords[0])
    parcel.outline = shapely.transform(fitting, lambda xy: np.round(middle + (xy - middle) * 1.04, 8))
    parcel.save()
    run_audit(district=DISTRICT, by=SYSTEM, now=NOW)
    return fitting


def outlines() -> dict[str, bytes]:
    district = District.objects.get()
    ground = ground_of(district, parcel_set=district.parcel_set)
    return {code: shape.wkb for code, shape in zip(ground.codes, ground.outlines, strict=True)}


def homes() -> dict[str, Any]:
    return dict(Compound.objects.values_list("code", "home__code"))


class TestMending:
    def test_gives_the_parcel_its_place_back_and_leaves_the_rest(self, cast: Cast, right: Any) -> None:
        assert Finding.objects.get(kind="MISDRAWN_PARCEL").subject_code == CODE
        before, lived = outlines(), homes()
        number = mend_parcel(CODE, seen_layout=1, by=cast.scope(Role.PLANNER), now=LATER)
        after = outlines()
        assert shapely.from_wkb(after[CODE]).equals(right)
        assert {code for code in before if before[code] != after[code]} == {CODE}
        layout = Layout.objects.get(number=number)
        assert (layout.basis, layout.effective_from, layout.parcel_set) == ("TECHNICAL", LATER, 2)
        assert Layout.objects.get(number=1).effective_until == LATER
        assert layout.content_hash == Layout.objects.get(number=1).content_hash
        assert LayoutMember.objects.filter(layout=layout).count() == 12
        assert homes() == lived
        line = ParcelLineage.objects.get()
        assert (line.parent.until_set, line.child.since_set) == (2, 2)
        assert told()[0].verb == "registry.parcel.mended"
        run_audit(district=DISTRICT, by=SYSTEM, now=LAST)
        newest = Finding.objects.filter(run=District.objects.get().audit_runs.first())
        assert not newest.filter(kind__in=["MISDRAWN_PARCEL", "OVERLAP", "SLIVER", "INNER_HOLE", "GAP", "EXCLAVE"])

    def test_cuts_a_parcel_at_the_rim_by_the_outline(self, cast: Cast, right: Any) -> None:
        rim = Parcel.objects.get(code="P-000004")
        fitting = rim.outline
        middle = np.array(fitting.centroid.coords[0])
        rim.outline = shapely.transform(fitting, lambda xy: np.round(middle + (xy - middle) * 1.04, 8))
        rim.save()
        mend_parcel("P-000004", seen_layout=1, by=cast.scope(Role.PLANNER), now=LATER)
        mended = shapely.from_wkb(outlines()["P-000004"])
        # Eight decimals of a degree are a millimetre: the rest is rounding along a border of 200 m.
        assert mended.symmetric_difference(fitting).area < 1e-10
        assert mended.geom_type == "Polygon"

    def test_is_taken_back_bit_by_bit(self, cast: Cast, right: Any) -> None:
        planner = cast.scope(Role.PLANNER)
        before, lived = outlines(), homes()
        number = mend_parcel(CODE, seen_layout=1, by=planner, now=LATER)
        again = undo_mending(number, by=planner, now=LAST)
        assert outlines() == before
        assert homes() == lived
        assert (again, Layout.objects.get(number=again).basis) == (3, "TECHNICAL")
        assert told()[0].verb == "registry.parcel.mending-undone"

    def test_changes_nothing_where_it_is_refused(self, cast: Cast, right: Any) -> None:
        before = outlines()
        planner = cast.scope(Role.PLANNER)
        with pytest.raises(NothingToMend):
            mend_parcel("P-000001", seen_layout=1, by=planner, now=LATER)
        with pytest.raises(MendingOutdated):
            mend_parcel(CODE, seen_layout=7, by=planner, now=LATER)
        with pytest.raises(OutsideYourArea):
            mend_parcel(CODE, seen_layout=1, by=cast.scope(Role.SUBDISTRICT), now=LATER)
        with pytest.raises(MendingNotUndoable):
            undo_mending(1, by=planner, now=LATER)
        assert outlines() == before
        assert Layout.objects.count() == 1


class TestPage:
    @pytest.fixture
    def planner(self, cast: Cast, right: Any) -> Client:
        client = Client()
        client.force_login(Person.objects.get(username="planner"))
        return client

    def test_shows_the_picture_mends_and_takes_back(self, planner: Client) -> None:
        address = f"/findings/mend/{CODE}/"
        assert address in planner.get("/map/").content.decode()
        shown = planner.get(address).content.decode()
        assert "<svg" in shown
        assert "修补后的面积" in shown
        before = outlines()
        answer = planner.post(address, {"layout": "1"})
        assert answer.status_code == 302
        assert outlines() != before
        done = planner.get(answer["Location"]).content.decode()
        assert "布局重新发布为第 2 号" in done
        assert planner.post("/findings/mended/2/undo/").status_code == 302
        assert outlines() == before

    def test_says_when_the_ground_changed_meanwhile(self, planner: Client) -> None:
        answer = planner.post(f"/findings/mend/{CODE}/", {"layout": "9"})
        assert answer.status_code == 409
        assert "预览以后地块有了变化" in answer.content.decode()
        assert planner.post("/findings/mended/1/undo/").status_code == 409

    def test_says_when_there_is_nothing_to_mend(self, planner: Client) -> None:
        assert "没有可以直接修补的错画" in planner.get("/findings/mend/P-000001/").content.decode()

    @pytest.mark.parametrize("role", [Role.SUBDISTRICT, Role.WORKER, Role.DEPARTMENT, Role.AUDITOR])
    def test_is_for_those_who_plan_for_the_district(self, cast: Cast, right: Any, role: Role) -> None:
        client = Client()
        client.force_login(Person.objects.get(username=role.value.lower()))
        before = outlines()
        for answer in (
            client.get(f"/findings/mend/{CODE}/"),
            client.post(f"/findings/mend/{CODE}/", {"layout": "1"}),
            client.post("/findings/mended/1/undo/"),
        ):
            assert answer.status_code in (403, 404)
        assert outlines() == before
