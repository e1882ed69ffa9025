"""Verifying figures (核实), returning them (退回), undoing either, and filling a returned one in again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from linli.foundation import clock, trail
from linli.organisation.access import Scope, require
from linli.organisation.rules import Permission
from linli.registry.access import area_of, hand_of, may_verify
from linli.registry.errors import (
    EntryUnknown,
    FiguresChangedMeanwhile,
    NothingToVerify,
    OwnFigure,
    ReturnWithoutReason,
    VerdictNotUndoable,
)
from linli.registry.models import District, Fact
from linli.registry.operations.caches import chunks, lock_entries, refresh_entries, settle_verified
from linli.registry.operations.facts import NewValue, record_values
from linli.registry.queries.figures import EntryPlace, FigureVersion, entry_places
from linli.registry.queries.places import district_by_code
from linli.registry.rules.fields import fields_of
from linli.registry.rules.verifying import Hand, Stage

#: Most figures that one act may judge, so that it stays below a few seconds and within one entry of the trail.
MOST_AT_ONCE = 2000
LONGEST_REASON = 200
NAMED_IN_A_REFUSAL = 3


@transaction.atomic
def verify_figures(versions: Sequence[FigureVersion], *, by: Scope, now: datetime) -> int:
    """Verify figures that others filled in (核实); all of them or none. They count from now on.

    Args:
        versions: Which values of which figures; one verified already is left as it is.
        by: Who acts.
        now: The moment.

    Returns:
        How many were verified.

    Raises:
        NothingToVerify: None is named, or more than `MOST_AT_ONCE`.
        EntryUnknown: An entry is not there, or lies outside the area.
        NotPermitted: The post verifies nowhere.
        OutsideYourArea: The post verifies elsewhere only.
        OwnFigure: A figure was filled in by the same person or body.
        FiguresChangedMeanwhile: A value was replaced since it was shown.
    """
    district, figures = _figures_to_judge(versions, by=by, now=now)
    fresh = [fact for fact in figures if fact.stage != Stage.VERIFIED]
    for chunk in chunks([fact.pk for fact in fresh]):
        # Closed at once; `settle_verified` opens it when it has closed what counted before.
        Fact.objects.filter(pk__in=chunk).update(
            stage=Stage.VERIFIED,
            verified_by=by.post.name,
            verified_post=by.post.code,
            verified_at=now,
            verified_until=now,
        )
    return _finish("registry.figures.verified", fresh, district=district, by=by, now=now)


@transaction.atomic
def return_figures(versions: Sequence[FigureVersion], *, reason: str, by: Scope, now: datetime) -> int:
    """Return figures to those who filled them in (退回), verified ones too; all of them or none.

    A returned figure counts nowhere. What was verified before it counts again.

    Args:
        versions: Which values of which figures; one returned already is left as it is.
        reason: What is wrong, for those who mend it.
        by: Who acts.
        now: The moment.

    Returns:
        How many were returned.

    Raises:
        ReturnWithoutReason: The reason is empty or too long.
        LinliError: As `verify_figures`.
    """
    told = reason.strip()
    if not 0 < len(told) <= LONGEST_REASON:
        raise ReturnWithoutReason(most=LONGEST_REASON)
    district, figures = _figures_to_judge(versions, by=by, now=now)
    fresh = [fact for fact in figures if fact.stage != Stage.RETURNED]
    keys = [fact.pk for fact in fresh]
    for chunk in chunks(keys):
        facts = Fact.objects.filter(pk__in=chunk)
        facts.filter(verified_at__isnull=False, verified_until=None).update(verified_until=now)
        facts.update(
            stage=Stage.RETURNED,
            returned_by=by.post.name,
            returned_post=by.post.code,
            returned_at=now,
            return_reason=told,
        )
    return _finish("registry.figures.returned", fresh, district=district, by=by, now=now, reason=told)


@transaction.atomic
def undo_verdict(*, acted_at: datetime, by: Scope, now: datetime) -> int:
    """Undo one's own verifying or returning (撤销), as if it had not been; the trail tells both.

    Args:
        acted_at: The moment of the act.
        by: Who acts, from the same post.
        now: The moment.

    Returns:
        How many figures went back to where they were.

    Raises:
        VerdictNotUndoable: The post did nothing at that moment, or a figure was replaced or judged again since.
    """
    district = district_by_code(by.district_code)
    verified = Q(verified_at=acted_at, verified_post=by.post.code)
    returned = Q(returned_at=acted_at, returned_post=by.post.code)
    figures = Fact.objects.filter(verified | returned, district=district).exclude(stage=Stage.TAKEN_BACK)
    for ledger in set(figures.values_list("ledger", flat=True)):
        codes = set(figures.filter(ledger=ledger).values_list("subject_code", flat=True))
        lock_entries(district=district, ledger=ledger, codes=codes)
    found = list(figures)
    are_untouched = all(
        fact.replaced_at is None
        and (fact.returned_at == acted_at if fact.stage == Stage.RETURNED else fact.verified_at == acted_at)
        for fact in found
    )
    if not found or not are_untouched:
        raise VerdictNotUndoable(at=f"{acted_at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}")
    for chunk in chunks([fact.pk for fact in found]):
        facts = Fact.objects.filter(pk__in=chunk)
        facts.filter(stage=Stage.VERIFIED).update(
            stage=Stage.WAITING, verified_by="", verified_post="", verified_at=None, verified_until=None
        )
        nobody = {"returned_by": "", "returned_post": "", "returned_at": None, "return_reason": ""}
        back = facts.filter(stage=Stage.RETURNED)
        back.filter(verified_at__isnull=False).update(stage=Stage.VERIFIED, verified_until=now, **nobody)
        back.update(stage=Stage.WAITING, **nobody)
    return _finish("registry.figures.verdict-undone", found, district=district, by=by, now=now)


@transaction.atomic
def fill_in_again(version: FigureVersion, *, reason: str, by: Scope, now: datetime) -> None:
    """Fill a returned figure in again as it was (仍报此数), with an answer to the reason of its return.

    Args:
        version: Which value of which figure.
        reason: Why it is right all the same.
        by: Who acts.
        now: The moment.

    Raises:
        ReturnWithoutReason: The answer is empty or too long.
        EntryUnknown: The entry is not there, or lies outside the area.
        NotPermitted: The post changes no figures.
        OutsideYourArea: The post changes figures elsewhere only.
        FiguresChangedMeanwhile: The value was replaced since it was shown, or is not returned.
    """
    told = reason.strip()
    if not 0 < len(told) <= LONGEST_REASON:
        raise ReturnWithoutReason(most=LONGEST_REASON)
    place = _places([version], by=by, now=now)[version.ledger, version.code]
    require(by, Permission.EDIT_LEDGER, office=_office(place, by))
    district = district_by_code(by.district_code)
    lock_entries(district=district, ledger=version.ledger, codes=[version.code])
    (fact,) = _standing([version], district)
    if fact.stage != Stage.RETURNED:
        raise FiguresChangedMeanwhile(count=1, names=_named([version]), versions=(version,))
    same = NewValue(
        fact.subject_code, fact.field, fact.value, fact.meaning, fact.as_of_on, fact.source, told, fact.origin_row
    )
    record_values([same], district=district, ledger=fact.ledger, by=by, now=now, origin=fact.origin)
    trail.record(
        "registry.figure.filled-in-again",
        subject=trail.Subject(kind=fact.ledger, code=fact.subject_code),
        by=by,
        at=now,
        district=district.code,
        fields=[fact.field],
    )


def _figures_to_judge(versions: Sequence[FigureVersion], *, by: Scope, now: datetime) -> tuple[District, list[Fact]]:
    """Return the facts that a post is about to judge, locked, after all that could be against it."""
    if not 0 < len(versions) <= MOST_AT_ONCE:
        raise NothingToVerify(most=MOST_AT_ONCE, count=len(versions))
    require(by, Permission.VERIFY)
    places = _places(versions, by=by, now=now)
    for place in places.values():
        require(by, Permission.VERIFY, office=_office(place, by))
    district = district_by_code(by.district_code)
    for ledger in sorted({version.ledger for version in versions}):
        codes = [version.code for version in versions if version.ledger == ledger]
        lock_entries(district=district, ledger=ledger, codes=codes)
    figures = _standing(versions, district)
    own = [
        fact
        for fact in figures
        if not may_verify(
            by,
            office=_office(places[fact.ledger, fact.subject_code], by),
            filler=Hand(fact.recorded_person, fact.recorded_body),
        )
    ]
    if own:
        names = "、".join(
            f"{places[fact.ledger, fact.subject_code].name}{fields_of(fact.ledger)[fact.field].name}"
            for fact in own[:NAMED_IN_A_REFUSAL]
        )
        raise OwnFigure(count=len(own), names=names, body=hand_of(by).body)
    return district, figures


def _places(versions: Sequence[FigureVersion], *, by: Scope, now: datetime) -> dict[tuple[str, str], EntryPlace]:
    keys = {(version.ledger, version.code) for version in versions}
    places = entry_places(area_of(by, now=now), keys)
    missing = sorted(keys - places.keys())
    if missing:
        raise EntryUnknown(code=missing[0][1], kind=_("记录"))
    return places


def _office(place: EntryPlace, by: Scope) -> str:
    """Return the office that answers for an entry; a blind spot has none but that of the reader's own area."""
    return place.office_code or by.area_code


