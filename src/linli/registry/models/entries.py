"""What every entry of the ledger shares."""

from __future__ import annotations

from typing import Any

from django.db import models

from linli.registry.rules.verifying import counted_values


class LedgerEntry(models.Model):
    """One line of the ledger (台账条目): a code for life, a name, and the newest value of each field.

    ``current`` is a cache of the newest facts (`Fact`), field key to value; the facts are the truth and are
    never overwritten. ``verified`` and ``stages`` cache what was verified of them; what of a field counts is
    `counted`. Entries are ended, never deleted.
    """

    district = models.ForeignKey("registry.District", models.PROTECT, related_name="+")
    code = models.CharField(max_length=32)
    name = models.CharField(max_length=120)
    #: Full pinyin and initials, separated by a space: what the search matches beside the name.
    pinyin = models.CharField(max_length=400, blank=True)
    current = models.JSONField(default=dict)
    #: Field key to the newest verified value, which may be older than the current one; None: verified as empty.
    verified = models.JSONField(default=dict)
    #: Field key to the stage of the current value.
    stages = models.JSONField(default=dict)
    as_of_on = models.DateField(null=True)
    founded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    #: Why it was archived, in the officer's words.
    end_reason = models.CharField(max_length=200, blank=True)
    origin = models.ForeignKey("registry.ImportBatch", models.SET_NULL, null=True, related_name="+")

    class Meta:
        abstract = True
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.name}（{self.code}）"

    @property
    def counted(self) -> dict[str, Any]:
        """What counts of each field: the newest verified value, else the newest unless it was returned."""
        return counted_values(self.current, self.verified, self.stages)
