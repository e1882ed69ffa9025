"""Loops over parcels, compiled by Numba on first use, behind plain functions.

Each function has a twin in `linli.engine.kernels.reference`, written for reading and not for speed;
the tests hold the two against each other. Numba is imported by the first call, not by importing this package.
"""

from linli.engine.kernels.calls import absorb, anneal, bisect, label_parts, warm_up
from linli.engine.kernels.shapes import Draft, Ground, Net, Stream
from linli.engine.kernels.walks import Walk, flip, recombine, recombine_reversibly, spanning_tree

__all__ = [
    "Draft",
    "Ground",
    "Net",
    "Stream",
    "Walk",
    "absorb",
    "anneal",
    "bisect",
    "flip",
    "label_parts",
    "recombine",
    "recombine_reversibly",
    "spanning_tree",
    "warm_up",
]
