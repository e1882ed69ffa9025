"""Which coordinate system the numbers of a file are in: what it says, what its points say, and who decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray
from shapely import MultiPolygon, Polygon

from linli.engine.geometry import CoordinateSystem, Reading, detect_system, to_cgcs2000

SWAPPED = "/swapped"
EPSG = "EPSG:"
#: Geographic systems that EPSG codes name.
DEGREES_OF_EPSG = {4326: CoordinateSystem.WGS84, 4490: CoordinateSystem.CGCS2000}
#: Systems whose degrees differ by less than the files' own decimals.
ALIKE = {CoordinateSystem.WGS84.value: CoordinateSystem.CGCS2000.value}


class Doubt(StrEnum):
    """Why a person must say which system it is."""

    NONE = ""
    DIFFERS = "DIFFERS"
    SWAPPED = "SWAPPED"
    NOT_METRES = "NOT_METRES"
    NOT_DEGREES = "NOT_DEGREES"
    UNCLEAR = "UNCLEAR"
    NOWHERE = "NOWHERE"
    NO_OUTLINE = "NO_OUTLINE"


@dataclass(frozen=True, slots=True)
class SystemFinding:
    """What is known of a file's coordinate system.

    Attributes:
        declared: Name of the system that the file or the officer states; empty when none does.
        detected: Name of the reading with the most points inside; empty without an outline.
        share: Share of the points inside under that reading, 0 to 1.
        shares: Share per name of every reading, the best eight.
        doubt: Why a person must decide; empty when nothing needs deciding.
    """

    declared: str
    detected: str
    share: float | None
    shares: Mapping[str, float]
    doubt: Doubt

    @property
    def settled(self) -> str:
        """The system to read by when nobody has to be asked; empty otherwise."""
        return "" if self.doubt else (self.declared or self.detected)


def name_of(reading: Reading) -> str:
    """Return the name under which a reading is stored.

    Examples:
        >>> name_of(Reading(CoordinateSystem.BD09, None, True, 0.9))
        'BD09/swapped'
    """
    base = f"{EPSG}{reading.epsg}" if reading.is_projected else reading.system.value
    return base + (SWAPPED if reading.swapped else "")


def name_of_epsg(code: int | None) -> str:
    """Return the name of the system that a map file declares; empty for none.

    Examples:
        >>> name_of_epsg(4326), name_of_epsg(4548), name_of_epsg(None)
        ('WGS84', 'EPSG:4548', '')
    """
    if code is None:
        return ""
    return DEGREES_OF_EPSG[code].value if code in DEGREES_OF_EPSG else f"{EPSG}{code}"


def read_positions(points: ArrayLike, name: str) -> NDArray[np.float64]:
    """Return points as CGCS2000 degrees, shape ``(n, 2)``.

    Args:
        points: The file's own numbers, shape ``(n, 2)``.
        name: How to read them, as `name_of` writes it.
    """
    given = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    base = name.removesuffix(SWAPPED)
    if name.endswith(SWAPPED):
        given = given[:, ::-1]
    if base.startswith(EPSG):
        return to_cgcs2000(given, CoordinateSystem.PROJECTED, epsg=int(base.removeprefix(EPSG)))
    return to_cgcs2000(given, CoordinateSystem(base))


def judge_system(
    points: ArrayLike,
    outline: Polygon | MultiPolygon | None,
    *,
    declared: str,
    least_share: float,
    margin: float = 0.05,
) -> SystemFinding:
    """Hold the declared system against where the points would lie.

    Args:
        points: The file's own numbers, shape ``(n, 2)``; rows without a position hold NaN.
        outline: Outline of the district in CGCS2000; None where it is not known.
        declared: The stated system; empty when none is.
        least_share: Share of points that must lie inside.
        margin: By how much one reading must lead to be told from the next.

    Notes:
        Points whose readings cannot be told apart follow the declaration, if under it enough lie inside.
    """
    given = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    given = given[np.isfinite(given).all(axis=1)]
    if not len(given):
        return SystemFinding(declared, "", None, {}, Doubt.NONE)
    if outline is None:
        return SystemFinding(declared, "", None, {}, Doubt.NONE if declared else Doubt.NO_OUTLINE)
    verdict = detect_system(given, outline, least_share=least_share, margin=margin)
    best = verdict.best
    shares = {name_of(reading): reading.share for reading in verdict.readings[:8]}
    all_shares = {name_of(reading): reading.share for reading in verdict.readings}
    stated = all_shares.get(_alike(declared), 0.0)
    doubt = _doubt(declared, best, stated, is_clear=verdict.is_clear, least=least_share, margin=margin)
    if declared:
        shares[declared] = stated
    return SystemFinding(declared, name_of(best), best.share, shares, doubt)


def _doubt(declared: str, best: Reading, stated: float, *, is_clear: bool, least: float, margin: float) -> Doubt:
    if declared and stated >= least and stated >= best.share - margin:
        return Doubt.NONE
    if best.share < least:
        return Doubt.NOWHERE
    if declared and declared.startswith(EPSG) and not best.is_projected:
        return Doubt.NOT_METRES
    if declared and not declared.startswith(EPSG) and best.is_projected:
        return Doubt.NOT_DEGREES
    if best.swapped:
        return Doubt.SWAPPED
    if declared:
        return Doubt.DIFFERS
    return Doubt.NONE if is_clear else Doubt.UNCLEAR


def _alike(name: str) -> str:
    base = name.removesuffix(SWAPPED)
    return ALIKE.get(base, base) + (SWAPPED if name.endswith(SWAPPED) else "")