def _standing(versions: Sequence[FigureVersion], district: District) -> list[Fact]:
    """Return the facts that versions name, all of which must stand.

    Raises:
        FiguresChangedMeanwhile: One was replaced.
    """
    found: dict[tuple[str, str, str, datetime], Fact] = {}
    for chunk in chunks(sorted({version.code for version in versions})):
        for fact in Fact.objects.filter(district=district, subject_code__in=chunk, replaced_at=None):
            found[fact.ledger, fact.subject_code, fact.field, fact.recorded_at] = fact
    keys = {(one.ledger, one.code, one.field, one.recorded_at): one for one in versions}
    gone = [one for key, one in keys.items() if key not in found or found[key].stage == Stage.EMPTY]
    if gone:
        raise FiguresChangedMeanwhile(count=len(gone), names=_named(gone), versions=tuple(gone))
    return [found[key] for key in keys]


def _named(versions: Sequence[FigureVersion]) -> str:
    names = []
    for one in versions[:NAMED_IN_A_REFUSAL]:
        field = fields_of(one.ledger).get(one.field)
        names.append(f"{one.code} {one.field if field is None else str(field.name)}")
    return "、".join(names)


def _finish(
    verb: str, figures: Sequence[Fact], *, district: District, by: Scope, now: datetime, reason: str = ""
) -> int:
    """Let caches and trail follow; nothing changed leaves no trace."""
    if not figures:
        return 0
    codes: dict[str, set[str]] = {}
    for fact in figures:
        codes.setdefault(fact.ledger, set()).add(fact.subject_code)
    for ledger in sorted(codes):
        settle_verified(district=district, ledger=ledger, codes=codes[ledger], now=now)
        refresh_entries(district=district, ledger=ledger, codes=codes[ledger], now=now)
    entries = sorted((ledger, code) for ledger, some in codes.items() for code in some)
    is_one = len(entries) == 1
    details = {"reason": reason} if reason else {}
    trail.record(
        verb,
        subject=trail.Subject(*entries[0]) if is_one else trail.Subject(kind="registry.figures", code=district.code),
        by=by,
        at=now,
        district=district.code,
        figures=len(figures),
        fields=sorted({fact.field for fact in figures}),
        entries=[code for _ledger, code in entries],
        **details,
    )
    return len(figures)
