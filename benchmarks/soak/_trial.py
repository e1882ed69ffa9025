"""What the long trials share: they lie one folder below the benchmarks' own modules."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from _desk import DATABASES, desk, processes_of, python
from _machine import ROOT, load, machine_line, write_result

__all__ = ["DATABASES", "ROOT", "desk", "load", "machine_line", "processes_of", "python", "write_result"]
