"""The catalogue of the ledger's fields: what may be filled in, how it is called, what it means.

The catalogue is data (``ledger_fields.json``), so that a district can hold it against its own forms.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from linli.foundation.bilingual import Bilingual
from linli.foundation.units import unit_of

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

#: What a count of households may mean (口径), as it is stored.
MEANINGS = {
    "实际入住户": Bilingual("实际入住户", "Living households"),
    "户籍户": Bilingual("户籍户", "Registered households"),
    "规划户数": Bilingual("规划户数", "Planned households"),
    "住宅套数": Bilingual("住宅套数", "Dwellings"),
}
#: Stored answers of yes-or-no fields.
YES_OR_NO = {"是": Bilingual("是", "yes"), "否": Bilingual("否", "no")}


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
        name: Its heading.
        type: ``text``, ``integer``, ``decimal``, ``date``, ``boolean``, ``choice`` or ``point``.
        unit: Unit of a number as it is stored, empty for text.
        choices: The words a choice may take, as they are stored, and as they are shown; empty where another list
            says.
        required: Whether a new entry needs it.
        meaning: What exactly it says (口径).
        aliases: Other headings seen in real tables.
        plausible_min: Values below are asked about.
        plausible_max: Values above are asked about.
        privacy: ``public``, ``internal`` or ``restricted``; restricted columns are dropped at import.
    """

    ledger: str
    key: str
    name: Bilingual
    type: str
    unit: str
    choices: Mapping[str, Bilingual]
    required: bool
    meaning: Bilingual
    aliases: tuple[str, ...]
    plausible_min: float | None
    plausible_max: float | None
    privacy: str

    @property
    def is_number(self) -> bool:
        """Whether values are counted or measured."""
        return self.type in {"integer", "decimal"}

    @property
    def shown_unit(self) -> Bilingual:
        """Its unit as readers see it."""
        return unit_of(self.unit)

    @property
    def choice_words(self) -> dict[str, str]:
        """The words of a choice in the reader's language, by the stored ones."""
        return {stored: str(words) for stored, words in self.choices.items()}

    def told(self, value: str) -> str:
        """Return a stored value in the reader's language; what is no choice stands as it is.

        Examples:
            >>> fields_of("compound")["ownership_kind"].told("商品房")
            '商品房'
        """
        if self.type == "boolean":
            return str(YES_OR_NO.get(value, value))
        return str(self.choices.get(value, value))


@cache
def fields_of(ledger: str) -> dict[str, LedgerField]:
    """Return the fields of a ledger by key, in the order of the form; empty for an unknown ledger.

    Examples:
        >>> fields_of("compound")["household_count"].name.en
        'Households'
    """
    return {field.key: field for field in _catalogue() if field.ledger == ledger}


def meaning_told(stored: str) -> str:
    """Return a stored meaning (口径) in the reader's language; words of a district's own stand as they are."""
    return str(MEANINGS.get(stored, stored))


def heading_told(zh: str) -> str:
    """Return a field's heading in the reader's language, found by its Chinese heading as sentences store it.

    Examples:
        >>> from django.utils.translation import override
        >>> with override("en"):
        ...     heading_told("总户数"), heading_told("另一列")
        ('Households', '另一列')
    """
    return str(_headings().get(zh, zh))


@cache
def _headings() -> dict[str, Bilingual]:
    return {field.name.zh: field.name for field in reversed(_catalogue())}


@cache
def _catalogue() -> tuple[LedgerField, ...]:
    rows = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    return tuple(
        LedgerField(
            ledger=row["ledger"],
            key=row["key"],
            name=Bilingual(row["zh"], row["en"]),
            type=row["type"],
            unit=row["unit"],
            choices={zh: Bilingual(zh, en) for zh, en in zip(row["choices"], row["choices_en"], strict=True)},
            required=row["required"],
            meaning=Bilingual(row["meaning"], row["meaning_en"]),
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
