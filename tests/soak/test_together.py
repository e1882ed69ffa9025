class TestTogether:
    def test_writers_and_readers_meet_no_error_and_lose_nothing(self, trial, database) -> None:
        found = trial("together", database)[database]
        for phase in ("no pause", "pause"):
            one = found[phase]
            assert (one["n_errors"], one["lost"], one["errors"]) == (0, 0, [])
            assert one["answers"]["save an entry"]["n"] > 0
        assert found["intact"]
