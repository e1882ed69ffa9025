"""A table as it was read: a header and rows of tidy cells, each with its row number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from linli.foundation.errors import Fault, Place
from linli.foundation.tables.asides import Aside, aside_of
from linli.foundation.tables.cells import Cell
from linli.foundation.tables.faults import refused
from linli.foundation.tables.headings import join_headings
from linli.foundation.tables.regions import Merge, Region, find_regions, without_merges
from linli.foundation.tables.tidying import MOST_REMARKS, TidyRow


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a sheet.

    Attributes:
        file: Name of the file.
        name: Name of the sheet, with the row it begins at where the sheet holds several; empty for CSV.
        header: Headings, each once; those of two lines joined by ``/``.
        rows: Rows as long as the header; empty rows are left out.
        row_numbers: Number of each row as the reader's software shows it, from 1.
        remarks: What was tidied on the way, at most a hundred; the rows are usable.
        left_out: Number of each row that is no record, with what it is: a total, a note, a heading once more.
        headed: Of text tables the number of columns up to the last with a heading; 0 for workbooks.
    """

    file: str
    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    row_numbers: tuple[int, ...]
    remarks: tuple[Fault, ...] = ()
    left_out: tuple[tuple[int, Aside], ...] = ()
    headed: int = 0

    def records(self) -> Iterator[tuple[int, dict[str, Cell]]]:
        """Yield each row's number and its cells by heading."""
        for number, row in zip(self.row_numbers, self.rows, strict=True):
            yield number, dict(zip(self.header, row, strict=True))

    def place(self, row: int | None = None, column: str = "") -> Place:
        """Return a place in this sheet, for faults."""
        return Place(self.file, self.name, row, column)


def build_sheets(
    rows: Sequence[TidyRow],
    remarks: Sequence[Fault] = (),
    *,
    file: str,
    name: str,
    merges: Sequence[Merge] = (),
    is_delimited: bool = False,
) -> tuple[Sheet, ...]:
    """Return the tables of a sheet: headings joined, merged cells filled, totals and notes left out and named.

    Args:
        rows: The filled rows as `tidy_rows` gives them; merged cells are filled in place.
        remarks: What was tidied on the way.
        file: Name of the file.
        name: Name of the sheet.
        merges: Merged cells.
        is_delimited: A separator parts the cells, which one of them may hold by mistake.

    Raises:
        ValidationFaults: Nothing is filled in.
    """
    if not rows:
        raise refused(
            Place(file, name),
            code="sheet-empty",
            expected=_("有表头和数据"),
            found="",
            remedy=_("请检查是否选对了文件和工作表"),
        )
    regions = find_regions(rows, merges)
    for region in regions:
        without_merges(rows, merges, region.lines)
    names = _names(name, [(rows[region.lines.start][0], region.first + 1) for region in regions])
    sheets = (
        _sheet(rows, region, Place(file, named), tuple(remarks), _banners(rows, merges, region))
        for region, named in zip(regions, names, strict=True)
    )
    if not is_delimited:
        return tuple(sheets)
    return tuple(replace(sheet, headed=_headed(rows, region)) for sheet, region in zip(sheets, regions, strict=True))


def _headed(rows: Sequence[TidyRow], region: Region) -> int:
    last = max(len(rows[place][1]) for place in region.lines)
    return min(last - region.first, region.width)


def _names(name: str, begins: Sequence[tuple[int, int]]) -> list[str]:
    """Return a name per table: the sheet's own where it is alone, else with the row and column it begins at."""
    if len(begins) == 1:
        return [name]
    rows = [row for row, _column in begins]
    words = [
        _("第 %(row)d 行起") % {"row": row}
        if rows.count(row) == 1
        else _("第 %(row)d 行第 %(column)d 列起") % {"row": row, "column": column}
        for row, column in begins
    ]
    return [f"{name}（{one}）" if name else one for one in words]


def _banners(rows: Sequence[TidyRow], merges: Sequence[Merge], region: Region) -> frozenset[int]:
    """Return the places of body rows that are one cell merged across half the table: names of sections."""
    place_of = {rows[place][0] - 1: place for place in region.body}
    return frozenset(
        place_of[top]
        for (top, left), (_bottom, right) in merges
        if top in place_of
        and (right - left + 1) * 2 >= region.width
        and sum(c is not None for c in rows[place_of[top]][1]) == 1
    )


def _sheet(
    rows: Sequence[TidyRow], region: Region, place: Place, remarks: tuple[Fault, ...], banners: frozenset[int]
) -> Sheet:
    lines = [rows[at][1] for at in region.lines]
    header, repeated = join_headings(lines, first=region.first, width=region.width)
    told = [
        Fault(
            Place(place.file, place.sheet, rows[region.lines.start][0], heading),
            _("只出现一次"),
            named,
            _("已自动整理，请核对"),
            "tables.heading-repeated",
        )
        for heading, named in repeated
    ]
    last = region.first + region.width
    head = [_cut(line, region.first, last) for line in lines]
    records: list[tuple[Cell, ...]] = []
    numbers: list[int] = []
    left_out: list[tuple[int, Aside]] = []
    is_after_notes = False
    for at in region.body:
        number, cells = rows[at]
        row = _cut(cells, region.first, last)
        if not any(cell is not None for cell in row):
            continue
        aside = Aside.SECTION if at in banners else Aside.HEADING_AGAIN if row in head else aside_of(row)
        # What follows the word 注 in single cells belongs to it.
        if aside is None and is_after_notes and region.width > 2 and sum(cell is not None for cell in row) == 1:
            aside = Aside.NOTE
        is_after_notes = aside is Aside.NOTE
        if aside is None:
            records.append(row)
            numbers.append(number)
        else:
            left_out.append((number, aside))
    return Sheet(
        file=place.file,
        name=place.sheet,
        header=tuple(header),
        rows=tuple(records),
        row_numbers=tuple(numbers),
        remarks=(*remarks, *told)[:MOST_REMARKS],
        left_out=tuple(left_out),
    )


def _cut(cells: Sequence[Cell], first: int, last: int) -> tuple[Cell, ...]:
    return (*cells[first:last], *[None] * (last - max(len(cells), first)))
