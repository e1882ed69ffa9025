"""What mending a misdrawn parcel would change: its outline before and after, computed as the audit sees the ground."""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from linli.engine.geometry import apply_repairs, propose_repairs
from linli.registry.rules.audit.ground import caused_flaws
from linli.registry.rules.audit.survey import Survey

#: Decimals of the stored degrees: corners come out the very ones of the neighbours.
DECIMALS = 8
#: What lies beyond the outline by rounding alone, in square metres.
NOTHING_M2 = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Mending:
    """A parcel before and after.

    Attributes:
        code: The parcel.
        nature: What happened to it, see `linli.engine.geometry.Nature`.
        flaws: How many overlaps and gaps go.
        before: Outline in degrees.
        after: Outline in degrees.
        before_m2: Area before.
        after_m2: Area after.
        changed_m2: Land that comes or goes.
        neighbours: Rows of the parcels on the other side, for the picture.
    """

    code: str
    nature: str
    flaws: int
    before: BaseGeometry
    after: BaseGeometry
    before_m2: float
    after_m2: float
    changed_m2: float
    neighbours: tuple[int, ...]


def mending_of(survey: Survey, code: str) -> Mending | None:
    """Return how a misdrawn parcel would be mended; None where no cause names it or a person must decide.

    Args:
        survey: The district.
        code: The parcel.
    """
    if code not in survey.dossier.parcel_codes:
        return None
    row = survey.dossier.parcel_codes.index(code)
    flaws, causes = caused_flaws(survey)
    cause = next((one for one in causes if one.polygon == row), None)
    if cause is None:
        return None
    proposals = [one for one in propose_repairs(survey.shapes, flaws, causes) if one.flaw in cause.flaws]
    # What it shares with another misdrawn parcel may be that one's to give: it is mended by an act of its own.
    own = [one for one in proposals if one.polygon == row]
    if not own or any(one.needs_choice for one in proposals):
        return None
    drawn_anew = apply_repairs(survey.shapes, flaws, own)[row]
    # Beyond the district no neighbour tells how far a parcel should reach; the outline does.
    if survey.outline is not None and drawn_anew.difference(survey.outline).area > NOTHING_M2:
        # Along a shared line the intersection holds lines beside the land.
        pieces = shapely.get_parts(drawn_anew.intersection(survey.outline))
        pieces = pieces[(shapely.get_type_id(pieces) == 3) & (shapely.area(pieces) > NOTHING_M2)]
        drawn_anew = pieces[0] if len(pieces) == 1 else shapely.multipolygons(pieces)
    after = survey.degrees(drawn_anew)
    after = shapely.transform(after, lambda xy: xy.round(DECIMALS))
    before = survey.dossier.outlines[row]
    if not after.is_valid or after.is_empty:
        return None
    drawn = survey.metres([before, after])
    return Mending(
        code=code,
        nature=cause.nature.value,
        flaws=len(own),
        before=before,
        after=after,
        before_m2=float(drawn[0].area),
        after_m2=float(drawn[1].area),
        changed_m2=float(drawn[0].symmetric_difference(drawn[1]).area),
        neighbours=cause.touched,
    )
