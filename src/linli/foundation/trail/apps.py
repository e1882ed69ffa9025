"""Registration of the trail with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrailConfig(AppConfig):
    """The trail (留痕)."""

    name = "linli.foundation.trail"
    label = "trail"
    verbose_name = _("留痕")
    default_auto_field = "django.db.models.BigAutoField"
