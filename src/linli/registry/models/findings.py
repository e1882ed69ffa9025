"""What the audit found."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.foundation.geometry import GeometryField


class AuditRun(models.Model):
    """One audit (核查) of a district's ledger and layout; the newest finished one is shown."""

    district = models.ForeignKey("registry.District", models.PROTECT, related_name="audit_runs")
    layout = models.ForeignKey("registry.Layout", models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    started_by = models.CharField(max_length=120)
    #: When changed figures were last audited again within this run.
    refreshed_at = models.DateTimeField(null=True)
    #: Length of the district's trail that the findings take account of.
    trail_sequence = models.PositiveBigIntegerField(null=True)

    class Meta:
        ordering = ["-started_at"]


class Finding(models.Model):
    """One thing wrong (问题): of a kind, about a subject, touching so many people, at a place."""

    class Severity(models.TextChoices):
        """How soon someone must act."""

        BAD = "BAD", _("必须处理")
        WARN = "WARN", _("应当处理")
        IDLE = "IDLE", _("需补充")

    run = models.ForeignKey(AuditRun, models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=40)
    severity = models.CharField(max_length=4, choices=Severity.choices)
    subject_kind = models.CharField(max_length=20)
    #: Code of the subject; two communities as "A|B"; a field of a compound as "X-0012:household_count".
    subject_code = models.CharField(max_length=80)
    subject_name = models.CharField(max_length=200)
    people = models.PositiveIntegerField(default=0)
    households = models.PositiveIntegerField(default=0)
    community = models.ForeignKey("registry.Community", models.PROTECT, null=True, related_name="+")
    subdistrict = models.ForeignKey("registry.Subdistrict", models.PROTECT, null=True, related_name="+")
    place = GeometryField(null=True)
    #: When an audit first found it, of all those without a break since; None for the audits of old.
    since_at = models.DateTimeField(null=True)
    #: Figures that the finding's sentence names.
    evidence = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["run", "kind"], name="findings_by_kind")]
        constraints = [
            models.UniqueConstraint(fields=["run", "kind", "subject_code"], name="one_finding_per_subject"),
        ]
