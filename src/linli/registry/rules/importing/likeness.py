"""How likely a row and an entry of the ledger are one thing: name, address and place weighed together."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np

from linli.foundation.names import plain_name
from linli.foundation.policies import Standard
from linli.registry.rules.importing.verdicts import Held

#: Metres of a degree of latitude: near enough for telling whether two points are the same place.
DEGREE_M = 111_320.0
FIGURES = re.compile(r"\d+")
#: From this many times the distance of likely doubles on, two points speak for two things.
FAR = 10


@dataclass(frozen=True, slots=True)
class Features:
    """What a row says of the thing it is about.

    Attributes:
        name: Its name.
        address: Its address; empty for none.
        place: Longitude and latitude; None where not known.
    """

    name: str
    address: str = ""
    place: tuple[float, float] | None = None


class Scale:
    """Weighs the likeness of rows and entries by the numbers of the policy profile.

    Args:
        standards: The numbers: three weights, the least confidence worth asking about, the distance of doubles.
        key: Brings names to one form.
    """

    def __init__(self, standards: Mapping[str, Standard], key: Callable[[str], str]) -> None:
        self._key = key
        self._of_name = standards["match_name_weight"].number
        self._of_address = standards["match_address_weight"].number
        self._of_place = standards["match_place_weight"].number
        self.least = standards["match_least_confidence"].number / 100
        self.near_m = standards["duplicate_point_distance"].number

    def weigh(self, row: Features, held: Held) -> float:
        """Return the confidence that both are one thing, 0 to 1; what one of them does not tell is left out.

        Names whose figures differ, such as two phases of one compound, are never alike.
        """
        parts = [(self._of_name, _names(self._key(row.name), self._key(held.name)))]
        address = str(held.current.get("address") or "")
        if row.address and address:
            parts.append((self._of_address, _texts(plain_name(row.address), plain_name(address))))
        if row.place is not None and held.place is not None:
            apart = metres_between(row.place, held.place)
            beyond = max(0.0, apart - self.near_m) / (self.near_m * (FAR - 1))
            parts.append((self._of_place, max(0.0, 1 - beyond)))
        if not parts[0][1]:
            return 0.0
        return sum(weight * likeness for weight, likeness in parts) / sum(weight for weight, _likeness in parts)


def metres_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the distance of two near places in metres, right to a few in a thousand.

    Examples:
        >>> round(metres_between((116.4, 39.9), (116.4, 39.901)))
        111
    """
    east = (a[0] - b[0]) * np.cos(np.radians((a[1] + b[1]) / 2))
    return float(np.hypot(east, a[1] - b[1]) * DEGREE_M)


def _names(a: str, b: str) -> float:
    if FIGURES.findall(a) != FIGURES.findall(b):
        return 0.0
    return _texts(a, b)


def _texts(a: str, b: str) -> float:
    return 1.0 if a == b else SequenceMatcher(None, a, b, autojunk=False).ratio()
