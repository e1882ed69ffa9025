"""Rows and tiles of an import's preview, ready to be drawn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from linli.registry.queries.imports import ImportCard, RowCard, names_of_communities
from linli.registry.rules.importing.judging import COMMUNITY, POINT, metres_between
from linli.registry.rules.importing.kinds import rules_of
from linli.registry.rules.row_tests import shown

#: Fields of a new row that are named in one line.
NAMED_IN_A_ROW = 4
TONES = {"NEW": "ok", "CHANGED": "accent", "UNCHANGED": "", "REFUSED": "bad"}
ICONS = {"NEW": "plus", "CHANGED": "arrows-left-right", "UNCHANGED": "minus", "REFUSED": "x"}


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


def tiles(card: ImportCard, current: str) -> tuple[Tile, ...]:
    """Return the four tiles of a preview."""
    notes = {
        "NEW": _("台账里没有的"),
        "CHANGED": _("改动 %(cells)s 格") % {"cells": card.counts.get("cells", 0)},
        "UNCHANGED": _("与台账一致"),
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
    labels = {key: field.zh for key, field in catalogue.items()}
    counted = {key for key, field in catalogue.items() if field.is_number and field.unit != "year"}
    labels[POINT] = _("位置")
    rows = tuple(rows)
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
        )
        for row in rows
    )


def _words(*, of_rows: bool) -> dict[str, str]:
    if of_rows:
        return {"NEW": _("行新增"), "CHANGED": _("行变更"), "UNCHANGED": _("行不变"), "REFUSED": _("行不合格")}
    return {"NEW": _("新增"), "CHANGED": _("变更"), "UNCHANGED": _("不变"), "REFUSED": _("拒绝")}


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
