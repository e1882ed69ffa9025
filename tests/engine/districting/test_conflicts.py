import numpy as np
import pytest

from linli.engine.districting import Band, Offices, Remedy, search

TWO = {"parent_of": np.array([0, 0, 1, 1, 1, 1]), "parent_ids": ("east", "west")}


def locked(*parcels: int, n: int) -> np.ndarray:
    return np.isin(np.arange(n), parcels)


class TestConflicts:
    def test_a_subdistrict_with_too_few_households(self, draw):
        (conflict,) = search(draw("AABBBB", "111111", **TWO)).conflicts
        assert (conflict.kind, conflict.proven) == ("parent-too-small", True)
        assert conflict.params == {
            "parent": "east",
            "communities": ("A",),
            "parcels": ("P-000", "P-001"),
            "total": 20,
            "low": 30,
            "high": 60,
        }
        assert conflict.remedies == (
            Remedy("relax-band", {"low": 20, "high": 60}),
            Remedy("except-community", {"community": "A"}),
            Remedy("allow-crossing-parents"),
        )

    def test_a_total_that_no_number_of_communities_divides(self, draw):
        (conflict,) = search(draw("AABB", "2222", band=Band(low=50, high=60))).conflicts
        assert (conflict.kind, conflict.params["total"]) == ("parent-between-counts", 80)
        assert conflict.remedies[:2] == (
            Remedy("relax-band", {"low": 40, "high": 60}),
            Remedy("relax-band", {"low": 50, "high": 80}),
        )

    def test_a_corner_cut_off_by_a_barrier(self, draw):
        outcome = search(draw("AABB", "1122", walls=".|.."))
        (conflict,) = outcome.conflicts
        assert (conflict.kind, conflict.params["parcels"]) == ("region-too-small", ("P-000", "P-001"))
        assert conflict.remedies[-1] == Remedy("register-crossing", {"parcels": ("P-000", "P-001")})
        assert {rule.rule for rule in outcome.plan.rules if not rule.ok} == {"band"}

    def test_a_compound_above_the_ceiling(self, draw):
        (conflict,) = search(draw("AAB", "443", unit_of=np.array([0, 0, 1]))).conflicts
        assert (conflict.kind, conflict.params["total"]) == ("compound-above-ceiling", 80)
        assert conflict.remedies[-1] == Remedy("divide-compound", {"parcels": ("P-000", "P-001")})

    def test_locked_parcels_above_the_ceiling(self, draw):
        outcome = search(draw("AABB", "4422", locked_parcels=locked(0, 1, n=4)))
        (conflict,) = outcome.conflicts
        assert (conflict.kind, conflict.params["total"]) == ("locked-above-ceiling", 80)
        assert not outcome.feasible

    def test_a_locked_community_out_of_band(self, draw):
        (conflict,) = search(draw("AABBB", "11222", locked_communities=frozenset({"A"}))).conflicts
        assert (conflict.kind, conflict.params["community"], conflict.params["total"]) == (
            "locked-out-of-band",
            "A",
            20,
        )

    def test_a_compound_across_subdistricts(self, draw):
        outcome = search(draw("AAABBB", "222222", **TWO, unit_of=np.array([0, 1, 1, 2, 3, 4])))
        assert "compound-across-parents" in {conflict.kind for conflict in outcome.conflicts}
        assert outcome.plan is not None

    def test_locks_that_tear_a_compound_leave_no_plan(self, draw):
        problem = draw("AABB", "2222", unit_of=np.array([0, 1, 1, 2]), locked_parcels=locked(1, 2, n=4))
        outcome = search(problem)
        assert (outcome.plan, outcome.feasible) == (None, False)
        assert [conflict.kind for conflict in outcome.conflicts] == ["locks-disagree"]

    def test_an_office_deep_in_another_community(self, draw):
        offices = Offices(parcel=np.array([4, -1]), x=np.zeros(2), y=np.zeros(2))
        (conflict,) = search(draw("AABBB", "22111", offices=offices)).conflicts
        assert (conflict.kind, conflict.params["parcel"]) == ("office-out-of-reach", "P-004")

    def test_an_office_next_door_is_brought_inside(self, draw, sketch):
        offices = Offices(parcel=np.array([2, -1]), x=np.zeros(2), y=np.zeros(2))
        problem = draw("AABBBB", "221111", offices=offices)
        outcome = search(problem)
        assert outcome.feasible
        assert sketch(problem, outcome.plan.assignment, outcome.plan.community_ids) == "AAABBB"

    @pytest.mark.parametrize("reason", ["保障房未交付"])
    def test_a_registered_exception_removes_the_conflict(self, draw, reason):
        outcome = search(draw("AABBBB", "111111", **TWO, band_exceptions={"A": reason}))
        assert outcome.feasible
        assert {rule.rule: rule.excused for rule in outcome.plan.rules}["band"] == ("A",)
        assert outcome.plan.parameters["band_exceptions"] == {"A": reason}
