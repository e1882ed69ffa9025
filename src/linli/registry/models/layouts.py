"""Layouts: what holds, from when to when."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Layout(models.Model):
    """A layout (布局) assigns each parcel of one version of the set of parcels to at most one community.

    Layouts are immutable; the next one closes the interval of the last. A parcel without a community is a
    blind spot (管理盲区). ``content_hash`` is SHA-256 over the sorted lines "parcel,community,grid".
    """

    class Basis(models.TextChoices):
        """The act that wrote the layout."""

        TAKE_OVER = "TAKE_OVER", _("首次接收")
        PLAN = "PLAN", _("调整方案")
        TECHNICAL = "TECHNICAL", _("地块变更")

    district = models.ForeignKey("registry.District", models.PROTECT, related_name="layouts")
    number = models.PositiveIntegerField()
    parcel_set = models.PositiveIntegerField()
    basis = models.CharField(max_length=20, choices=Basis.choices)
    basis_text = models.CharField(max_length=200, blank=True)
    effective_from = models.DateTimeField()
    effective_until = models.DateTimeField(null=True)
    content_hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["district", "number"], name="layout_number_once"),
            models.UniqueConstraint(
                fields=["district"], condition=models.Q(effective_until=None), name="one_open_layout"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.district} {self.number}"


class LayoutMember(models.Model):
    """One parcel's place in a layout."""

    layout = models.ForeignKey(Layout, models.CASCADE, related_name="members")
    parcel = models.ForeignKey("registry.Parcel", models.PROTECT, related_name="memberships")
    community = models.ForeignKey("registry.Community", models.PROTECT, null=True, related_name="memberships")
    grid = models.ForeignKey("registry.Grid", models.PROTECT, null=True, related_name="memberships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["layout", "parcel"], name="parcel_once_in_a_layout")]
