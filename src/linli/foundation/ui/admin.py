"""Admin pages that look and never touch: operations are the only writers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    Base = admin.ModelAdmin[Model]
else:
    Base = admin.ModelAdmin


class ReadOnlyAdmin(Base):
    """Shows rows and offers no act on them; every registration of the house derives from it."""

    list_max_show_all = 0
    list_per_page = 50

    #: Lookup from a row to the code of its district; who looks sees their own district alone.
    district_lookup = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        """Return the rows of the reader's own district."""
        rows = super().get_queryset(request)
        own = getattr(request.user, "district_code", "")
        return rows.filter(**{self.district_lookup: own}) if self.district_lookup else rows.none()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse."""
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, tuple[Callable[..., str], str, str] | None]:
        """Offer none."""
        return {}
