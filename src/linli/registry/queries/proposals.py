"""Which community each compound of a district without a layout seems to belong to: proposed, never decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from linli.engine.geometry import to_zone
from linli.registry.models import Claim, Community, Compound, CompoundParcel, District, Layout, Parcel

#: Where a proposal comes from.
BY_CLAIM, BY_DISTANCE = "CLAIM", "DISTANCE"


@dataclass(frozen=True, slots=True)
class ProposedHome:
    """The community proposed for a compound.

    Attributes:
        compound_code: The compound.
        compound_name: Its name.
        parcel_code: The parcel it stands on.
        community_code: The community; empty where none can be proposed.
        community_name: Its name.
        reason: ``CLAIM`` where an office said so, ``DISTANCE`` where its centre is the nearest.
        distance_m: Metres to the centre of the community; None for a claim without a centre.
        confidence: 1 for a claim; else one less the distance to the nearest centre over that to the second
            nearest: 0 where both are as far, near 1 where the first is at the door.
    """

    compound_code: str
    compound_name: str
    parcel_code: str
    community_code: str
    community_name: str
    reason: str
    distance_m: float | None
    confidence: float


@dataclass(frozen=True, slots=True)
class ProposedLayout:
    """Proposals for all compounds on parcels, and what no proposal can speak for.

    Attributes:
        homes: One per compound on a parcel, by code.
        without_centre: Code and name of the communities whose place is not known: they are given nobody.
        without_parcel: Code and name of the compounds that stand on no parcel.
    """

    homes: tuple[ProposedHome, ...]
    without_centre: tuple[tuple[str, str], ...]
    without_parcel: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TakeOver:
    """How far the take-over of a district has come.

    Attributes:
        has_outline: The district was founded.
        communities: How many communities there are.
        compounds: How many compounds there are.
        without_point: How many of them have no place.
        parcels: How many parcels there are.
        has_layout: The first layout was accepted.
        communities_by_code: Code and name of each community.
    """

    has_outline: bool
    communities: int = 0
    compounds: int = 0
    without_point: int = 0
    parcels: int = 0
    has_layout: bool = False
    communities_by_code: tuple[tuple[str, str], ...] = ()


def take_over_of(code: str) -> TakeOver:
    """Return how far the take-over of a district has come. Six queries."""
    district = District.objects.filter(code=code).first()
    if district is None:
        return TakeOver(has_outline=False)
    communities = tuple(
        Community.objects.filter(district=district, ended_at=None).order_by("code").values_list("code", "name")
    )
    compounds = Compound.objects.filter(district=district, ended_at=None)
    return TakeOver(
        has_outline=district.outline is not None,
        communities=len(communities),
        compounds=compounds.count(),
        without_point=compounds.filter(point=None).count(),
        parcels=Parcel.objects.filter(district=district, until_set=None).count(),
        has_layout=Layout.objects.filter(district=district).exists(),
        communities_by_code=communities,
    )


def propose_homes(district: District) -> ProposedLayout:
    """Propose a community for each compound: the one an office claims it for, else the nearest centre.

    Several offices that claim one compound for different communities leave it to the distance.

    Args:
        district: A district with parcels.
    """
    communities = list(Community.objects.filter(district=district, ended_at=None).order_by("code"))
    centred = [one for one in communities if one.office_point is not None]
    compounds = list(Compound.objects.filter(district=district, ended_at=None).order_by("code"))
    parcels = _parcel_codes(district)
    placed = [one for one in compounds if one.code in parcels and one.point is not None]
    nearest, away, confidence = _nearest(placed, centred, district.zone)
    claimed = _claimed(district)
    by_code = {one.code: one for one in communities}
    homes = []
    for i, compound in enumerate(placed):
        said = by_code.get(claimed.get(compound.code, ""))
        by_distance = centred[nearest[i]] if centred else None
        community = said or by_distance
        is_at = community is not None and community is by_distance
        homes.append(
            ProposedHome(
                compound_code=compound.code,
                compound_name=compound.name,
                parcel_code=parcels[compound.code],
                community_code=community.code if community else "",
                community_name=community.name if community else "",
                reason=BY_CLAIM if said else BY_DISTANCE,
                distance_m=float(away[i]) if is_at else None,
                confidence=1.0 if said else float(confidence[i]),
            )
        )
    return ProposedLayout(
        homes=tuple(homes),
        without_centre=tuple((one.code, one.name) for one in communities if one.office_point is None),
        without_parcel=tuple((one.code, one.name) for one in compounds if one.code not in parcels),
    )


def _nearest(
    compounds: list[Compound], centred: list[Community], zone: int
) -> tuple[list[int], list[float], list[float]]:
    """Return the nearest centre of each compound, its distance in metres, and the confidence."""
    if not compounds or not centred:
        return [], [0.0] * len(compounds), [0.0] * len(compounds)
    from scipy.spatial import cKDTree

    spots = to_zone([(one.point.x, one.point.y) for one in compounds], zone)
    centres = to_zone([(one.office_point.x, one.office_point.y) for one in centred], zone)
    # A third one tells apart which of two equal centres has the lower code.
    away, index = cKDTree(centres).query(spots, k=min(3, len(centred)))
    away, index = np.reshape(away, (len(spots), -1)), np.reshape(index, (len(spots), -1))
    tied = np.where(np.isclose(away, away[:, :1], rtol=0, atol=1e-6), index, len(centred))
    first = tied.min(axis=1)
    if away.shape[1] == 1:
        return first.tolist(), away[:, 0].tolist(), [1.0] * len(spots)
    ratio = np.divide(away[:, 0], away[:, 1], out=np.ones(len(spots)), where=away[:, 1] > 0)
    return first.tolist(), away[:, 0].tolist(), (1.0 - ratio).tolist()


def _parcel_codes(district: District) -> Mapping[str, str]:
    links = CompoundParcel.objects.filter(compound__district=district, parcel__until_set=None).order_by("-parcel__code")
    return dict(links.values_list("compound__code", "parcel__code"))


def _claimed(district: District) -> Mapping[str, str]:
    """Return the community of each compound on which all its claims agree."""
    said: dict[str, set[str]] = {}
    claims = Claim.objects.filter(district=district, kind=Claim.Kind.COMPOUND, withdrawn_at=None)
    for compound, community in claims.values_list("subject_code", "community__code"):
        said.setdefault(compound, set()).add(community)
    return {compound: next(iter(codes)) for compound, codes in said.items() if len(codes) == 1}
