class TestBackupUnderLoad:
    def test_is_of_one_moment_and_its_trail_verifies_where_it_is_restored(self, trial, database) -> None:
        found = trial("backup_under_load", database)[database]
        assert 0 < found["trail"] <= 80
        assert (found["grown"], found["facts"]) == (found["trail"], found["trail"])
        assert (found["intact"], found["restored"]) == (True, 1)
