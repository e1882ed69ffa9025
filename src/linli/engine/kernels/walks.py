"""Plain functions over the compiled chains: what a step is, where it comes from, what it returns."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

import numpy as np

from linli.engine.kernels.shapes import Ints, Longs, Net, Stream


@dataclass(frozen=True, eq=False)
class Walk:
    """What a chain did.

    Attributes:
        cut_edges: Edges between communities after each step, shape ``(steps,)``; shorter where the chain got stuck.
        tried: Trees drawn (ReCom), or steps that changed the layout (the chains that may stay where they are).
        widest: Most cuts that a tree of reversible ReCom offered: above ``most_cuts`` the chain was not reversible.
    """

    cut_edges: Longs
    tried: int
    widest: int = 0


def _recombination() -> ModuleType:
    from linli.engine.kernels import recombination

    return recombination


def _flips() -> ModuleType:
    from linli.engine.kernels import flips

    return flips


def recombine(
    net: Net, label: Ints, total: Longs, *, low: int, high: int, steps: int, stream: Stream, uniform: bool = False
) -> Walk:
    """Throw two neighbours together, draw a random tree and cut it in two lawful parts, again and again (ReCom).

    The pair comes with an edge between communities that is drawn uniformly; trees are drawn until one has a lawful
    cut, and of its lawful cuts one is drawn. Source: DeFord, Duchin and Solomon (2021), Recombination.

    Args:
        net: The graph.
        label: Contiguous communities 0 … k - 1 within the limits, shape ``(n,)``; changed in place.
        total: Size per community, shape ``(k,)``; changed in place.
        low: Smallest lawful size.
        high: Largest lawful size.
        steps: Number of layouts to visit.
        stream: State of the random stream, shape ``(1,)``; advanced in place.
        uniform: Draw uniform trees (Wilson) instead of minimum trees of random weights (Kruskal).

    Returns:
        Cut edges and the trees drawn. The walk is shorter than asked where a thousand pairs had no lawful cut.
    """
    cut_edges = np.empty(steps, dtype=np.int64)
    done, trees = _recombination().recombine(
        net.indptr, net.indices, net.source, net.size, low, high, label, total, steps, uniform, cut_edges, stream
    )
    return Walk(cut_edges[:done], int(trees))


def recombine_reversibly(
    net: Net, label: Ints, total: Longs, *, low: int, high: int, steps: int, most_cuts: int, stream: Stream
) -> Walk:
    """Walk by reversible ReCom, whose layouts come with a chance in proportion to their numbers of spanning trees.

    A step draws two communities, a uniform tree of both, and one of ``most_cuts`` places, of which only the lawful
    cuts count; the new pair is taken with the chance 1 / (edges between the two). Else the layout stays for a step.
    Source: Cannon, Duchin, Randall and Rule (2022), Spanning tree methods for sampling graph partitions.

    Args:
        net: The graph.
        label: As in `recombine`.
        total: As in `recombine`.
        low: Smallest lawful size.
        high: Largest lawful size.
        steps: Number of steps, stays included.
        most_cuts: No tree may offer more lawful cuts than this.
        stream: State of the random stream; advanced in place.
    """
    cut_edges = np.empty(steps, dtype=np.int64)
    taken, widest = _recombination().recombine_reversibly(
        net.indptr, net.indices, net.source, net.size, low, high, label, total, steps, most_cuts, cut_edges, stream
    )
    return Walk(cut_edges, int(taken), int(widest))


def flip(
    net: Net,
    label: Ints,
    total: Longs,
    *,
    low: int,
    high: int,
    steps: int,
    stream: Stream,
    weight: float = 0.0,
    metropolis: bool = True,
) -> Walk:
    """Flip single nodes over the border of their community, keeping every community whole and lawful.

    An edge between communities is drawn, and one end of it changes side. With ``metropolis`` the layouts come with a
    chance in proportion to exp(-weight * cut edges), by Hastings' rule (1970), and a refused flip is a step too;
    without it every lawful flip is taken and only those are steps.

    Args:
        net: The graph.
        label: As in `recombine`.
        total: As in `recombine`.
        low: Smallest lawful size.
        high: Largest lawful size.
        steps: Number of steps.
        stream: State of the random stream; advanced in place.
        weight: How much short borders are preferred; 0 makes every layout equally likely.
        metropolis: Whether the chain aims at that distribution.
    """
    cut_edges = np.empty(steps, dtype=np.int64)
    done, accepted = _flips().flip(
        net.indptr,
        net.indices,
        net.source,
        net.twin,
        net.size,
        low,
        high,
        label,
        total,
        steps,
        weight,
        metropolis,
        cut_edges,
        stream,
    )
    return Walk(cut_edges[:done], int(accepted))


def spanning_tree(net: Net, *, stream: Stream, uniform: bool) -> Ints:
    """Return the node above each node in a random spanning tree of a connected net, -1 for its root, shape ``(n,)``.

    Args:
        net: The graph.
        stream: State of the random stream; advanced in place.
        uniform: Each tree with the same chance (Wilson 1996), else the minimum tree of random weights.
    """
    from linli.engine.kernels import trees

    n = net.n
    above, order = np.empty(n, dtype=np.int32), np.empty(n, dtype=np.int32)
    if uniform:
        trees.uniform_tree(n, 0, net.indptr, net.indices, above, order, np.empty(n, dtype=np.int32), stream)
        return above
    once = net.source < net.indices
    edges = (net.source[once].astype(np.uint64) << np.uint64(32)) | net.indices[once].astype(np.uint64)
    forest = trees.forest_of(n, len(edges))
    trees.minimum_tree(n, len(edges), edges, forest, stream)
    trees.root_by_leaves(n, forest.chosen, above, order, forest.hook, forest.group)
    return above
