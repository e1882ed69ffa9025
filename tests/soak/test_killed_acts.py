class TestKilledActs:
    def test_stand_whole_or_not_at_all_and_are_done_in_the_end(self, trial, database) -> None:
        found = trial("killed_acts", database)[database]
        for act in ("import", "audit", "bulk edit", "repair"):
            assert [(end["is_whole"], end["stage"]) for end in found[act]] == [(True, "DONE")] * 2, act
        assert found["intact"]
