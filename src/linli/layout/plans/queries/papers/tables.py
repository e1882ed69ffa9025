"""The workbook of a plan: the same facts as the papers, to sort and add up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from linli.foundation.documents.workbook import Kind, PrintCell, PrintColumn, PrintSheet, write_workbook
from linli.layout.plans.queries.papers.communities import NO_OFFICE
from linli.layout.plans.queries.papers.passages import assumption_words, locked_name
from linli.layout.plans.queries.papers.request import as_of, issuer_of
from linli.layout.plans.queries.papers.source import PaperSource
from linli.layout.plans.queries.papers.tallies import balance, change_words, tallies, verdict
from linli.layout.plans.queries.papers.words import VERBS, bounds_words, reason, sentence
from linli.layout.plans.rules.figures import Side

Columns = Sequence[tuple[str, Kind]]
#: Columns of running text, so that a sheet stays legible on one page across.
WIDTHS: Final = {"内容": 46.0, "理由": 32.0, "划出": 14.0, "划入": 14.0, "四至": 44.0, "变动": 26.0}
WHEN: Final = ("调整前", "调整后")


def workbook(source: PaperSource) -> bytes:
    """Return the workbook: totals, communities, bounds, adjustments, compounds, land, requirements."""
    sheets = (_totals, _communities, _bounds, _adjustments, _compounds, _land, _requirements)
    return write_workbook([make(source) for make in sheets], on=source.made_on, author=issuer_of(source))


def _sheet(
    source: PaperSource, name: str, columns: Columns, rows: Sequence[Sequence[PrintCell]], totalled: Sequence[str] = ()
) -> PrintSheet:
    notes = [f"{as_of(source)}。"]
    return PrintSheet(
        name=name,
        title=f"{source.area}社区布局调整{name}" + (f"（{source.watermark}）" if source.watermark else ""),
        columns=[
            PrintColumn(heading, kind, width=WIDTHS.get(heading, 0.0), is_totalled=heading in totalled)
            for heading, kind in columns
        ],
        rows=rows,
        notes=[*notes, assumption_words(source)] if source.watermark else notes,
        foot="　".join(part for part in (source.watermark, source.number) if part),
    )


def _totals(source: PaperSource) -> PrintSheet:
    rows = [(one.name, one.before, one.after, one.change) for one in tallies(source)]
    return _sheet(source, "总表", [(name, "text") for name in ("指标", "调整前", "调整后", "变化")], rows)


def _communities(source: PaperSource) -> PrintSheet:
    pairs: Columns = (("户数", "integer"), ("人口", "integer"), ("面积km²", "decimal"), ("小区", "integer"))
    columns: list[tuple[str, Kind]] = [("编码", "text"), ("社区", "text"), ("街道", "text"), ("变动", "text")]
    columns += [(f"{name}·{when[-1]}", kind) for name, kind in pairs for when in WHEN]
    rows = []
    for one in source.figures.communities:
        cells: list[PrintCell] = [
            one.code,
            source.names[one.code],
            source.figures.subdistrict_names.get(one.subdistrict, one.subdistrict),
            change_words(source, one),
        ]
        for before, after in zip(_figures(one.before), _figures(one.after), strict=True):
            cells += [before, after]
        rows.append(cells)
    return _sheet(source, "社区对照", columns, rows, [f"{name}·{when[-1]}" for name, _kind in pairs for when in WHEN])


def _figures(side: Side | None) -> tuple[PrintCell, ...]:
    if side is None:
        return ("—",) * 4
    return (side.households, side.people, round(side.area_m2 / 1e6, 4), len(side.compounds))


def _bounds(source: PaperSource) -> PrintSheet:
    rows = [
        (
            one.code,
            source.names[one.code],
            when,
            bounds_words(side.bounds),
            side.office_address or NO_OFFICE,
            side.office_m2,
            side.service_m2,
            side.workers,
        )
        for one in source.touched
        for when, side in zip(WHEN, (one.before, one.after), strict=True)
        if side is not None
    ]
    columns: Columns = (
        ("编码", "text"),
        ("社区", "text"),
        ("时间", "text"),
        ("四至", "text"),
        ("办公用房地址", "text"),
        ("办公用房（平方米）", "decimal"),
        ("服务用房（平方米）", "decimal"),
        ("工作者（人）", "integer"),
    )
    return _sheet(source, "四至和用房", columns, rows)


def _adjustments(source: PaperSource) -> PrintSheet:
    rows = [
        (
            str(number),
            VERBS[act.verb],
            "、".join(source.names[code] for code in act.from_ids) or "—",
            "、".join(source.names[code] for code in act.to_ids) or "—",
            sentence(source, act),
            reason(source, act),
            len(act.compounds),
            act.households,
            act.people,
            len(act.parcels),
            "是" if act.is_across_subdistricts else "否",
        )
        for number, act in enumerate(source.figures.adjustments, start=1)
    ]
    columns: Columns = (
        ("序号", "text"),
        ("事项", "text"),
        ("划出", "text"),
        ("划入", "text"),
        ("内容", "text"),
        ("理由", "text"),
        ("小区", "integer"),
        ("户数", "integer"),
        ("人口", "integer"),
        ("地块", "integer"),
        ("跨街道", "text"),
    )
    return _sheet(source, "调整事项", columns, rows, ("小区", "户数", "人口", "地块"))


def _compounds(source: PaperSource) -> PrintSheet:
    before = {code: one.code for one in source.figures.communities for code in (one.before or _NOBODY).compounds}
    after = {code: one.code for one in source.figures.communities for code in (one.after or _NOBODY).compounds}
    rows = [
        (
            code,
            compound.name,
            compound.households,
            compound.people,
            "假设" if compound.is_estimated else "已核实" if compound.is_verified else "未核实",
            source.names.get(before.get(code, ""), "（无社区管理）"),
            source.names.get(after.get(code, ""), "（无社区管理）"),
            "是" if before.get(code) != after.get(code) else "否",
        )
        for code, compound in source.figures.compounds.items()
    ]
    columns: Columns = (
        ("编码", "text"),
        ("小区", "text"),
        ("户数", "integer"),
        ("人口", "integer"),
        ("户数来源", "text"),
        ("现社区", "text"),
        ("拟归社区", "text"),
        ("是否变动", "text"),
    )
    return _sheet(source, "小区归属", columns, rows, ("户数", "人口"))


def _land(source: PaperSource) -> PrintSheet:
    rows: list[Sequence[PrintCell]] = [
        (one.code, source.names[one.code], *(round(area, 1) for area in balance(source, one))) for one in source.touched
    ]
    columns: Columns = (
        ("编码", "text"),
        ("社区", "text"),
        ("调整前（平方米）", "decimal"),
        ("划出（平方米）", "decimal"),
        ("划入（平方米）", "decimal"),
        ("调整后（平方米）", "decimal"),
    )
    return _sheet(source, "土地平衡", columns, rows, [heading for heading, kind in columns if kind == "decimal"])


def _requirements(source: PaperSource) -> PrintSheet:
    rows: list[tuple[str, str, str]] = [verdict(source, one) for one in source.figures.requirements]
    rows += [("登记的例外", source.names.get(code, code), why) for code, why in source.figures.exceptions.items()]
    rows += [("锁定不动", locked_name(source, code), why or "—") for code, why in source.wishes.locks.items()]
    return _sheet(source, "要求核对", [(name, "text") for name in ("要求", "结果", "说明")], rows)


class _Nobody:
    """Stands for a community that is not there."""

    compounds: tuple[str, ...] = ()


_NOBODY = _Nobody()
