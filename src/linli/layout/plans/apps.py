"""Django's entry for adjustment plans."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    """Adjustment plans 调整方案."""

    name = "linli.layout.plans"
    label = "plans"
    verbose_name = _("调整方案")
