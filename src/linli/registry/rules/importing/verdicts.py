"""Shapes of judging a file: what the ledger holds, what comes in, what is said of each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from linli.foundation.policies import Standard
from linli.foundation.tables import Cell
from linli.registry.rules.importing.kinds import KindRules
from linli.registry.rules.importing.places import CommunityBook
from linli.registry.rules.importing.questions import Answers, Question
from linli.registry.rules.importing.remarks import Remark


class Verdict(StrEnum):
    """What would happen to a row."""

    NEW = "NEW"
    CHANGED = "CHANGED"
    UNCHANGED = "UNCHANGED"
    #: A person must say whether it is what it seems to be.
    DOUBTFUL = "DOUBTFUL"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class Held:
    """An entry of the ledger as rows are held against it.

    Attributes:
        code: Its code.
        name: Its name.
        place: Longitude and latitude; None where not known.
        current: Field to value, numbers as numbers.
        claimed: Code of the community that the importing office says it belongs to; empty for none.
        is_ended: It was taken out of the ledger.
        is_within: It lies in the area of the importing post.
        successor: Code of the entry that it was merged into; empty for none.
    """

    code: str
    name: str
    place: tuple[float, float] | None
    current: Mapping[str, Any]
    claimed: str = ""
    is_ended: bool = False
    is_within: bool = True
    successor: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A row as it was read.

    Attributes:
        number: Its number as the reader's software shows it.
        cells: Field to cell, mapped columns only.
        place: Longitude and latitude in CGCS2000; None where the row has none.
        outside_m: How far outside the district it lies; 0 inside.
        faults: What is wrong with its place, its shape or its cells as a whole.
        area_community: Code of the community whose land it lies on; empty for none.
    """

    number: int
    cells: Mapping[str, Cell]
    place: tuple[float, float] | None = None
    outside_m: float = 0.0
    faults: tuple[Remark, ...] = ()
    area_community: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A row with its verdict.

    Attributes:
        row: Number of the row.
        verdict: What would happen to it.
        code: Code of the entry; empty for a new one without a code of its own.
        name: Name as the row gives it.
        values: Field to canonical value and original.
        changes: Field to old and new value; for a point pairs of degrees.
        faults: Why it is refused.
        warnings: What a reader should know.
        questions: What a person must say or has said.
        is_left_out: It says nothing of its own: it repeats an earlier row, or a person left it out.
    """

    row: int
    verdict: Verdict
    code: str
    name: str
    values: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[str, list[Any]] = field(default_factory=dict)
    faults: tuple[Remark, ...] = ()
    warnings: tuple[Remark, ...] = ()
    questions: tuple[Question, ...] = ()
    is_left_out: bool = False


@dataclass(frozen=True, slots=True)
class Background:
    """What rows are held against.

    Attributes:
        kind: What the rows are about.
        headings: Field to heading of its column.
        held: Entries of the ledger.
        communities: Communities and subdistricts by code and name; None where there is no ledger to look them up.
        district: Code of the district.
        standards: Numbers of the policy profile.
        on: Day of the figures.
        is_whole_district: The post may write everywhere.
        area_communities: Codes of the communities in its area.
        answers: What was decided on rows in doubt.
    """

    kind: KindRules
    headings: Mapping[str, str]
    held: Sequence[Held]
    communities: CommunityBook | None
    district: str
    standards: Mapping[str, Standard]
    on: date
    is_whole_district: bool = True
    area_communities: frozenset[str] = frozenset()
    answers: Answers = field(default_factory=dict)

    def heading(self, key: str) -> str:
        """Return the heading of a field's column in the file; the field's own name where it has none."""
        known = self.kind.catalogue.get(key)
        return self.headings.get(key) or (known.name.zh if known else key)
