"""What every entry of the ledger shares."""

from __future__ import annotations

from django.db import models


class LedgerEntry(models.Model):
    """One line of the ledger (台账条目): a code for life, a name, and the newest value of each field.

    ``current`` is a cache of the newest facts (`Fact`), field key to value; the facts are the truth and are
    never overwritten. Entries are ended, never deleted.
    """

    district = models.ForeignKey("registry.District", models.PROTECT, related_name="+")
    code = models.CharField(max_length=32)
    name = models.CharField(max_length=120)
    #: Full pinyin and initials, separated by a space: what the search matches beside the name.
    pinyin = models.CharField(max_length=400, blank=True)
    current = models.JSONField(default=dict)
    as_of_on = models.DateField(null=True)
    founded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    origin = models.ForeignKey("registry.ImportBatch", models.SET_NULL, null=True, related_name="+")

    class Meta:
        abstract = True
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.name}（{self.code}）"
