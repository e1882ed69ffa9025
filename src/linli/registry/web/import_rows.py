"""Rows and tiles of an import's preview, ready to be drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from linli.registry.queries.imports import ImportCard, MendCard, RowCard, mends_of, names_of_communities
from linli.registry.rules.importing.judging import COMMUNITY, POINT
from linli.registry.rules.importing.kinds import rules_of
from linli.registry.rules.importing.likeness import metres_between
from linli.registry.rules.importing.questions import Ask, Question
from linli.registry.rules.row_tests import shown

#: Fields of a new row that are named in one line.
NAMED_IN_A_ROW = 4
TONES = {"NEW": "ok", "CHANGED": "accent", "UNCHANGED": "", "DOUBTFUL": "warn", "REFUSED": "bad"}
ICONS = {
    "NEW": "plus",
    "CHANGED": "arrows-left-right",
    "UNCHANGED": "minus",
    "DOUBTFUL": "help-circle",
    "REFUSED": "x",
}


@dataclass(frozen=True, slots=True)
class Tile:
    """A verdict with its count; pressing it filters."""

    verdict: str
    count: int
    words: str
    note: str
    tone: str
    icon: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """One field of a row: what it was and what it becomes; ``old`` is empty for new ones."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class MendableCell:
    """A cell that a refused row names, with what it holds."""

    heading: str
    value: str


@dataclass(frozen=True, slots=True)
class Side:
    """One line of a comparison: what the ledger has and what the row has."""

    label: str
    held: str
    came: str
    is_equal: bool


@dataclass(frozen=True, slots=True)
class ShownDoubt:
    """A question as it is put to a person."""

    ask: str
    words: str
    code: str
    confidence: int
    sides: tuple[Side, ...]
    answer: str
    same: str
    different: str


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of the preview."""

    row: int
    verdict: str
    words: str
    tone: str
    icon: str
    name: str
    code: str
    pairs: tuple[Pair, ...]
    faults: tuple[str, ...]
    warnings: tuple[str, ...]
    cells: tuple[MendableCell, ...]
    mends: tuple[MendCard, ...]
    doubts: tuple[ShownDoubt, ...]


def tiles(card: ImportCard, current: str) -> tuple[Tile, ...]:
    """Return the four tiles of a preview."""
    notes = {
        "NEW": _("台账里没有的"),
        "CHANGED": _("改动 %(cells)s 格") % {"cells": card.counts.get("cells", 0)},
        "UNCHANGED": _("与台账一致"),
        "DOUBTFUL": _("要人来定"),
        "REFUSED": _("要处理"),
    }
    return tuple(
        Tile(
            verdict=verdict,
            count=card.counts.get(verdict, 0),
            words=words,
            note=notes[verdict],
            tone=TONES[verdict],
            icon=ICONS[verdict],
            is_current=verdict == current,
        )
        for verdict, words in _words(of_rows=True).items()
    )


def shown_rows(rows: Iterable[RowCard], card: ImportCard) -> tuple[ShownRow, ...]:
    """Return rows of a preview as they are drawn."""
    catalogue = rules_of(card.kind).catalogue
    labels = {key: str(field.name) for key, field in catalogue.items()}
    counted = {key for key, field in catalogue.items() if field.is_number and field.unit != "year"}
    labels[POINT] = _("位置")
    rows = tuple(rows)
    mends = mends_of(card.number, [row.row for row in rows])
    fields = {heading: field for heading, field in card.mapping.items() if field}
    codes = {code for row in rows for code in row.changes.get(COMMUNITY, ()) if code}
    names = names_of_communities(codes)
    words = _words(of_rows=False)
    return tuple(
        ShownRow(
            row=row.row,
            verdict=row.verdict,
            words=words[row.verdict],
            tone=TONES[row.verdict],
            icon=ICONS[row.verdict],
            name=row.name,
            code=row.code,
            pairs=_pairs(row, labels, names, counted),
            faults=row.faults,
            warnings=row.warnings,
            cells=_mendable(row, fields) if card.is_previewed else (),
            mends=mends.get(row.row, ()),
            doubts=tuple(_doubt(one, labels) for one in row.questions),
        )
        for row in rows
    )


def _mendable(row: RowCard, fields: Mapping[str, str]) -> tuple[MendableCell, ...]:
    """Return the cells that the faults of a row name."""
    return tuple(
        MendableCell(heading, str(row.values.get(fields[heading], {}).get("original", "")))
        for heading in row.fault_columns
        if heading in fields
    )


def _doubt(asked: Question, labels: Mapping[str, str]) -> ShownDoubt:
    words = {
        Ask.RENAME: _("编码 %(code)s 在台账里是另一个名字"),
        Ask.MATCH: _("像台账里的 %(code)s"),
        Ask.CONTRADICTION: _("不会变的数与台账 %(code)s 不同"),
    }
    same, different = {
        Ask.RENAME: (_("是更名"), _("编码写错")),
        Ask.MATCH: (_("是同一个"), _("不是同一个")),
        Ask.CONTRADICTION: (_("表里的对"), _("台账的对")),
    }[asked.ask]
    names = {"name": _("名称"), **labels}
    return ShownDoubt(
        ask=asked.ask.value,
        words=words[asked.ask] % {"code": asked.code},
        code=asked.code,
        confidence=0 if asked.ask is Ask.CONTRADICTION else round(100 * asked.confidence),
        sides=tuple(
            Side(names.get(key, key), asked.held.get(key, ""), came, came == asked.held.get(key, ""))
            for key, came in asked.came.items()
            if came or asked.held.get(key)
        ),
        answer=asked.answer,
        same=same,
        different=different,
    )


def _words(*, of_rows: bool) -> dict[str, str]:
    if of_rows:
        return {
            "NEW": _("行新增"),
            "CHANGED": _("行变更"),
            "UNCHANGED": _("行不变"),
            "DOUBTFUL": _("行待判断"),
            "REFUSED": _("行不合格"),
        }
    return {
        "NEW": _("新增"),
        "CHANGED": _("变更"),
        "UNCHANGED": _("不变"),
        "DOUBTFUL": _("待判断"),
        "REFUSED": _("拒绝"),
    }


def _pairs(row: RowCard, labels: dict[str, str], names: dict[str, str], counted: set[str]) -> tuple[Pair, ...]:
    if row.verdict == "REFUSED":
        return ()
    pairs = []
    order = {key: place for place, key in enumerate(labels)}
    for key, (old, new) in sorted(row.changes.items(), key=lambda change: order.get(change[0], -1)):
        if key == POINT:
            moved = _("补上")
            if old:
                moved = _("移动 %(metres)s 米") % {"metres": round(metres_between((old[0], old[1]), (new[0], new[1])))}
            pairs.append(Pair(labels[POINT], "", moved))
            continue
        was, becomes = (shown(float(text)) if key in counted and text else str(text or "") for text in (old, new))
        if key == COMMUNITY:
            was, becomes = names.get(old, old), names.get(new, new)
        pairs.append(Pair(labels.get(key, key), was if row.verdict == "CHANGED" else "", becomes))
    if row.verdict == "NEW" and len(pairs) > NAMED_IN_A_ROW:
        rest = _("另有 %(count)s 项") % {"count": len(pairs) - NAMED_IN_A_ROW}
        return (*pairs[:NAMED_IN_A_ROW], Pair("", "", rest))
    return tuple(pairs)
