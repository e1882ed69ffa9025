"""The audit (核查): what is wrong with a district's ledger, ground and layout. Pure: a dossier in, findings out.

Nothing is repaired. Every threshold comes from the policy profile of the district.
"""

from __future__ import annotations

from collections.abc import Callable

from linli.registry.rules.audit.again import OF_SEVERAL, Act, Touched, audit_again, compounds_changed
from linli.registry.rules.audit.belonging import belonging_findings
from linli.registry.rules.audit.books import book_findings
from linli.registry.rules.audit.communities import community_findings
from linli.registry.rules.audit.dossier import (
    AuditedClaim,
    AuditedCommunity,
    AuditedCompound,
    AuditedCustody,
    AuditedSubject,
    Dossier,
    Found,
)
from linli.registry.rules.audit.ground import ground_findings
from linli.registry.rules.audit.kinds import GROUP_NAMES, KINDS, SHARED_KINDS, FindingKind, Group, kinds_of
from linli.registry.rules.audit.survey import Survey
from linli.registry.rules.audit.telling import Told, told

__all__ = [
    "GROUP_NAMES",
    "KINDS",
    "OF_SEVERAL",
    "ROUNDS",
    "SHARED_KINDS",
    "Act",
    "AuditedClaim",
    "AuditedCommunity",
    "AuditedCompound",
    "AuditedCustody",
    "AuditedSubject",
    "Dossier",
    "FindingKind",
    "Found",
    "Group",
    "Told",
    "Touched",
    "audit",
    "audit_again",
    "compounds_changed",
    "kinds_of",
    "told",
]

ROUNDS = (ground_findings, belonging_findings, community_findings, book_findings)


def audit(dossier: Dossier, *, after_round: Callable[[int], None] = lambda done: None) -> tuple[Found, ...]:
    """Return everything that is wrong, one finding per kind and subject, in the order of kind and subject.

    Args:
        dossier: The district.
        after_round: Told after each of the `ROUNDS` how many are done.
    """
    survey = Survey(dossier)
    found: dict[tuple[str, str], Found] = {}
    for done, findings in enumerate(ROUNDS, start=1):
        for finding in findings(survey):
            found.setdefault((finding.kind, finding.subject_code), finding)
        after_round(done)
    found = _without_effects(found)
    order = {kind: place for place, kind in enumerate(KINDS)}
    return tuple(sorted(found.values(), key=lambda finding: (order[finding.kind], finding.subject_code)))


def _without_effects(found: dict[tuple[str, str], Found]) -> dict[tuple[str, str], Found]:
    """Leave out exclaves of misdrawn parcels alone: drawn over its neighbours, a parcel shares no border with them."""
    misdrawn = {code for kind, code in found if kind == "MISDRAWN_PARCEL"}
    return {
        name: one
        for name, one in found.items()
        if one.kind != "EXCLAVE" or not misdrawn.issuperset(one.evidence.get("parcels", ())) or not misdrawn
    }
