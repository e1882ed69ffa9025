"""What only a person can say of a row: the same thing under another name, or another thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Ask(StrEnum):
    """What is asked."""

    #: The code is known, the name is another: was it renamed, or is the code wrong?
    RENAME = "RENAME"
    #: Name, address and place resemble an entry: is it the same?
    MATCH = "MATCH"
    #: A figure that never changes is another than the ledger's: which one is right?
    CONTRADICTION = "CONTRADICTION"


class Answer(StrEnum):
    """What a person says; of a contradiction SAME takes the file's figure and DIFFERENT keeps the ledger's."""

    SAME = "SAME"
    DIFFERENT = "DIFFERENT"
    #: The row is left out of this import.
    SKIP = "SKIP"


@dataclass(frozen=True, slots=True)
class Question:
    """One question about a row, with both sides as they are shown beside each other.

    Attributes:
        ask: What is asked.
        code: Code of the entry that it is about.
        confidence: How likely it is the same, 0 to 1.
        held: Field to what the ledger has.
        came: Field to what the row has.
        answer: What was decided; empty while nobody has.
    """

    ask: Ask
    code: str
    confidence: float
    held: Mapping[str, str]
    came: Mapping[str, str]
    answer: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the question as it is stored."""
        return asdict(self)


def question_of(stored: Mapping[str, Any]) -> Question:
    """Return a stored question.

    Examples:
        >>> asked = Question(Ask.RENAME, "X-1", 0.8, {"name": "甲"}, {"name": "乙"})
        >>> question_of(asked.as_json()) == asked
        True
    """
    return Question(**{**stored, "ask": Ask(stored["ask"])})


#: What was decided: number of the row, what was asked, code of the entry, to the answer.
Answers = Mapping[tuple[int, str, str], str]
