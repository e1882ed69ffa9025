"""Communities that a plan founds: their subdistrict, a name that keeps the rules, a colour of their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely

from linli.engine.districting import Plan
from linli.foundation.names import pinyin
from linli.layout.plans.queries.problems import Question
from linli.layout.plans.queries.sides import Drawn
from linli.layout.plans.rules.naming import proposed_name
from linli.registry.queries.planning import PlannedSubdistrict
from linli.registry.rules.colours import choose_colours

#: Ways that people live on; nobody says that they live on a railway.
NAMING_WAYS = frozenset({"arterial", "road", "lane", "river", "stream"})
NAMING_PLACES = frozenset({"park", "campus", "public"})


@dataclass(frozen=True, slots=True)
class Founded:
    """A community that a plan would establish."""

    draft_id: str
    name: str
    subdistrict: PlannedSubdistrict
    colour: int


def founded_communities(question: Question, plan: Plan, after: Drawn) -> tuple[Founded, ...]:
    """Return the new communities of a plan in the order of their draft ids."""
    taken = list(question.ground.names_taken)
    colours = _colours(question, plan)
    found = []
    for c, code in enumerate(plan.community_ids):
        if code not in plan.new_ids:
            continue
        subdistrict = _subdistrict(question, plan, c)
        name = proposed_name(
            ways=_ways(question, after, c),
            places=_places(question, plan, after, c),
            parent=subdistrict.name,
            taken=taken,
            sound=pinyin,
        )
        taken.append(name)
        found.append(Founded(code, name, subdistrict, colours[code]))
    return tuple(found)


def _subdistrict(question: Question, plan: Plan, c: int) -> PlannedSubdistrict:
    inside = np.flatnonzero(plan.assignment == c)
    weights = question.problem.households[inside] + 1
    crowds = np.bincount(question.problem.parent_of[inside], weights=weights)
    return question.ground.subdistricts[int(crowds.argmax())]


def _ways(question: Question, after: Drawn, c: int) -> Iterable[str]:
    """Return the names of ways inside the community, the longest first, those along its border after them."""
    lines = [line for line in question.ground.lines if line.name and line.kind in NAMING_WAYS]
    shape = after.shapes[c]
    inside: dict[str, float] = {}
    for line in lines:
        if shapely.intersects(shape, line.course):
            length = float(shapely.length(shapely.intersection(shape, line.course)))
            inside[line.name] = inside.get(line.name, 0.0) + length
    return sorted((name for name, length in inside.items() if length > 0), key=lambda name: (-inside[name], name))


def _places(question: Question, plan: Plan, after: Drawn, c: int) -> Iterable[str]:
    ground = question.ground
    rows = question.rows[plan.assignment == c]
    named = [row for row in rows if ground.parcel_kinds[row] in NAMING_PLACES and ground.parcel_names[row]]
    yield from (ground.parcel_names[row] for row in sorted(named, key=lambda row: -ground.area_m2[row]))
    side = after.sides[c]
    codes = () if side is None else side.compounds
    name_of = {compound.code: compound.name for compound in ground.compounds}
    yield from (name_of[code] for code in sorted(codes, key=lambda code: -(question.counts[code].households or 0)))


def _colours(question: Question, plan: Plan) -> dict[str, int]:
    """Return a colour per community; present ones keep theirs, new ones differ from their neighbours."""
    graph, ids = question.problem.graph, plan.community_ids
    neighbours: dict[str, set[str]] = {ids[c]: set() for c in np.unique(plan.assignment) if c >= 0}
    for here, there in zip(plan.assignment[graph.sources()], plan.assignment[graph.indices], strict=True):
        if here >= 0 and there >= 0 and here != there:
            neighbours[ids[here]].add(ids[there])
    held = {one.code: one.colour for one in question.ground.communities if one.code in neighbours}
    return choose_colours(neighbours, held=held)
