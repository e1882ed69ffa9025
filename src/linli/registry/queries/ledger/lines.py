"""Lines and columns of a list of the ledger, and what may be asked of them: search, filters, order. No database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.utils.functional import Promise

from linli.foundation.bilingual import Bilingual
from linli.registry.queries.areas import Hidden

Text = str | Promise | Bilingual
Value = str | int | float | date | None


class Tab(StrEnum):
    """The lists of the ledger, as the address names them."""

    COMPOUNDS = "compounds"
    COMMUNITIES = "communities"
    GRIDS = "grids"
    FACILITIES = "facilities"
    PARCELS = "parcels"


class Form(StrEnum):
    """How the values of a column are written."""

    NAME = "name"
    TEXT = "text"
    COUNT = "count"
    DECIMAL = "decimal"
    METER = "meter"
    DAY = "day"
    YEAR = "year"
    MARKS = "marks"


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of a list.

    Args:
        key: Its name in the address, in `Line.values` and in files.
        heading: Its head.
        form: How its values are written.
        unit: Unit of its numbers, shown in files and on phones.
        rank: 1 stays on every width; higher ranks leave first where width runs out.
        digits: Digits after the point of a DECIMAL.
        absent: The word for a value that is not there; — where it does not apply.
        is_figure: Whether a phone's card shows it as a figure.
        is_second: Whether it belongs to the second line of a phone's card.
        is_extra: Whether it is shown only where somebody chose it.
    """

    key: str
    heading: Text
    form: Form = Form.TEXT
    unit: Text = ""
    rank: int = 1
    digits: int = 1
    absent: Text = ""
    is_figure: bool = False
    is_second: bool = False
    is_extra: bool = False

    @property
    def is_number(self) -> bool:
        """Whether its values are aligned as numbers and sort downwards first."""
        return self.form in {Form.COUNT, Form.DECIMAL, Form.METER, Form.YEAR}


@dataclass(frozen=True, slots=True)
class Question:
    """What the address asks of a list.

    Args:
        tab: Which list.
        words: What was typed into the search.
        chosen: Values per field of a filter.
        order: Key of a column, ``-`` before it for downwards; empty for the usual order.
        codes: Only these lines, where any are named.
        columns: Keys of the columns to show, in order; empty for the usual ones.
        pinned: How many of the first columns stay while the table is moved sideways.
    """

    tab: Tab
    words: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    order: str = ""
    codes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    pinned: int = 1

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for that leaves lines out."""
        return bool(self.words or self.chosen or self.codes)


@dataclass(frozen=True, slots=True)
class Mark:
    """What the audit found about a line, in two to five words.

    Args:
        words: Such as 管理盲区.
        tone: ``bad``, ``warn``, ``hold`` or ``idle``.
        group: What findings are filtered by.
    """

    words: Text
    tone: str
    group: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list.

    Args:
        code: Its code for life.
        name: What it is called.
        searched: Everything the search looks at: name, code, pinyin, address.
        values: A value per key of a column; None is not known, or does not apply.
        orders: What a column of text is sorted by, where not by its words: pinyin.
        facets: What each filter of choices finds in the line.
        marks: Findings about it, worst first.
        parcels: Codes of the parcels that it covers; the map picks the first. A list of communities or grids leaves
            them out as far as it can.
    """

    code: str
    name: str
    searched: str
    values: Mapping[str, Value]
    orders: Mapping[str, str] = field(default_factory=dict)
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    marks: tuple[Mark, ...] = ()
    parcels: tuple[str, ...] = ()


def fits_words(line: Line, words: str) -> bool:
    """Say whether a line holds every word of a search, in any order and case.

    Examples:
        >>> line = Line("X-0001", "锦澜苑", "锦澜苑 X-0001 jinlanyuan jly 晨光路1号", {})
        >>> fits_words(line, "JLY"), fits_words(line, "晨光 锦澜"), fits_words(line, "云栖")
        (True, True, False)
    """
    text = line.searched.lower()
    return all(word in text for word in words.lower().split())


def sort_lines(lines: Sequence[Line], columns: Sequence[ListColumn], order: str) -> list[Line]:
    """Return lines in the order of a column, ``-key`` downwards; what is not known stands last either way.

    Lines that are equal keep the order of their codes. An unknown column leaves the order of codes.

    Args:
        lines: The lines.
        columns: The columns that may be sorted by.
        order: Key of a column, with ``-`` before it for downwards.
    """
    key = order.removeprefix("-")
    ordered = sorted(lines, key=lambda line: line.code)
    if key not in {column.key for column in columns}:
        return ordered
    worth = _worth_of(key)
    known = [line for line in ordered if worth(line) is not None]
    unknown = [line for line in ordered if worth(line) is None]
    known.sort(key=worth, reverse=order.startswith("-"))  # type: ignore[arg-type]
    return known + unknown


def _worth_of(key: str) -> Callable[[Line], object]:
    if key == "marks":
        return lambda line: len(line.marks) or None
    return lambda line: line.orders.get(key, _known(line.values.get(key)))


def _known(value: Value) -> Value:
    """Return a value, but not a hidden one: its place in the order would tell it."""
    return None if isinstance(value, Hidden) else value
