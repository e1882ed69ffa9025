"""What offices say, beside what holds: claims, custody, registered exceptions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.foundation.geometry import GeometryField


class Claim(models.Model):
    """What an office or a file says of membership (主张): this compound, parcel or outline is that community's.

    Claims are compared with each other and with the layout by the audit; they never write a layout.
    """

    class Kind(models.TextChoices):
        """What is claimed."""

        COMPOUND = "COMPOUND", _("小区")
        PARCEL = "PARCEL", _("地块")
        OUTLINE = "OUTLINE", _("界线")

    district = models.ForeignKey("registry.District", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    subject_code = models.CharField(max_length=32, blank=True)
    outline = GeometryField(null=True)
    community = models.ForeignKey("registry.Community", models.PROTECT, related_name="claims")
    source = models.CharField(max_length=160)
    as_of_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    origin = models.ForeignKey("registry.ImportBatch", models.SET_NULL, null=True, related_name="claims")

    class Meta:
        indexes = [models.Index(fields=["district", "kind", "subject_code"], name="claims_of_a_subject")]


class Custody(models.Model):
    """A community serves land that is not, or not yet, its own (代管), until a date."""

    compound = models.ForeignKey("registry.Compound", models.PROTECT, related_name="custodies")
    custodian = models.ForeignKey("registry.Community", models.PROTECT, related_name="custodies")
    since_on = models.DateField()
    until_on = models.DateField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    registered_by = models.CharField(max_length=120, blank=True)
    registered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=120, blank=True)


class Exemption(models.Model):
    """A registered exception (登记例外): a rule that need not be kept here, with its reason, who says so, until when.

    ``subject_code`` is that of the finding it answers: a community; a compound or parcel that several communities
    claim; two parcels as ``A|B``; the place of a hole. ``communities`` are those it binds.
    """

    class Kind(models.TextChoices):
        """The rule that need not be kept."""

        BAND = "BAND", _("户数规模")
        CONTIGUITY = "CONTIGUITY", _("飞地")
        OVERLAP = "OVERLAP", _("合法重叠")
        HOLE = "HOLE", _("区内空洞")

    district = models.ForeignKey("registry.District", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    subject_code = models.CharField(max_length=80)
    communities = models.ManyToManyField("registry.Community", related_name="exemptions")
    reason = models.CharField(max_length=200)
    registered_by = models.CharField(max_length=120)
    registered_at = models.DateTimeField()
    until_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "kind", "subject_code"],
                condition=models.Q(ended_at=None),
                name="one_open_exemption_per_subject",
            )
        ]
