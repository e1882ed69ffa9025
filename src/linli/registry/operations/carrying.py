"""What stands with a compound, moved to another record of the same compound and given back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet

from linli.registry.models import (
    Building,
    Claim,
    Compound,
    CompoundParcel,
    Custody,
    Exemption,
    OwnersCommittee,
    PropertyManagement,
)

#: Rows that name their compound by its key, each under the word that `CompoundMerger.carried` keeps them by.
NAMED_BY_KEY: Mapping[str, Any] = {
    "buildings": Building,
    "contracts": PropertyManagement,
    "committees": OwnersCommittee,
    "custodies": Custody,
}


def carry_rows(stays: Compound, goes: Compound) -> dict[str, Any]:
    """Move what stands with one record to the other; the caller holds both.

    The record that goes keeps its links to parcels and Party organisations: archived records count nowhere.

    Returns:
        What `give_rows_back` needs: keys of moved and added rows, and ``stands_on``, the links that now hold.
    """
    moved: dict[str, Any] = {}
    for word, model in NAMED_BY_KEY.items():
        moved[word] = _move(model.objects.filter(compound=goes), compound=stays)
    claims = Claim.objects.filter(district=goes.district_id, kind=Claim.Kind.COMPOUND, subject_code=goes.code)
    moved["claims"] = _move(claims.filter(withdrawn_at=None), subject_code=stays.code)
    # Of the exceptions of one subject only one may be open: where both have one, that of the record kept holds.
    open_ones = Exemption.objects.filter(district=goes.district_id, ended_at=None)
    own = open_ones.filter(subject_code=stays.code).values_list("kind", flat=True)
    moved["exemptions"] = _move(
        open_ones.filter(subject_code=goes.code).exclude(kind__in=list(own)), subject_code=stays.code
    )
    covering = goes.party_organisations.exclude(pk__in=stays.party_organisations.values("pk"))
    moved["party"] = sorted(covering.values_list("pk", flat=True))
    stays.party_organisations.add(*moved["party"])
    return moved | _stand_on_both(stays, goes)


def give_rows_back(stays: Compound, goes: Compound, carried: Mapping[str, Any]) -> None:
    """Move back what `carry_rows` moved, and take away what it added."""
    for word, model in NAMED_BY_KEY.items():
        model.objects.filter(pk__in=carried[word], compound=stays).update(compound=goes)
    Claim.objects.filter(pk__in=carried["claims"], subject_code=stays.code).update(subject_code=goes.code)
    Exemption.objects.filter(pk__in=carried["exemptions"], subject_code=stays.code).update(subject_code=goes.code)
    stays.party_organisations.remove(*carried["party"])
    CompoundParcel.objects.filter(pk__in=carried["parcels"]).delete()
    CompoundParcel.objects.filter(pk__in=carried["shared_before"]).update(is_shared=True)


def _move(rows: QuerySet[Any], **to: Any) -> list[int]:
    keys = sorted(rows.values_list("pk", flat=True))
    rows.model._default_manager.filter(pk__in=keys).update(**to)
    return keys


def _stand_on_both(stays: Compound, goes: Compound) -> dict[str, list[int]]:
    own = set(stays.stands_on.values_list("parcel_id", flat=True))
    added = [
        CompoundParcel.objects.create(
            compound=stays, parcel_id=link.parcel_id, is_shared=link.is_shared, is_snapped=link.is_snapped
        ).pk
        for link in goes.stands_on.order_by("pk")
        if link.parcel_id not in own
    ]
    # Where only these two shared a parcel, the record kept has it to itself.
    others = CompoundParcel.objects.filter(~Q(compound__in=(stays, goes)), compound__ended_at=None)
    alone = stays.stands_on.filter(is_shared=True, parcel__in=goes.stands_on.values("parcel"))
    alone = alone.exclude(parcel__in=others.values("parcel"))
    shared_before = sorted(alone.values_list("pk", flat=True))
    CompoundParcel.objects.filter(pk__in=shared_before).update(is_shared=False)
    return {
        "parcels": added,
        "shared_before": [key for key in shared_before if key not in added],
        "stands_on": sorted(stays.stands_on.values_list("pk", flat=True)),
    }
