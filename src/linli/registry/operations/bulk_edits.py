"""Writing many values at once (批量更新) and undoing that: one act, judged again in the moment of writing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.foundation import clock, trail
from linli.organisation.access import Scope, may, require
from linli.organisation.rules import Permission
from linli.registry.access import area_of
from linli.registry.errors import BulkContested, BulkNotUndoable, BulkPreviewOutdated, BulkRefused
from linli.registry.models import Fact
from linli.registry.operations.caches import lock_entries
from linli.registry.operations.facts import NewValue, put_back, record_values
from linli.registry.queries.bulk_edits import BulkPreview, BulkVerdict, Seen, WantedValue, bulk_preview
from linli.registry.queries.places import district_by_code
from linli.registry.rules.editing import EDITABLE, NAME_FIELD, USUAL_MEANING
from linli.registry.rules.fields import Ledger
from linli.registry.rules.verifying import Stage

MOST_VALUES = 20_000
WRITTEN = frozenset({BulkVerdict.CHANGED})


@dataclass(frozen=True, slots=True)
class BulkEntered:
    """What holds for all values of a change.

    Args:
        as_of_on: Day that the values are of.
        source: Where they come from.
        meaning: What counts mean (口径); empty keeps each field's own.
        reason: Why implausible values are kept; empty refuses them.
    """

    as_of_on: date
    source: str
    meaning: str = ""
    reason: str = ""


def bulk_fields(ledger: Ledger) -> tuple[str, ...]:
    """Return the fields that may be set in many entries at once: all of the form but the name."""
    return tuple(key for key in EDITABLE[ledger] if key != NAME_FIELD)


def preview_bulk(
    wanted: Sequence[WantedValue],
    *,
    ledger: Ledger,
    entered: BulkEntered,
    seen: Seen | None = None,
    by: Scope,
    now: datetime,
) -> BulkPreview:
    """Return what a change would do; nothing is written.

    Args:
        wanted: The values.
        ledger: Which ledger.
        entered: What holds for all of them.
        seen: What the officer saw first and chose since; values that others wrote meanwhile are held against it.
        by: Who asks.
        now: The moment.

    Raises:
        NotPermitted: The post changes no figures.
        BulkRefused: There is nothing to write, too much, no source, or a day to come.
    """
    require(by, Permission.EDIT_LEDGER)
    if not 0 < len(wanted) <= MOST_VALUES:
        raise BulkRefused(
            reason=_("一次应有 1 到 %(most)s 个值，实际是 %(count)s 个，请分批")
            % {"most": f"{MOST_VALUES:,}", "count": len(wanted)}
        )
    if not entered.source.strip():
        raise BulkRefused(reason=_("来源不能空着，写明调查或部门名称"))
    if entered.as_of_on > clock.today(now):
        raise BulkRefused(reason=_("数据截至日期不能晚于今天 %(today)s") % {"today": clock.today(now).isoformat()})
    unknown = sorted({value.field for value in wanted} - set(bulk_fields(ledger)))
    if unknown:
        raise BulkRefused(reason=_("%(fields)s 不能成批更新") % {"fields": "、".join(unknown)})
    return bulk_preview(
        wanted,
        ledger=ledger,
        district=district_by_code(by.district_code),
        area=area_of(by, now=now),
        may_edit=lambda office: may(by, Permission.EDIT_LEDGER, office=office),
        own_office=by.area_code,
        on=entered.as_of_on,
        reason=entered.reason.strip(),
        seen=seen,
    )


@transaction.atomic
def edit_many(
    wanted: Sequence[WantedValue],
    *,
    ledger: Ledger,
    entered: BulkEntered,
    fingerprint: str,
    only_good: bool = False,
    seen: Seen | None = None,
    by: Scope,
    now: datetime,
) -> int:
    """Write many values in one act, after judging each again (批量更新).

    All of them or none, unless the officer chose to leave the refused ones out; a value that the ledger holds already
    leaves no trace.

    Args:
        wanted: The values.
        ledger: Which ledger.
        entered: What holds for all of them.
        fingerprint: Of the preview that the officer saw.
        only_good: Whether refused and doubted values are left out instead of stopping the act.
        seen: What the officer saw first, and which of two versions they chose.
        by: Who acts.
        now: The moment; it names the act for `undo_many`.

    Returns:
        How many values were new or changed.

    Raises:
        NotPermitted: The post changes no figures.
        BulkRefused: A value is refused or implausible, nothing is left, or what holds for all is not sound.
        BulkContested: Somebody else changed some of the values since; the officer is to choose, value by value.
        BulkPreviewOutdated: The ledger changed otherwise since the preview.
    """
    district = district_by_code(by.district_code)
    require(by, Permission.EDIT_LEDGER)
    lock_entries(district=district, ledger=ledger, codes={value.code for value in wanted})
    preview = preview_bulk(wanted, ledger=ledger, entered=entered, seen=seen, by=by, now=now)
    if preview.contested:
        raise BulkContested(count=preview.contested)
    if preview.fingerprint != fingerprint:
        raise BulkPreviewOutdated()
    bad = preview.refused + preview.doubted
    if bad and not only_good:
        raise BulkRefused(reason=_("有 %(count)d 个值不合格，什么也没有写入，逐个看原因") % {"count": bad})
    good = [row for row in preview.rows if row.verdict in WRITTEN]
    if not good:
        raise BulkRefused(reason=_("没有可写入的值：都不合格，或和台账一样"))
    count = record_values(
        [
            NewValue(
                row.code,
                row.field,
                row.new,
                meaning=_meaning(row.code, row.field, row.new, preview, entered),
                as_of_on=entered.as_of_on,
                source=entered.source.strip(),
                reason=entered.reason.strip() if row.reason else "",
            )
            for row in good
        ],
        district=district,
        ledger=ledger,
        by=by,
        now=now,
    )
    trail.record(
        "registry.entries.edited",
        subject=trail.Subject(kind=ledger, code=f"{now:%Y%m%dT%H%M%S%f}"),
        by=by,
        at=now,
        district=district.code,
        entries=len({row.code for row in good}),
        fields=sorted({row.field for row in good}),
        left_out=bad,
    )
    return count


@transaction.atomic
def undo_many(*, ledger: Ledger, edited_at: datetime, by: Scope, now: datetime) -> int:
    """Put back all that a change of many entries replaced (撤销), in one act; history is not erased.

    Args:
        ledger: Which ledger.
        edited_at: The moment of the change.
        by: Who acts: the post that made the change.
        now: The moment.

    Returns:
        How many values went back.

    Raises:
        NotPermitted: The post changes no figures.
        BulkNotUndoable: The post made no such change, or one of the values was changed or verified since.
    """
    district = district_by_code(by.district_code)
    require(by, Permission.EDIT_LEDGER)
    facts = Fact.objects.filter(district=district, ledger=ledger)
    written = facts.filter(recorded_at=edited_at, recorded_post=by.post.code)
    lock_entries(district=district, ledger=ledger, codes=set(written.values_list("subject_code", flat=True)))
    standing = list(written.select_related("district"))
    if not standing or any(fact.replaced_at is not None or fact.stage == Stage.VERIFIED for fact in standing):
        raise BulkNotUndoable(at=f"{edited_at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}")
    before = {(fact.subject_code, fact.field): fact for fact in facts.filter(replaced_at=edited_at)}
    put_back(standing, before, by=by, now=now, empties=True)
    trail.record(
        "registry.entries.edit-undone",
        subject=trail.Subject(kind=ledger, code=f"{edited_at:%Y%m%dT%H%M%S%f}"),
        by=by,
        at=now,
        district=district.code,
        values=len(standing),
    )
    return len(standing)


def _meaning(code: str, key: str, value: str, preview: BulkPreview, entered: BulkEntered) -> str:
    if not value:
        return ""
    before = preview.facts.get((code, key))
    kept = before.meaning if before is not None and before.meaning else USUAL_MEANING.get(key, "")
    return entered.meaning if entered.meaning and key in USUAL_MEANING else kept
