"""The page of standards: each number that the software uses, with the document that demands it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.foundation.clock import now, today
from linli.foundation.policies import Level, Standard
from linli.foundation.policies.queries import standards_on
from linli.foundation.policies.topics import TOPICS, topic_of
from linli.organisation.web.gate import SignedInRequest, signed_in

LEVELS: Mapping[Level, tuple[str | Promise, str | Promise]] = MappingProxyType(
    {
        Level.NATIONAL: (_("全国的规定"), _("法律法规、国家标准和中央文件，全国都要遵守。")),
        Level.LOCAL: (_("地方的规定和做法"), _("各地的条例、办法和案例。本区另有规定的，按本区的来；其他只供参照。")),
        Level.OWN: (_("软件的默认值"), _("没有文件规定，由软件建议，可以按区改。")),
    }
)


@dataclass(frozen=True, slots=True)
class Topic:
    """Standards of one level about one topic, each with its single limit."""

    name: str
    rows: tuple[tuple[Standard, str], ...]


@dataclass(frozen=True, slots=True)
class LevelOfStandards:
    """Standards of one level (依据层级), by topic."""

    key: str
    name: str
    note: str
    topics: tuple[Topic, ...]

    @property
    def count(self) -> int:
        """How many standards it holds."""
        return sum(len(topic.rows) for topic in self.topics)


@signed_in
def standards(request: SignedInRequest) -> HttpResponse:
    """Show the standards in force today by level and topic, searched by words."""
    on: date = today(now())
    words = request.GET.get("q", "").strip()
    found = [standard for standard in standards_on(on) if not words or _speaks_of(standard, words)]
    return render(
        request,
        "portal/standards.html",
        {"levels": grouped(found), "count": len(found), "words": words, "on": on},
    )


def grouped(standards: Iterable[Standard]) -> tuple[LevelOfStandards, ...]:
    """Return standards by level and topic, in the order of reading; what holds none is left out."""
    rows: dict[tuple[Level, str], list[tuple[Standard, str]]] = {}
    for standard in standards:
        place = (standard.source.level, topic_of(standard.applies_to))
        rows.setdefault(place, []).append((standard, limit_of(standard)))
    levels = (
        LevelOfStandards(
            key=str(level),
            name=str(name),
            note=str(note),
            topics=tuple(
                Topic(str(title), tuple(rows[level, topic]))
                for topic, title in TOPICS.items()
                if (level, topic) in rows
            ),
        )
        for level, (name, note) in LEVELS.items()
    )
    return tuple(level for level in levels if level.topics)


def limit_of(standard: Standard) -> str:
    """Write the single limit of a standard, empty where it has bounds instead."""
    value = standard.value
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def _speaks_of(standard: Standard, words: str) -> bool:
    title = standard.source.title
    spoken = (standard.name.zh, standard.name.en, title.zh, title.en, standard.source.number, standard.key)
    return any(words.casefold() in text.casefold() for text in spoken)
