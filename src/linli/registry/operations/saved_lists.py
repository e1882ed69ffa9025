"""Acts on saved lists (视图): saving, changing, deleting, putting one first. Only its own post changes a list."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.foundation import trail
from linli.organisation.access import Scope
from linli.registry.errors import SavedListRefused, SavedListUnknown
from linli.registry.models import FirstList, SavedList
from linli.registry.queries.ledger import Tab
from linli.registry.queries.places import district_by_code
from linli.registry.queries.saved_lists import saved_list

LONGEST_NAME, LONGEST_ADDRESS, MOST_LISTS = 40, 2000, 100


@transaction.atomic
def save_list(*, name: str, tab: Tab, address: str, is_shared: bool, by: Scope, now: datetime) -> int:
    """Save a list of the ledger under a name (存为视图).

    Args:
        name: Its name, once per post and ledger.
        tab: Which list.
        address: The question, as the address has it.
        is_shared: Whether the office opens it too.
        by: Who acts.
        now: The moment.

    Returns:
        Its number.

    Raises:
        SavedListRefused: The name is missing, too long or taken, or there are too many.
    """
    if SavedList.objects.filter(post_code=by.post.code, deleted_at=None).count() >= MOST_LISTS:
        raise SavedListRefused(reason=_("最多存 %(most)d 个，请先删掉不用的") % {"most": MOST_LISTS})
    if len(address) > LONGEST_ADDRESS:
        raise SavedListRefused(reason=_("条件太多，存不下，请减少选中的条目"))
    row = SavedList.objects.create(
        district=district_by_code(by.district_code),
        post_code=by.post.code,
        office_code=by.office_code,
        name=_sound_name(name, tab=tab, by=by),
        tab=tab,
        address=address,
        is_shared=is_shared,
        saved_at=now,
    )
    _record("registry.list.saved", row.pk, by, now, tab=str(tab), shared=is_shared)
    return row.pk


@transaction.atomic
def change_list(
    number: int,
    *,
    name: str | None = None,
    address: str | None = None,
    is_shared: bool | None = None,
    by: Scope,
    now: datetime,
) -> None:
    """Rename a saved list, share it or keep it to oneself, or let it hold another question.

    Raises:
        SavedListUnknown: There is none with that number, or another post saved it.
        SavedListRefused: The name is missing, too long or taken, or the question is too long.
    """
    row = _own(number, by)
    if name is not None:
        row.name = _sound_name(name, tab=Tab(row.tab), by=by, but=number)
    if address is not None:
        if len(address) > LONGEST_ADDRESS:
            raise SavedListRefused(reason=_("条件太多，存不下，请减少选中的条目"))
        row.address = address
    if is_shared is not None:
        row.is_shared = is_shared
    row.save(update_fields=["name", "address", "is_shared"])
    _record("registry.list.changed", number, by, now, shared=row.is_shared)


@transaction.atomic
def delete_list(number: int, *, by: Scope, now: datetime) -> None:
    """Delete a saved list; `restore_list` takes that back.

    Raises:
        SavedListUnknown: There is none with that number, or another post saved it.
    """
    row = _own(number, by)
    row.deleted_at = now
    row.save(update_fields=["deleted_at"])
    _record("registry.list.deleted", number, by, now)


@transaction.atomic
def restore_list(number: int, *, by: Scope, now: datetime) -> None:
    """Bring a deleted list back, as it was.

    Raises:
        SavedListUnknown: No deleted list has that number, or another post saved it.
        SavedListRefused: Its name was taken since.
    """
    row = _own(number, by, is_deleted=True)
    _sound_name(row.name, tab=Tab(row.tab), by=by)
    row.deleted_at = None
    row.save(update_fields=["deleted_at"])
    _record("registry.list.restored", number, by, now)


@transaction.atomic
def put_first(number: int, *, by: Scope, now: datetime) -> bool:
    """Let the post see a saved list first when it opens that ledger (设为默认); a second time takes it back.

    Returns:
        Whether it is seen first now.

    Raises:
        SavedListUnknown: The post may open no list with that number.
    """
    card = saved_list(number, scope=by)
    FirstList.objects.filter(post_code=by.post.code, tab=card.tab).delete()
    if not card.is_first:
        FirstList.objects.create(post_code=by.post.code, tab=card.tab, saved_id=number)
    _record("registry.list.put-first", number, by, now, first=not card.is_first)
    return not card.is_first


def _own(number: int, by: Scope, *, is_deleted: bool = False) -> SavedList:
    row = (
        SavedList.objects.select_for_update()
        .filter(pk=number, post_code=by.post.code, district__code=by.district_code, deleted_at__isnull=not is_deleted)
        .first()
    )
    if row is None:
        raise SavedListUnknown(number=number)
    return row


def _sound_name(name: str, *, tab: Tab, by: Scope, but: int = 0) -> str:
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise SavedListRefused(
            reason=_("名称应有 1 到 %(most)d 个字，实际有 %(found)d 个") % {"most": LONGEST_NAME, "found": len(name)}
        )
    taken = SavedList.objects.filter(post_code=by.post.code, tab=tab, name=name, deleted_at=None).exclude(pk=but)
    if taken.exists():
        raise SavedListRefused(reason=_("已有叫“%(name)s”的视图，请换个名称") % {"name": name})
    return name


def _record(verb: str, number: int, by: Scope, now: datetime, **details: object) -> None:
    trail.record(
        verb,
        subject=trail.Subject(kind="registry.list", code=str(number)),
        by=by,
        at=now,
        district=by.district_code,
        **details,
    )
