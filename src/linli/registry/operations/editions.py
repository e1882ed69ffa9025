"""Keeping the editions of compounds: what lists of past days are read from, and where each compound belongs now.

Whoever writes a compound, its parcels or a layout ends with `keep_editions`, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from linli.foundation.bulk import update_rows
from linli.registry.models import STANDING, Compound, CompoundEdition, CompoundFigures, CompoundMerger, District
from linli.registry.queries.layouts import layout_at
from linli.registry.queries.placing import homes_by_parcel

CHUNK = 500
LONGEST_SEARCHED = 2000
#: What an edition repeats of its compound; a change in none of them opens no new edition.
REPEATED = ("code", "name", "pinyin", "current", "as_of_on", *(field.attname for field in CompoundFigures._meta.fields))


def keep_editions(district: District, *, now: datetime, codes: Iterable[str] | None = None) -> int:
    """Bring place, searched words and the standing edition of compounds in line with what the ledger now holds.

    Args:
        district: The district.
        now: From when the new editions are held.
        codes: Codes of the compounds that may have changed; all by default.

    Returns:
        How many editions were opened or closed.
    """
    layout = layout_at(district, at=now)
    compounds = Compound.objects.filter(district=district)
    wanted = sorted(set(compounds.values_list("code", flat=True) if codes is None else codes))
    count = 0
    for start in range(0, len(wanted), CHUNK):
        chunk = list(compounds.filter(code__in=wanted[start : start + CHUNK]).defer("point"))
        _bring_up(chunk, None if layout is None else layout.pk)
        count += _replace(chunk, now)
    return count


def _bring_up(compounds: Sequence[Compound], layout_id: int | None) -> None:
    keys = [compound.pk for compound in compounds]
    places = homes_by_parcel(layout_id, compounds=keys)
    former = _words_of_absorbed(keys)
    moved = []
    for compound in compounds:
        home, grid = places.get(compound.pk, (None, None))
        words = (compound.name, compound.code, compound.pinyin, compound.address)
        searched = "\n".join((*words, *former.get(compound.pk, ()))).lower()[:LONGEST_SEARCHED]
        if (compound.home_id, compound.grid_id, compound.searched) != (home, grid, searched):
            compound.home_id, compound.grid_id, compound.searched = home, grid, searched
            moved.append(compound)
    update_rows(moved, ["home", "grid", "searched"])


def _words_of_absorbed(keys: Sequence[int]) -> dict[int, list[str]]:
    """Return what the records merged into compounds are searched by: old names and codes outlive the merger."""
    rows = CompoundMerger.objects.filter(kept__in=keys, undone_at=None).order_by("merged_at", "pk")
    found: dict[int, list[str]] = {}
    for kept, searched in rows.values_list("kept_id", "absorbed__searched"):
        found.setdefault(kept, []).append(searched)
    return found


def _replace(compounds: Sequence[Compound], now: datetime) -> int:
    standing = {
        edition.compound_id: edition
        for edition in CompoundEdition.objects.filter(
            compound__in=[compound.pk for compound in compounds], held_until=STANDING
        )
    }
    closed: list[int] = []
    undone: list[int] = []
    fresh: list[CompoundEdition] = []
    for compound in compounds:
        old = standing.get(compound.pk)
        new = _edition_of(compound, now) if compound.ended_at is None else None
        if _repeats(old) == _repeats(new):
            continue
        if old is not None:
            # An edition that was held for no time at all never was.
            (undone if old.held_from >= now else closed).append(old.pk)
        if new is not None:
            fresh.append(new)
    CompoundEdition.objects.filter(pk__in=undone).delete()
    CompoundEdition.objects.filter(pk__in=closed).update(held_until=now)
    CompoundEdition.objects.bulk_create(fresh, batch_size=CHUNK)
    return len(closed) + len(undone) + len(fresh)


def _edition_of(compound: Compound, now: datetime) -> CompoundEdition:
    return CompoundEdition(
        district_id=compound.district_id,
        compound=compound,
        held_from=now,
        held_until=STANDING,
        **{column: getattr(compound, column) for column in REPEATED},
    )


def _repeats(edition: CompoundEdition | None) -> tuple[object, ...] | None:
    return None if edition is None else tuple(getattr(edition, column) for column in REPEATED)
