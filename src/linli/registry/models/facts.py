"""Facts: every value of the ledger with its meaning, date and source; kept for good."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.registry.rules.verifying import Stage


class Fact(models.Model):
    """One value of one field of one entry of the ledger, held from ``recorded_at`` until ``replaced_at``.

    A new value closes the old row and opens a new one in the same transaction, so that the ledger can be read
    as it stood at any moment. ``value`` is canonical text (empty: 未填); ``number`` repeats it for arithmetic.
    Verification (核实) lives beside it: of each field at most one value is the newest verified one, from
    ``verified_at`` until ``verified_until``, which may be an older value than the one that stands.
    """

    STAGES = (
        (Stage.WAITING.value, _("待核实")),
        (Stage.VERIFIED.value, _("已核实")),
        (Stage.RETURNED.value, _("已退回")),
        (Stage.TAKEN_BACK.value, _("已撤销")),
        (Stage.EMPTY.value, _("未填")),
    )

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
    stage = models.CharField(max_length=10, choices=STAGES, default=Stage.WAITING.value)
    #: Who verified it: the post in words and its code.
    verified_by = models.CharField(max_length=120, blank=True)
    verified_post = models.CharField(max_length=60, blank=True)
    verified_at = models.DateTimeField(null=True)
    #: When another value became the newest verified one, or this one was returned or undone.
    verified_until = models.DateTimeField(null=True)
    returned_by = models.CharField(max_length=120, blank=True)
    returned_post = models.CharField(max_length=60, blank=True)
    returned_at = models.DateTimeField(null=True)
    #: What is wrong with it, in the words of who returned it.
    return_reason = models.CharField(max_length=200, blank=True)
    #: Who filled it in: the post in words, its code, the person's username and the body acted for.
    recorded_by = models.CharField(max_length=120)
    recorded_post = models.CharField(max_length=60, blank=True)
    recorded_person = models.CharField(max_length=40, blank=True)
    recorded_body = models.CharField(max_length=32, blank=True)
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
            models.UniqueConstraint(
                fields=["district", "ledger", "subject_code", "field"],
                condition=models.Q(verified_at__isnull=False, verified_until=None),
                name="one_verified_fact",
            ),
        ]
        indexes = [
            models.Index(fields=["district", "ledger", "subject_code"], name="facts_of_an_entry"),
            # The change feed finds the figures of an act by its moment.
            models.Index(fields=["district", "recorded_at"], name="facts_of_a_moment"),
            models.Index(
                fields=["district", "stage", "-recorded_at"],
                condition=models.Q(replaced_at=None),
                name="standing_facts_by_stage",
            ),
        ]
