"""Where people live: compounds and their buildings."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import models

from linli.foundation.geometry import GeometryField
from linli.registry.models.entries import LedgerEntry

#: What lists narrow, order and sum by: an index that holds them all spares reading the rows themselves.
LISTED = (
    "household_count",
    "code",
    "residents_count",
    "age_60_plus",
    "home",
    "ownership_kind",
    "property_form",
    "party_branch_formed",
    "completeness",
    "is_household_verified",
)
#: Until when an edition is held that nothing has replaced.
STANDING = datetime(9999, 1, 1, tzinfo=UTC)


class CompoundFigures(models.Model):
    """What lists show of a compound and sort, filter and sum by, as columns of the database.

    The counted columns are caches of what counts (the newest verified value, else the newest); None means missing
    (缺), never zero. Households have the meaning 实际入住户. ``home`` and ``grid`` are caches of the layout: where the
    first parcel of the compound belongs; None is a blind spot.
    """

    address = models.CharField(max_length=200, blank=True)
    ownership_kind = models.CharField(max_length=20, blank=True)
    completion_year = models.IntegerField(null=True)
    household_count = models.IntegerField(null=True)
    residents_count = models.IntegerField(null=True)
    age_60_plus = models.IntegerField(null=True)
    property_form = models.CharField(max_length=20, blank=True)
    party_branch_formed = models.CharField(max_length=20, blank=True)
    #: The household count that counts was confirmed by a second body (已核实).
    is_household_verified = models.BooleanField(default=False)
    #: The same of the residents.
    is_residents_verified = models.BooleanField(default=False)
    #: Share of the ledger's expected fields that are filled in, 0–100.
    completeness = models.PositiveSmallIntegerField(default=0)
    #: Share of those filled in that are verified (核实率), 0–100.
    verified_share = models.PositiveSmallIntegerField(default=0)
    #: Name, code, pinyin and address in small letters, with those of records merged into it: what the search looks
    #: through.
    searched = models.CharField(max_length=2000, blank=True)
    home = models.ForeignKey("registry.Community", models.SET_NULL, null=True, related_name="+", db_index=False)
    grid = models.ForeignKey("registry.Grid", models.SET_NULL, null=True, related_name="+", db_index=False)

    class Meta:
        abstract = True


class Compound(LedgerEntry, CompoundFigures):
    """A residential compound (小区), on one or several parcels, as it stands now."""

    point = GeometryField(null=True)
    parcels = models.ManyToManyField("registry.Parcel", through="registry.CompoundParcel", related_name="compounds")

    class Meta(LedgerEntry.Meta):
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="compound_code_for_life")]
        indexes = [
            models.Index(fields=["district", "ended_at", *LISTED], name="compound_by_list"),
            models.Index(fields=["district", "name"], name="compound_by_name"),
            models.Index(fields=["home"], name="compound_by_home"),
        ]


class CompoundEdition(CompoundFigures):
    """A compound as the ledger held it from one moment to another: lists of past days are read from here.

    Derived from facts, layouts and the lives of entries, so that a past list costs one scan instead of a
    reconstruction; `linli.registry.operations.editions` keeps it and can make it anew. ``held_until`` of the edition
    that still stands is `STANDING`, which lets one index serve every moment.
    """

    district = models.ForeignKey("registry.District", models.PROTECT, related_name="+", db_index=False)
    compound = models.ForeignKey(Compound, models.CASCADE, related_name="editions", db_index=False)
    code = models.CharField(max_length=32)
    name = models.CharField(max_length=120)
    pinyin = models.CharField(max_length=400, blank=True)
    current = models.JSONField(default=dict)
    as_of_on = models.DateField(null=True)
    held_from = models.DateTimeField()
    held_until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["compound", "held_until"], name="edition_once"),
        ]
        indexes = [
            models.Index(fields=["district", "held_until", "held_from", *LISTED], name="edition_by_moment"),
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
