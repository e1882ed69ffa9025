"""Everything that the papers of a plan are written from: stored figures, names, what moves from where to where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from linli.engine.districting import Plan
from linli.engine.geometry import community_shapes
from linli.foundation import clock
from linli.foundation.policies import profile
from linli.layout.plans.errors import NothingToExport
from linli.layout.plans.models import AdjustmentPlan, PlanRevision
from linli.layout.plans.rules.figures import CommunityFigures, PlanFigures, figures_from
from linli.layout.plans.rules.wishes import Wishes, wishes_from
from linli.registry.queries.layouts import Ground, ground_of, membership_of
from linli.registry.queries.planning import NamedLine, PlanningGround, planning_ground_of_layout

Labels = NDArray[np.int32]
Shapes = NDArray[np.object_]

#: Stands on every paper and figure of a plan that leans on an assumption.
ESTIMATE = "估算，不得报批"


@dataclass(frozen=True, slots=True)
class Move:
    """Land that goes from one community to another; an empty code is a blind spot (管理盲区).

    Attributes:
        giver: Code of the community that gives (划出).
        taker: Code of the community that receives (划入).
        rows: Rows of the parcels.
        compounds: Codes of the compounds on them.
        households: Households in these compounds.
        people: People in these compounds.
        area_m2: Area of the parcels.
    """

    giver: str
    taker: str
    rows: tuple[int, ...]
    compounds: tuple[str, ...]
    households: int
    people: int
    area_m2: float


@dataclass(frozen=True, slots=True, eq=False)
class PaperMap:
    """The ground of a plan, drawn; ``n`` parcels in the order of the plan, metres of the district's zone.

    Attributes:
        parcel_codes: Codes, in order.
        parcel_kinds: Kinds, in order.
        parcel_names: Names, in order.
        outlines: Polygons in metres, shape ``(n,)``.
        outlines_4490: The same in degrees (EPSG:4490), shape ``(n,)``.
        area_m2: Areas, shape ``(n,)``.
        before: Row of the community in the figures, -1 for a blind spot, shape ``(n,)``.
        after: The same in the plan, shape ``(n,)``.
        shapes_before: Outline per community of the figures at present, empty where it has none.
        shapes_after: The same in the plan.
        offices: Place of the office per community that has one, by row.
        lines: Roads, rivers, railways.
    """

    parcel_codes: tuple[str, ...]
    parcel_kinds: tuple[str, ...]
    parcel_names: tuple[str, ...]
    outlines: Shapes
    outlines_4490: Shapes
    area_m2: NDArray[np.float64]
    before: Labels
    after: Labels
    shapes_before: Shapes
    shapes_after: Shapes
    offices: Mapping[int, BaseGeometry]
    lines: tuple[NamedLine, ...]


@dataclass(frozen=True, slots=True, eq=False)
class PaperSource:
    """A plan as its papers tell it.

    Attributes:
        number: Number of the plan.
        title: Its title.
        district: Name of the district.
        subdistrict: Name of the subdistrict that it is limited to, empty for the whole district.
        made_on: Day of its figures.
        wishes: What was asked.
        document: The engine's plan, byte for byte.
        content_hash: Its hash.
        figures: What it says.
        names: Name per code of a community; new ones under the name that they bear now.
        moves: What leaves where and goes where, in the order of the communities.
        grids_before: Grids per community; None where no grid is drawn.
        grids_after: The same in the plan, a grid counted wherever it has land.
        grids_cut: Grids of one community that the plan shares out over several.
        rooms_m2_per_100: Square metres of service rooms that 100 households should have, by the policy profile.
        map: The ground.
        taken: Who takes the papers out, when; empty where nobody does.
    """

    number: str
    title: str
    district: str
    subdistrict: str
    made_on: date
    wishes: Wishes
    document: bytes
    content_hash: str
    figures: PlanFigures
    names: Mapping[str, str]
    moves: tuple[Move, ...]
    grids_before: Mapping[str, int] | None
    grids_after: Mapping[str, int] | None
    grids_cut: int
    rooms_m2_per_100: float
    map: PaperMap
    taken: str = ""

    @property
    def area(self) -> str:
        """Name of the place that the plan is about."""
        return self.subdistrict or self.district

    @property
    def watermark(self) -> str:
        """Warning for a plan that leans on an assumption, else empty."""
        return ESTIMATE if self.wishes.assumption is not None else ""

    @property
    def touched(self) -> tuple[CommunityFigures, ...]:
        """Communities that gain or lose land, begin or end."""
        return tuple(one for one in self.figures.communities if one.is_touched)

    def row_of(self, code: str) -> int:
        """Return the row of a community in the figures; -1 for the empty code."""
        return next((row for row, one in enumerate(self.figures.communities) if one.code == code), -1)


def paper_source(plan: AdjustmentPlan, *, now: datetime, taken: str = "") -> PaperSource:
    """Return what the papers of a plan's newest revision are written from.

    Args:
        plan: The plan.
        taken: What the files say of who takes them out.
        now: When; chooses the ledger's open entries for the map, the figures are those of the revision.

    Raises:
        NothingToExport: The plan has no layout.
    """
    revision = PlanRevision.objects.filter(plan=plan).order_by("-number").first()
    if revision is None:
        raise NothingToExport(number=plan.number, stage=plan.get_stage_display())
    figures = figures_from(revision.figures)
    drawn_up = Plan.from_json(bytes(revision.document))
    ledger = planning_ground_of_layout(plan.base_id, now=now)
    ground = ground_of(plan.district, parcel_set=plan.base.parcel_set)
    _members, grids = membership_of(plan.base, ground)
    drawn = _map(figures, drawn_up, ledger, ground)
    place = {code: row for row, code in enumerate(ground.codes)}
    before, after, cut = _grids(figures, drawn, grids[[place[code] for code in drawn.parcel_codes]])
    proposed = dict(plan.proposed.values_list("draft_id", "name"))
    return PaperSource(
        number=plan.number,
        title=plan.title,
        district=plan.district.name,
        subdistrict="" if plan.subdistrict is None else plan.subdistrict.name,
        made_on=clock.today(plan.made_at),
        wishes=wishes_from(plan.parameters, plan.assumption),
        document=bytes(revision.document),
        content_hash=revision.content_hash,
        figures=figures,
        names={one.code: proposed.get(one.code, one.name) for one in figures.communities},
        moves=_moves(figures, drawn, ledger),
        grids_before=before,
        grids_after=after,
        grids_cut=cut,
        rooms_m2_per_100=profile(ledger.profile).at(clock.today(plan.made_at))["facility_per100"].number,
        map=drawn,
        taken=taken,
    )


def _map(figures: PlanFigures, plan: Plan, ledger: PlanningGround, ground: Ground) -> PaperMap:
    codes = [one.code for one in figures.communities]
    number = {code: row for row, code in enumerate(codes)} | {"": -1}
    place = {code: row for row, code in enumerate(ledger.parcel_codes)}
    rows = np.array([place[code] for code in plan.parcel_ids])
    held = [community.code for community in ledger.communities] + [""]
    before = _column(number, (held[label] for label in ledger.community_of[rows]))
    chosen = [*plan.community_ids, ""]
    after = _column(number, (chosen[label] for label in plan.assignment))
    offices = {community.code: community.office for community in ledger.communities if community.office is not None}
    outlines, degrees = ledger.outlines[rows], np.array(ground.outlines, dtype=object)[rows]
    return PaperMap(
        parcel_codes=plan.parcel_ids,
        parcel_kinds=tuple(ledger.parcel_kinds[row] for row in rows),
        parcel_names=tuple(ledger.parcel_names[row] for row in rows),
        outlines=outlines,
        outlines_4490=degrees,
        area_m2=ledger.area_m2[rows],
        before=before,
        after=after,
        shapes_before=community_shapes(outlines, before, n_communities=len(codes)).shapes,
        shapes_after=community_shapes(outlines, after, n_communities=len(codes)).shapes,
        offices={number[code]: shapely.Point(at) for code, at in offices.items() if code in number},
        lines=ledger.lines,
    )


def _column(number: Mapping[str, int], codes: Iterable[str]) -> Labels:
    return np.array([number.get(code, -1) for code in codes], dtype=np.int32)


def _moves(figures: PlanFigures, drawn: PaperMap, ledger: PlanningGround) -> tuple[Move, ...]:
    codes = [*(one.code for one in figures.communities), ""]
    place = {code: row for row, code in enumerate(drawn.parcel_codes)}
    flows: dict[tuple[int, int], list[int]] = {}
    for row in np.flatnonzero(drawn.before != drawn.after).tolist():
        flows.setdefault((int(drawn.before[row]), int(drawn.after[row])), []).append(row)
    homes: dict[int, list[str]] = {}
    for compound in ledger.compounds:
        inside = [place[code] for row in compound.rows if (code := ledger.parcel_codes[row]) in place]
        if compound.code in figures.compounds and inside:
            # One on several parcels counts with the largest, as in the figures.
            homes.setdefault(max(inside, key=lambda row: (drawn.area_m2[row], -row)), []).append(compound.code)
    moves = []
    for (giver, taker), rows in sorted(flows.items()):
        compounds = [code for row in rows for code in homes.get(row, [])]
        counts = [figures.compounds[code] for code in compounds]
        moves.append(
            Move(
                giver=codes[giver],
                taker=codes[taker],
                rows=tuple(rows),
                compounds=tuple(sorted(compounds)),
                households=sum(count.households or 0 for count in counts),
                people=sum(count.people or 0 for count in counts),
                area_m2=float(drawn.area_m2[rows].sum()),
            )
        )
    return tuple(moves)


def _grids(
    figures: PlanFigures, drawn: PaperMap, grids: NDArray[np.int64]
) -> tuple[dict[str, int] | None, dict[str, int] | None, int]:
    known = grids >= 0
    if not known.any():
        return None, None, 0
    codes = [one.code for one in figures.communities]
    counted = []
    for labels in (drawn.before, drawn.after):
        pairs = np.unique(np.column_stack((labels[known], grids[known])), axis=0)
        counted.append({code: int((pairs[:, 0] == row).sum()) for row, code in enumerate(codes)})
    # Cut is a grid that lies in more communities than before, blind spots left out.
    spread = [
        {int(grid): len(np.unique(labels[(grids == grid) & (labels >= 0)])) for grid in np.unique(grids[known])}
        for labels in (drawn.before, drawn.after)
    ]
    return counted[0], counted[1], sum(spread[1][grid] > spread[0][grid] for grid in spread[0])
