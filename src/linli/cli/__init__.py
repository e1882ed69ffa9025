"""The ``linli`` command: thin words over the same operations that the pages call."""
