"""Reads of layouts: which one holds at a moment, and who belongs where in it, as arrays for the engine."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from linli.registry.models import CompoundParcel, District, Layout, LayoutMember, Parcel


@dataclass(frozen=True, slots=True)
class Ground:
    """The parcels of one version of a district's set, in the order of their codes.

    Args:
        ids: Database keys, shape ``(n,)``.
        codes: Codes, in order.
        kinds: Kinds, in order.
        names: Names, in order.
        outlines: Polygons in EPSG:4490, in order.
        area_m2: Areas in the district's zone, shape ``(n,)``.
        compound_of: Key of the compound that stands on each parcel, -1 for none, shape ``(n,)``.
    """

    ids: NDArray[np.int64]
    codes: tuple[str, ...]
    kinds: tuple[str, ...]
    names: tuple[str, ...]
    outlines: tuple[BaseGeometry, ...]
    area_m2: NDArray[np.float64]
    compound_of: NDArray[np.int64]


def layout_at(district: District, *, at: datetime) -> Layout | None:
    """Return the layout in force at a moment; None before the first take-over."""
    return (
        Layout.objects.filter(district=district, effective_from__lte=at)
        .filter(Q(effective_until=None) | Q(effective_until__gt=at))
        .first()
    )


def ground_of(district: District, *, parcel_set: int, only: Collection[int] | None = None) -> Ground:
    """Return the parcels of one version of the district's set of parcels. Two queries.

    Args:
        district: The district.
        parcel_set: The version.
        only: Database keys, where a part is wanted.
    """
    fitting = Parcel.objects.filter(district=district, since_set__lte=parcel_set)
    standing_on = CompoundParcel.objects.filter(compound__district=district, compound__ended_at=None)
    if only is not None:
        fitting, standing_on = fitting.filter(pk__in=only), standing_on.filter(parcel__in=only)
    parcels = list(
        fitting.filter(Q(until_set=None) | Q(until_set__gt=parcel_set))
        .order_by("code")
        .values_list("pk", "code", "kind", "name", "outline", "area_m2")
    )
    standing = dict(standing_on.values_list("parcel_id", "compound_id"))
    return Ground(
        ids=np.array([row[0] for row in parcels], dtype=np.int64),
        codes=tuple(row[1] for row in parcels),
        kinds=tuple(row[2] for row in parcels),
        names=tuple(row[3] for row in parcels),
        outlines=tuple(row[4] for row in parcels),
        area_m2=np.array([row[5] for row in parcels], dtype=np.float64),
        compound_of=np.array([standing.get(row[0], -1) for row in parcels], dtype=np.int64),
    )


def membership_of(
    layout: Layout, ground: Ground, *, only: Collection[int] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the keys of the community and the grid of each parcel, -1 for none.

    Args:
        layout: The layout.
        ground: Its parcels; the answer follows their order.
        only: Database keys of the parcels, where the ground is a part.

    Returns:
        Two arrays of shape ``(n,)``.
    """
    members = LayoutMember.objects.filter(layout=layout)
    if only is not None:
        members = members.filter(parcel__in=only)
    rows = {
        parcel: (community if community is not None else -1, grid if grid is not None else -1)
        for parcel, community, grid in members.values_list("parcel_id", "community_id", "grid_id")
    }
    pairs = [rows.get(int(parcel), (-1, -1)) for parcel in ground.ids]
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]
