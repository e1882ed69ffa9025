"""``linli office``: a district's offices, taken over from a table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from linli.cli.answers import answer, faults_told, json_option, start_django
from linli.foundation.errors import Fault, Place, ValidationFaults

if TYPE_CHECKING:
    from linli.foundation.tables import Sheet
    from linli.organisation.operations import OfficeRow

#: Words of the column 类别 to the kinds of offices.
KINDS = {"区": "DISTRICT", "街道": "SUBDISTRICT", "部门": "DEPARTMENT", "居委会": "COMMITTEE", "企业": "COMPANY"}
COLUMNS = ("编号", "名称", "类别", "上级")


@click.group()
def office() -> None:
    """单位：从表格接收、列出。"""


@office.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--from", "since", type=click.DateTime(["%Y-%m-%d"]), help="从哪天起；不填为今天。")
@json_option
def load(file: Path, since: date | None, json_path: str | None) -> None:
    """接收单位：表格有 编号、名称、类别、上级 四列，类别为 区、街道、部门、居委会、企业；全部合格才写入。

    \b
    例：
      linli office load 单位.xlsx
      linli office load 单位.csv --from 2026-01-01
    """
    start_django()
    from linli.foundation import trail
    from linli.foundation.clock import now, today
    from linli.foundation.tables import read_sheets
    from linli.organisation.operations import load_offices

    moment = now()
    begins = date(since.year, since.month, since.day) if since else today(moment)
    with faults_told(json_path):
        rows = list(_rows(read_sheets(file)[0], begins))
        loaded = load_offices(rows, by=trail.SYSTEM, now=moment)
    answer(
        {"offices": [{"code": card.code, "name": card.name} for card in loaded.values()]},
        text=f"已接收 {len(loaded)} 个单位。",
        json_path=json_path,
    )


@office.command("list")
@click.option("--district", required=True, help="区的编号。")
@json_option
def list_offices(district: str, json_path: str | None) -> None:
    """列出一个区现有的单位。"""
    start_django()
    from linli.foundation.clock import now, today
    from linli.organisation.queries import offices_of

    rows = [
        {"code": card.code, "name": card.name, "kind": card.kind.value}
        for card in offices_of(district, on=today(now()))
    ]
    text = "\n".join(f"{row['code']}  {row['name']}" for row in rows)
    answer({"offices": rows}, text=text or "这个区还没有单位。用 linli office load 接收。", json_path=json_path)


def _rows(sheet: Sheet, begins: date) -> Iterator[OfficeRow]:
    """Read the offices of a table.

    Raises:
        ValidationFaults: A column is missing, or a kind is unknown.
    """
    from linli.foundation.tables import text_of
    from linli.organisation.operations import OfficeRow
    from linli.organisation.rules import OfficeKind

    faults = [
        Fault(Place(sheet.file, sheet.name, column=name), f"有“{name}”一列", remedy="请补上后重试")
        for name in COLUMNS
        if name not in sheet.header
    ]
    if faults:
        raise ValidationFaults(faults)
    places = [sheet.header.index(name) for name in COLUMNS]
    read = []
    for number, cells in zip(sheet.row_numbers, sheet.rows, strict=True):
        code, name, kind, parent = (text_of(cells[place]).strip() for place in places)
        if kind not in KINDS:
            where = Place(sheet.file, sheet.name, number, "类别")
            faults.append(Fault(where, f"{'、'.join(KINDS)}之一", kind, "请改正后重试"))
            continue
        read.append(
            OfficeRow(code=code, name=name, kind=OfficeKind[KINDS[kind]], parent=parent or None, valid_from_on=begins)
        )
    if faults:
        raise ValidationFaults(faults)
    yield from read
