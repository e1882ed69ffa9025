"""Auditing again what changed figures can change: the findings of a few compounds and of the communities around them.

Figures decide few kinds of findings; the others stand as long as ground, names, claims and layout do, and only the
people they touch are counted anew. Where that is not so, the answer is None: only a whole audit can tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from linli.registry.rules.audit.books import FOREIGN_CODES, compound_findings
from linli.registry.rules.audit.communities import exclaves, sizes
from linli.registry.rules.audit.dossier import Dossier, Found
from linli.registry.rules.audit.kinds import SHARED_KINDS
from linli.registry.rules.audit.survey import NOBODY, Survey, counted
from linli.registry.rules.editing import NAME_FIELD
from linli.registry.rules.fields import Ledger

#: Kinds that may concern places beside the one they are filed under.
OF_SEVERAL = SHARED_KINDS | {"OVERLAP", "MISDRAWN_PARCEL"}
OF_A_COMPOUND = frozenset({"NO_PROPERTY_COVER", "NO_PARTY_ORGANISATION", "MISSING_FIGURE", "IMPOSSIBLE_FIGURE"})
OF_SIZE = frozenset({"OVERSIZE", "UNDERSIZE"})
#: Fields that more than figures hang on.
TELLING_FIELDS = {
    Ledger.COMPOUND: frozenset({NAME_FIELD}),
    Ledger.COMMUNITY: frozenset({NAME_FIELD, *FOREIGN_CODES}),
}
#: Acts after which every finding stands.
WITHOUT_EFFECT = (
    "organisation.",
    "operation.",
    "plans.",
    "trail.",
    "registry.audit.",
    "registry.ledger.exported",
    "registry.exemptions.exported",
    "registry.findings.exported",
    # What somebody verified or returned is still the newest value, which the audit reads.
    "registry.figures.",
    "registry.import.discarded",
    "registry.import.cell-mended",
    "registry.import.rows-settled",
)
#: Acts on the figures of one entry, which tell its code and fields.
ON_FIGURES = frozenset({"registry.entry.edited", "registry.entry.edit-undone", "registry.figure.filled-in-again"})
#: Beyond so many compounds a whole audit is no slower.
MOST_COMPOUNDS = 200


@dataclass(frozen=True, slots=True)
class Act:
    """An act since the last audit, as the trail tells it."""

    verb: str
    kind: str
    code: str
    fields: tuple[str, ...] = ()


def compounds_changed(acts: Iterable[Act]) -> frozenset[str] | None:
    """Return the compounds whose figures changed by some acts; None where an act may have changed more.

    Examples:
        >>> sorted(compounds_changed([Act("registry.entry.edited", "compound", "X-1", ("household_count",))]))
        ['X-1']
        >>> compounds_changed([Act("registry.layout.taken-over", "layout", "1")]) is None
        True
    """
    changed = set()
    for act in acts:
        if act.verb.startswith(WITHOUT_EFFECT):
            continue
        telling = TELLING_FIELDS.get(Ledger(act.kind)) if act.kind in set(Ledger) else None
        if act.verb not in ON_FIGURES or telling is None or not act.fields or telling.intersection(act.fields):
            return None
        if act.kind == Ledger.COMPOUND:
            changed.add(act.code)
    return frozenset(changed) if len(changed) <= MOST_COMPOUNDS else None


@dataclass(frozen=True, slots=True)
class Touched:
    """Compounds whose figures changed, with their parcels and the communities of these; all by code."""

    compounds: frozenset[str]
    parcels: frozenset[str]
    communities: frozenset[str]

    def concerns(self, found: Found) -> bool:
        """Tell whether people that a finding counts may have changed, or the finding with them."""
        if found.subject_kind == "compound":
            return not self.compounds.isdisjoint(subjects_of(found))
        if found.subject_kind == "parcel" or found.kind == "INTERLOCKED":
            return not self.parcels.isdisjoint(found.evidence.get("parcels", ()))
        return found.subject_kind == "community" and not self.communities.isdisjoint(communities_of(found))


def subjects_of(found: Found) -> list[str]:
    """Return the codes that a finding is about."""
    return found.subject_code.split(":")[0].split("|")


def communities_of(found: Found) -> list[str]:
    """Return the codes of the communities that a finding on communities is about."""
    return list(found.evidence.get("communities", ())) or subjects_of(found)


def audit_again(dossier: Dossier, standing: Iterable[Found], *, touched: Touched) -> tuple[Found, ...] | None:
    """Return what the findings that concern changed compounds become; None where only a whole audit can tell.

    Args:
        dossier: All compounds and parcels of the touched communities, and all that the findings count; every
            community of the district.
        standing: Findings of the last audit that `Touched.concerns`.
        touched: What changed.
    """
    survey = Survey(dossier)
    numbers = [number for number, compound in enumerate(dossier.compounds) if compound.code in touched.compounds]
    homes = [survey.homes[number] for number in numbers]
    # A blind spot is told by what is nearest to it, which a part of the district cannot show.
    if len(numbers) < len(touched.compounds) or any(not home or NOBODY in home for home in homes):
        return None
    rows = sorted(set().union(*homes))
    codes = {survey.code_of(row) for row in rows}
    kept: list[Found] = []
    parted = set()
    for found in standing:
        if found.kind == "EXCLAVE" and found.subject_code in codes:
            parted.add(found.subject_code)
        elif not _is_made_anew(found, codes, touched.compounds):
            if (recounted := _recounted(survey, found)) is None:
                return None
            kept.append(recounted)
    return (*kept, *_made_anew(survey, numbers, rows, [row for row in rows if survey.code_of(row) in parted]))


def _made_anew(survey: Survey, numbers: list[int], rows: list[int], parted: list[int]) -> Iterator[Found]:
    for number in numbers:
        yield from compound_findings(survey, survey.dossier.compounds[number])
    yield from sizes(survey, rows)
    # How many parts there are is a matter of ground; which is the main one, of households.
    if parted:
        yield from exclaves(survey, parted)


def _is_made_anew(found: Found, communities: set[str], compounds: frozenset[str]) -> bool:
    if found.subject_kind == "community":
        return found.kind in OF_SIZE and found.subject_code in communities
    return found.subject_kind == "compound" and found.kind in OF_A_COMPOUND and subjects_of(found)[0] in compounds


def _recounted(survey: Survey, found: Found) -> Found | None:
    """Return a finding with its people counted anew; None where the dossier does not hold all it counts."""
    if found.subject_kind == "parcel" or found.kind == "INTERLOCKED":
        row_of = {code: row for row, code in enumerate(survey.dossier.parcel_codes)}
        rows = [row_of.get(code) for code in found.evidence.get("parcels", ())]
        return None if None in rows else _with(found, survey.living_on(row for row in rows if row is not None))
    if found.subject_kind == "compound":
        wanted = subjects_of(found)
        known = [compound for compound in survey.dossier.compounds if compound.code in wanted]
        # A long list of namesakes is cut in the subject's code.
        is_cut = found.kind == "REPEATED_NAME" and found.evidence.get("count") != len(wanted)
        return None if is_cut or len(known) < len(wanted) else _with(found, counted(known))
    if found.kind == "OUTSIDE_DISTRICT":
        return found
    members_of = {one.code: survey.members[row] for row, one in enumerate(survey.dossier.communities)}
    codes = communities_of(found)
    if any(code not in members_of for code in codes):
        return None
    return _with(found, counted(compound for code in codes for compound in members_of[code]))


def _with(found: Found, people_and_households: tuple[int, int]) -> Found:
    people, households = people_and_households
    return replace(found, people=people, households=households)
