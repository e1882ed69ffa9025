"""The values of entries as the ledger held them at a past moment, for ledgers of few entries."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from linli.registry.models import Fact
from linli.registry.queries.areas import Area
from linli.registry.rules.fields import Ledger

Held = tuple[dict[str, Any], date | None]


def values_held(area: Area, ledger: Ledger, codes: QuerySet[Any]) -> defaultdict[str, Held] | None:
    """Return per code the value of each field and the newest as-of date; None where now is asked about. One query.

    Args:
        area: What the reader covers, and the past moment asked about.
        ledger: The ledger.
        codes: Codes of the entries asked about.
    """
    if area.at is None:
        return None
    found: defaultdict[str, Held] = defaultdict(lambda: ({}, None))
    rows = Fact.objects.filter(
        Q(replaced_at=None) | Q(replaced_at__gt=area.at),
        district=area.district_id,
        ledger=ledger,
        # Named, so that the database looks up the facts of these entries and not all that were written before the day.
        subject_code__in=codes,
        recorded_at__lte=area.at,
    )
    for code, field, value, number, as_of_on in rows.values_list(
        "subject_code", "field", "value", "number", "as_of_on"
    ):
        values, newest = found[code]
        if value:
            values[field] = value if number is None else int(number) if number.is_integer() else number
        found[code] = (values, max(filter(None, (newest, as_of_on)), default=None))
    return found
