"""Tests of the books: repeated codes and names, missing and impossible figures, property and Party cover."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from linli.foundation.names import community_key, compound_key
from linli.registry.rules.audit.dossier import AuditedCompound, Found
from linli.registry.rules.audit.survey import NOBODY, Survey, counted
from linli.registry.rules.fields import Ledger
from linli.registry.rules.row_tests import RowFault, faults_of

#: What every plan and every paper asks of a compound; other fields count for completeness alone.
FIGURES_NEEDED = (
    "household_count",
    "residents_count",
    "age_60_plus",
    "dwelling_count",
    "building_count",
    "floor_area",
)
#: Codes that other registers gave, so that the database cannot keep them apart.
FOREIGN_CODES = ("statistical_code", "credit_code")
LONGEST_CODE = 80


def book_findings(survey: Survey) -> Iterator[Found]:
    """Find the kinds of the groups DOUBLE (codes, names), COVER and FIGURE."""
    yield from _repeated_codes(survey)
    yield from _repeated_names(survey)
    for compound in survey.dossier.compounds:
        yield from compound_findings(survey, compound)


def compound_findings(survey: Survey, compound: AuditedCompound) -> Iterator[Found]:
    """Find what the figures of one compound alone tell."""
    yield from _cover(survey, compound)
    yield from _figures(survey, compound)


def _cover(survey: Survey, compound: AuditedCompound) -> Iterator[Found]:
    # A word that nobody filled in is unknown, not absent.
    if compound.current.get("property_form") == "无物业":
        yield survey.about_compound("NO_PROPERTY_COVER", compound, households=compound.households)
    if compound.current.get("party_branch_formed") == "未成立" and not compound.has_party:
        yield survey.about_compound("NO_PARTY_ORGANISATION", compound)


def _figures(survey: Survey, compound: AuditedCompound) -> Iterator[Found]:
    for key in FIGURES_NEEDED:
        if compound.current.get(key) is None:
            yield survey.about_compound("MISSING_FIGURE", compound, field=key, figure=key)
    dossier = survey.dossier
    faults: list[RowFault] = list(
        faults_of(compound.current, on=compound.as_of_on or dossier.on, standards=dossier.standards)
    )
    for start, end in compound.contracts:
        faults += faults_of(
            {"contract_start": start, "contract_end": end},
            on=dossier.on,
            ledger=Ledger.PROPERTY_MANAGEMENT,
            standards=dossier.standards,
        )
    for fault in {fault.field: fault for fault in faults}.values():
        if fault.is_hard or fault.field not in compound.kept:
            yield survey.about_compound(
                "IMPOSSIBLE_FIGURE",
                compound,
                field=fault.field,
                figure=fault.field,
                test=fault.test,
                params=dict(fault.params),
            )


def _repeated_codes(survey: Survey) -> Iterator[Found]:
    dossier = survey.dossier
    for code, rows in _groups((code, row) for row, code in enumerate(dossier.parcel_codes)).items():
        people, households = survey.living_on(rows)
        yield Found(
            "REPEATED_CODE",
            "parcel",
            code,
            survey.parcel_name(rows[0]),
            people=people,
            households=households,
            place=survey.ground_of(rows),
            evidence={"parcels": [code], "figure": "code", "code": code, "count": len(rows)},
            **_filed_under(survey, (int(survey.community_of[row]) for row in rows)),
        )
    for key in FOREIGN_CODES:
        given = ((str(each.current.get(key) or ""), row) for row, each in enumerate(dossier.communities))
        for code, rows in _groups(given).items():
            yield _about_communities(survey, "REPEATED_CODE", rows, field=key, figure=key, code=code)


def _repeated_names(survey: Survey) -> Iterator[Found]:
    dossier = survey.dossier
    for rows in _groups((community_key(each.name), row) for row, each in enumerate(dossier.communities)).values():
        yield _about_communities(survey, "REPEATED_NAME", rows)
    for numbers in _groups((compound_key(each.name), row) for row, each in enumerate(dossier.compounds)).values():
        compounds = [dossier.compounds[number] for number in numbers]
        parcels = sorted({row for compound in compounds for row in compound.rows})
        homes = sorted({home for number in numbers for home in survey.homes[number]} - {NOBODY})
        people, households = counted(compounds)
        codes = [compound.code for compound in compounds]
        yield Found(
            "REPEATED_NAME",
            "compound",
            _joined(codes),
            compounds[0].name,
            people=people,
            households=households,
            place=survey.ground_of(parcels) if parcels else compounds[0].point,
            evidence={
                "parcels": [dossier.parcel_codes[row] for row in parcels],
                "communities": [survey.code_of(home) for home in homes],
                "count": len(codes),
                "codes": "、".join(codes),
            },
            **_filed_under(survey, homes),
        )


def _about_communities(survey: Survey, kind: str, rows: list[int], *, field: str = "", **evidence: str) -> Found:
    communities = [survey.dossier.communities[row] for row in rows]
    codes = [community.code for community in communities]
    people, households = counted(compound for row in rows for compound in survey.members[row])
    return Found(
        kind,
        "community",
        _joined(codes, field),
        "、".join(dict.fromkeys(community.name for community in communities)),
        people=people,
        households=households,
        community=codes[0],
        subdistrict=communities[0].subdistrict,
        place=communities[0].point,
        evidence={"communities": codes, "count": len(codes), "codes": "、".join(codes), **evidence},
    )


def _filed_under(survey: Survey, homes: Iterable[int]) -> dict[str, str]:
    first = next((home for home in homes if home != NOBODY), NOBODY)
    return {"community": survey.code_of(first), "subdistrict": survey.subdistrict_of(first)}


def _joined(codes: list[str], field: str = "") -> str:
    """Return the codes as one subject; of a long list the first ones, which no other group shares.

    Examples:
        >>> _joined(["X-0001", "X-0002"], "name")
        'X-0001|X-0002:name'
    """
    tail = f":{field}" if field else ""
    kept = len(codes)
    while len("|".join(codes[:kept]) + tail) > LONGEST_CODE:
        kept -= 1
    return "|".join(codes[:kept]) + tail


def _groups(named: Iterable[tuple[str, int]]) -> Mapping[str, list[int]]:
    """Return rows by what they share, where two or more share it and it is not empty."""
    found: dict[str, list[int]] = {}
    for key, row in named:
        if key:
            found.setdefault(key, []).append(row)
    return {key: rows for key, rows in found.items() if len(rows) > 1}
