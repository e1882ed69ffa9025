"""Stored shape of the trail: entries that are only appended, and one head row per district."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.foundation.trail.errors import EntryUnchangeable
from linli.foundation.trail.rules import Link, Record


class AppendOnlyQuerySet(models.QuerySet["Entry"]):
    """A query set that refuses to change or delete."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse.

        Raises:
            EntryUnchangeable: Always.
        """
        raise EntryUnchangeable()

    def delete(self) -> NoReturn:
        """Refuse.

        Raises:
            EntryUnchangeable: Always.
        """
        raise EntryUnchangeable()


class Entry(models.Model):
    """An act (一条留痕). Actor and subject are text: no foreign key and no personal data."""

    district_code = models.CharField(_("区"), max_length=12)
    sequence = models.PositiveBigIntegerField(_("序号"))
    verb = models.CharField(_("动作"), max_length=100)
    subject_kind = models.CharField(_("对象类别"), max_length=60)
    subject_code = models.CharField(_("对象编号"), max_length=80)
    actor_kind = models.CharField(_("操作者类别"), max_length=30)
    actor_code = models.CharField(_("操作者编号"), max_length=80)
    actor_post = models.CharField(_("操作者岗位"), max_length=80, blank=True)
    at = models.DateTimeField(_("时间"))
    details_json = models.TextField(_("内容"), default="{}")
    previous_hash = models.CharField(_("上一条校验值"), max_length=64)
    hash = models.CharField(_("校验值"), max_length=64)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("留痕")
        verbose_name_plural = _("留痕")
        ordering = ["district_code", "-sequence"]
        constraints = [
            models.UniqueConstraint(fields=["district_code", "sequence"], name="trail_entry_sequence"),
        ]
        indexes = [
            models.Index(fields=["district_code", "subject_kind", "subject_code"], name="trail_entry_subject"),
            models.Index(fields=["district_code", "at"], name="trail_entry_at"),
            models.Index(fields=["district_code", "actor_code"], name="trail_entry_actor"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Append the entry.

        Raises:
            EntryUnchangeable: The entry is already stored.
        """
        if not self._state.adding:
            raise EntryUnchangeable()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse.

        Raises:
            EntryUnchangeable: Always.
        """
        raise EntryUnchangeable()

    @property
    def details(self) -> dict[str, Any]:
        """The details as they were given."""
        parsed: dict[str, Any] = json.loads(self.details_json)
        return parsed

    def as_link(self) -> Link:
        """Return the entry as the rules see it."""
        return Link(
            record=Record(
                district_code=self.district_code,
                sequence=self.sequence,
                verb=self.verb,
                subject_kind=self.subject_kind,
                subject_code=self.subject_code,
                actor_kind=self.actor_kind,
                actor_code=self.actor_code,
                actor_post=self.actor_post,
                at=self.at,
                details_json=self.details_json,
                previous_hash=self.previous_hash,
            ),
            hash=self.hash,
        )


class Head(models.Model):
    """The newest link of a district's chain (链首); locked while an entry is appended."""

    district_code = models.CharField(_("区"), max_length=12, primary_key=True)
    sequence = models.PositiveBigIntegerField(_("序号"), default=0)
    hash = models.CharField(_("校验值"), max_length=64)

    class Meta:
        verbose_name = _("链首")
        verbose_name_plural = _("链首")
