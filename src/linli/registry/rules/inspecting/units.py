"""Which features of a layer are one unit, and which carry a code or a name that another has too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from linli.foundation.tables import Features
from linli.foundation.tables.faults import refused
from linli.registry.rules.importing.kinds import (
    KINDS,
    USUAL_CODE_HEADINGS,
    USUAL_NAME_HEADINGS,
    ImportKind,
    KindRules,
)

#: A column of codes that most features share, such as that of the street, tells no units apart.
LEAST_DISTINCT = 0.5
LEAST_FILLED = 0.5


@dataclass(frozen=True, slots=True)
class Units:
    """The features of a layer as units.

    Attributes:
        code_field: Field that holds the codes; empty for none.
        name_field: Field that holds the names; empty for none.
        unit_of: Unit of each feature, shape ``(n,)``.
        labels: What each unit is called: its code, else its name, else the number of its feature.
        repeated_codes: Code to the rows that carry it.
        repeated_names: Name to the rows of different units that carry it.
    """

    code_field: str
    name_field: str
    unit_of: NDArray[np.int64]
    labels: tuple[str, ...]
    repeated_codes: dict[str, list[int]]
    repeated_names: dict[str, list[int]]


def units_of(features: Features, *, code_field: str, name_field: str, file: str) -> Units:
    """Tell the units of a layer apart: what shares a code, else a name, is one.

    Args:
        features: The layer.
        code_field: Field of the codes; empty to look for one with a usual heading.
        name_field: Field of the names; likewise.
        file: Name of the file, for messages.

    Raises:
        ValidationFaults: A field that was named is not there.
    """
    headings = tuple(features.rows[0]) if features.rows else ()
    for field in (code_field, name_field):
        if field and field not in headings:
            raise refused(
                file,
                code="field-missing",
                expected=_("有“%(field)s”字段的图层") % {"field": field},
                found="、".join(headings) or _("没有字段"),
                remedy=_("请核对字段名称"),
            )
    chosen_code = code_field or _usual(features, headings, _words("code", USUAL_CODE_HEADINGS))
    chosen_name = name_field or _usual(features, headings, _words("name", USUAL_NAME_HEADINGS))
    codes, names = _texts(features, chosen_code), _texts(features, chosen_name)
    labels: list[str] = []
    number: dict[tuple[str, str], int] = {}
    unit_of = np.empty(len(features.rows), dtype=np.int64)
    for row, (code, name) in enumerate(zip(codes, names, strict=True)):
        key = ("code", code) if code else ("name", name) if name else ("row", str(row))
        if key not in number:
            number[key] = len(labels)
            labels.append(code or name or f"#{row + 1}")
        unit_of[row] = number[key]
    return Units(
        chosen_code,
        chosen_name,
        unit_of,
        tuple(labels),
        {code: rows for code, rows in _groups(codes).items() if len(rows) > 1},
        {
            name: rows
            for name, rows in _groups(names).items()
            if len(rows) > 1 and (not chosen_code or len({int(unit_of[row]) for row in rows}) > 1)
        },
    )


def _groups(texts: Sequence[str]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for row, text in enumerate(texts):
        if text:
            groups[text].append(row)
    return groups


def _texts(features: Features, field: str) -> list[str]:
    if not field:
        return [""] * len(features.rows)
    return ["" if row.get(field) is None else _text(row[field]) for row in features.rows]


def _text(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _words(what: str, usual: tuple[str, ...]) -> frozenset[str]:
    def own(kind: KindRules) -> tuple[str, ...]:
        field = kind.catalogue[kind.code if what == "code" else kind.name]
        return (field.key, field.name.zh, *field.aliases)

    kinds = (ImportKind.PARCEL, ImportKind.COMPOUND, ImportKind.COMMUNITY)
    return frozenset(word.lower() for word in (*usual, *(word for kind in kinds for word in own(KINDS[kind]))))


def _usual(features: Features, headings: Sequence[str], words: frozenset[str]) -> str:
    """Return the field with a usual heading that tells most features apart; empty for none."""
    for heading in headings:
        if heading.strip().lower() in words:
            texts = [text for text in _texts(features, heading) if text]
            if len(texts) >= LEAST_FILLED * len(features.rows) and len(set(texts)) >= LEAST_DISTINCT * len(texts):
                return heading
    return ""
