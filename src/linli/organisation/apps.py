"""Registration of the organisation with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationConfig(AppConfig):
    """The organisation (组织)."""

    name = "linli.organisation"
    label = "organisation"
    verbose_name = _("组织")
    default_auto_field = "django.db.models.BigAutoField"
