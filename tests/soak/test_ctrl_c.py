class TestCtrlC:
    def test_stops_everything_that_the_demo_started(self, trial) -> None:
        (stop,) = trial("ctrl_c")
        assert (stop["left"], stop["open"]) == (0, False)
