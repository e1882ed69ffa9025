"""Proposals to mend a layer, with the area each changes; nothing is mended that only a person can decide.

A hole may be a blind spot, an enclave or a lake; two polygons that share a broad piece of land may both be wrong.
Such proposals state who could take or give the land and wait for a choice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from linli.engine.geometry.causes import SAME_SHARE, Cause, Nature, border_lengths
from linli.engine.geometry.flaws import Flaw, FlawKind, SliverOf

#: What a cut leaves apart up to this area, in square metres of the plane, is taken off with it.
CRUMB_M2 = 0.001


class Mending(StrEnum):
    """What is done to a polygon."""

    CUT = "cut"
    FILL = "fill"
    MAKE_VALID = "make_valid"


@dataclass(frozen=True, slots=True)
class Proposal:
    """How one flaw may be mended.

    Attributes:
        flaw: Position of the flaw.
        act: The land is cut off a polygon, given to one, or the polygon's rings are put in order.
        polygon: Row of the polygon that changes; None until somebody chooses.
        choices: Rows that may be chosen.
        area_m2: By how much the polygon's area changes at most, a crumb of `CRUMB_M2` left out.
        because: ``cause``, ``larger``, ``longest_border``, ``invalid``; of those that wait ``broad``, ``may_be_meant``,
            ``duplicate``, ``falls_apart``.
    """

    flaw: int
    act: Mending
    polygon: int | None
    choices: tuple[int, ...]
    area_m2: float
    because: str

    @property
    def needs_choice(self) -> bool:
        """Nothing is done until somebody chooses a polygon."""
        return self.polygon is None


def propose_repairs(polygons: ArrayLike, flaws: Sequence[Flaw], causes: Sequence[Cause] = ()) -> tuple[Proposal, ...]:
    """Return a proposal for each flaw of land and rings, in the order of the flaws.

    Args:
        polygons: As `find_flaws` took them, shape ``(n,)``.
        flaws: What it found.
        causes: What `find_causes` made of it; the polygon named there is the one to mend.

    Notes:
        Who gives way is one order for the whole layer: polygons that are a cause first, then the larger. So no three
        polygons can hand a piece of land round in a circle until nobody holds it.

    Examples:
        >>> from linli.engine.geometry.flaws import find_flaws
        >>> row = np.array([shapely.box(0, 0, 100, 100), shapely.box(99.5, 0, 300, 100)])
        >>> flaws = find_flaws(row)
        >>> [(one.act.value, one.polygon, one.area_m2, one.because) for one in propose_repairs(row, flaws)]
        [('cut', 1, 50.0, 'larger')]
    """
    shapes = np.asarray(polygons, dtype=object)
    proposals = list(_proposed(shapes, flaws, causes))
    # Put together, cuts may part a polygon that was whole: that is for a person to decide.
    parted = {
        row
        for row, own in _of_polygons(proposals).items()
        if _parts(_mended(shapes, flaws, row, own)) > _parts(_sound(shapes[row]))
    }
    return tuple(
        replace(one, polygon=None, because="falls_apart") if one.polygon in parted else one for one in proposals
    )


def apply_repairs(
    polygons: ArrayLike,
    flaws: Sequence[Flaw],
    proposals: Sequence[Proposal],
    *,
    chosen: Mapping[int, int] | None = None,
) -> NDArray[np.object_]:
    """Return the layer with proposals carried out; polygons that none of them names are the very same objects.

    Args:
        polygons: As `propose_repairs` took them, shape ``(n,)``.
        flaws: What they mend.
        proposals: Those to carry out; those that wait for a choice are passed over.
        chosen: Flaw to the polygon somebody chose for it.

    Raises:
        ValueError: A chosen polygon is none of the proposal's choices.
    """
    shapes = np.asarray(polygons, dtype=object)
    settled = [_settled(one, (chosen or {}).get(one.flaw)) for one in proposals]
    mended = shapes.copy()
    for row, own in _of_polygons(settled).items():
        mended[row] = _mended(shapes, flaws, row, own)
    return mended


def _settled(proposal: Proposal, choice: int | None) -> Proposal:
    if choice is None:
        return proposal
    if choice not in proposal.choices:
        raise ValueError(f"polygon {choice} is none of the choices {proposal.choices} for flaw {proposal.flaw}")
    return replace(proposal, polygon=choice)


def _proposed(shapes: NDArray[np.object_], flaws: Sequence[Flaw], causes: Sequence[Cause]) -> Iterator[Proposal]:
    culprit = {flaw: cause for cause in causes for flaw in cause.flaws}
    blamed = {cause.polygon for cause in causes}
    along = border_lengths(shapes, flaws, [i for i, flaw in enumerate(flaws) if flaw.is_land_of_none])

    def yields(row: int) -> tuple[bool, float, int]:
        return (row in blamed, float(shapes[row].area), row)

    for i, flaw in enumerate(flaws):
        cause = culprit.get(i)
        if flaw.is_land_of_two:
            loser = max(flaw.polygons, key=yields)
            waits = ""
            if cause is not None and cause.nature is Nature.DUPLICATED:
                waits = "duplicate"
            elif flaw.shape is not None and flaw.shape.area >= SAME_SHARE * shapes[loser].area:
                waits = "falls_apart"
            elif cause is None and flaw.of is not SliverOf.OVERLAP:
                waits = "broad"
            because = waits or ("larger" if cause is None else "cause")
            yield Proposal(i, Mending.CUT, None if waits else loser, flaw.polygons, flaw.area_m2, because)
        elif flaw.is_land_of_none:
            lengths = along.get(i, {})
            longest = max(lengths, key=lambda row: (lengths[row], -row), default=None)
            taker = longest if cause is None else cause.polygon
            if cause is None and flaw.of is not SliverOf.GAP:
                taker = None
            because = "may_be_meant" if taker is None else "longest_border" if cause is None else "cause"
            yield Proposal(i, Mending.FILL, taker, flaw.polygons, flaw.area_m2, because)
        elif flaw.kind is FlawKind.INVALID_GEOMETRY and "Polygon" in shapes[flaw.polygons[0]].geom_type:
            (row,) = flaw.polygons
            mended = _sound(shapes[row])
            whole = _parts(mended) == shapely.get_num_geometries(shapes[row])
            change = abs(float(mended.area) - float(shapes[row].area))
            because = "invalid" if whole else "falls_apart"
            yield Proposal(i, Mending.MAKE_VALID, row if whole else None, (row,), change, because)


def _of_polygons(proposals: Iterable[Proposal]) -> dict[int, list[Proposal]]:
    found: dict[int, list[Proposal]] = defaultdict(list)
    for one in proposals:
        if one.polygon is not None:
            found[one.polygon].append(one)
    return found


def _mended(shapes: NDArray[np.object_], flaws: Sequence[Flaw], row: int, proposals: Sequence[Proposal]) -> Any:
    shape = _sound(shapes[row])
    for one in proposals:
        if one.act is Mending.CUT:
            # The neighbour itself, not the overlap: so both have the same corners along their new border.
            others = [other for other in flaws[one.flaw].polygons if other != row]
            for other in others:
                shape = shapely.difference(shape, _sound(shapes[other]))
        elif one.act is Mending.FILL:
            shape = shapely.union(shape, flaws[one.flaw].shape)
    pieces = shapely.get_parts(shape)
    pieces = pieces[(shapely.get_type_id(pieces) == 3) & (shapely.area(pieces) > CRUMB_M2)]
    return pieces[0] if len(pieces) == 1 else shapely.multipolygons(pieces)


def _sound(shape: Any) -> Any:
    """Return a shape with its rings in order, areal parts alone."""
    if shapely.is_valid(shape):
        return shape
    pieces = shapely.get_parts(shapely.get_parts(shapely.make_valid(shape, method="structure", keep_collapsed=False)))
    pieces = pieces[shapely.get_type_id(pieces) == 3]
    return pieces[0] if len(pieces) == 1 else shapely.multipolygons(pieces)


def _parts(shape: Any) -> int:
    return int(shapely.get_num_geometries(shape))
