"""Which exceptions hold on a day, as audit, plan and lists read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from linli.registry.models import District, Exemption


@dataclass(frozen=True, slots=True)
class Exempt:
    """What is excepted in a district on a day.

    Attributes:
        bands: Reason per community that may stay out of the scale.
        exclaves: Reason per community that may lie in several parts.
        lawful_overlaps: Codes of the communities that lawfully share a subject, by its code; none are named where
            the ground lies in no community.
        known_holes: Places of holes that are none of the district's.
    """

    bands: Mapping[str, str]
    exclaves: Mapping[str, str]
    lawful_overlaps: Mapping[str, frozenset[str]]
    known_holes: frozenset[str]


def exempt_on(district: District | int, *, on: date) -> Exempt:
    """Return what is excepted in a district on a day. Two queries."""
    rows = exemptions_in_force(district, on=on).order_by("registered_at", "pk")
    reasons: dict[str, dict[str, str]] = {kind: {} for kind in Exemption.Kind.values}
    for kind, subject, reason in rows.values_list("kind", "subject_code", "reason"):
        reasons[kind][subject] = reason
    lawful: dict[str, set[str]] = {subject: set() for subject in reasons[Exemption.Kind.OVERLAP]}
    if lawful:
        shared = rows.filter(kind=Exemption.Kind.OVERLAP).exclude(communities=None)
        for subject, community in shared.values_list("subject_code", "communities__code"):
            lawful[subject].add(community)
    return Exempt(
        bands=reasons[Exemption.Kind.BAND],
        exclaves=reasons[Exemption.Kind.CONTIGUITY],
        lawful_overlaps={subject: frozenset(codes) for subject, codes in lawful.items()},
        known_holes=frozenset(reasons[Exemption.Kind.HOLE]),
    )


def exemptions_in_force(district: District | int, *, on: date) -> QuerySet[Exemption]:
    """Return the exceptions of a district that nobody ended and whose last day has not passed."""
    return Exemption.objects.filter(Q(until_on=None) | Q(until_on__gte=on), district=district, ended_at=None)
