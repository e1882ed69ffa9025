"""Lists of the ledger that somebody saved to come back to."""

from __future__ import annotations

from django.db import models


class SavedList(models.Model):
    """A saved list (视图): a ledger, its filters, order, columns and past day, under a name.

    It belongs to a post, so that it stays with the work when people change; shared, its office opens it too.
    """

    district = models.ForeignKey("registry.District", models.CASCADE, related_name="+")
    post_code = models.CharField(max_length=80)
    office_code = models.CharField(max_length=40)
    name = models.CharField(max_length=40)
    tab = models.CharField(max_length=20)
    #: The question as the address of the ledger has it, without the page.
    address = models.CharField(max_length=2000)
    is_shared = models.BooleanField(default=False)
    saved_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["district", "office_code"], name="lists_of_an_office")]


class FirstList(models.Model):
    """The saved list that a post sees first when it opens a ledger (默认视图)."""

    post_code = models.CharField(max_length=80)
    tab = models.CharField(max_length=20)
    saved = models.ForeignKey(SavedList, models.CASCADE, related_name="first_for")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post_code", "tab"], name="one_first_list")]
