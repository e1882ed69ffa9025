from dataclasses import replace

import numpy as np
import pytest

from linli.engine.districting import Offices, judge


def assignment(problem, drawing: str, ids: tuple[str, ...] | None = None) -> np.ndarray:
    ids = ids or problem.community_ids
    return np.array([ids.index(c) if c != "." else -1 for c in drawing], dtype=np.int32)


def verdicts(problem, drawing: str, extra: tuple[str, ...] = ()):
    ids = problem.community_ids + extra
    return {rule.rule: rule for rule in judge(problem, assignment(problem, drawing, ids), ids)}


class TestJudge:
    def test_finds_nothing_wrong_with_a_sound_layout(self, draw):
        assert all(rule.ok for rule in verdicts(draw("AABB", "2222"), "AABB").values())

    def test_names_parcels_without_a_community(self, draw):
        rule = verdicts(draw("AABB", "2222"), "A.BB")["complete"]
        assert (rule.ok, rule.offenders, rule.count) == (False, ("P-001",), 1)

    def test_names_communities_in_several_parts(self, draw):
        problem = draw("AABB", "2222", contiguity_exceptions={"B": "飞地"})
        rule = verdicts(problem, "ABAB")["contiguous"]
        assert (rule.ok, rule.offenders, rule.excused) == (False, ("A",), ("B",))

    def test_a_barrier_counts(self, draw):
        assert verdicts(draw("AABB", "2222", walls="|..."), "AABB")["contiguous"].offenders == ("A",)

    def test_parcels_of_one_compound_count_as_touching(self, draw):
        problem = draw("AABB", "2222", walls="|...", unit_of=np.array([7, 7, 3, 4]))
        assert verdicts(problem, "AABB")["contiguous"].ok

    def test_an_empty_park_behind_a_barrier_counts_with_its_neighbour_only(self, draw):
        problem = draw("AA.BB", "22022", walls=".||..")
        assert verdicts(problem, "AAABB")["contiguous"].ok
        assert verdicts(problem, "AABBB")["contiguous"].offenders == ("B",)

    @pytest.mark.parametrize(("households", "offenders"), [("3333", ()), ("4333", ("A",)), ("3311", ("B",))])
    def test_both_limits_of_the_band_are_lawful(self, draw, households, offenders):
        assert verdicts(draw("AABB", households), "AABB")["band"].offenders == offenders

    def test_registered_exceptions_are_excused_not_hidden(self, draw):
        rule = verdicts(draw("AABB", "4333", band_exceptions={"A": "旧改未完成"}), "AABB")["band"]
        assert (rule.ok, rule.excused) == (True, ("A",))

    def test_new_communities_are_judged_too(self, draw):
        assert verdicts(draw("AAAA", "2221"), "AAAn", extra=("n",))["band"].offenders == ("n",)

    def test_a_locked_community_neither_gives_nor_takes(self, draw):
        problem = draw("AABB", "2222", locked_communities=frozenset({"B"}))
        assert verdicts(problem, "AAAB")["locks"].offenders == ("P-002",)
        assert verdicts(problem, "ABBB")["locks"].offenders == ("P-001",)

    def test_a_locked_parcel_stays(self, draw):
        problem = draw("AABB", "2222", locked_parcels=np.array([False, True, False, False]))
        assert verdicts(problem, "ABBB")["locks"].offenders == ("P-001",)

    def test_a_torn_compound_is_named_whole(self, draw):
        problem = draw("AABB", "2222", unit_of=np.array([0, 1, 1, 2]))
        assert verdicts(problem, "AABB")["compounds-whole"].offenders == ("P-001", "P-002")

    def test_a_community_across_subdistricts_offends_unless_allowed(self, draw):
        problem = draw("AABB", "2222", parent_of=np.array([0, 1, 1, 1]), parent_ids=("east", "west"))
        assert verdicts(problem, "AABB")["parents-kept"].offenders == ("A",)
        allowed = verdicts(replace(problem, cross_parents=True), "AABB")["parents-kept"]
        assert (allowed.ok, allowed.excused) == (True, ("A",))

    def test_an_office_outside_offends_while_its_community_exists(self, draw):
        offices = Offices(parcel=np.array([0, 1]), x=np.zeros(2), y=np.zeros(2))
        problem = draw("AABB", "2222", offices=offices)
        assert verdicts(problem, "AABB")["office-inside"].offenders == ("B",)
        assert verdicts(problem, "AAAA")["office-inside"].ok
