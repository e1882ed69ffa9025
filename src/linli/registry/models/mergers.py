"""Records of one compound made one (合并), and pairs that only look like one."""

from __future__ import annotations

from django.db import models


class CompoundMerger(models.Model):
    """Two records of one compound were made one (合并小区): the other is archived, its code leads to the one kept.

    ``carried`` keeps what an undoing needs: the columns of the kept record as they were, and the keys of the rows
    that were moved or added.
    """

    district = models.ForeignKey("registry.District", models.PROTECT, related_name="+")
    kept = models.ForeignKey("registry.Compound", models.PROTECT, related_name="mergers")
    absorbed = models.ForeignKey("registry.Compound", models.PROTECT, related_name="absorptions")
    reason = models.CharField(max_length=200)
    merged_at = models.DateTimeField()
    merged_by = models.CharField(max_length=120)
    carried = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["-merged_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["absorbed"], condition=models.Q(undone_at=None), name="compound_absorbed_once"
            )
        ]


class DistinctCompounds(models.Model):
    """Somebody looked and said that two compounds are not one (不是同一处): they are not proposed again.

    ``first_code`` is the smaller of both codes.
    """

    district = models.ForeignKey("registry.District", models.PROTECT, related_name="+")
    first_code = models.CharField(max_length=32)
    second_code = models.CharField(max_length=32)
    told_by = models.CharField(max_length=120)
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "first_code", "second_code"], name="compounds_distinct_once")
        ]
