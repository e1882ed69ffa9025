"""The preview of a repair of a misdrawn parcel (修补地块): before, after, neighbours, areas."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from linli.registry.models import District, Parcel
from linli.registry.queries.audited import dossier_of
from linli.registry.queries.layouts import layout_at
from linli.registry.rules.audit.mending import Mending, mending_of
from linli.registry.rules.audit.survey import Survey
from linli.registry.rules.audit.telling import NATURES

PICTURE = 480.0
MARGIN = 0.12


@dataclass(frozen=True, slots=True)
class MendingCard:
    """A repair to look at.

    Attributes:
        code: The parcel.
        name: Its name, else its code.
        nature: What happened to it, in words.
        flaws: How many overlaps and gaps go.
        before_m2: Area before.
        after_m2: Area after.
        changed_m2: Land that comes or goes.
        households: Households on it.
        layout: Number of the layout that the repair builds on.
        neighbours: Paths of the neighbours, for the picture.
        before: Path of the parcel before.
        after: Path of the parcel after.
    """

    code: str
    name: str
    nature: str
    flaws: int
    before_m2: float
    after_m2: float
    changed_m2: float
    households: int
    layout: int
    neighbours: tuple[str, ...]
    before: str
    after: str


def has_parcel(district: District, code: str) -> bool:
    """Say whether a district has, or had, a parcel of a code."""
    return Parcel.objects.filter(district=district, code=code).exists()


def standing_mending(district: District, code: str, *, now: datetime) -> tuple[Survey, Mending, int] | None:
    """Return the survey, the repair and the number of the layout it builds on; None where there is none."""
    layout = layout_at(district, at=now)
    # Ground that changed without a layout is not this act's to number.
    if layout is None or layout.parcel_set != district.parcel_set:
        return None
    survey = Survey(dossier_of(district, layout, now=now))
    mending = mending_of(survey, code)
    return None if mending is None else (survey, mending, layout.number)


def mending_card(district: District, code: str, *, now: datetime) -> MendingCard | None:
    """Return the preview of a repair; None where nothing can be mended without a person's choice."""
    found = standing_mending(district, code, now=now)
    if found is None:
        return None
    survey, mending, layout = found
    row = survey.dossier.parcel_codes.index(code)
    drawn = survey.metres([mending.before, mending.after])
    west, south, east, north = shapely.total_bounds(drawn).tolist()
    margin = MARGIN * max(east - west, north - south)
    scale = PICTURE / (max(east - west, north - south) + 2 * margin)
    corner = (west - margin, north + margin)
    frame = shapely.box(west - margin, south - margin, east + margin, north + margin)

    def path(shape: BaseGeometry) -> str:
        return _path(shape, corner, scale)

    return MendingCard(
        code=code,
        name=survey.parcel_name(row),
        nature=str(NATURES[mending.nature]),
        flaws=mending.flaws,
        before_m2=mending.before_m2,
        after_m2=mending.after_m2,
        changed_m2=mending.changed_m2,
        households=survey.living_on([row])[1],
        layout=layout,
        neighbours=tuple(path(survey.shapes[other].intersection(frame)) for other in mending.neighbours),
        before=path(drawn[0]),
        after=path(drawn[1]),
    )


def _path(shape: BaseGeometry, corner: tuple[float, float], scale: float) -> str:
    """Return the outline of a shape as the path of a picture, north up."""
    rings = shapely.get_rings(shapely.get_parts(shape))
    told = []
    for ring in rings:
        points = (shapely.get_coordinates(ring) - np.array(corner)) * np.array((scale, -scale))
        told.append("M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points[:-1].tolist()) + "Z")
    return "".join(told)
