"""Settings: ``base`` for a demo or a desk, ``production`` for a district, ``test`` for the tests."""
