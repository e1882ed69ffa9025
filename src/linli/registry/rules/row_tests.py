"""Tests that one row of a survey must pass (调查表校验), as one table.

Source: domain facts, section 11B; bounds come from the policy profile and from the catalogue of fields. A test
whose figures are not all filled in is not applied: missing (未填) is a matter of its own and never zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.foundation.policies import NATIONAL, Standard, profile
from linli.registry.rules.fields import Ledger, LedgerField, fields_of, heading_told

Params = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """A row as its tests read it: numbers and days by field; what is not filled in is absent."""

    numbers: Mapping[str, float]
    days: Mapping[str, date]
    on: date
    standards: Mapping[str, Standard]


@dataclass(frozen=True, slots=True)
class RowTest:
    """One test of a row.

    Attributes:
        id: Stable name.
        field: Field that a broken test marks.
        needs: Other fields that it compares with.
        is_hard: Whether the value cannot be; otherwise it may be kept with a reason.
        text: What is so, what was expected, what to do; ``%(name)s`` for each parameter.
        judge: Returns the parameters of the sentence when the test is broken, else None.
    """

    id: str
    field: str
    needs: tuple[str, ...]
    is_hard: bool
    text: str | Promise
    judge: Callable[[Reading], Params | None]


@dataclass(frozen=True, slots=True)
class RowFault:
    """A test that a row does not pass.

    Attributes:
        test: Name of the test.
        field: Field to mark.
        is_hard: Whether the value cannot be; otherwise it may be kept with a reason.
        params: Figures that the sentence names, plain enough to be stored.
    """

    test: str
    field: str
    is_hard: bool
    params: Params

    @property
    def sentence(self) -> str:
        """The fault in the reader's language."""
        return sentence_of(self.test, self.params)


def faults_of(
    values: Mapping[str, Any],
    *,
    on: date,
    ledger: str = Ledger.COMPOUND,
    standards: Mapping[str, Standard] | None = None,
) -> tuple[RowFault, ...]:
    """Return what cannot be or should be asked about in a row, at most one fault per field, hard ones first.

    Args:
        values: Field key to number, ISO date or canonical text; None and empty text are 未填.
        on: Day of the survey.
        ledger: One of `Ledger`.
        standards: The standards in force on that day; the national profile's by default.

    Examples:
        >>> row = {"household_count": 100, "residents_count": 560, "age_60_plus": 600}
        >>> [(fault.test, fault.field, fault.is_hard) for fault in faults_of(row, on=date(2026, 11, 20))]
        [('PART_ABOVE_WHOLE', 'age_60_plus', True), ('PEOPLE_PER_HOUSEHOLD', 'residents_count', False)]
        >>> faults_of(row, on=date(2026, 11, 20))[0].sentence
        '60岁以上人数 600 大于常住人口 560，应当不超过，请核对这两个数'
    """
    catalogue = fields_of(ledger)
    known = standards if standards is not None else profile(NATIONAL).at(on)
    reading = Reading(
        numbers={key: number for key, value in values.items() if (number := _number(value)) is not None},
        days={key: day for key, value in values.items() if (day := _day(value)) is not None},
        on=on,
        standards=known,
    )
    found: dict[str, RowFault] = {}
    broken = [*_broken_ranges(reading, catalogue), *_broken_tests(reading, catalogue)]
    for fault in sorted(broken, key=lambda fault: not fault.is_hard):
        found.setdefault(fault.field, fault)
    return tuple(found.values())


def sentence_of(test: str, params: Mapping[str, Any]) -> str:
    """Return the sentence of a broken test in the reader's language; it is stored with Chinese headings.

    Examples:
        >>> sentence_of("NEGATIVE", {"field": "建筑面积", "value": "-120"})
        '建筑面积填了 -120，不应小于 0，请改正'
    """
    told = {name: heading_told(params[name]) for name in ("field", "other") if name in params}
    return str(TEXTS[test]) % {**params, **told}


