"""The general search: a graph cut into balanced, contiguous communities, from nothing or from a present layout."""

from linli.engine.districting.partition.question import OBJECTIVES, Bounds, Question
from linli.engine.districting.partition.result import Conflict, Partition
from linli.engine.districting.partition.search import Progress, Stop, never, partition, warm_up

__all__ = [
    "OBJECTIVES",
    "Bounds",
    "Conflict",
    "Partition",
    "Progress",
    "Question",
    "Stop",
    "never",
    "partition",
    "warm_up",
]
