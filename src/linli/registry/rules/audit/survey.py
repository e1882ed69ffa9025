"""The dossier laid out in metres: who lives where, who is next to whom. Made once, read by every test."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from linli.engine.geometry import Adjacency, geometries_to_zone, rook_adjacency
from linli.registry.rules.audit.dossier import AuditedCompound, Dossier, Found, Rows

NOBODY = -1


class Survey:
    """A dossier with what is derived from it.

    Args:
        dossier: What is audited.
    """

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier
        n = len(dossier.parcel_codes)
        held = dossier.community_of
        #: Row of the community per parcel; all -1 without a layout.
        self.community_of: Rows = np.full(n, NOBODY, dtype=np.int32) if held is None else held
        self.has_layout = held is not None
        #: Rows of the compounds on each parcel that carries any.
        self.compounds_on: dict[int, list[int]] = {}
        for number, compound in enumerate(dossier.compounds):
            for row in compound.rows:
                self.compounds_on.setdefault(row, []).append(number)

    @cached_property
    def shapes(self) -> Any:
        """Parcels in metres, shape ``(n,)``."""
        return geometries_to_zone(self.dossier.outlines, self.dossier.zone)

    @cached_property
    def outline(self) -> Any:
        """The district in metres; None where unknown."""
        return None if self.dossier.outline is None else self.metres([self.dossier.outline])[0]

    @cached_property
    def adjacency(self) -> Adjacency:
        """Which parcels share a border."""
        return rook_adjacency(self.shapes)

    @cached_property
    def homes(self) -> list[set[int]]:
        """Communities of the parcels of each compound, -1 among them for a parcel in none."""
        return [{int(self.community_of[row]) for row in compound.rows} for compound in self.dossier.compounds]

    @cached_property
    def members(self) -> list[list[AuditedCompound]]:
        """Compounds of each community; one on parcels of several counts in the one of its first parcel."""
        found: list[list[AuditedCompound]] = [[] for _ in self.dossier.communities]
        for compound in self.dossier.compounds:
            home = int(self.community_of[compound.rows[0]]) if compound.rows else NOBODY
            if home != NOBODY:
                found[home].append(compound)
        return found

    @cached_property
    def _assigned(self) -> tuple[Any, shapely.STRtree]:
        rows = np.flatnonzero((self.community_of != NOBODY) & ~shapely.is_empty(self.shapes))
        return rows, shapely.STRtree(self.shapes[rows])

    @cached_property
    def _offices(self) -> tuple[list[int], Any]:
        known = [row for row, community in enumerate(self.dossier.communities) if community.point is not None]
        return known, self.metres([self.dossier.communities[row].point for row in known])

    def metres(self, shapes: Iterable[BaseGeometry | None]) -> Any:
        """Return shapes in metres."""
        return geometries_to_zone(np.array(list(shapes), dtype=object), self.dossier.zone)

    def degrees(self, shape: BaseGeometry) -> BaseGeometry:
        """Return a shape in metres as longitude and latitude."""
        from linli.engine.geometry import from_zone

        return shapely.transform(shape, lambda xy: from_zone(xy, self.dossier.zone))

    def nearest_community(self, shape: BaseGeometry) -> int:
        """Return the row of the community nearest to a shape in metres, -1 where none holds ground."""
        rows, tree = self._assigned
        return int(self.community_of[rows[tree.nearest(shape)]]) if len(rows) else NOBODY

    def nearest_office(self, shape: BaseGeometry) -> tuple[str, float | None]:
        """Return the community whose office is nearest to a shape in metres, and how far it is."""
        known, points = self._offices
        if not known:
            return "", None
        away = shapely.distance(points, shape)
        nearest = int(np.argmin(away))
        return self.dossier.communities[known[nearest]].name, float(away[nearest])

    def name_of(self, community: int) -> str:
        """Return the name of a community by its row, empty for none."""
        return "" if community == NOBODY else self.dossier.communities[community].name

    def code_of(self, community: int) -> str:
        """Return the code of a community by its row, empty for none."""
        return "" if community == NOBODY else self.dossier.communities[community].code

    def subdistrict_of(self, community: int) -> str:
        """Return the code of a community's subdistrict by its row, empty for none."""
        return "" if community == NOBODY else self.dossier.communities[community].subdistrict

    def ground_of(self, rows: Iterable[int]) -> BaseGeometry | None:
        """Return parcels as one shape in degrees, not joined; None for no parcel."""
        parts = shapely.get_parts(self.dossier.outlines[list(rows)])
        areal = parts[shapely.get_type_id(parts) == 3]
        return shapely.multipolygons(areal) if len(areal) else None

    def parcel_name(self, row: int) -> str:
        """Return what a parcel is called: its name, else its code."""
        return self.dossier.parcel_names[row] or self.dossier.parcel_codes[row]

    def living_on(self, rows: Iterable[int]) -> tuple[int, int]:
        """Return people and households of the compounds on some parcels, as far as known."""
        numbers = sorted({number for row in rows for number in self.compounds_on.get(row, ())})
        return counted([self.dossier.compounds[number] for number in numbers])

    def about_compound(self, kind: str, compound: AuditedCompound, *, field: str = "", **evidence: object) -> Found:
        """Return a finding about a compound, filed under its community or, without one, the nearest subdistrict."""
        home = next((int(self.community_of[row]) for row in compound.rows), NOBODY)
        people, households = counted([compound])
        place = self.ground_of(compound.rows) if compound.rows else compound.point
        near = home
        if near == NOBODY and place is not None:
            near = self.nearest_community(self.metres([place])[0])
        return Found(
            kind,
            "compound",
            f"{compound.code}:{field}" if field else compound.code,
            compound.name,
            people=people,
            households=households,
            community=self.code_of(home),
            subdistrict=self.subdistrict_of(near),
            place=place,
            evidence={"parcels": [self.dossier.parcel_codes[row] for row in compound.rows], **evidence},
        )

    def about_community(self, kind: str, row: int, *, rows: Iterable[int] | None = None, **evidence: object) -> Found:
        """Return a finding about a community, touching those who live on some of its parcels, by default all."""
        community = self.dossier.communities[row]
        parcels = np.flatnonzero(self.community_of == row).tolist() if rows is None else list(rows)
        people, households = self.living_on(parcels) if rows is not None else counted(self.members[row])
        return Found(
            kind,
            "community",
            community.code,
            community.name,
            people=people,
            households=households,
            community=community.code,
            subdistrict=community.subdistrict,
            place=self.ground_of(parcels) if rows is not None else community.point,
            evidence={"parcels": [self.dossier.parcel_codes[parcel] for parcel in parcels], **evidence},
        )


def counted(compounds: Iterable[AuditedCompound]) -> tuple[int, int]:
    """Return people and households of compounds; what is missing adds nothing."""
    given = list(compounds)
    return sum(each.people or 0 for each in given), sum(each.households or 0 for each in given)
