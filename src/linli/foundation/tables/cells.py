"""What one cell holds, and how a reader would type it."""

from __future__ import annotations

import re
from datetime import date, datetime

from django.utils.translation import gettext as _

Cell = str | int | float | bool | date | datetime | None

#: Everything below a space except tab and line feed, the delete character, and marks that turn or hide text.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")


def text_of(cell: Cell) -> str:
    """Return a cell as a reader would type it; nothing for an empty one.

    Examples:
        >>> text_of(1200), text_of(2.5), text_of(date(2026, 1, 1)), text_of(None), text_of(" 甲 ")
        ('1200', '2.5', '2026-01-01', '', '甲')
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return _("是") if cell else _("否")
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()