def _broken_tests(reading: Reading, catalogue: Mapping[str, LedgerField]) -> Iterator[RowFault]:
    filled = reading.numbers.keys() | reading.days.keys()
    for test in ROW_TESTS:
        if test.field not in filled or any(key not in filled for key in test.needs):
            continue
        params = test.judge(reading)
        if params is not None:
            names = {"field": _zh(catalogue, test.field)}
            if test.needs:
                names["other"] = _zh(catalogue, test.needs[0])
            yield RowFault(test.id, test.field, test.is_hard, {**names, **params})


def _broken_ranges(reading: Reading, catalogue: Mapping[str, LedgerField]) -> Iterator[RowFault]:
    """Hold each number against zero and against the catalogue's plausible range."""
    for key, number in reading.numbers.items():
        field = catalogue.get(key)
        if field is None or not field.is_number:
            continue
        params = {"field": field.name.zh, "value": shown(number)}
        least, most = field.plausible_min, field.plausible_max
        if number < 0:
            yield RowFault("NEGATIVE", key, True, params)
        elif least is not None and most is not None and not least <= number <= most:
            yield RowFault("OUT_OF_RANGE", key, False, params | {"least": shown(least), "most": shown(most)})


def _at_most(part: str, whole: str, *, is_hard: bool = True) -> RowTest:
    def judge(reading: Reading) -> Params | None:
        low, high = reading.numbers[part], reading.numbers[whole]
        return {"value": shown(low), "limit": shown(high)} if low > high else None

    return RowTest("PART_ABOVE_WHOLE", part, (whole,), is_hard, TEXTS["PART_ABOVE_WHOLE"], judge)


def _people_per_household(people: str, households: str) -> RowTest:
    def judge(reading: Reading) -> Params | None:
        count = reading.numbers[households]
        if count <= 0:
            return None
        ratio = reading.numbers[people] / count
        least, most = reading.standards["people_per_household"].band
        if least <= ratio <= most:
            return None
        return {"value": f"{ratio:.2f}", "least": shown(least), "most": shown(most)}

    return RowTest("PEOPLE_PER_HOUSEHOLD", people, (households,), False, TEXTS["PEOPLE_PER_HOUSEHOLD"], judge)


def _registered_and_floating(people: str, registered: str, floating: str) -> RowTest:
    def judge(reading: Reading) -> Params | None:
        both = reading.numbers[registered] + reading.numbers[floating]
        share = reading.standards["registered_floating_share"].number
        if both * 100 >= reading.numbers[people] * share:
            return None
        return {"value": shown(both), "limit": shown(reading.numbers[people]), "share": shown(share)}

    return RowTest(
        "REGISTERED_AND_FLOATING", registered, (people, floating), False, TEXTS["REGISTERED_AND_FLOATING"], judge
    )


def _no_buildings(reading: Reading) -> Params | None:
    if reading.numbers["building_count"] >= 1 or reading.numbers["dwelling_count"] < 1:
        return None
    return {"value": shown(reading.numbers["building_count"]), "limit": shown(reading.numbers["dwelling_count"])}


def _crowded_buildings(reading: Reading) -> Params | None:
    buildings = reading.numbers["building_count"]
    most = reading.standards["dwellings_per_building"].number
    if buildings < 1 or reading.numbers["dwelling_count"] <= buildings * most:
        return None
    return {"value": shown(reading.numbers["dwelling_count"] / buildings), "limit": shown(most)}


def _completed_later(reading: Reading) -> Params | None:
    year = reading.numbers["completion_year"]
    return {"value": str(int(year)), "limit": str(reading.on.year)} if year > reading.on.year else None


def _ends_before_it_starts(reading: Reading) -> Params | None:
    start, end = reading.days["contract_start"], reading.days["contract_end"]
    return {"value": end.isoformat(), "limit": start.isoformat()} if end < start else None


def _fewer_people_than_households(reading: Reading) -> Params | None:
    people, households = reading.numbers["low_income_people"], reading.numbers["low_income_households"]
    return {"value": shown(people), "limit": shown(households)} if people < households else None


