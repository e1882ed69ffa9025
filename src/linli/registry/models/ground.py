"""The ground: parcels that cover the district, and the lines that part them."""

from __future__ import annotations

from django.db import models

from linli.foundation.geometry import GeometryField


class Parcel(models.Model):
    """A parcel (地块), the atom of space: a compound or one phase of it, a campus, a park, a stretch of water.

    A parcel belongs to the versions ``since_set <= version < until_set`` of the district's set of parcels.
    Area and perimeter are computed once, in the district's zone.
    """

    class Kind(models.TextChoices):
        """What stands on a parcel."""

        RESIDENTIAL = "residential", "居住"
        COMMERCIAL = "commercial", "商业楼宇"
        CAMPUS = "campus", "校园"
        PUBLIC = "public", "公共设施"
        PARK = "park", "公园绿地"
        WORKS = "works", "厂区"
        CONSTRUCTION = "construction", "在建"
        WATER = "water", "水域"
        OTHER = "other", "其他"

    district = models.ForeignKey("registry.District", models.PROTECT, related_name="+")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    outline = GeometryField()
    area_m2 = models.FloatField()
    #: Drawn by the engine around a point (推算), not surveyed.
    is_derived = models.BooleanField(default=False)
    since_set = models.PositiveIntegerField()
    until_set = models.PositiveIntegerField(null=True)
    origin = models.ForeignKey("registry.ImportBatch", models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["district", "code", "since_set"], name="parcel_code_once_per_set"),
        ]

    def __str__(self) -> str:
        return self.code


class ParcelLineage(models.Model):
    """Which parcel came out of which: split, merged or redrawn."""

    parent = models.ForeignKey(Parcel, models.PROTECT, related_name="offspring")
    child = models.ForeignKey(Parcel, models.PROTECT, related_name="ancestry")


class TerrainLine(models.Model):
    """A road, river, railway or expressway: part of the map, of the four bounds (四至) and, maybe, a barrier."""

    class Kind(models.TextChoices):
        """What runs along the line."""

        ARTERIAL = "arterial", "主干路"
        ROAD = "road", "道路"
        LANE = "lane", "支路"
        RIVER = "river", "河流"
        STREAM = "stream", "河涌"
        RAILWAY = "railway", "铁路"
        EXPRESSWAY = "expressway", "快速路"

    district = models.ForeignKey("registry.District", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    name = models.CharField(max_length=60, blank=True)
    is_barrier = models.BooleanField(default=False)
    width_m = models.FloatField(default=0)
    course = GeometryField()


class Crossing(models.Model):
    """A bridge or underpass where people cross a barrier: the parcels at both its ends are neighbours."""

    district = models.ForeignKey("registry.District", models.PROTECT, related_name="+")
    name = models.CharField(max_length=60, blank=True)
    place = GeometryField()
