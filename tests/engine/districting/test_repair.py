import numpy as np
import pytest

from linli.engine.districting import Cause, judge, reasons, repaired, search, smallest_adjustment
from linli.engine.errors import ProblemNotSound


class TestRepaired:
    def test_keeps_a_compound_and_says_what_it_costs(self, draw, sketch):
        problem = draw("ABBBBB", "211221")
        plan = search(problem).plan
        assert sketch(problem, plan.assignment, plan.community_ids) == "AABBBB"
        kept = repaired(problem, plan.assignment, plan.community_ids, held={1: "B"})
        assert kept.assignment[1] == 1
        assert kept.moved == plan.moved + kept.price
        assert kept.broken == judge_broken(problem, kept)

    def test_a_wish_that_is_met_changes_nothing(self, draw):
        problem = draw("ABBBBB", "211111")
        plan = search(problem).plan
        kept = repaired(problem, plan.assignment, plan.community_ids, held={1: "A"})
        assert (kept.price, kept.changed, kept.broken) == (0, (), ())

    def test_brings_a_compound_to_a_named_community_with_the_way_there(self, draw, sketch):
        problem = draw("AAABBB AAABBB", "222222 222222")
        kept = repaired(problem, problem.present, problem.community_ids, held={0: "B"})
        assert kept.assignment[0] == 1
        assert "contiguous" not in {rule.rule for rule in kept.broken}

    def test_calls_back_a_community_that_the_plan_ended(self, draw):
        problem = draw("ABB", "111")
        plan = search(problem).plan
        mover = int(np.flatnonzero(plan.assignment != problem.present)[0])
        home = problem.community_ids[problem.present[mover]]
        kept = repaired(problem, plan.assignment, plan.community_ids, held={mover: home})
        assert kept.community_ids[kept.assignment[mover]] == home
        if len(set(kept.assignment.tolist())) == 2:
            assert [rule.rule for rule in kept.broken] == ["band"]

    def test_gives_the_same_answer_twice(self, draw):
        problem = draw("ABBBBB", "211221")
        plan = search(problem).plan
        one = repaired(problem, plan.assignment, plan.community_ids, held={1: "B"})
        again = repaired(problem, plan.assignment, plan.community_ids, held={1: "B"})
        assert one.assignment.tolist() == again.assignment.tolist()

    def test_refuses_what_does_not_exist(self, draw):
        problem = draw("AAABBB", "222222")
        with pytest.raises(ProblemNotSound, match="does not exist"):
            repaired(problem, problem.present, problem.community_ids, held={0: "Z"})
        with pytest.raises(ProblemNotSound, match="does not exist"):
            repaired(problem, problem.present, problem.community_ids, held={99: "A"})

    def test_refuses_one_compound_in_two_communities(self, draw):
        problem = draw("AAABBB", "222222", unit_of=np.array([0, 0, 1, 2, 3, 4]))
        with pytest.raises(ProblemNotSound, match="two communities"):
            repaired(problem, problem.present, problem.community_ids, held={0: "A", 1: "B"})

    def test_refuses_a_layout_with_blind_spots(self, draw):
        problem = draw("AA.BB", "22222")
        with pytest.raises(ProblemNotSound, match="blind spots"):
            repaired(problem, problem.present, problem.community_ids, held={0: "A"})


class TestSmallestAdjustment:
    def test_moves_one_compound_where_one_is_enough(self, draw, sketch):
        problem = draw("AAAABBB", "2222111")
        found = smallest_adjustment(problem, most_units=1)
        assert found.feasible
        assert sketch(problem, found.assignment, found.community_ids) == "AAABBBB"
        assert (found.moved, found.changed) == (20, (3,))

    def test_never_moves_more_than_it_may_and_says_what_is_missed(self, draw):
        problem = draw("AAAABBB", "2222111")
        found = smallest_adjustment(problem, most_units=0)
        assert found.changed == ()
        assert [(rule.rule, rule.offenders) for rule in found.broken] == [("band", ("A",))]


class TestReasons:
    def test_names_what_each_move_mends(self, draw):
        problem = draw("A.BBBB", "211111")
        assignment = np.array([0, 0, 0, 1, 1, 1], dtype=np.int32)
        found = reasons(problem, assignment, problem.community_ids)
        assert {row: one.cause for row, one in found.items()} == {1: Cause.BLIND_SPOT, 2: Cause.TOO_SMALL}
        assert (found[2].from_id, found[2].to_id, found[2].from_total, found[2].to_total) == ("B", "A", 40, 20)

    def test_tells_large_ended_and_passed_on_apart(self, draw):
        problem = draw("AAAABBCC", "22222211")
        ids = (*problem.community_ids, "new-1")
        large = reasons(problem, np.array([0, 0, 0, 1, 1, 1, 2, 2], dtype=np.int32), ids)
        assert large[3].cause is Cause.TOO_LARGE
        ended = reasons(problem, np.array([0, 0, 0, 0, 1, 1, 1, 1], dtype=np.int32), ids)
        assert {one.cause for one in ended.values()} == {Cause.COMMUNITY_ENDS}
        filled = reasons(problem, np.array([0, 0, 0, 0, 1, 2, 2, 2], dtype=np.int32), ids)
        assert filled[5].cause is Cause.TOO_SMALL
        founded = reasons(problem, np.array([0, 0, 0, 0, 3, 1, 2, 2], dtype=np.int32), ids)
        assert founded[4].cause is Cause.COMMUNITY_BEGINS

    def test_an_exclave_comes_before_everything_but_a_blind_spot(self, draw):
        problem = draw("AABBBA", "222111")
        found = reasons(problem, np.array([0, 0, 1, 1, 1, 1], dtype=np.int32), problem.community_ids)
        assert found[5].cause is Cause.EXCLAVE


def judge_broken(problem, kept):
    return tuple(rule for rule in judge(problem, kept.assignment, kept.community_ids) if not rule.ok)
