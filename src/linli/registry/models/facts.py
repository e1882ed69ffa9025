"""Facts: every value of the ledger with its meaning, date and source; kept for good."""

from __future__ import annotations

from django.db import models


class Fact(models.Model):
    """One value of one field of one entry of the ledger, held from ``recorded_at`` until ``replaced_at``.

    A new value closes the old row and opens a new one in the same transaction, so that the ledger can be read
    as it stood at any moment. ``value`` is canonical text (empty: 未填); ``number`` repeats it for arithmetic.
    """

    district = models.ForeignKey("registry.District", models.PROTECT, related_name="+")
    ledger = models.CharField(max_length=20)
    subject_code = models.CharField(max_length=32)
    field = models.CharField(max_length=60)
    value = models.CharField(max_length=400, blank=True)
    number = models.FloatField(null=True)
    #: What exactly was counted (口径), such as 实际入住户; empty where the field leaves no doubt.
    meaning = models.CharField(max_length=60, blank=True)
    as_of_on = models.DateField(null=True)
    source = models.CharField(max_length=160)
    #: Why an implausible value was kept, in the officer's words.
    reason = models.CharField(max_length=200, blank=True)
    verified_by = models.CharField(max_length=120, blank=True)
    verified_at = models.DateTimeField(null=True)
    recorded_by = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)
    origin = models.ForeignKey("registry.ImportBatch", models.SET_NULL, null=True, related_name="facts")
    origin_row = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "ledger", "subject_code", "field"],
                condition=models.Q(replaced_at=None),
                name="one_current_fact",
            ),
        ]
        indexes = [
            models.Index(fields=["district", "ledger", "subject_code"], name="facts_of_an_entry"),
        ]
