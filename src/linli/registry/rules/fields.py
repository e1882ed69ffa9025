"""The catalogue of the ledger's fields: what may be filled in, how it is called, what it means.

The catalogue is data (``ledger_fields.json``), so that a district can hold it against its own forms.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

CATALOGUE = Path(__file__).with_name("ledger_fields.json")

#: What the fraction of completeness (完整率) of a compound is taken over: the fields that placing, sizing and
#: serving it need. Other fields are welcome but nobody is marked down for them.
EXPECTED_OF_A_COMPOUND = (
    "address",
    "ownership_kind",
    "completion_year",
    "building_count",
    "dwelling_count",
    "household_count",
    "residents_count",
    "registered_count",
    "age_0_3",
    "age_60_plus",
    "age_80_plus",
    "property_form",
    "owners_committee_formed",
    "party_branch_formed",
)


class Ledger(StrEnum):
    """The ledgers (台账), by the thing that each line of them describes."""

    COMPOUND = "compound"
    COMMUNITY = "community"
    GRID = "grid"
    BUILDING = "building"
    FACILITY = "facility"
    POPULATION = "population"
    PROPERTY_MANAGEMENT = "property_management"
    PARTY_ORGANISATION = "party_organisation"
    OWNERS_COMMITTEE = "owners_committee"


@dataclass(frozen=True, slots=True)
class LedgerField:
    """One field (字段) of a ledger.

    Args:
        ledger: The ledger it belongs to.
        key: Its name in code, files of exchange and the API.
        zh: Its heading in Chinese.
        type: ``text``, ``integer``, ``decimal``, ``date``, ``boolean``, ``choice`` or ``point``.
        unit: Unit of a number, empty for text.
        choices: The words a choice may take; empty where another list says.
        required: Whether a new entry needs it.
        meaning: What exactly it says (口径), in English.
        aliases: Other headings seen in real tables.
        plausible_min: Values below are asked about.
        plausible_max: Values above are asked about.
        privacy: ``public``, ``internal`` or ``restricted``; restricted columns are dropped at import.
    """

    ledger: str
    key: str
    zh: str
    type: str
    unit: str
    choices: tuple[str, ...]
    required: bool
    meaning: str
    aliases: tuple[str, ...]
    plausible_min: float | None
    plausible_max: float | None
    privacy: str

    @property
    def is_number(self) -> bool:
        """Whether values are counted or measured."""
        return self.type in {"integer", "decimal"}


@cache
def fields_of(ledger: str) -> dict[str, LedgerField]:
    """Return the fields of a ledger by key, in the order of the form; empty for an unknown ledger.

    Examples:
        >>> fields_of("compound")["household_count"].zh
        '总户数'
    """
    return {field.key: field for field in _catalogue() if field.ledger == ledger}


@cache
def _catalogue() -> tuple[LedgerField, ...]:
    rows = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    return tuple(
        LedgerField(
            ledger=row["ledger"],
            key=row["key"],
            zh=row["zh"],
            type=row["type"],
            unit=row["unit"],
            choices=tuple(row["choices"]),
            required=row["required"],
            meaning=row["meaning"],
            aliases=tuple(row["aliases"]),
            plausible_min=row["plausible_min"],
            plausible_max=row["plausible_max"],
            privacy=row["privacy"],
        )
        for row in rows
    )


def completeness_of(filled: set[str]) -> int:
    """Return the completeness (完整率) of a compound in whole percent.

    Args:
        filled: Keys of the fields that hold a value.

    Examples:
        >>> completeness_of(set(EXPECTED_OF_A_COMPOUND))
        100
        >>> completeness_of({"address"})
        7
    """
    return round(100 * len(filled.intersection(EXPECTED_OF_A_COMPOUND)) / len(EXPECTED_OF_A_COMPOUND))
