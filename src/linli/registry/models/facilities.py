"""What serves and binds residents: facilities, property management, Party organisations, owners' committees."""

from __future__ import annotations

from django.db import models

from linli.foundation.geometry import GeometryField
from linli.registry.models.entries import LedgerEntry


class Facility(LedgerEntry):
    """A facility (服务设施) that residents walk to."""

    kind = models.CharField(max_length=40)
    community = models.ForeignKey("registry.Community", models.PROTECT, null=True, related_name="facilities")
    address = models.CharField(max_length=200, blank=True)
    point = GeometryField(null=True)
    floor_area_m2 = models.FloatField(null=True)

    class Meta(LedgerEntry.Meta):
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="facility_code_for_life")]


class PropertyManagement(models.Model):
    """A contract by which a company or body manages a compound (物业管理)."""

    compound = models.ForeignKey("registry.Compound", models.CASCADE, related_name="property_contracts")
    company_name = models.CharField(max_length=120)
    contract_kind = models.CharField(max_length=40, blank=True)
    contract_start = models.DateField(null=True)
    contract_end = models.DateField(null=True)
    charge_per_m2 = models.FloatField(null=True)
    recorded_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)
    origin = models.ForeignKey("registry.ImportBatch", models.SET_NULL, null=True, related_name="+")


class PartyOrganisation(models.Model):
    """A Party organisation (党组织) of a community or a compound; counts only, no names of members."""

    community = models.ForeignKey("registry.Community", models.PROTECT, null=True, related_name="party_organisations")
    compounds = models.ManyToManyField("registry.Compound", related_name="party_organisations")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=40)
    full_members = models.PositiveIntegerField(null=True)
    recorded_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)
    origin = models.ForeignKey("registry.ImportBatch", models.SET_NULL, null=True, related_name="+")


class OwnersCommittee(models.Model):
    """The owners' committee (业主委员会) of a compound, or the board that stands in for it."""

    compound = models.ForeignKey("registry.Compound", models.CASCADE, related_name="owners_committees")
    formation = models.CharField(max_length=40)
    founded_on = models.DateField(null=True)
    term_ends_on = models.DateField(null=True)
    members = models.PositiveIntegerField(null=True)
    recorded_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)
    origin = models.ForeignKey("registry.ImportBatch", models.SET_NULL, null=True, related_name="+")
