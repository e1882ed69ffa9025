"""Who looks after what: district, subdistrict, community, grid."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.foundation.geometry import GeometryField
from linli.registry.models.entries import LedgerEntry


class District(models.Model):
    """A city district (区), the tenant of the platform.

    ``zone`` is the EPSG code of its 3-degree CGCS2000 zone, in which areas and lengths are computed.
    """

    code = models.CharField(max_length=6, unique=True)
    name = models.CharField(max_length=60)
    outline = GeometryField(null=True)
    zone = models.PositiveIntegerField()
    profile = models.CharField(max_length=60, default="national")
    #: Numbers the versions of the set of parcels; a parcel belongs to the versions between its two marks.
    parcel_set = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class Subdistrict(models.Model):
    """A subdistrict (街道); its code has nine digits."""

    district = models.ForeignKey(District, models.PROTECT, related_name="subdistricts")
    code = models.CharField(max_length=9, unique=True)
    name = models.CharField(max_length=60)
    pinyin = models.CharField(max_length=200, blank=True)
    office = models.ForeignKey("organisation.Office", models.PROTECT, null=True, related_name="+")
    founded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Community(LedgerEntry):
    """A community (社区): the area of one residents' committee. Its code has twelve digits, never used again."""

    class Kind(models.TextChoices):
        """How the committee came about."""

        RESIDENTS = "RESIDENTS", _("居委会")
        VILLAGE_CONVERTED = "VILLAGE_CONVERTED", _("村改居")

    subdistrict = models.ForeignKey(Subdistrict, models.PROTECT, related_name="communities")
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.RESIDENTS)
    office = models.ForeignKey("organisation.Office", models.PROTECT, null=True, related_name="+")
    #: Where residents find the committee (办事点); none yet for a community without rooms.
    office_point = GeometryField(null=True)
    office_address = models.CharField(max_length=200, blank=True)
    #: Colour 1–12 of the map, kept for life so that pictures of different days agree.
    colour = models.PositiveSmallIntegerField(default=1)

    class Meta(LedgerEntry.Meta):
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="community_code_for_life")]


class Grid(models.Model):
    """A grid (网格) of some 300 to 500 households inside one community."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    community = models.ForeignKey(Community, models.PROTECT, related_name="grids")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    special = models.BooleanField(default=False)
    worker_post = models.ForeignKey("organisation.Post", models.SET_NULL, null=True, related_name="+")
    founded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="grid_code_for_life")]

    def __str__(self) -> str:
        return self.name


class PopulationSummary(models.Model):
    """Counts of people that an office declares for a community (人口汇总): shown beside the computed sums."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="population_summaries")
    reference_on = models.DateField()
    source = models.CharField(max_length=120)
    counts = models.JSONField(default=dict)
    recorded_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)
    origin = models.ForeignKey("registry.ImportBatch", models.SET_NULL, null=True, related_name="+")


class Succession(models.Model):
    """Which community took over from which (继承关系), with the households that went along."""

    predecessor = models.ForeignKey(Community, models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Community, models.PROTECT, related_name="inheritances")
    effective_on = models.DateField()
    households = models.PositiveIntegerField()
