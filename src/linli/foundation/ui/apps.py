"""Registration of the shared look with Django."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Templates, static files and template tags that every page uses; stores nothing."""

    name = "linli.foundation.ui"
    label = "ui"
    verbose_name = "界面"
