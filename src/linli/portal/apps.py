"""Django's entry for the portal."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """Home pages, navigation and search 门户."""

    name = "linli.portal"
    label = "portal"
    verbose_name = _("门户")
