"""Findings in the reader's language: title, evidence, next step."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.registry.rules.audit.kinds import KINDS
from linli.registry.rules.fields import Ledger, fields_of
from linli.registry.rules.row_tests import sentence_of, shown

FIGURE = re.compile(r"%\((\w+)\)")
#: What stands for an empty word; other figures that are not known leave their sentence out.
INSTEAD: Mapping[str, str | Promise] = {"held": _("未划入"), "until": _("没有约定")}
#: What happened to a parcel, by `linli.engine.geometry.Nature`.
NATURES: Mapping[str, str | Promise] = {
    "grown": _("画大了，压到四邻"),
    "shrunk": _("画小了，四周留缝"),
    "shifted": _("整体移位"),
    "duplicated": _("与别的图形重复"),
    "covering": _("盖住了别的图形"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in words."""

    title: str
    evidence: str
    next_step: str


def told(kind: str, *, subject: str, evidence: Mapping[str, Any]) -> Told:
    """Return a finding in the reader's language.

    Args:
        kind: One of `KINDS`.
        subject: Name of the subject.
        evidence: Figures as they were stored.

    Examples:
        >>> told("COMPOUND_UNASSIGNED", subject="听澜花园", evidence={"households": 1462, "nearest": ""}).evidence
        '1,462 户。'
        >>> told("MISSING_FIGURE", subject="水杉里", evidence={"figure": "residents_count"}).title
        '水杉里 缺常住人口'
    """
    words = KINDS[kind]
    figures = {"subject": subject, **{name: _shown(name, value) for name, value in evidence.items()}}
    if "figure" in evidence:
        figures["field"] = _field_name(str(evidence["figure"]))
    if "nature" in evidence:
        figures["nature"] = str(NATURES[evidence["nature"]])
    if "test" in evidence:
        figures["sentence"] = sentence_of(evidence["test"], evidence["params"])
    sentences = str(words.evidence).split("\n")
    known = [line for line in sentences if all(figures.get(name) for name in FIGURE.findall(line))]
    return Told(str(words.title) % figures, "".join(line % figures for line in known), str(words.next_step))


def _shown(name: str, value: Any) -> str:
    if isinstance(value, int | float):
        return shown(value)
    return str(value or INSTEAD.get(name, ""))


def _field_name(key: str) -> str:
    for ledger in (Ledger.COMPOUND, Ledger.COMMUNITY, Ledger.PROPERTY_MANAGEMENT):
        field = fields_of(ledger).get(key)
        if field is not None:
            return str(field.name)
    return str(_("编码"))
