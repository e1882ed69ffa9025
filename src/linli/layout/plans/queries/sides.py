"""Communities before and after: figures, offices and four bounds, computed from parcels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon

from linli.engine.districting.objectives import heir_of
from linli.engine.geometry import NamedCourses, community_shapes, four_bounds, named_courses
from linli.engine.reach import distance_per_community, office_distance_m
from linli.layout.plans.queries.problems import Question
from linli.layout.plans.rules.figures import Bounds, Side
from linli.registry.queries.planning import PlannedCommunity

Labels = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """One layout of a question's area, drawn: community per parcel of the problem, outline per community."""

    labels: Labels
    shapes: NDArray[np.object_]
    sides: tuple[Side | None, ...]
    walk_m: NDArray[np.float64]


def drawn(question: Question, labels: Labels, *, known: Drawn | None = None, k: int) -> Drawn:
    """Return a layout of the area with the figures of each community.

    Args:
        question: The question.
        labels: Community per parcel of the problem, present ones first, -1 for none, shape ``(n,)``.
        known: A layout drawn before; communities with the same parcels keep its outline and bounds.
        k: Number of communities, present and new.
    """
    ground, rows = question.ground, question.rows
    shapes = community_shapes(ground.outlines[rows], labels, n_communities=k)
    offices = _offices(question, k)
    walk_m = office_distance_m(question.neighbours.points[rows], labels, offices, detour=question.detour)
    households, people = question.households[rows], question.people[rows]
    farthest = distance_per_community(walk_m, households, labels, n_communities=k).max_m
    compounds = compounds_of(question, labels, k)
    rooms = _inherited(question, labels)
    held = np.unique(labels[labels >= 0]).tolist()
    courses = named_courses([line.course for line in ground.lines], [line.name for line in ground.lines])
    sides: list[Side | None] = [None] * k
    for c in held:
        community = _community(question, c)
        inside = labels == c
        sides[c] = Side(
            households=int(households[inside].sum()),
            people=int(people[inside].sum()),
            people_missing=sum(question.counts[code].people is None for code in compounds[c]),
            area_m2=round(float(ground.area_m2[rows[inside]].sum()), 1),
            compounds=compounds[c],
            parts=int(shapes.n_parts[c]),
            office_address="" if community is None else community.office_address,
            office_m2=None if community is None else community.office_m2,
            service_m2=rooms["service_m2"].get(c),
            workers=rooms["workers"].get(c),
            farthest_m=None if np.isnan(farthest[c]) else round(float(farthest[c]), 1),
            bounds=_bounds(shapes.shapes[c], courses, labels, c, known),
        )
    return Drawn(labels, shapes.shapes, tuple(sides), walk_m)


def compounds_of(question: Question, labels: Labels, k: int) -> tuple[tuple[str, ...], ...]:
    """Return the codes of the compounds per community; one on several parcels counts with the largest."""
    place = {int(row): i for i, row in enumerate(question.rows)}
    found: list[list[str]] = [[] for _ in range(k)]
    for compound in question.ground.compounds:
        if compound.code not in question.counts:
            continue
        inside = [row for row in compound.rows if row in place]
        main = max(inside, key=lambda row: (question.ground.area_m2[row], -row))
        label = int(labels[place[main]])
        if label >= 0:
            found[label].append(compound.code)
    return tuple(tuple(codes) for codes in found)


def _community(question: Question, c: int) -> PlannedCommunity | None:
    rows = question.community_rows
    return question.ground.communities[rows[c]] if c < len(rows) else None


def _offices(question: Question, k: int) -> NDArray[np.float64]:
    places = np.full((k, 2), np.nan)
    for c in range(len(question.community_rows)):
        community = _community(question, c)
        if community is not None and community.office is not None:
            places[c] = community.office
    return places


def _inherited(question: Question, labels: Labels) -> Mapping[str, Mapping[int, float]]:
    """Return rooms and workers per community; those of an ended one go to the one that carries it on."""
    found: dict[str, dict[int, float]] = {"service_m2": {}, "workers": {}}
    for c, heir in enumerate(heir_of(question.problem, labels).tolist()):
        community = _community(question, c)
        for name, passed in found.items():
            figure = None if community is None else getattr(community, name)
            if heir >= 0 and figure is not None:
                passed[heir] = passed.get(heir, 0.0) + figure
    return found


def _bounds(
    shape: Polygon | MultiPolygon, courses: NamedCourses, labels: Labels, c: int, known: Drawn | None
) -> Bounds:
    if known is not None and c < len(known.sides) and np.array_equal(labels == c, known.labels == c):
        side = known.sides[c]
        if side is not None:
            return side.bounds
    named = four_bounds(shape, courses)
    return Bounds(*(_listed(names) for names in (named.east, named.south, named.west, named.north)))


def _listed(names: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(names or ())
