"""Django's entry for the registry."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    """The ledger 工作台账 and all that it is drawn from."""

    name = "linli.registry"
    label = "registry"
    verbose_name = _("工作台账")
