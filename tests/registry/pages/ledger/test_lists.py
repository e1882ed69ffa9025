"""The drawn district: A and B in the east, C in the west, X-0007 in no community.

250    AAB      3?4: X-0005 has no count; X-0003 is a park without compound
3?4    AAB
612    .CC
"""

from __future__ import annotations

import pytest
from tests.factories.organisation import EAST, EAST_FIRST, EAST_SECOND, NOW, Cast

from linli.foundation.trail import SYSTEM
from linli.organisation.rules import Role
from linli.registry.access import area_of
from linli.registry.models import Compound, District, Facility, Grid, LayoutMember
from linli.registry.operations.audit import run_audit
from linli.registry.operations.editions import keep_editions
from linli.registry.queries.areas import Area
from linli.registry.queries.ledger import LedgerList, Tab, ledger_list, only_page, tab_counts

ALL = ["X-0001", "X-0002", "X-0004", "X-0005", "X-0006", "X-0007", "X-0008", "X-0009"]


@pytest.fixture
def area(cast: Cast, district: District) -> Area:
    return area_of(cast.scope(Role.PLANNER), now=NOW)


def codes(listed: LedgerList) -> list[str]:
    return [line.code for line in listed.lines]


class TestCompounds:
    def test_are_ordered_by_households_downwards_without_being_asked(self, area: Area) -> None:
        listed = ledger_list(Tab.COMPOUNDS, area, asked={})
        assert codes(listed) == ["X-0007", "X-0002", "X-0006", "X-0004", "X-0001", "X-0009", "X-0008", "X-0005"]

    def test_show_their_community_or_none(self, area: Area) -> None:
        shown = {line.code: line.values["community"] for line in ledger_list(Tab.COMPOUNDS, area, asked={}).lines}
        assert shown["X-0001"] == "柳荫社区"
        assert shown["X-0006"] == "石井社区"
        assert shown["X-0007"] is None

    def test_add_up_to_what_the_filters_leave(self, area: Area) -> None:
        listed = ledger_list(Tab.COMPOUNDS, area, asked={"community": [EAST_FIRST]})
        assert codes(listed) == ["X-0002", "X-0004", "X-0001", "X-0005"]
        households, people = listed.totals[:2]
        assert (households.value, households.note) == (1000, "缺 1 个")
        assert (people.value, people.note) == (2500, "缺 1 个")

    @pytest.mark.parametrize(
        ("asked", "left"),
        [
            ({"subdistrict": [EAST]}, ["X-0001", "X-0002", "X-0004", "X-0005", "X-0006"]),
            ({"community": ["none"]}, ["X-0007"]),
            ({"households_min": ["300"], "households_max": ["500"]}, ["X-0002", "X-0004", "X-0006"]),
            ({"subdistrict": ["999999999"]}, ALL),
        ],
    )
    def test_are_filtered(self, area: Area, asked: dict[str, list[str]], left: list[str]) -> None:
        assert codes(ledger_list(Tab.COMPOUNDS, area, asked=asked, order="name")) != []
        assert sorted(codes(ledger_list(Tab.COMPOUNDS, area, asked=asked))) == left

    def test_are_found_by_name_code_and_initials(self, area: Area, district: District) -> None:
        Compound.objects.filter(code="X-0001").update(name="锦澜苑", pinyin="jinlanyuan jly", address="晨光路1号")
        keep_editions(district, now=NOW)
        for words in ("锦澜", "x-0001", "JLY", "晨光路"):
            assert codes(ledger_list(Tab.COMPOUNDS, area, asked={}, words=words)) == ["X-0001"]

    def test_carry_the_marks_of_the_newest_audit(self, area: Area, district: District) -> None:
        run_audit(district=district.code, by=SYSTEM, now=NOW)
        listed = ledger_list(Tab.COMPOUNDS, area, asked={"found": ["BLIND_SPOT"]})
        assert codes(listed) == ["X-0007"]
        assert str(listed.lines[0].marks[0].words) == "管理盲区"
        assert listed.lines[0].marks[0].tone == "bad"

    def test_only_ticked_lines_where_some_are_named(self, area: Area) -> None:
        listed = ledger_list(Tab.COMPOUNDS, area, asked={}, codes=["X-0009", "X-0001", "X-9999"])
        assert codes(listed) == ["X-0001", "X-0009"]

    def test_leave_out_ended_ones(self, area: Area) -> None:
        Compound.objects.filter(code="X-0001").update(ended_at=NOW)
        assert "X-0001" not in codes(ledger_list(Tab.COMPOUNDS, area, asked={}))
        assert tab_counts(area)[Tab.COMPOUNDS] == 7


