from __future__ import annotations

import json
from datetime import timedelta

import pytest
import shapely
from tests.factories.organisation import DISTRICT, EAST, EAST_FIRST, NOW, OFFICES, make_cast
from tests.factories.registry import CORNER
from tests.registry.imports.conftest import FIRST

from linli.engine.geometry import from_zone, three_degree_zone, to_zone
from linli.organisation.rules import Role
from linli.registry.errors import ImportBuiltUpon, ParcelsTaken
from linli.registry.models import (
    Claim,
    Community,
    Compound,
    CompoundParcel,
    District,
    Facility,
    LayoutMember,
    Parcel,
    Subdistrict,
)
from linli.registry.operations.derivation import accept_first_layout, derive_parcels, found_district_from_outline
from linli.registry.operations.imports import commit_import, take_back_import
from linli.registry.queries.places import district_by_code
from linli.registry.queries.proposals import propose_homes

LATER, LATEST = NOW + timedelta(hours=1), NOW + timedelta(hours=2)


@pytest.fixture
def planner(cast):
    return cast.scope(Role.PLANNER)


class TestFacilities:
    TABLE = "设施名称,设施类型,所属社区,地址,建筑面积,服务能力,经度,纬度\n"

    def test_come_with_columns_of_their_own_and_leave_again(self, known, preview, planner) -> None:
        row = f"柳荫卫生服务站,卫生服务站,柳荫社区,晨光路3号,320平方米,12,{FIRST[0]},{FIRST[1]}\n"
        card, rows = preview(self.TABLE + row, "facility")
        assert [found.verdict for found in rows] == ["NEW"]
        commit_import(card.number, scope=planner, now=LATER)
        facility = Facility.objects.get()
        assert (facility.code, facility.name, facility.kind, facility.community.code) == (
            "F-0001",
            "柳荫卫生服务站",
            "卫生服务站",
            EAST_FIRST,
        )
        assert (facility.address, facility.floor_area_m2, facility.current["capacity"]) == ("晨光路3号", 320.0, 12)
        again, rows = preview(self.TABLE + row.replace("320平方米", "400"), "facility")
        assert rows[0].changes == {"floor_area": ["320", "400"]}
        commit_import(again.number, scope=planner, now=LATER)
        assert Facility.objects.get().floor_area_m2 == 400.0
        take_back_import(again.number, scope=planner, now=LATEST)
        assert Facility.objects.get().floor_area_m2 == 320.0
        take_back_import(card.number, scope=planner, now=LATEST)
        assert not Facility.objects.filter(ended_at=None).exists()


class TestCommunities:
    def test_bring_their_subdistricts_from_the_same_table(self, known, preview, planner) -> None:
        text = (
            "代码,名称\n990101000000,临溪区\n990101003000,南浦街道办事处\n"
            "990101003001,芦汀社区居委会\n990101001001,柳荫社区居民委员会\n990101009001,双井社区\n"
        )
        card, rows = preview(text, "community")
        assert [(row.verdict, row.code, row.name) for row in rows] == [
            ("UNCHANGED", DISTRICT, "临溪区"),
            ("NEW", "990101003", "南浦街道"),
            ("NEW", "990101003001", "芦汀社区"),
            ("UNCHANGED", EAST_FIRST, "柳荫社区"),
            ("REFUSED", "990101009001", "双井社区"),
        ]
        commit_import(card.number, scope=planner, only_good=True, now=LATER)
        assert Community.objects.get(code="990101003001").subdistrict.name == "南浦街道"
        take_back_import(card.number, scope=planner, now=LATEST)
        assert Subdistrict.objects.get(code="990101003").ended_at == LATEST
        assert Community.objects.get(code="990101003001").ended_at == LATEST

    def test_a_rename_is_no_matter_of_an_import(self, known, preview) -> None:
        _card, rows = preview("代码,名称\n990101001001,柳影社区\n", "community")
        assert rows[0].faults == (
            "编码“990101001001”在台账里是“柳荫社区”，表里是“柳影社区”。更名走调整方案；编码写错的改正后重传",
        )

    def test_a_code_of_another_district_is_refused(self, known, preview) -> None:
        _card, rows = preview("代码,名称\n990102001001,柳影社区\n", "community")
        assert rows[0].faults == ("编码应为 12 位数字，前 6 位是 990101，实际是“990102001001”。核对后重传",)


