"""Tests of belonging: who is in no community, whom several claim, where words and layout differ, who is in custody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from linli.registry.rules.audit.dossier import AuditedCustody, Found
from linli.registry.rules.audit.survey import NOBODY, Survey


@dataclass(slots=True)
class Claimed:
    """Communities that claim a subject, by row, with the sources that say so."""

    by: dict[int, set[str]] = field(default_factory=dict)

    def add(self, community: int, source: str) -> None:
        """Count one claim."""
        self.by.setdefault(community, set()).add(source)


def belonging_findings(survey: Survey) -> Iterator[Found]:
    """Find COMPOUND_UNASSIGNED, AREA_UNASSIGNED, DOUBLE_CLAIM, CLAIM_DIFFERS and OPEN_CUSTODY."""
    of_compound, of_parcel = _claims(survey)
    for number, claimed in enumerate(of_compound):
        yield from _compound(survey, number, claimed)
    for row, code in enumerate(survey.dossier.parcel_codes):
        if row not in survey.compounds_on:
            yield from _empty_parcel(survey, row, of_parcel.get(code, Claimed()))
    yield from _open_custodies(survey)


def _claims(survey: Survey) -> tuple[list[Claimed], dict[str, Claimed]]:
    """Gather claims; one on a parcel that carries compounds is one on the compounds."""
    dossier = survey.dossier
    number_of = {compound.code: number for number, compound in enumerate(dossier.compounds)}
    row_of = {code: row for row, code in enumerate(dossier.parcel_codes)}
    of_compound = [Claimed() for _ in dossier.compounds]
    of_parcel: dict[str, Claimed] = {}

    def add_to_parcel(row: int, community: int, source: str) -> None:
        for number in survey.compounds_on.get(row, ()):
            of_compound[number].add(community, source)
        of_parcel.setdefault(dossier.parcel_codes[row], Claimed()).add(community, source)

    inside = shapely.point_on_surface(dossier.outlines)
    for claim in dossier.claims:
        if claim.subject_code in number_of:
            of_compound[number_of[claim.subject_code]].add(claim.community, claim.source)
        elif claim.subject_code in row_of:
            add_to_parcel(row_of[claim.subject_code], claim.community, claim.source)
        elif claim.outline is not None:
            shapely.prepare(claim.outline)
            for row in np.flatnonzero(shapely.contains(claim.outline, inside)).tolist():
                add_to_parcel(row, claim.community, claim.source)
    return of_compound, of_parcel


def _compound(survey: Survey, number: int, claimed: Claimed) -> Iterator[Found]:
    compound, homes = survey.dossier.compounds[number], survey.homes[number]
    held = homes - {NOBODY}
    is_lost = (NOBODY in homes or not homes) if survey.has_layout else not claimed.by
    if len(claimed.by) > 1 or len(held) > 1:
        # A compound is never cut: parcels of one in two communities are two claims by the layout itself.
        claimants = sorted(set(claimed.by) | (held if len(held) > 1 else set()))
        if not _is_lawful(survey, compound.code, {*claimants, *held}):
            yield survey.about_compound("DOUBLE_CLAIM", compound, **_said(survey, claimants, claimed, held))
    elif len(claimed.by) == 1 and held and set(claimed.by) != held and not _is_in_custody(survey, number, claimed):
        yield survey.about_compound("CLAIM_DIFFERS", compound, **_said(survey, sorted(claimed.by), claimed, held))
    if is_lost:
        place = survey.ground_of(compound.rows) if compound.rows else compound.point
        name, metres = ("", None) if place is None else survey.nearest_office(survey.metres([place])[0])
        yield survey.about_compound(
            "COMPOUND_UNASSIGNED",
            compound,
            nearest=name,
            distance=None if metres is None else round(metres),
            households=compound.households,
            **_named(survey, sorted(claimed.by)),
        )


def _empty_parcel(survey: Survey, row: int, claimed: Claimed) -> Iterator[Found]:
    home = int(survey.community_of[row])
    held = {home} - {NOBODY}
    if len(claimed.by) > 1:
        if not _is_lawful(survey, survey.dossier.parcel_codes[row], {*claimed.by, *held}):
            yield _about_parcel(survey, "DOUBLE_CLAIM", row, **_said(survey, sorted(claimed.by), claimed, held))
    elif len(claimed.by) == 1 and held and set(claimed.by) != held:
        yield _about_parcel(survey, "CLAIM_DIFFERS", row, **_said(survey, sorted(claimed.by), claimed, held))
    if survey.has_layout and not held:
        near = survey.nearest_community(survey.shapes[row])
        yield _about_parcel(
            survey,
            "AREA_UNASSIGNED",
            row,
            use=survey.dossier.parcel_uses[row],
            area=round(float(shapely.area(survey.shapes[row]))),
            nearest=survey.name_of(near),
            **_named(survey, sorted(claimed.by)),
        )


def _about_parcel(survey: Survey, kind: str, row: int, **evidence: object) -> Found:
    home = int(survey.community_of[row])
    near = home if home != NOBODY else survey.nearest_community(survey.shapes[row])
    code = survey.dossier.parcel_codes[row]
    return Found(
        kind,
        "parcel",
        code,
        survey.parcel_name(row),
        community=survey.code_of(home),
        subdistrict=survey.subdistrict_of(near),
        place=survey.dossier.outlines[row],
        evidence={"parcels": [code], **evidence},
    )


def _named(survey: Survey, communities: list[int]) -> dict[str, Any]:
    return {"communities": [survey.code_of(row) for row in communities]}


def _said(survey: Survey, claimants: list[int], claimed: Claimed, held: set[int]) -> dict[str, Any]:
    told = [
        f"{survey.name_of(row)}（{'、'.join(sorted(claimed.by[row]))}）" if row in claimed.by else survey.name_of(row)
        for row in claimants
    ]
    return {
        "count": len(claimants),
        "claimants": "、".join(told),
        "held": "、".join(survey.name_of(row) for row in sorted(held)),
        **_named(survey, sorted({*claimants, *held})),
    }


def _is_lawful(survey: Survey, subject: str, communities: set[int]) -> bool:
    """Tell whether a registered exception covers all the communities; one more claimant is a finding again."""
    covered = survey.dossier.lawful_overlaps.get(subject, frozenset())
    return {survey.code_of(row) for row in communities} <= covered


def _is_in_custody(survey: Survey, number: int, claimed: Claimed) -> bool:
    """Tell whether the one claimant looks after the compound, so that its claim says nothing new."""
    return any(each.compound == number and each.custodian in claimed.by for each in survey.dossier.custodies)


def _open_custodies(survey: Survey) -> Iterator[Found]:
    open_ones: dict[int, AuditedCustody] = {}
    for custody in survey.dossier.custodies:
        if custody.until_on is None or custody.until_on < survey.dossier.on:
            open_ones.setdefault(custody.compound, custody)
    for number, custody in sorted(open_ones.items()):
        yield survey.about_compound(
            "OPEN_CUSTODY",
            survey.dossier.compounds[number],
            custodian=survey.name_of(custody.custodian),
            since=custody.since_on.isoformat(),
            until="" if custody.until_on is None else custody.until_on.isoformat(),
            reason=custody.reason,
            **_named(survey, sorted({custody.custodian, *survey.homes[number]} - {NOBODY})),
        )
