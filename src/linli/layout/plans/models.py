"""Stored shapes of adjustment plans."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AdjustmentPlan(models.Model):
    """An adjustment plan (调整方案): a layout in draft over a base layout, made with stated parameters.

    ``parameters`` holds what was asked (`linli.layout.plans.rules.wishes.Wishes`), the policy entries with it.
    ``assumption`` is empty, or the officer's signed assumption for compounds without a household count:
    then every figure and paper of the plan is marked 估算，不得报批.
    """

    class Stage(models.TextChoices):
        """How far the plan has come."""

        MAKING = "MAKING", _("生成中")
        DRAFT = "DRAFT", _("草案")
        REFUSED = "REFUSED", _("无法生成")
        CANCELLED = "CANCELLED", _("已取消")

    district = models.ForeignKey("registry.District", models.PROTECT, related_name="+")
    #: Limits the plan to one subdistrict; None for the whole district.
    subdistrict = models.ForeignKey("registry.Subdistrict", models.PROTECT, null=True, related_name="+")
    number = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=120)
    base = models.ForeignKey("registry.Layout", models.PROTECT, related_name="+")
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.MAKING)
    parameters = models.JSONField(default=dict)
    assumption = models.JSONField(default=dict)
    job = models.CharField(max_length=40, blank=True)
    #: Why no plan came out: the engine's conflicts with their remedies.
    conflicts = models.JSONField(default=list)
    made_by = models.CharField(max_length=120)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class PlanRevision(models.Model):
    """A numbered state of a plan's draft (草案): which parcel would belong to which community.

    ``document`` is the engine's plan as written by `linli.engine.districting`, byte for byte;
    ``content_hash`` is its SHA-256 without the timings. ``figures`` holds what pages and papers say of the plan,
    computed once when the revision was saved, so that a later change of the ledger does not change a plan.
    """

    plan = models.ForeignKey(AdjustmentPlan, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    document = models.BinaryField()
    figures = models.JSONField(default=dict)
    content_hash = models.CharField(max_length=64)
    saved_by = models.CharField(max_length=120)
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="revision_number_once")]


class ProposedCommunity(models.Model):
    """A community that a plan would establish, under its draft id (``new-1``) until approval gives it a code."""

    plan = models.ForeignKey(AdjustmentPlan, models.CASCADE, related_name="proposed")
    draft_id = models.CharField(max_length=12)
    name = models.CharField(max_length=60)
    subdistrict = models.ForeignKey("registry.Subdistrict", models.PROTECT, related_name="+")
    colour = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["draft_id"]
        constraints = [models.UniqueConstraint(fields=["plan", "draft_id"], name="draft_id_once_in_a_plan")]
