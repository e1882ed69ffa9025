class TestWriters:
    def test_eight_at_once_lose_no_edit_and_leave_the_trail_whole(self, trial, database) -> None:
        found = trial("writers", database)[database]
        assert found["writers_ended_well"] == 8
        assert (found["grown"], found["facts"], found["trail"]) == (80, 80, 80)
        assert found["intact"]
