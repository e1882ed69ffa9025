"""The switch of a list that shows archived entries instead of standing ones."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from linli.registry.queries.ledger.filters import Choices

#: Archived entries are shown only where they are asked for.
ARCHIVED = "archived"


def archived_filter() -> Choices:
    """Return the filter that shows archived entries instead of standing ones."""
    return Choices("kept", gettext_lazy("归档"), {ARCHIVED: gettext_lazy("已归档")}, is_first=False, is_switch=True)
