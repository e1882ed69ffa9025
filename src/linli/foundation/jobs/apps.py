"""Registration of the jobs with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    """Work in the background (后台办理)."""

    name = "linli.foundation.jobs"
    label = "jobs"
    verbose_name = _("后台办理")
    default_auto_field = "django.db.models.BigAutoField"