class TestAttributes:
    def test_found_nothing(self, known, preview) -> None:
        _card, rows = preview("编码,户数\nX-0001,310\nX-0777,100\n", "attributes")
        assert [row.verdict for row in rows] == ["CHANGED", "REFUSED"]
        assert rows[1].faults == ("台账没有编码为“X-0777”的小区，只能更新已有的。先导入小区，或核对编码",)


@pytest.fixture
def bare(db: None):
    """A district with an outline, two communities and three compounds, two of them on one point, one just outside."""
    scope = make_cast().scope(Role.PLANNER)
    assert OFFICES
    found_district_from_outline(
        scope=scope, content=as_geojson(square()), file_name="区界.geojson", system="CGCS2000", now=NOW
    )
    district = District.objects.get()
    street = Subdistrict.objects.create(district=district, code=EAST, name="东桥街道", founded_at=NOW)
    for number, (name, place) in enumerate((("柳荫社区", (250, 500)), ("石井社区", (750, 500)), ("荷塘社区", None)), 1):
        Community.objects.create(
            district=district,
            code=f"99010100100{number}",
            name=name,
            subdistrict=street,
            office_point=None if place is None else shapely.Point(metres(place)),
            founded_at=NOW,
        )
    for number, place in enumerate(((200, 500), (200.3, 500), (900, 500), (600, -40)), 1):
        Compound.objects.create(
            district=district,
            code=f"X-000{number}",
            name=f"试验{number}号院",
            point=shapely.Point(metres(place)),
            founded_at=NOW,
        )
    return scope


def metres(place: tuple[float, float]) -> tuple[float, float]:
    zone = three_degree_zone(CORNER[0])
    east, north = to_zone([CORNER], zone)[0]
    return tuple(from_zone([(east + place[0], north + place[1])], zone)[0])


def square() -> shapely.Polygon:
    return shapely.Polygon([metres(corner) for corner in ((0, 0), (1000, 0), (1000, 1000), (0, 1000))])


