"""Tests of communities: size, parts, borders, Party organisation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import shapely

from linli.engine.geometry import barrier_edges, interlocked_pairs
from linli.engine.graph import ParcelGraph, graph_from_csr, parts
from linli.registry.rules.audit.dossier import Found
from linli.registry.rules.audit.survey import Survey, counted


def community_findings(survey: Survey) -> Iterator[Found]:
    """Find OVERSIZE, UNDERSIZE, EXCLAVE, INTERLOCKED, and communities with NO_PARTY_ORGANISATION."""
    if survey.has_layout and len(survey.dossier.parcel_codes):
        every = range(len(survey.dossier.communities))
        yield from sizes(survey, every)
        yield from exclaves(survey, every)
        yield from _interlocked(survey)
    if survey.dossier.has_party_ledger:
        for row, community in enumerate(survey.dossier.communities):
            if not community.has_party:
                yield survey.about_community("NO_PARTY_ORGANISATION", row)


def sizes(survey: Survey, rows: Iterable[int]) -> Iterator[Found]:
    """Find OVERSIZE and UNDERSIZE among some communities, by row."""
    least, most = survey.dossier.standards["community_households"].band
    for row in rows:
        members = survey.members[row]
        if not members or survey.dossier.communities[row].is_band_exempt:
            continue
        _people, households = counted(members)
        bounds: dict[str, Any] = {"households": households, "least": least, "most": most}
        if households > most:
            yield survey.about_community("OVERSIZE", row, beyond=households - most, **bounds)
        # With a count missing the sum is only a lower bound: too few is then not known.
        elif households < least and all(each.households is not None for each in members):
            yield survey.about_community("UNDERSIZE", row, beyond=least - households, **bounds)


def passable_graph(survey: Survey) -> ParcelGraph:
    """Return the parcels as neighbours on foot: a border along a barrier without a crossing joins nothing."""
    standards = survey.dossier.standards
    rook = survey.adjacency
    crossings = shapely.get_coordinates(survey.metres(survey.dossier.crossings))
    barrier = barrier_edges(
        rook,
        survey.metres(survey.dossier.barriers),
        crossings,
        reach_m=standards["barrier_reach"].number,
        crossing_reach_m=standards["crossing_reach"].number,
    )
    return graph_from_csr(rook.indptr, rook.indices, border_m=rook.length_m, barrier=barrier)


def exclaves(survey: Survey, rows: Iterable[int]) -> Iterator[Found]:
    """Find EXCLAVE among some communities, by row."""
    part_of = parts(passable_graph(survey), survey.community_of)
    area = shapely.area(survey.shapes)
    for row in rows:
        community = survey.dossier.communities[row]
        own = np.flatnonzero(survey.community_of == row)
        numbers = np.unique(part_of[own])
        if len(numbers) < 2 or community.is_contiguity_exempt:
            continue
        # The main body is where most households live; among equals, the larger ground.
        main = max(
            numbers.tolist(),
            key=lambda part: (survey.living_on(own[part_of[own] == part])[1], area[own[part_of[own] == part]].sum()),
        )
        apart = own[part_of[own] != main].tolist()
        yield survey.about_community(
            "EXCLAVE",
            row,
            rows=apart,
            count=len(numbers),
            parcels_apart=len(apart),
            codes="、".join(survey.parcel_name(parcel) for parcel in apart),
        )


def _interlocked(survey: Survey) -> Iterator[Found]:
    standards, rook = survey.dossier.standards, survey.adjacency
    share = standards["interlock_border_share"].number
    for pair in interlocked_pairs(
        rook.indptr,
        rook.indices,
        rook.length_m,
        survey.community_of,
        least_share=share / 100,
        least_teeth=int(standards["interlock_teeth"].number),
    ):
        codes = sorted((survey.code_of(pair.first), survey.code_of(pair.second)))
        people, households = survey.living_on(pair.teeth)
        yield Found(
            "INTERLOCKED",
            "community",
            "|".join(codes),
            f"{survey.name_of(pair.first)}、{survey.name_of(pair.second)}",
            people=people,
            households=households,
            community=survey.code_of(pair.first),
            subdistrict=survey.subdistrict_of(pair.first),
            place=survey.ground_of(pair.teeth),
            evidence={
                "parcels": [survey.dossier.parcel_codes[row] for row in pair.teeth],
                "communities": codes,
                "count": len(pair.teeth),
                "codes": "、".join(survey.parcel_name(row) for row in pair.teeth),
                "share": share,
            },
        )
