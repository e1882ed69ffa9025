class TestKilledWorker:
    def test_plan_is_made_once_by_another(self, trial, database) -> None:
        found = trial("killed_worker", database)[database]
        assert (found["done"], found["revisions"], found["made"], found["intact"]) == (1, 1, 1, True)