def as_geojson(*shapes, **properties) -> bytes:
    features = [
        {"type": "Feature", "properties": {"n": i, **properties}, "geometry": json.loads(shapely.to_geojson(shape))}
        for i, shape in enumerate(shapes)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


class TestDerivation:
    def test_covers_the_outline_and_flags_shared_and_snapped(self, bare) -> None:
        made = derive_parcels(scope=bare, now=LATER)
        assert (made.parcels, made.empty, made.refused) == (3, 0, ())
        assert (made.shared, made.snapped) == (("X-0001", "X-0002"), ("X-0004",))
        parcels = list(Parcel.objects.all())
        assert [parcel.code for parcel in parcels] == ["P-000001", "P-000002", "P-000003"]
        assert all(parcel.is_derived for parcel in parcels)
        covered = shapely.coverage_union_all([parcel.outline for parcel in parcels])
        assert covered.equals(District.objects.get().outline)
        assert sum(parcel.area_m2 for parcel in parcels) == pytest.approx(1_000_000, abs=1)
        assert CompoundParcel.objects.filter(is_shared=True).count() == 2

    def test_again_gives_a_new_set_with_new_codes(self, bare) -> None:
        derive_parcels(scope=bare, now=LATER)
        derive_parcels(scope=bare, now=LATEST)
        district = District.objects.get()
        assert district.parcel_set == 2
        assert [p.code for p in Parcel.objects.filter(until_set=None)] == ["P-000004", "P-000005", "P-000006"]

    def test_proposes_the_nearest_centre_and_nobody_for_a_community_without_one(self, bare) -> None:
        derive_parcels(scope=bare, now=LATER)
        proposed = propose_homes(district_by_code(DISTRICT))
        assert [(home.compound_code, home.community_name) for home in proposed.homes] == [
            ("X-0001", "柳荫社区"),
            ("X-0002", "柳荫社区"),
            ("X-0003", "石井社区"),
            ("X-0004", "石井社区"),
        ]
        assert proposed.homes[0].distance_m == pytest.approx(50, abs=0.1)
        assert proposed.homes[0].confidence == pytest.approx(1 - 50 / 550, abs=1e-3)
        assert proposed.without_centre == (("990101001003", "荷塘社区"),)

    def test_what_the_officer_decides_goes_before_the_proposal(self, bare) -> None:
        derive_parcels(scope=bare, now=LATER)
        assert accept_first_layout(scope=bare, changes={"X-0003": None}, now=LATEST) == 1
        members = {
            member.parcel.name: member.community and member.community.name
            for member in LayoutMember.objects.select_related("parcel", "community")
        }
        assert members == {"试验1号院": "柳荫社区", "试验3号院": None, "试验4号院": "石井社区"}
        with pytest.raises(ParcelsTaken):
            derive_parcels(scope=bare, now=LATEST)


class TestParcels:
    HALVES = (((0, 0), (500, 0), (500, 1000), (0, 1000)), ((500, 0), (1000, 0), (1000, 1000), (500, 1000)))

    def shapes(self) -> list[shapely.Polygon]:
        return [shapely.Polygon([metres(corner) for corner in half]) for half in self.HALVES]

    def test_come_as_a_set_with_their_compounds_and_claims(self, bare, take_bare) -> None:
        content = as_geojson(*self.shapes(), 所属社区="柳荫社区")
        card, rows = take_bare(content)
        assert [row.verdict for row in rows] == ["NEW", "NEW"]
        commit_import(card.number, scope=bare, now=LATER)
        assert [parcel.code for parcel in Parcel.objects.filter(until_set=None)] == ["P-000001", "P-000002"]
        standing = CompoundParcel.objects.values_list("compound__code", "parcel__code")
        assert sorted(standing) == [("X-0001", "P-000001"), ("X-0002", "P-000001"), ("X-0003", "P-000002")]
        assert Claim.objects.filter(kind="PARCEL", withdrawn_at=None).count() == 2
        take_back_import(card.number, scope=bare, now=LATEST)
        assert not Parcel.objects.filter(until_set=None).exists()
        assert not Claim.objects.filter(withdrawn_at=None).exists()

    def test_taken_back_bring_the_set_before_them_back(self, bare, take_bare) -> None:
        derive_parcels(scope=bare, now=NOW)
        before = [(p.code, p.outline) for p in Parcel.objects.filter(until_set=None)]
        links = sorted(CompoundParcel.objects.values_list("compound__code", "parcel__code", "is_shared", "is_snapped"))
        card, _rows = take_bare(as_geojson(*self.shapes()))
        commit_import(card.number, scope=bare, now=LATER)
        take_back_import(card.number, scope=bare, now=LATEST)
        current = Parcel.objects.filter(until_set=None)
        assert [(p.code, p.outline) for p in current] == before
        standing = CompoundParcel.objects.filter(parcel__in=current)
        assert sorted(standing.values_list("compound__code", "parcel__code", "is_shared", "is_snapped")) == links

    def test_under_a_layout_stay(self, bare, take_bare) -> None:
        card, _rows = take_bare(as_geojson(*self.shapes()))
        commit_import(card.number, scope=bare, now=NOW)
        accept_first_layout(scope=bare, now=LATER)
        with pytest.raises(ImportBuiltUpon):
            take_back_import(card.number, scope=bare, now=LATEST)
        assert Parcel.objects.filter(until_set=None).count() == 2


@pytest.fixture
def take_bare(bare):
    from linli.registry.operations.imports import preview_import, upload_import
    from linli.registry.queries.imports import rows_of

    def taken(content: bytes):
        number = upload_import(
            scope=bare, kind="parcel", content=content, file_name="地块.geojson", system="CGCS2000", now=NOW
        ).number
        return preview_import(number, scope=bare, now=NOW), rows_of(number)

    return taken
