"""What the general search is asked, and everything about the question that can be wrong."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from linli.engine.errors import (
    BandNotSound,
    CountNotSound,
    FiguresNotSound,
    NobodyLives,
    NoParcels,
    NotSupported,
    ProblemNotSound,
    StartNotSound,
)
from linli.engine.graph import ParcelGraph, graph_from_csr

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Flags = NDArray[np.bool_]

#: Objectives and what they sum up: edges between communities; metres of border between them; people times squared
#: distance to the mean place of their community's people (after Hess and others 1965); people whose community differs
#: from the start.
OBJECTIVES = ("cut-edges", "border", "hess", "moved")
#: An upper limit that nothing reaches.
NO_LIMIT = 2**62


@dataclass(frozen=True, kw_only=True, eq=False)
class Bounds:
    """A total that every community must keep inside its limits, both included.

    Attributes:
        name: What is counted.
        values: Whole numbers per parcel, shape ``(n,)``.
        low: Smallest total of a community.
        high: Largest total of a community.
    """

    name: str
    values: Longs
    low: int
    high: int = NO_LIMIT

    def __post_init__(self) -> None:
        given = np.asarray(self.values)
        counts = given.astype(np.float64)
        faults = np.flatnonzero(~np.isfinite(counts) | (counts < 0) | (counts != np.floor(counts)))
        if len(faults):
            row = int(faults[0])
            raise FiguresNotSound("expected whole numbers from 0", field=self.name, row=row, came=str(given[row]))
        if not 0 <= self.low <= self.high:
            raise BandNotSound("expected 0 <= low <= high", low=self.low, high=self.high)
        object.__setattr__(self, "values", given.astype(np.int64))

    @classmethod
    def around_mean(cls, name: str, values: ArrayLike, *, k: int, share: float) -> Bounds:
        """Return limits of at most ``share`` below and above the mean of ``k`` communities.

        Examples:
            >>> people = Bounds.around_mean("people", [40, 60, 100], k=2, share=0.05)
            >>> people.low, people.high
            (95, 105)
        """
        if not 0 <= share < 1 or k < 1:
            raise BandNotSound("expected a share of 0 to below 1", low=share, high=1)
        exact = cls(name=name, values=np.asarray(values), low=0)
        mean = float(exact.values.sum()) / k
        # A hair of tolerance, so that 5 % of a round mean does not fail by rounding.
        low, high = int(np.ceil(mean * (1 - share) - 1e-9)), int(np.floor(mean * (1 + share) + 1e-9))
        if low > high:
            raise BandNotSound("no whole number lies inside the band: widen it", low=low, high=high)
        return replace(exact, low=low, high=high)


@dataclass(frozen=True, kw_only=True, eq=False)
class Question:
    """One question to the general search; ``n`` parcels.

    Attributes:
        graph: Parcels and their borders; barrier edges join nothing and are not counted as cut.
        ids: Public id per parcel, each once. The search orders by id, so the order of input is free.
        bounds: Totals with their limits; the first balances the start.
        k: Number of communities, or the smallest and largest lawful number; None for as many as possible (max-p).
        objectives: Weight per objective, in units of one average flip. See `OBJECTIVES`.
        start: Community per parcel at present, shape ``(n,)``; needed for moved, and for locked parcels.
        locked: Parcels that keep the community of the start, shape ``(n,)``.
        together: Parcels with the same number share a community and must touch (must-link, parents kept whole),
            shape ``(n,)``; each its own where left out.
        apart: Pairs of parcels that may not share a community, shape ``(p, 2)``.
        seeds: Parcels (offices) of which each community holds at least one.
        seed: Seed of every random choice.
        sweeps: Largest number of sweeps; a sweep is one whole start or one whole improvement.

    Raises:
        NoParcels: There is no parcel.
        NobodyLives: The first total is 0 everywhere.
        CountNotSound: ``k`` is below 1 or above the number of parcels, or there are fewer seeds than communities.
        StartNotSound: The start lacks where it is needed, or names no community for a parcel.
        NotSupported: A wish, or a combination of wishes, that the search does not know.
        ProblemNotSound: Arrays disagree in length, range or meaning.
    """

    graph: ParcelGraph
    ids: tuple[str, ...]
    bounds: tuple[Bounds, ...]
    k: int | tuple[int, int] | None
    objectives: Mapping[str, float] = field(default_factory=lambda: {"cut-edges": 1.0})
    start: Ints | None = None
    locked: Flags | None = None
    together: Ints | None = None
    apart: ArrayLike = ()
    seeds: tuple[int, ...] = ()
    seed: int = 1
    sweeps: int = 12

    def __post_init__(self) -> None:
        n = self.graph.n
        if n == 0:
            raise NoParcels("expected at least one parcel")
        if len(self.ids) != n or len(set(self.ids)) != n:
            raise ProblemNotSound("ids must name each parcel once", expected=n, came=len(set(self.ids)))
        if not self.bounds or any(len(total.values) != n for total in self.bounds):
            raise ProblemNotSound("each total needs one value per parcel", expected=n)
        if self.bounds[0].values.sum() == 0:
            raise NobodyLives("expected people on at least one parcel", parcels=n, measure=self.bounds[0].name)
        self._check_count(n)
        self._check_objectives()
        self._check_rules(n)

    @property
    def n(self) -> int:
        """Number of parcels."""
        return self.graph.n

    @property
    def pairs_apart(self) -> NDArray[np.int64]:
        """Pairs that may not share a community, shape ``(p, 2)``."""
        return np.asarray(self.apart, dtype=np.int64).reshape(-1, 2)

    def _check_count(self, n: int) -> None:
        least, most = self.k if isinstance(self.k, tuple) else (1, 1) if self.k is None else (self.k, self.k)
        if not 1 <= least <= most:
            raise CountNotSound("expected 1 <= k", k=least, parcels=n)
        if most > n:
            raise CountNotSound("more communities than parcels", k=most, parcels=n)
        if self.k is None and self.bounds[0].low < 1:
            raise BandNotSound("max-p needs a lower limit of at least 1", low=self.bounds[0].low, high=NO_LIMIT)
        if self.seeds and self.k is not None and len(set(self.seeds)) < least:
            raise CountNotSound("fewer seeds than communities", k=least, parcels=len(set(self.seeds)))

    def _check_objectives(self) -> None:
        unknown = sorted(set(self.objectives) - set(OBJECTIVES))
        if unknown:
            raise NotSupported(f"objectives are {', '.join(OBJECTIVES)}", wish=", ".join(unknown))
        weights = list(self.objectives.values())
        if not weights or min(weights) < 0 or sum(weights) <= 0 or not np.isfinite(weights).all():
            raise ProblemNotSound("objectives need weights that are not negative, one of them above 0")
        if self.objectives.get("moved") and self.start is None:
            raise StartNotSound("moved needs the present layout")
        if self.k is None and (self.seeds or self.locked is not None or len(self.pairs_apart) or len(self.bounds) > 1):
            raise NotSupported("max-p knows one total and together only", wish="max-p")
        if self.k is None and (self.start is not None or self.bounds[0].high != NO_LIMIT):
            raise NotSupported("max-p begins from nothing and has no upper limit", wish="max-p")

    def _check_rules(self, n: int) -> None:
        for name, values in (("start", self.start), ("locked", self.locked), ("together", self.together)):
            if values is not None and np.shape(values) != (n,):
                raise ProblemNotSound(f"{name} has the wrong length", expected=n, came=int(np.size(values)))
        if self.start is not None and int(self.start.min()) < 0:
            raise StartNotSound("the start leaves a parcel without community", row=int(np.argmin(self.start)))
        if self.locked is not None and self.start is None:
            raise StartNotSound("locked parcels need the present layout")
        if self.seeds and (self.start is not None or self.locked is not None):
            raise NotSupported("seeds begin from nothing: leave out the start", wish="seeds with a start")
        named = np.concatenate((self.pairs_apart.ravel(), np.array(self.seeds, dtype=np.int64)))
        if len(named) and (named.min() < 0 or named.max() >= n):
            raise ProblemNotSound("apart and seeds must name parcels of the graph", expected=n, came=int(named.max()))
        if not (0 <= self.seed < 2**63 and self.sweeps >= 0):
            raise ProblemNotSound("seed and sweeps must not be negative", seed=self.seed)

    def data_hash(self) -> str:
        """Return the SHA-256 of everything asked but the number of sweeps, for a question in the order of its ids."""
        words = {
            "ids": self.ids,
            "bounds": [(total.name, total.low, total.high) for total in self.bounds],
            "k": self.k,
            "objectives": dict(sorted(self.objectives.items())),
            "seed": self.seed,
            "seeds": sorted(self.seeds),
        }
        digest = hashlib.sha256(json.dumps(words, ensure_ascii=False, sort_keys=True).encode())
        arrays = [*vars(self.graph).values(), *(total.values for total in self.bounds)]
        arrays += [self.start, self.locked, self.together, np.sort(np.sort(self.pairs_apart, axis=1), axis=0)]
        for array in arrays:
            if array is not None:
                plain = np.ascontiguousarray(array)
                digest.update(f"{plain.dtype.str}{plain.shape}".encode())
                digest.update(plain.tobytes())
        return digest.hexdigest()


def by_id(question: Question) -> tuple[Question, Ints]:
    """Return the same question with its parcels in the order of their ids, and where each came from."""
    order = np.array(sorted(range(question.n), key=question.ids.__getitem__), dtype=np.int32)
    place = np.empty(question.n, dtype=np.int32)
    place[order] = np.arange(question.n, dtype=np.int32)
    graph = question.graph
    tails, heads = place[graph.sources()], place[graph.indices]
    edges = np.lexsort((heads, tails))
    ordered = graph_from_csr(
        np.concatenate(([0], np.cumsum(np.bincount(tails, minlength=graph.n)))),
        heads[edges],
        border_m=graph.border_m[edges],
        barrier=graph.barrier[edges],
        x=graph.x[order],
        y=graph.y[order],
        area_m2=graph.area_m2[order],
    )
    return replace(
        question,
        graph=ordered,
        ids=tuple(question.ids[i] for i in order),
        bounds=tuple(replace(total, values=total.values[order]) for total in question.bounds),
        start=None if question.start is None else by_first(question.start[order]),
        locked=None if question.locked is None else question.locked[order],
        together=None if question.together is None else by_first(question.together[order]),
        apart=np.sort(place[question.pairs_apart], axis=1),
        seeds=tuple(sorted(int(place[i]) for i in question.seeds)),
    ), order


def by_first(numbers: NDArray[Any]) -> Ints:
    """Number groups by their first member, so that the names of groups do not count.

    Examples:
        >>> by_first(np.array([7, 3, 7, 0])).tolist()
        [0, 1, 0, 2]
    """
    _, firsts, inverse = np.unique(numbers, return_index=True, return_inverse=True)
    rank = np.empty(len(firsts), dtype=np.int32)
    rank[np.argsort(firsts)] = np.arange(len(firsts), dtype=np.int32)
    named: Ints = rank[inverse]
    return named
