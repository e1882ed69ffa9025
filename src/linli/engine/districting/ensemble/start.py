"""A lawful layout to start a chain from, where none is at hand."""

from __future__ import annotations

import numpy as np

from linli.engine.kernels import Net, label_parts, spanning_tree
from linli.engine.kernels.shapes import Flags, Ints, Stream

#: Trees drawn for one cut of a piece, and cuts of it that are followed up before the cut above is thought over.
_TREES, _CUTS = 100, 4


def random_layout(net: Net, *, k: int, low: int, high: int, stream: Stream) -> Ints | None:
    """Cut a connected net in ``k`` lawful communities, by random trees cut as evenly as may be, again and again.

    Args:
        net: The graph; one component.
        k: Number of communities.
        low: Smallest lawful size.
        high: Largest lawful size.
        stream: State of the random stream, shape ``(1,)``; advanced in place.

    Returns:
        Community per node, shape ``(n,)``; None where every cut tried got stuck, which proves nothing.

    Examples:
        >>> row = Net.of(np.array([0, 1, 3, 5, 6]), np.array([1, 0, 2, 1, 3, 2]), np.ones(4, dtype=np.int64))
        >>> random_layout(row, k=2, low=2, high=2, stream=np.array([1], dtype=np.uint64)).tolist()
        [0, 0, 1, 1]
    """
    if label_parts(net.indptr, net.indices, np.zeros(net.n, dtype=np.int32)).max() > 0:
        return None
    label = np.full(net.n, -1, dtype=np.int32)
    if not _cut_up(net, np.arange(net.n, dtype=np.int32), k, low, high, label, stream):
        return None
    # Each label is its first node, so this numbers communities by their first nodes.
    return np.unique(label, return_inverse=True)[1].astype(np.int32)


def _cut_up(net: Net, nodes: Ints, pieces: int, low: int, high: int, label: Ints, stream: Stream) -> bool:
    """Give the nodes ``pieces`` labels that nobody else has; False where every cut tried led into a dead end."""
    if pieces == 1:
        label[nodes] = nodes[0]
        return low <= int(net.size[nodes].sum()) <= high
    part = _part_of(net, nodes)
    for _ in range(_CUTS):
        split = _split(part, pieces, low, high, stream)
        if split is None:
            return False
        inside, share = split
        halves = ((nodes[inside], share), (nodes[~inside], pieces - share))
        if all(_cut_up(net, half, count, low, high, label, stream) for half, count in halves):
            return True
    return False


def _part_of(net: Net, nodes: Ints) -> Net:
    place = np.full(net.n, -1, dtype=np.int32)
    place[nodes] = np.arange(len(nodes))
    tails, heads = place[net.source], place[net.indices]
    kept = (tails >= 0) & (heads >= 0)
    order = np.argsort(tails[kept], kind="stable")
    rows = np.concatenate(([0], np.cumsum(np.bincount(tails[kept], minlength=len(nodes)))))
    return Net.of(rows, heads[kept][order], net.size[nodes])


def _split(part: Net, pieces: int, low: int, high: int, stream: Stream) -> tuple[Flags, int] | None:
    """Return one side of the most even lawful cut of a random tree, and how many communities it shall make."""
    whole = int(part.size.sum())
    shares = np.arange(1, pieces)
    for _ in range(_TREES):
        above = spanning_tree(part, stream=stream, uniform=False)
        order, below = _sums(above, part.size)
        here = below[order[1:], None]
        fits = (shares * low <= here) & (here <= shares * high)
        fits &= ((pieces - shares) * low <= whole - here) & (whole - here <= (pieces - shares) * high)
        if fits.any():
            unevenness = np.where(fits, np.abs(2 * shares - pieces), pieces)
            at, share = np.unravel_index(int(unevenness.argmin()), fits.shape)
            return _under(above, order, int(order[1 + at])), int(shares[share])
    return None


def _sums(above: Ints, size: np.ndarray) -> tuple[Ints, np.ndarray]:
    """Return the nodes from the root outwards, and the size of the subtree of each node."""
    children: list[list[int]] = [[] for _ in above]
    order: list[int] = []
    for i, up in enumerate(above.tolist()):
        if up >= 0:
            children[up].append(i)
        else:
            order.append(i)
    for i in order:
        order += children[i]
    below = size.tolist()
    for i in reversed(order[1:]):
        below[above[i]] += below[i]
    return np.array(order, dtype=np.int32), np.array(below, dtype=np.int64)


def _under(above: Ints, order: Ints, top: int) -> Flags:
    inside = np.zeros(len(above), dtype=np.bool_)
    inside[top] = True
    for i in order[1:].tolist():
        if i != top:
            inside[i] = inside[i] or inside[above[i]]
    return inside
