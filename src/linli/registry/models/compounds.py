"""Where people live: compounds and their buildings."""

from __future__ import annotations

from django.db import models

from linli.foundation.geometry import GeometryField
from linli.registry.models.entries import LedgerEntry


class Compound(LedgerEntry):
    """A residential compound (小区), on one or several parcels.

    The counted columns are caches of the newest facts, kept so that a list sorts and sums in the database;
    None means missing (缺), never zero. Households have the meaning 实际入住户.
    """

    address = models.CharField(max_length=200, blank=True)
    ownership_kind = models.CharField(max_length=20, blank=True)
    completion_year = models.IntegerField(null=True)
    point = GeometryField(null=True)
    household_count = models.IntegerField(null=True)
    residents_count = models.IntegerField(null=True)
    age_60_plus = models.IntegerField(null=True)
    property_form = models.CharField(max_length=20, blank=True)
    party_branch_formed = models.CharField(max_length=20, blank=True)
    #: The household count was confirmed by a second body (已核实).
    is_household_verified = models.BooleanField(default=False)
    #: Share of the ledger's expected fields that are filled in, 0–100.
    completeness = models.PositiveSmallIntegerField(default=0)
    parcels = models.ManyToManyField("registry.Parcel", through="registry.CompoundParcel", related_name="compounds")

    class Meta(LedgerEntry.Meta):
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="compound_code_for_life")]
        indexes = [
            models.Index(fields=["district", "household_count"], name="compound_by_households"),
            models.Index(fields=["district", "name"], name="compound_by_name"),
        ]


class CompoundParcel(models.Model):
    """A compound stands on a parcel, from one version of the set of parcels to another."""

    compound = models.ForeignKey(Compound, models.CASCADE, related_name="stands_on")
    parcel = models.ForeignKey("registry.Parcel", models.CASCADE, related_name="carries")
    #: Another compound stands on the same point, so that both share a derived parcel.
    is_shared = models.BooleanField(default=False)
    #: The compound's point lay just outside the district and was moved to the outline.
    is_snapped = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["compound", "parcel"], name="compound_parcel_once")]


class Building(models.Model):
    """A building (楼栋), for the picture of the map and for finding people by dwelling (以房找人)."""

    district = models.ForeignKey("registry.District", models.PROTECT, related_name="+")
    compound = models.ForeignKey(Compound, models.CASCADE, null=True, related_name="buildings")
    code = models.CharField(max_length=32)
    name = models.CharField(max_length=60)
    floors = models.PositiveSmallIntegerField(null=True)
    dwellings = models.PositiveIntegerField(null=True)
    outline = GeometryField(null=True)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="building_code_once")]
