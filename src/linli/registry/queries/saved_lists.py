"""Reads of saved lists (视图): one's own, and those that one's office shares."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from linli.organisation.access import Scope
from linli.registry.errors import SavedListUnknown
from linli.registry.models import FirstList, SavedList


@dataclass(frozen=True, slots=True)
class SavedListCard:
    """A saved list.

    Args:
        number: Its number, as addresses name it.
        name: Its name.
        tab: Which list of the ledger.
        address: The question, as the address has it.
        is_own: Whether the reader's post saved it; others of its office open it, and change nothing.
        is_shared: Whether the office opens it too.
        is_first: Whether the reader's post sees it first.
    """

    number: int
    name: str
    tab: str
    address: str
    is_own: bool
    is_shared: bool
    is_first: bool


def saved_lists(scope: Scope, *, tab: str) -> tuple[SavedListCard, ...]:
    """Return the saved lists of a ledger that a post may open, its own first. Two queries."""
    first = set(FirstList.objects.filter(post_code=scope.post.code, tab=tab).values_list("saved", flat=True))
    cards = [_card(row, scope, first) for row in _open_to(scope).filter(tab=tab)]
    return tuple(sorted(cards, key=lambda card: not card.is_own))


def saved_list(number: int, *, scope: Scope) -> SavedListCard:
    """Return a saved list.

    Raises:
        SavedListUnknown: There is none with that number, or neither the post nor its office owns it.
    """
    row = _open_to(scope).filter(pk=number).first()
    if row is None:
        raise SavedListUnknown(number=number)
    first = set(FirstList.objects.filter(post_code=scope.post.code, saved=row).values_list("saved", flat=True))
    return _card(row, scope, first)


def first_list(scope: Scope, *, tab: str) -> SavedListCard | None:
    """Return the list that a post sees first; None where it chose none, or may no longer open it."""
    row = _open_to(scope).filter(first_for__post_code=scope.post.code, first_for__tab=tab).first()
    return None if row is None else _card(row, scope, {row.pk})


def _open_to(scope: Scope) -> QuerySet[SavedList]:
    shared = Q(is_shared=True, office_code=scope.office_code)
    rows = SavedList.objects.filter(Q(post_code=scope.post.code) | shared)
    return rows.filter(district__code=scope.district_code, deleted_at=None)


def _card(row: SavedList, scope: Scope, first: set[int]) -> SavedListCard:
    return SavedListCard(
        number=row.pk,
        name=row.name,
        tab=row.tab,
        address=row.address,
        is_own=row.post_code == scope.post.code,
        is_shared=row.is_shared,
        is_first=row.pk in first,
    )
