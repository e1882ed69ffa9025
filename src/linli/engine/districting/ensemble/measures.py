"""What is observed of each layout of an ensemble: whole numbers, so that sums and counts are exact in any order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from linli.engine.kernels import Net
from linli.engine.kernels.shapes import Ints, Longs


class Measure(Protocol):
    """A whole number from 0 read off a layout. It must survive being sent to another process."""

    @property
    def name(self) -> str:
        """Stable name, once in an ensemble."""
        ...

    def __call__(self, net: Net, label: Ints, total: Longs) -> int:
        """Read it off; neither array may be changed."""
        ...


@dataclass(frozen=True)
class CutEdges:
    """Edges between communities, each once."""

    name: str = "cut-edges"

    def __call__(self, net: Net, label: Ints, total: Longs) -> int:
        """Count them."""
        return int(np.count_nonzero(label[net.source] != label[net.indices])) // 2


@dataclass(frozen=True)
class Spread:
    """The largest community less the smallest, in what the band counts."""

    name: str = "spread"

    def __call__(self, net: Net, label: Ints, total: Longs) -> int:
        """Subtract."""
        return int(total.max() - total.min())


@dataclass(frozen=True, eq=False)
class Moved:
    """What does not lie in its present community, where communities are matched so that most stays.

    Attributes:
        present: Present community per node, -1 for none, which counts as moved by no layout, shape ``(n,)``.
        weight: What is counted per node, households say, shape ``(n,)``.
    """

    present: Ints
    weight: Longs
    name: str = "moved"

    def __call__(self, net: Net, label: Ints, total: Longs) -> int:
        """Match by the assignment of largest overlap (Kuhn 1955)."""
        from scipy.optimize import linear_sum_assignment

        placed = self.present >= 0
        shape = (len(total), int(self.present.max()) + 1)
        flat = label[placed].astype(np.int64) * shape[1] + self.present[placed]
        # Whole numbers below 2^53 pass through floats unharmed.
        overlap = np.bincount(flat, weights=self.weight[placed], minlength=shape[0] * shape[1]).reshape(shape)
        rows, columns = linear_sum_assignment(overlap, maximize=True)
        return int(self.weight[placed].sum()) - int(overlap[rows, columns].sum())


@dataclass(frozen=True, eq=False)
class Scatter:
    """People times the squared distance to the centre of gravity of their community, summed and rounded.

    Attributes:
        x: Easting per node, shape ``(n,)``.
        y: Northing per node.
    """

    x: np.ndarray
    y: np.ndarray
    name: str = "scatter"

    def __call__(self, net: Net, label: Ints, total: Longs) -> int:
        """Sum the squares less those of the centres (Huygens and Steiner)."""
        size = net.size.astype(np.float64)
        # From the middle of all nodes, so that little is lost to rounding where coordinates are large.
        x, y = self.x - self.x.mean(), self.y - self.y.mean()
        living = total > 0
        sums = [np.bincount(label, weights=size * axis, minlength=len(total))[living] for axis in (x, y)]
        centres = sum(float((part**2 / total[living]).sum()) for part in sums)
        return max(0, round(float((size * (x**2 + y**2)).sum()) - centres))


@dataclass(frozen=True, eq=False)
class ParentsSplit:
    """How many parents (streets' offices, old communities) lie in more than one community.

    Attributes:
        parent: Parent per node, shape ``(n,)``.
    """

    parent: Ints
    name: str = "parents-split"

    def __call__(self, net: Net, label: Ints, total: Longs) -> int:
        """Count the different pairs of parent and community beyond one for each parent."""
        pairs = np.unique(self.parent.astype(np.int64) * len(total) + label)
        return int((np.unique(pairs // len(total), return_counts=True)[1] > 1).sum())
