"""Parcels cover the district exactly and look like blocks of a town."""

from collections import Counter

import numpy as np
import pytest
import shapely
from shapely import Point

METRES_PER_DEGREE = np.array([111_320 * np.cos(np.radians(30.0)), 110_850.0])


def metric(shape):
    return shapely.transform(shape, lambda points: points * METRES_PER_DEGREE)


@pytest.fixture(scope="module")
def shapes(planted):
    return np.array([parcel.polygon for parcel in planted.parcels])


class TestParcels:
    def test_cover_the_outline_without_gap_or_overlap(self, planted, shapes):
        assert shapely.is_valid(shapes).all()
        assert shapely.coverage_is_valid(shapes)
        merged = shapely.coverage_union_all(shapes)
        assert len(merged.interiors) == 0
        assert merged.equals(planted.outline)
        assert shapely.area(shapes).sum() == pytest.approx(planted.outline.area, rel=1e-12)

    def test_have_coordinates_of_eight_decimals(self, shapes):
        points = shapely.get_coordinates(shapes)
        assert (np.round(points, 8) == points).all()
        assert (np.abs(points - [105.0, 30.0]) < 0.15).all()

    def test_are_blocks_and_no_slivers(self, shapes):
        blocks = metric(shapes)
        area, perimeter = shapely.area(blocks), shapely.length(blocks)
        assert area.min() > 8_000
        assert 20_000 < np.median(area) < 60_000
        assert (4 * np.pi * area / perimeter**2).min() > 0.2

    def test_border_on_each_other_by_more_than_a_few_metres_or_not_at_all(self, shapes):
        blocks = metric(shapes)
        a, b = shapely.STRtree(blocks).query(blocks, predicate="intersects")
        length = shapely.length(shapely.intersection(blocks[a[a < b]], blocks[b[a < b]]))
        assert length[length > 0].min() > 5

    def test_carry_codes_in_order_and_names(self, planted):
        assert [p.code for p in planted.parcels] == [f"P-{i:06d}" for i in range(1, 1041)]
        assert all(p.name for p in planted.parcels)
        assert {p.kind for p in planted.parcels} == {
            "residential", "commercial", "campus", "park", "works", "water", "construction", "public",
        }  # fmt: skip


class TestBuildings:
    def test_stand_inside_their_parcels_apart_from_each_other(self, planted):
        shape_of = {p.code: p.polygon for p in planted.parcels}
        footprints = np.array([b.polygon for b in planted.buildings])
        assert shapely.is_valid(footprints).all()
        assert shapely.covers([shape_of[b.parcel_code] for b in planted.buildings], footprints).all()
        a, b = shapely.STRtree(footprints).query(footprints, predicate="intersects")
        assert (a == b).all()

    def test_belong_to_every_compound(self, planted):
        assert {b.compound_code for b in planted.buildings} - {None} == {c.code for c in planted.compounds}
        assert len({b.code for b in planted.buildings}) == len(planted.buildings)

    def test_hold_the_dwellings_of_their_compounds(self, clean):
        dwellings = Counter()
        for building in clean.buildings:
            dwellings[building.compound_code] += building.dwellings
        assert dwellings.pop(None) == 0
        assert dwellings == {c.code: c.figures["dwelling_count"].value for c in clean.compounds}


class TestLines:
    def test_show_a_river_a_stream_a_railway_and_an_expressway(self, planted):
        barriers = {line.kind for line in planted.lines if line.is_barrier}
        assert barriers == {"river", "railway", "expressway"}
        assert {line.kind for line in planted.lines} == barriers | {"stream", "arterial", "road", "lane"}
        assert all(line.name for line in planted.lines)

    def test_bridges_cross_the_river_and_every_barrier_can_be_crossed(self, planted):
        line_of = {line.code: line for line in planted.lines}
        over = [line_of[c.line_code].kind for c in planted.crossings]
        assert 3 <= over.count("river") <= 5
        assert {"railway", "expressway"} <= set(over)
        for crossing in planted.crossings:
            assert line_of[crossing.line_code].path.coords[:].count(crossing.point) == 1

    def test_barriers_lie_on_parcel_borders(self, planted, shapes):
        corners = {tuple(point) for point in shapely.get_coordinates(shapes).tolist()}
        for line in planted.lines:
            if line.is_barrier:
                assert set(line.path.coords) <= corners


class TestPoints:
    def test_lie_inside_the_district_and_their_own_place(self, planted):
        shape_of = {p.code: p.polygon for p in planted.parcels}
        for compound in planted.compounds:
            assert any(shape_of[code].contains(Point(compound.point)) for code in compound.parcel_codes)
        community_of = {code: community for code, (community, _) in planted.membership.items()}
        tree = shapely.STRtree([p.polygon for p in planted.parcels])
        for place, code in [
            *((c.office_point, c.code) for c in planted.communities),
            *((f.point, f.community_code) for f in planted.facilities),
        ]:
            (parcel,) = tree.query(Point(place), predicate="within")
            assert community_of[planted.parcels[parcel].code] == code

    def test_no_two_compounds_share_a_place_or_an_address(self, planted):
        points = np.array([c.point for c in planted.compounds]) * METRES_PER_DEGREE
        away = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
        assert away[~np.eye(len(points), dtype=bool)].min() > 55
        assert len({c.address for c in planted.compounds}) == 650
