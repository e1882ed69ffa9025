"""The cells of a list, in words: the same for the page, the phone's card and the file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from django.utils.translation import gettext as _

from linli.foundation.tables import Cell as FileCell
from linli.registry.queries.ledger.lines import Form, Line, ListColumn, Mark, Value
from linli.registry.queries.ledger.lists import LedgerList

#: From this share on a meter is drawn grey: nothing to do.
GOOD_ENOUGH = 95
METER_WIDTH = 56
#: Longer texts are cut on the page and shown whole on pointing; the file has them whole.
LONGEST_TEXT = 10


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a list on the page.

    Args:
        text: What it says.
        classes: How it is set.
        label: What a phone's card calls it; empty where the card leaves it out.
        unit: Unit beside the number on a phone's card.
        form: How its column is written.
        meter: Length of its bar; None for no bar.
        is_low: Whether the bar asks for work.
        is_long: Whether the page cuts the text.
    """

    text: str
    classes: str
    label: str
    unit: str
    form: str
    meter: int | None = None
    is_low: bool = False
    is_long: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether it is nothing but words: most cells are, and a page draws hundreds."""
        return not (self.label or self.is_long) and self.meter is None and self.form != Form.MARKS


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list on the page.

    Args:
        code: Its code for life.
        name: What it is called.
        cells: One per column after the first.
        second: The second line of its card on a phone.
        mark: The worst finding about it.
        more_marks: How many further findings.
        sums: JSON of unit to number, for the bar of what is selected.
        url: Where its name leads; empty for nowhere.
    """

    code: str
    name: str
    cells: tuple[Cell, ...]
    second: str
    mark: Mark | None
    more_marks: int
    sums: str
    url: str


def rows_of(listed: LedgerList, lines: Sequence[Line], *, url: str) -> tuple[Row, ...]:
    """Return lines of a list as the page shows them.

    Args:
        listed: The list.
        lines: The lines of one page.
        url: Where a name leads, with CODE for the code of the line and PARCEL for its first parcel; a line without
            a parcel leads nowhere where one is asked for.
    """
    styles = [_Style(column, is_chosen=bool(listed.question.columns)) for column in listed.columns[1:]]
    second = [column for column in listed.columns if column.is_second]
    return tuple(
        Row(
            code=line.code,
            name=line.name,
            cells=tuple(style.cell(line.values.get(style.column.key)) for style in styles),
            second=" · ".join(
                words for column in second if (words := written(column, line.values.get(column.key), absent=""))
            ),
            mark=line.marks[0] if line.marks else None,
            more_marks=max(0, len(line.marks) - 1),
            sums=_sums(line, listed.kind.summed),
            url=_url(url, line),
        )
        for line in lines
    )


class _Style:
    """What all cells of a column share, put into words once."""

    def __init__(self, column: ListColumn, *, is_chosen: bool) -> None:
        self.column = column
        self.absent = str(column.absent) or _("缺")
        self.label = str(column.heading).removesuffix(" %").removesuffix(" ㎡") if column.is_figure or is_chosen else ""
        self.unit = str(column.unit)
        classes = ["ll-num"] if column.is_number else []
        if column.rank > 1 and not is_chosen:
            classes.append(f"ll-rank-{column.rank}")
        if column.form is Form.DAY:
            classes.append("ll-2")
        self.known = " ".join(classes)
        is_gap = column.form is not Form.MARKS and self.absent != "—"
        self.missing = " ".join([*classes, "miss"]) if is_gap else self.known

    def cell(self, value: Value) -> Cell:
        column = self.column
        meter = value if column.form is Form.METER and isinstance(value, int) else None
        return Cell(
            text=written(column, value, absent=self.absent),
            classes=self.missing if value is None else self.known,
            label=self.label,
            unit="" if value is None else self.unit,
            form=column.form,
            meter=None if meter is None else round(METER_WIDTH * meter / 100),
            is_low=meter is not None and meter < GOOD_ENOUGH,
            is_long=column.form is Form.TEXT and isinstance(value, str) and len(value) > LONGEST_TEXT,
        )


def written(column: ListColumn, value: Value, *, absent: str) -> str:
    """Return a value in words.

    Args:
        column: Its column.
        value: The value.
        absent: The word for a value that is not there.
    """
    if value is None:
        return absent
    if isinstance(value, int | float) and column.form is Form.YEAR:
        return str(round(value))
    if isinstance(value, int | float):
        return f"{value:,.{column.digits if column.form is Form.DECIMAL else 0}f}"
    return value if isinstance(value, str) else value.isoformat()


def file_row(listed: LedgerList, line: Line) -> list[FileCell]:
    """Return a line as the cells of a file: its code, then its columns; what is not known is said."""
    cells: list[FileCell] = [line.code]
    for column in listed.columns:
        value = line.values.get(column.key)
        if column.form is Form.MARKS:
            cells.append("、".join(str(mark.words) for mark in line.marks))
        elif column.key == "code":
            continue
        elif value is None:
            cells.append(str(column.absent) or _("缺"))
        elif isinstance(value, float):
            cells.append(round(value, column.digits) if column.form is Form.DECIMAL else round(value))
        else:
            cells.append(value)
    return cells


def _url(url: str, line: Line) -> str:
    if "PARCEL" not in url:
        return url.replace("CODE", quote(line.code))
    return url.replace("PARCEL", quote(line.parcels[0])) if line.parcels else ""


def _sums(line: Line, summed: Mapping[str, str]) -> str:
    found = {
        unit: round(value)
        for key, unit in summed.items()
        if isinstance(value := line.values.get(key), int | float) and value > 0
    }
    return json.dumps(found, ensure_ascii=False)