class TestCommunities:
    def test_sums_are_computed_from_compounds(self, area: Area) -> None:
        lines = {line.name: line.values for line in ledger_list(Tab.COMMUNITIES, area, asked={}).lines}
        assert {name: (row["compounds"], row["households"], row["people"]) for name, row in lines.items()} == {
            "柳荫社区": (4, 1000, 2500),
            "石井社区": (1, 400, 1000),
            "梅亭社区": (2, 300, 750),
        }
        assert lines["柳荫社区"]["rooms"] == 640.0
        assert lines["柳荫社区"]["workers"] == 9


class TestGridsFacilitiesParcels:
    def test_grids_sum_their_own_compounds(self, area: Area, district: District) -> None:
        first = LayoutMember.objects.get(parcel__code="P-000001")
        grid = Grid.objects.create(
            district=district, community=first.community, code="G-1", name="第1网格", founded_at=NOW
        )
        LayoutMember.objects.filter(parcel__code__in=["P-000001", "P-000004"]).update(grid=grid)
        keep_editions(district, now=NOW)
        (line,) = ledger_list(Tab.GRIDS, area, asked={}).lines
        assert (line.values["compounds"], line.values["households"]) == (2, 500)
        assert line.parcels == ("P-000001",)

    def test_facilities_are_listed_with_their_community(self, area: Area, district: District) -> None:
        home = LayoutMember.objects.get(parcel__code="P-000001").community
        Facility.objects.create(
            district=district, code="F-1", name="食堂", kind="助餐", community=home, floor_area_m2=80, founded_at=NOW
        )
        listed = ledger_list(Tab.FACILITIES, area, asked={})
        assert listed.lines[0].values["community"] == "柳荫社区"
        assert listed.totals[0].value == 80

    def test_parcels_tell_use_home_and_outline(self, area: Area) -> None:
        listed = ledger_list(Tab.PARCELS, area, asked={"community": ["none"]})
        assert codes(listed) == ["P-000007"]
        assert listed.lines[0].values["kind"] == "居住"
        assert listed.lines[0].values["outline"] == "实测"
        assert ledger_list(Tab.PARCELS, area, asked={}).totals[0].value == pytest.approx(360_000, rel=1e-4)


class TestAccess:
    @pytest.mark.parametrize(
        ("role", "counts"),
        [
            (Role.PLANNER, (8, 3, 9)),
            (Role.AUDITOR, (8, 3, 9)),
            (Role.LEADER, (8, 3, 9)),
            (Role.SUBDISTRICT, (5, 2, 6)),
            (Role.WORKER, (4, 1, 4)),
        ],
    )
    @pytest.mark.usefixtures("district")
    def test_lists_what_the_post_covers(self, cast: Cast, role: Role, counts: tuple[int, int, int]) -> None:
        area = area_of(cast.scope(role), now=NOW)
        tabs = tab_counts(area)
        assert (tabs[Tab.COMPOUNDS], tabs[Tab.COMMUNITIES], tabs[Tab.PARCELS]) == counts
        for tab, count in tabs.items():
            assert len(ledger_list(tab, area, asked={}).lines) == count

    @pytest.mark.usefixtures("district")
    def test_other_communities_cannot_be_asked_for(self, cast: Cast) -> None:
        area = area_of(cast.scope(Role.WORKER), now=NOW)
        listed = ledger_list(Tab.COMPOUNDS, area, asked={"community": [EAST_SECOND]}, codes=["X-0006"])
        assert listed.lines == ()


class TestPages:
    @pytest.mark.parametrize(("number", "first", "length"), [(1, 0, 3), (3, 6, 2), (9, 6, 2), (0, 0, 3)])
    def test_a_page_beyond_the_end_is_the_last(self, area: Area, number: int, first: int, length: int) -> None:
        listed = ledger_list(Tab.COMPOUNDS, area, asked={})
        assert only_page(listed, number=number, size=3) == listed.lines[first : first + length]

    @pytest.mark.parametrize("tab", list(Tab))
    def test_questions_to_the_database_do_not_grow_with_the_list(
        self, area: Area, tab: Tab, django_assert_max_num_queries
    ) -> None:
        with django_assert_max_num_queries(9):
            ledger_list(tab, area, asked={})
