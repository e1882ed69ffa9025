"""Writing the outlines of a file as a new version of the district's set of parcels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np
import shapely

from linli.engine.geometry import geometries_to_zone
from linli.registry.errors import ParcelsTaken
from linli.registry.models import Claim, Compound, CompoundParcel, District, ImportBatch, ImportRow, Layout, Parcel
from linli.registry.operations.imports.claims import write_claims
from linli.registry.operations.imports.looking import Look
from linli.registry.rules.importing.judging import COMMUNITY
from linli.registry.rules.importing.verdicts import Judged

CODE_PREFIX = "P-"
CODE_DIGITS = 6
KIND_OF_WORD: Mapping[str, str] = {str(label): str(value) for value, label in Parcel.Kind.choices}


def write_parcels(rows: Sequence[Judged], *, batch: ImportBatch, look: Look, now: datetime) -> None:
    """Write outlines as the next version of the set of parcels, linked with compounds, membership as claims.

    Args:
        rows: Rows to write.
        batch: The import.
        look: The file as it was read.
        now: When.

    Raises:
        ParcelsTaken: The district has a layout, which parcels are part of.
    """
    district = District.objects.select_for_update().get(pk=batch.district_id)
    if Layout.objects.filter(district=district).exists():
        raise ParcelsTaken(district=district.name)
    shapes = np.array([look.shapes[one.row] for one in rows], dtype=object)
    areas = shapely.area(geometries_to_zone(shapes, district.zone))
    codes = _codes(rows, next_number(district))
    version = open_next_set(district)
    Parcel.objects.bulk_create(
        (
            Parcel(
                district=district,
                code=code,
                name=one.name,
                kind=KIND_OF_WORD.get(one.values.get("parcel_kind", {}).get("value", ""), Parcel.Kind.OTHER),
                outline=shape,
                area_m2=float(area),
                since_set=version,
                origin=batch,
            )
            for one, code, shape, area in zip(rows, codes, shapes, areas, strict=True)
        ),
        batch_size=500,
    )
    _link(rows, codes, look=look, district=district, version=version)
    write_claims(
        ((code, one.changes[COMMUNITY][1]) for one, code in zip(rows, codes, strict=True) if COMMUNITY in one.changes),
        claim=Claim.Kind.PARCEL,
        batch=batch,
        now=now,
    )
    given = dict(zip((one.row for one in rows), codes, strict=True))
    stored = list(ImportRow.objects.filter(batch=batch, row__in=list(given)))
    for row in stored:
        row.subject_code = given[row.row]
    ImportRow.objects.bulk_update(stored, ["subject_code"], batch_size=500)


def open_next_set(district: District) -> int:
    """Close the current set of parcels and return the number of the next, which is empty."""
    version = district.parcel_set + 1
    Parcel.objects.filter(district=district, until_set=None).update(until_set=version)
    district.parcel_set = version
    district.save(update_fields=["parcel_set"])
    return version


def close_set_of(batch: ImportBatch) -> None:
    """Take the parcels of an import out of use: the set before them comes back as a new version."""
    district = District.objects.select_for_update().get(pk=batch.district_id)
    gone = Parcel.objects.filter(district=district, origin=batch).first()
    if gone is None:
        return
    before = Parcel.objects.filter(district=district, until_set=gone.since_set)
    carried = list(
        CompoundParcel.objects.filter(parcel__in=before).values_list(
            "compound_id", "parcel__code", "is_shared", "is_snapped"
        )
    )
    again = list(before)
    version = open_next_set(district)
    for parcel in again:
        parcel.pk, parcel.since_set, parcel.until_set = None, version, None
    Parcel.objects.bulk_create(again, batch_size=500)
    keys = dict(Parcel.objects.filter(district=district, since_set=version).values_list("code", "pk"))
    CompoundParcel.objects.bulk_create(
        CompoundParcel(compound_id=compound, parcel_id=keys[code], is_shared=shared, is_snapped=snapped)
        for compound, code, shared, snapped in carried
    )


def next_number(district: District) -> int:
    """Return the number after the highest that a parcel of the district was ever given."""
    codes = Parcel.objects.filter(district=district, code__startswith=CODE_PREFIX).values_list("code", flat=True)
    digits = (code.removeprefix(CODE_PREFIX) for code in codes)
    return max((int(part) for part in digits if part.isdigit()), default=0) + 1


def parcel_code(number: int) -> str:
    """Return the code of a parcel.

    Examples:
        >>> parcel_code(12)
        'P-000012'
    """
    return f"{CODE_PREFIX}{number:0{CODE_DIGITS}d}"


def _codes(rows: Sequence[Judged], first: int) -> list[str]:
    codes, number = [], first
    for one in rows:
        if one.code:
            codes.append(one.code)
        else:
            codes.append(parcel_code(number))
            number += 1
    return codes


def _link(rows: Sequence[Judged], codes: Sequence[str], *, look: Look, district: District, version: int) -> None:
    """Put compounds on their parcels: by the code that the row names, else by where they lie."""
    compounds = {one.code: one for one in Compound.objects.filter(district=district, ended_at=None)}
    keys = dict(Parcel.objects.filter(district=district, since_set=version).values_list("code", "pk"))
    named = {
        compound: keys[code]
        for one, code in zip(rows, codes, strict=True)
        if (compound := one.values.get("compound_code", {}).get("value")) in compounds
    }
    pairs = {
        (compounds[compound].pk, keys[code])
        for one, code in zip(rows, codes, strict=True)
        if (compound := one.values.get("compound_code", {}).get("value")) in compounds
    }
    placed = [one for code, one in compounds.items() if code not in named and one.point is not None]
    tree = shapely.STRtree([look.shapes[one.row] for one in rows])
    if placed:
        which, under = tree.query([one.point for one in placed], predicate="intersects")
        first: dict[int, int] = {}
        for i, j in sorted(zip(which, under, strict=True)):
            first.setdefault(int(i), int(j))
        pairs |= {(placed[i].pk, keys[codes[j]]) for i, j in first.items()}
    CompoundParcel.objects.bulk_create(
        (CompoundParcel(compound_id=compound, parcel_id=parcel) for compound, parcel in sorted(pairs)),
        batch_size=1000,
    )
