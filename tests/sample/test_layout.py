"""Communities: where they lie, how they hang together, and where the ills were planted.

Borders are measured here once more from the polygons alone.
"""

from collections import defaultdict

import numpy as np
import pytest
import shapely
from tests.sample.borders import borders_of, pieces_of


@pytest.fixture(params=["planted", "clean"])
def district(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def borders(planted):
    """Metres between two parcels, by code; the clean district has the same parcels."""
    return borders_of(planted)


def members(district):
    found = defaultdict(list)
    for parcel, (community, _) in district.membership.items():
        found[community].append(parcel)
    return found


def keyed(district, kind):
    return {subject for key, subject in district.answer_key if key == kind}


def interlocked(district, borders, share):
    teeth = defaultdict(int)
    for parcel, beside in borders.items():
        own = district.membership[parcel][0]
        metres = defaultdict(float)
        for other, length in beside.items():
            if district.membership[other][0]:
                metres[district.membership[other][0]] += length
        for community, length in metres.items():
            if own and community != own and length >= share * sum(metres.values()):
                teeth["|".join(sorted((own, community)))] += 1
    return {pair for pair, count in teeth.items() if count >= 2}


class TestMembership:
    def test_only_the_planted_parcels_are_in_no_community(self, district):
        lost = {parcel for parcel, (community, _) in district.membership.items() if community is None}
        compounds = keyed(district, "COMPOUND_UNASSIGNED")
        of_compounds = {p for c in district.compounds if c.code in compounds for p in c.parcel_codes}
        assert lost == of_compounds | keyed(district, "AREA_UNASSIGNED")
        with_homes = {p for c in district.compounds for p in c.parcel_codes}
        assert not keyed(district, "AREA_UNASSIGNED") & with_homes

    def test_the_planted_blind_spots_lie_apart(self, planted, borders):
        lost = [parcel for parcel, (community, _) in planted.membership.items() if community is None]
        assert all(other not in borders[parcel] for parcel in lost for other in lost)

    def test_compounds_are_never_cut(self, district):
        for compound in district.compounds:
            assert len({district.membership[p][0] for p in compound.parcel_codes}) == 1

    def test_grids_lie_in_their_community(self, district):
        home = {grid.code: grid.community_code for grid in district.grids}
        assert all(home.get(grid) == community for community, grid in district.membership.values())
        assert {grid for _, grid in district.membership.values()} - {None} == set(home)

    def test_subdistricts_hang_together(self, district, borders):
        for subdistrict in district.subdistricts:
            parcels = [p for p, (c, _) in district.membership.items() if c and c.startswith(subdistrict.code)]
            assert len(pieces_of(parcels, borders)) == 1


class TestShape:
    def test_only_the_planted_communities_lie_in_several_parts(self, district, borders):
        parts = {c: pieces_of(p, borders) for c, p in members(district).items() if c}
        assert {c for c, found in parts.items() if len(found) > 1} == keyed(district, "EXCLAVE")
        assert all(len(found) == 2 for c, found in parts.items() if c in keyed(district, "EXCLAVE"))

    def test_no_community_lies_on_both_sides_of_a_barrier(self, district):
        barriers = [line.path for line in district.lines if line.is_barrier]
        on_foot = borders_of(district, without=barriers)
        parts = {c: pieces_of(p, on_foot) for c, p in members(district).items() if c}
        assert {c for c, found in parts.items() if len(found) > 1} == keyed(district, "EXCLAVE")

    def test_no_community_surrounds_other_ground(self, district):
        shape_of = {p.code: p.polygon for p in district.parcels}
        for community, parcels in members(district).items():
            merged = shapely.coverage_union_all([shape_of[p] for p in parcels])
            assert community is None or all(not part.interiors for part in shapely.get_parts(merged))

    @pytest.mark.parametrize("share", [0.57, 0.60, 0.62])
    def test_only_the_planted_pairs_are_interlocked_and_clearly_so(self, district, borders, share):
        assert interlocked(district, borders, share) == keyed(district, "INTERLOCKED")


class TestSize:
    def test_only_the_planted_communities_leave_the_band_clearly(self, district):
        size = dict.fromkeys((c.code for c in district.communities), 0)
        for compound in district.compounds:
            home = district.membership[compound.parcel_codes[0]][0]
            if home:
                size[home] += compound.figures["household_count"].value or 0
        assert {c for c, n in size.items() if n > 3000} == keyed(district, "OVERSIZE")
        assert {c for c, n in size.items() if n < 1000} == keyed(district, "UNDERSIZE")
        assert not [n for n in size.values() if 940 < n < 1030 or 2970 < n < 3050]

    def test_offices_are_within_a_walk_of_the_homes(self, clean):
        office = {c.code: np.array(c.office_point) for c in clean.communities}
        metres = np.array([96_400.0, 110_850.0])
        away = [
            float(np.hypot(*((np.array(c.point) - office[clean.membership[c.parcel_codes[0]][0]]) * metres)))
            for c in clean.compounds
        ]
        assert max(away) < 1_500
        assert np.quantile(away, 0.9) < 700
