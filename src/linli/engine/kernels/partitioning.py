"""Plain functions over the compiled loops of the general search: shapes, meaning, no Numba before the first call."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

import numpy as np

from linli.engine.kernels.shapes import Flags, Floats, Ints, Longs, Mesh, Stream, Terms


@dataclass(frozen=True)
class Annealed:
    """What one run of flips did to a layout.

    Attributes:
        flips: Number of nodes moved.
        cost: Change of the cost, without what the limits cost.
        gap: What totals outside their limits cost in the end.
        least: Change of the cost at the best layout seen, which breaks the limits least and of those is the cheapest.
        least_gap: What its totals outside their limits cost.
    """

    flips: int
    cost: float
    gap: float
    least: float
    least_gap: float


def _loops(name: str) -> ModuleType:
    return import_module(f"linli.engine.kernels.{name}")


def anneal(
    mesh: Mesh,
    terms: Terms,
    label: Ints,
    total: Longs,
    *,
    centre: Floats,
    hot: float,
    cold: float,
    steps: int,
    stream: Stream,
    best: Ints | None = None,
) -> Annealed:
    """Flip nodes over the border of their community with Metropolis' rule under a falling temperature.

    An edge between two communities is drawn, and the node at its one end asks to join the other. A flip never parts or
    empties a community and moves no fixed node; limits may be broken at their price. The temperature falls
    geometrically. Source of the rule: Kirkpatrick, Gelatt and Vecchi (1983).

    Args:
        mesh: The graph.
        terms: What nodes weigh and cost.
        label: Contiguous communities 0 … k - 1, shape ``(n,)``; changed in place.
        total: Each total per community, shape ``(k, t)``; changed in place.
        centre: Place of the centre per community, shape ``(k, 2)``.
        hot: Temperature of the first step, in units of cost.
        cold: Temperature of the last step.
        steps: Number of proposals.
        stream: State of the random stream, shape ``(1,)``; advanced in place.
        best: Receives the best layout seen, shape ``(n,)``; must equal ``label`` at the start.
    """
    kept = np.zeros(0, dtype=np.int32) if best is None else best
    return Annealed(*_loops("annealing").anneal(mesh, terms, label, total, centre, kept, hot, cold, steps, stream))


def pair(
    mesh: Mesh, *, bulk: Floats, limit: float, group: Ints, apart: Flags, foes_from: Ints, foes: Ints, stream: Stream
) -> tuple[Ints, int]:
    """Pair each node with at most one neighbour, heavy edges between light nodes first.

    Args:
        mesh: The graph.
        bulk: Weight per node, shape ``(n,)``; no pair weighs more than ``limit``.
        limit: Largest weight of a pair.
        group: Only nodes of the same number are paired, shape ``(n,)``.
        apart: Nodes that are never paired, shape ``(n,)``.
        foes_from: Row starts of ``foes``.
        foes: Nodes that may not be paired with the node.
        stream: State of the random stream; advanced in place.

    Returns:
        The number of its pair (or of itself alone) per node, and how many there are.
    """
    upper, n_upper = _loops("coarsening").pair(
        mesh.indptr, mesh.indices, mesh.cost, bulk, limit, group, apart, foes_from, foes, stream
    )
    return upper, int(n_upper)


def lift(mesh: Mesh, upper: Ints, n_upper: int) -> Mesh:
    """Return the graph whose nodes are sets of nodes; costs of edges between the same two sets are added up."""
    rows, heads, sums = _loops("coarsening").lift(mesh.indptr, mesh.indices, mesh.cost, upper, n_upper)
    return mesh_of(rows, heads, sums)


def mesh_of(indptr: Ints, indices: Ints, cost: Floats) -> Mesh:
    """Complete the rows of an undirected graph; arrays that are read-only are copied, as Numba wants them writeable."""
    rows, heads = np.require(indptr, np.int32, "W"), np.require(indices, np.int32, "W")
    source, twin = _loops("coarsening").twins(rows, heads)
    return Mesh(rows, heads, source, twin, np.require(cost, np.float64, "W"))


def split(
    mesh: Mesh,
    *,
    size: Floats,
    members: Ints,
    mean: float,
    pieces: int,
    trees: int,
    strict: bool,
    place: Ints,
    stream: Stream,
) -> tuple[Flags, int]:
    """Cut a connected set of nodes in two along an edge of the best of some random spanning trees.

    Args:
        mesh: The graph.
        size: What the pieces shall have alike, per node, shape ``(n,)``.
        members: The nodes to cut, shape ``(s,)``.
        mean: What one piece should have.
        pieces: Number of pieces that the members shall make in the end, at least 2.
        trees: Number of trees to draw.
        strict: Look for even pieces alone, whatever the cut costs; else for cheap cuts that are about even.
        place: Scratch of -1, shape ``(n,)``; left as found.
        stream: State of the random stream; advanced in place.

    Returns:
        The members of the one side, shape ``(s,)``, and how many pieces that side shall make.
    """
    side, side_pieces = _loops("splitting").split(
        mesh.indptr, mesh.indices, mesh.cost, size, members, mean, pieces, trees, strict, place, stream
    )
    return side, int(side_pieces)


def cut_out(mesh: Mesh, members: Ints, place: Ints) -> Mesh:
    """Return the graph of some nodes and the edges between them.

    Args:
        mesh: The whole graph.
        members: Nodes to keep, each once, shape ``(s,)``.
        place: Scratch of -1, shape ``(n,)``; left as found.
    """
    return mesh_of(*_loops("coarsening").cut_out(mesh.indptr, mesh.indices, mesh.cost, members, place))