def shown(number: float) -> str:
    """Return a figure as a reader expects it, with no more than two decimals.

    Examples:
        >>> shown(1284.0), shown(4.5), shown(-96.256)
        ('1,284', '4.5', '-96.26')
    """
    return f"{int(number):,}" if float(number).is_integer() else f"{number:,.2f}".rstrip("0").rstrip(".")


def _zh(catalogue: Mapping[str, LedgerField], key: str) -> str:
    field = catalogue.get(key)
    return key if field is None else field.name.zh


def _number(value: Any) -> float | None:
    if value is None or value == "" or isinstance(value, bool | date):
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _day(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


TEXTS: Mapping[str, str | Promise] = {
    "NEGATIVE": _("%(field)s填了 %(value)s，不应小于 0，请改正"),
    "OUT_OF_RANGE": _("%(field)s填了 %(value)s，常理在 %(least)s–%(most)s 之间，请核对，属实的写明原因"),
    "PART_ABOVE_WHOLE": _("%(field)s %(value)s 大于%(other)s %(limit)s，应当不超过，请核对这两个数"),
    "PEOPLE_PER_HOUSEHOLD": _("户均 %(value)s 人，常理在 %(least)s–%(most)s 之间，请核对户数的口径和人口数"),
    "REGISTERED_AND_FLOATING": _(
        "户籍人口加流动人口 %(value)s，不到常住人口 %(limit)s 的 %(share)s%%，请核对三个数的口径"
    ),
    "NO_BUILDINGS": _("楼栋数是 %(value)s，却有住宅 %(limit)s 套，至少应有 1 栋，请核对"),
    "CROWDED_BUILDINGS": _("平均每栋 %(value)s 套，常理不超过 %(limit)s 套，请核对楼栋数和套数"),
    "COMPLETED_LATER": _("建成年份是 %(value)s 年，晚于调查的 %(limit)s 年，请改正"),
    "ENDS_BEFORE_IT_STARTS": _("合同到期日 %(value)s 早于起始日 %(limit)s，请改正"),
    "FEWER_PEOPLE_THAN_HOUSEHOLDS": _("低保人数 %(value)s 少于低保户数 %(limit)s，每户至少 1 人，请核对"),
}

ROW_TESTS: tuple[RowTest, ...] = (
    _people_per_household("residents_count", "household_count"),
    _at_most("occupied_count", "dwelling_count"),
    # Households of one dwelling may be registered apart, so more of them than dwellings is only asked about.
    _at_most("household_count", "dwelling_count", is_hard=False),
    _registered_and_floating("residents_count", "registered_count", "floating_count"),
    _registered_and_floating("usual_residents", "registered_residents", "floating_residents"),
    _at_most("age_80_plus", "age_65_plus"),
    _at_most("age_80_plus", "age_60_plus"),
    _at_most("age_65_plus", "age_60_plus"),
    _at_most("age_60_plus", "residents_count"),
    _at_most("age_65_plus", "residents_count"),
    _at_most("age_80_plus", "residents_count"),
    _at_most("age_60_plus", "usual_residents"),
    _at_most("party_members", "residents_count"),
    _at_most("party_members", "usual_residents"),
    RowTest(
        "FEWER_PEOPLE_THAN_HOUSEHOLDS",
        "low_income_people",
        ("low_income_households",),
        True,
        TEXTS["FEWER_PEOPLE_THAN_HOUSEHOLDS"],
        _fewer_people_than_households,
    ),
    RowTest("NO_BUILDINGS", "building_count", ("dwelling_count",), True, TEXTS["NO_BUILDINGS"], _no_buildings),
    RowTest(
        "CROWDED_BUILDINGS",
        "building_count",
        ("dwelling_count",),
        False,
        TEXTS["CROWDED_BUILDINGS"],
        _crowded_buildings,
    ),
    RowTest("COMPLETED_LATER", "completion_year", (), True, TEXTS["COMPLETED_LATER"], _completed_later),
    RowTest(
        "ENDS_BEFORE_IT_STARTS",
        "contract_end",
        ("contract_start",),
        True,
        TEXTS["ENDS_BEFORE_IT_STARTS"],
        _ends_before_it_starts,
    ),
)
