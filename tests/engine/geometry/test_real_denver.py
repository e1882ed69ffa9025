"""Known answers stand in the README of the data folder."""

import numpy as np
import pytest
import shapely

from linli.engine.geometry import audit_coverage, interlocked_pairs, rook_adjacency

pytestmark = pytest.mark.real_data
METRES_PER_FOOT = 1200 / 3937


def shapes(path, layer: str | None = None, columns: list[str] | None = None) -> tuple[np.ndarray, list[np.ndarray]]:
    import pyogrio

    _, _, wkb, values = pyogrio.raw.read(path, layer=layer, columns=columns or [])
    return shapely.transform(shapely.from_wkb(wkb), lambda feet: feet * METRES_PER_FOOT), values


@pytest.fixture(scope="module")
def layers(real_data_folder) -> dict[str, np.ndarray]:
    path = real_data_folder / "denver" / "precincts_2020.gpkg"
    return {layer: shapes(path, layer)[0] for layer in ("orig", "repaired")}


@pytest.fixture(scope="module")
def blocks(real_data_folder) -> tuple[np.ndarray, np.ndarray]:
    path = real_data_folder / "districting" / "denver_blocks.gpkg"
    polygons, (tract,) = shapes(path, columns=["TRACTCE20"])
    return polygons, np.unique(tract, return_inverse=True)[1].astype(np.int32)


@pytest.fixture(scope="module")
def rook(blocks):
    return rook_adjacency(blocks[0])


class TestPrecincts:
    def test_as_found_overlap_and_have_slivers_beside_true_holes(self, layers):
        found = audit_coverage(layers["orig"])
        assert found.invalid == ()
        assert [round(overlap.area_m2, 3) for overlap in found.overlaps] == [12.966]
        assert (len(found.holes), len(found.slivers)) == (9, 6)
        assert min(hole.area_m2 for hole in found.holes) > 1000
        assert [len(each.areas_m2) for each in found.multi_parts] == [4]

    def test_as_found_have_more_below_the_thresholds(self, layers):
        assert len(audit_coverage(layers["orig"], overlap_m2=1e-4).overlaps) == 6
        assert len(audit_coverage(layers["orig"], overlap_m2=0.0).overlaps) == 27

    def test_repaired_have_neither_but_keep_their_true_holes(self, layers):
        found = audit_coverage(layers["repaired"])
        assert (found.invalid, found.overlaps, found.slivers) == ((), (), ())
        assert len(found.holes) == 10
        assert sorted(len(each.areas_m2) for each in found.multi_parts) == [2, 4]


class TestBlocks:
    def test_have_the_published_adjacency_and_border_lengths(self, rook, real_data_folder):
        known = np.load(real_data_folder / "districting" / "denver.npz")
        assert np.array_equal(rook.indptr, known["indptr"])
        assert np.array_equal(rook.indices, known["indices"])
        assert np.abs(rook.length_m - known["shared"] * METRES_PER_FOOT).max() < 1e-6

    def test_are_a_sound_coverage(self, blocks):
        found = audit_coverage(blocks[0])
        assert (found.invalid, found.overlaps, found.slivers, found.multi_parts) == ((), (), (), ())

    def test_raise_no_false_alarm_of_interlocked_tracts(self, blocks, rook):
        assert interlocked_pairs(rook.indptr, rook.indices, rook.length_m, blocks[1]) == ()
