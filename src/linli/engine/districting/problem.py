"""What is asked of the engine: the parcels, the present layout, the hard rules and the wishes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from linli.engine.errors import BandNotSound, NobodyLives, NoParcels, ProblemNotSound
from linli.engine.graph import ParcelGraph

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Measure = Literal["households", "people"]


@dataclass(frozen=True, kw_only=True)
class Band:
    """Lawful scale of a community, both limits included.

    Attributes:
        low: Smallest number.
        high: Largest number.
        measure: What is counted, households or people; stability counts the same.
    """

    low: int
    high: int
    measure: Measure = "households"

    def __post_init__(self) -> None:
        if not 1 <= self.low <= self.high:
            raise BandNotSound("expected 1 <= low <= high", low=self.low, high=self.high)

    def holds(self, total: int) -> bool:
        """Tell whether a total lies inside the band.

        Examples:
            >>> Band(low=1000, high=3000).holds(3000)
            True
        """
        return self.low <= total <= self.high


@dataclass(frozen=True, kw_only=True)
class Standards:
    """Norms for the scores; the numbers come from the policy profile, never from the engine.

    Attributes:
        office_distance_m: Straight distance to the office that counts as convenient.
        room_m2_per_100_households: Floor area of service rooms per 100 households.
        workers_per_10_000_people: Community workers per 10,000 people.
        reached_share: Share of a community's households that must reach a type of facility for it to count.
    """

    office_distance_m: float
    room_m2_per_100_households: float
    workers_per_10_000_people: float
    reached_share: float


@dataclass(frozen=True, kw_only=True)
class Weights:
    """Exchange rates of the search, in households moved.

    Attributes:
        out_of_band: One household above or below the band. It must exceed the number of communities through
            which a surplus may have to be passed on.
        empty_parcel: One parcel that changes its community, whether or not anybody lives there.
        border: A border of mean length between two communities.
    """

    out_of_band: int = 20
    empty_parcel: int = 10
    border: float = 1.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Resources:
    """What communities have at present; NaN where unknown.

    Attributes:
        room_m2: Floor area of service rooms per community, shape ``(k,)``.
        workers: Community workers per community, shape ``(k,)``.
        reach: Whether a parcel reaches a facility of each required type, shape ``(n, t)``.
    """

    room_m2: Floats
    workers: Floats
    reach: Flags


@dataclass(frozen=True, kw_only=True, eq=False)
class Offices:
    """Where the communities' offices stand.

    Attributes:
        parcel: Parcel of each office, -1 where unknown, shape ``(k,)``.
        x: Easting, NaN where unknown, shape ``(k,)``.
        y: Northing, shape ``(k,)``.
    """

    parcel: Ints
    x: Floats
    y: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem:
    """One question to the engine; ``n`` parcels, ``k`` present communities.

    Lists are made into arrays, and everything is checked, on construction.

    Attributes:
        graph: Parcels and their borders.
        parcel_ids: Public id per parcel, each once. The engine orders by id, so the order of input is free.
        households: Households per parcel, shape ``(n,)``.
        people: People per parcel, shape ``(n,)``; equal to the households where left out.
        community_ids: Public id per present community, each once.
        present: Index of the present community per parcel, -1 for a blind spot (管理盲区), shape ``(n,)``.
        band: Lawful scale.
        unit_of: Parcels with the same number stay together (one compound); each its own where left out.
        parent_of: Index of the subdistrict (街道) per parcel; one for all where left out.
        parent_ids: Public id per subdistrict.
        cross_parents: Whether communities may reach over the border of a subdistrict.
        locked_parcels: Parcels that keep their community.
        locked_communities: Communities that neither gain nor lose a parcel.
        band_exceptions: Communities registered as out of band, with the reason. The search keeps them and draws
            them no further out than they are, unless nothing else helps.
        contiguity_exceptions: Communities registered as lying in several parts, with the reason.
        offices: Offices of the communities.
        resources: Rooms, workers and facilities.
        standards: Norms for the scores that need one; without them those scores are not known.
        weights: Exchange rates of the search.
        seed: Seed of every random choice.
        sweeps: Largest number of sweeps; one sweep visits every community.
        patience: Sweeps without improvement after which the search ends.

    Raises:
        NoParcels: There is no parcel.
        NobodyLives: No household (or nobody, where people are counted) stands on any parcel.
        ProblemNotSound: Arrays disagree in length, range or meaning.
    """

    graph: ParcelGraph
    parcel_ids: tuple[str, ...]
    households: Longs
    people: Longs = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    community_ids: tuple[str, ...]
    present: Ints
    band: Band
    unit_of: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    parent_of: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    parent_ids: tuple[str, ...] = ("",)
    cross_parents: bool = False
    locked_parcels: Flags = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    locked_communities: frozenset[str] = frozenset()
    band_exceptions: Mapping[str, str] = field(default_factory=dict)
    contiguity_exceptions: Mapping[str, str] = field(default_factory=dict)
    offices: Offices | None = None
    resources: Resources | None = None
    standards: Standards | None = None
    weights: Weights = Weights()
    seed: int = 1
    sweeps: int = 12
    patience: int = 3

    def __post_init__(self) -> None:
        n, k = self.graph.n, len(self.community_ids)
        if n == 0:
            raise NoParcels("a plan needs at least one parcel")
        self._set("households", _whole(self.households, n, "households"))
        self._set("people", _whole(self.people, n, "people") if len(self.people) else self.households)
        self._set("present", _indices(self.present, n, "present", low=-1, high=k))
        if not len(self.unit_of):
            self._set("unit_of", np.arange(n))
        self._set("unit_of", np.unique(_indices(self.unit_of, n, "unit_of"), return_inverse=True)[1].astype(np.int32))
        if not len(self.parent_of):
            self._set("parent_of", np.zeros(n))
        self._set("parent_of", _indices(self.parent_of, n, "parent_of", high=len(self.parent_ids)))
        if not len(self.locked_parcels):
            self._set("locked_parcels", np.zeros(n))
        self._set("locked_parcels", _array(self.locked_parcels, n, "locked_parcels", np.bool_))
        self._check(n, k)

    @property
    def n(self) -> int:
        """Number of parcels."""
        return self.graph.n

    @property
    def sizes(self) -> Longs:
        """What the band counts, per parcel, shape ``(n,)``."""
        return self.households if self.band.measure == "households" else self.people

    def codes(self, communities: frozenset[str] | Mapping[str, str]) -> Ints:
        """Return the indices of some communities by id, ascending."""
        return np.flatnonzero([code in communities for code in self.community_ids]).astype(np.int32)

    def _set(self, name: str, value: ArrayLike) -> None:
        object.__setattr__(self, name, value)

    def _check(self, n: int, k: int) -> None:
        if len(self.parcel_ids) != n or len(set(self.parcel_ids)) != n:
            raise ProblemNotSound("parcel_ids must name each parcel once", expected=n, came=len(set(self.parcel_ids)))
        if len(set(self.community_ids)) != k:
            raise ProblemNotSound("community_ids must name each community once", expected=k)
        if any(code.startswith("new-") for code in self.community_ids):
            raise ProblemNotSound("ids that start with new- are kept for communities that a plan founds")
        for name in ("locked_communities", "band_exceptions", "contiguity_exceptions"):
            unknown = sorted(set(getattr(self, name)) - set(self.community_ids))
            if unknown:
                raise ProblemNotSound(f"{name} names communities that do not exist", unknown=tuple(unknown))
        if (self.locked_parcels & (self.present < 0)).any():
            parcel = self.parcel_ids[int(np.flatnonzero(self.locked_parcels & (self.present < 0))[0])]
            raise ProblemNotSound("a locked parcel lies in no community: assign it or unlock it", parcel=parcel)
        if self.sizes.sum() == 0:
            raise NobodyLives("expected households on at least one parcel", parcels=n, measure=self.band.measure)
        if not (0 <= self.seed < 2**63 and self.sweeps >= 0 and self.patience >= 1):
            raise ProblemNotSound("seed and sweeps must not be negative, patience at least 1", seed=self.seed)
        if self.weights.out_of_band < 1 or self.weights.empty_parcel < 0 or self.weights.border < 0:
            raise ProblemNotSound("weights must not be negative, out_of_band at least 1")
        if self.offices is not None:
            _indices(self.offices.parcel, k, "offices.parcel", low=-1, high=n)
            _array(self.offices.x, k, "offices.x", np.float64)
            _array(self.offices.y, k, "offices.y", np.float64)
        if self.resources is not None:
            _array(self.resources.room_m2, k, "resources.room_m2", np.float64)
            _array(self.resources.workers, k, "resources.workers", np.float64)
            if self.resources.reach.ndim != 2 or len(self.resources.reach) != n:
                raise ProblemNotSound("resources.reach must have one row per parcel", expected=n)


def _array(values: ArrayLike, n: int, name: str, dtype: type) -> NDArray[Any]:
    array: NDArray[Any] = np.asarray(values, dtype=dtype)
    if array.shape != (n,):
        raise ProblemNotSound(f"{name} has the wrong length", expected=n, came=int(array.size))
    return array


def _whole(values: ArrayLike, n: int, name: str) -> NDArray[np.int64]:
    given = np.asarray(values)
    _array(given, n, name, np.float64)
    counts = given.astype(np.float64)
    faults = np.flatnonzero(~np.isfinite(counts) | (counts < 0) | (counts != np.floor(counts)))
    if len(faults):
        raise ProblemNotSound(f"{name} must be whole numbers from 0", row=int(faults[0]), came=str(given[faults[0]]))
    return given.astype(np.int64)


def _indices(values: ArrayLike, n: int, name: str, *, low: int = 0, high: int | None = None) -> NDArray[np.int32]:
    array = _array(values, n, name, np.int64)
    if len(array) and (array.min() < low or (high is not None and array.max() >= high)):
        raise ProblemNotSound(f"{name} leaves its range", low=low, high=high, came=(int(array.min()), int(array.max())))
    return array.astype(np.int32)
