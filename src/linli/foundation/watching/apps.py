"""Registration of the watching with Django."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _


class WatchingConfig(AppConfig):
    """Log lines and figures (运行监测)."""

    name = "linli.foundation.watching"
    label = "watching"
    verbose_name = _("运行监测")

    def ready(self) -> None:
        """Let every new connection count the statements that its database refuses."""
        connection_created.connect(_count_errors, dispatch_uid="linli.watching")


def _count_errors(*, connection: Any, **_more: Any) -> None:
    from linli.foundation.watching.metrics import count_database_errors

    if count_database_errors not in connection.execute_wrappers:
        connection.execute_wrappers.append(count_database_errors)
