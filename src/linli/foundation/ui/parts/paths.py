"""Where the reader is and how far a piece of work has come: crumbs, steps, pages, jobs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Crumb:
    """A way back: name and address of a higher page."""

    label: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step of a wizard.

    Attributes:
        label: Name of the step.
        place: ``done``, ``cur`` or ``next``.
        url: Address to go back to, empty for steps ahead.
    """

    label: str
    place: Literal["done", "cur", "next"]
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class PageOfRows:
    """Where a page of rows stands in the whole list.

    Examples:
        >>> page = PageOfRows(number=2, size=50, total=146)
        >>> page.first, page.last, page.pages, page.has_next
        (51, 100, 3, True)
    """

    number: int
    size: int
    total: int
    note: str = field(default="")

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """Return the place of the first row shown, 0 in an empty list."""
        return 0 if self.total == 0 else (self.number - 1) * self.size + 1

    @property
    def last(self) -> int:
        """Return the place of the last row shown."""
        return min(self.number * self.size, self.total)

    @property
    def has_next(self) -> bool:
        """Tell whether rows follow."""
        return self.number < self.pages

    @property
    def has_previous(self) -> bool:
        """Tell whether rows precede."""
        return self.number > 1

    @property
    def next_number(self) -> int:
        """Return the number of the next page."""
        return self.number + 1

    @property
    def previous_number(self) -> int:
        """Return the number of the page before."""
        return self.number - 1


@dataclass(frozen=True, kw_only=True)
class JobProgress:
    """A long piece of work while it runs.

    Attributes:
        number: Identifier, part of the element's id.
        title: What is being done, as in ``正在核查``.
        done: Steps done.
        total: Steps in all, None where unknown.
        words: What is being done now, as in ``正在核查 412/650 个小区``.
        remaining: Time left in words, empty while unknown.
        poll_url: Address that answers this fragment anew; empty once it has ended.
        cancel_url: Address that stops it (POST).
        outcome: ``ok``, ``bad``, ``stopped`` or empty while it runs.
        result_url: Address of the result.
        result_label: Word of the link to the result.
    """

    number: str
    title: str
    done: int = 0
    total: int | None = None
    words: str = ""
    remaining: str = ""
    poll_url: str = ""
    cancel_url: str = ""
    outcome: Literal["ok", "bad", "stopped", ""] = ""
    result_url: str = ""
    result_label: str = ""
