"""Why a wish could not be met, and what would help, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from linli.layout.plans.queries.wording.leads import Door, Lead, to_exempt
from linli.layout.plans.queries.wording.names import NameBook

NAMED_PARCELS = 3
#: Code and name of the compound that stands on a parcel.
Standing = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ConflictCard:
    """One conflict for the page.

    Attributes:
        sentence: What cannot be.
        remedies: What would make it possible, the mildest first.
        leads: Where each of them is done; None where no page does it.
        is_proven: Whether no plan at all can; else the search found none.
        parcels: Places the map flies to.
    """

    sentence: str
    remedies: tuple[str, ...]
    leads: tuple[Lead | None, ...]
    is_proven: bool
    parcels: tuple[str, ...]


def conflict_cards(
    stored: Sequence[Mapping[str, Any]],
    names: NameBook,
    *,
    subdistricts: Mapping[str, str],
    compounds: Mapping[str, Standing],
    has_locks: bool,
) -> tuple[ConflictCard, ...]:
    """Return the stored conflicts of a plan in words.

    Args:
        stored: Conflicts as the engine gave them.
        names: Names of communities.
        subdistricts: Name per code.
        compounds: Code and name of the compound per parcel code.
        has_locks: Whether anything was locked; else unlocking helps nobody.
    """
    cards = []
    for one in stored:
        remedies = [remedy for remedy in one["remedies"] if has_locks or remedy["kind"] != "unlock"]
        cards.append(
            ConflictCard(
                sentence=_sentence(one, names, subdistricts, compounds),
                remedies=tuple(_remedy(remedy, names, compounds) for remedy in remedies),
                leads=tuple(_lead(remedy, compounds) for remedy in remedies),
                is_proven=bool(one["proven"]),
                parcels=tuple(one["params"].get("parcels", ())),
            )
        )
    return tuple(cards)


def _sentence(
    conflict: Mapping[str, Any], names: NameBook, subdistricts: Mapping[str, str], compounds: Mapping[str, Standing]
) -> str:
    params = conflict["params"]
    parts = {
        "community": names.full(str(params.get("community", ""))),
        "parent": subdistricts.get(str(params.get("parent", "")), ""),
        "place": _place(params.get("parcels", ()), compounds),
        "total": f"{int(params.get('total', 0)):,}",
        "low": f"{int(params.get('low', 0)):,}",
        "high": f"{int(params.get('high', 0)):,}",
    }
    words = {
        "parent-too-small": _("%(parent)s一共 %(total)s 户，不足一个社区的下限 %(low)s 户"),
        "parent-between-counts": _("%(parent)s一共 %(total)s 户，怎样分都有社区不在 %(low)s–%(high)s 户内"),
        "region-too-small": _("%(parent)s被隔开的一片（%(place)s）只有 %(total)s 户，不足下限 %(low)s 户"),
        "region-between-counts": _("%(parent)s被隔开的一片（%(place)s）共 %(total)s 户，怎样分都不在范围内"),
        "compound-above-ceiling": _("%(place)s一个小区就有 %(total)s 户，超过上限 %(high)s 户"),
        "locked-above-ceiling": _("%(community)s锁定的部分已有 %(total)s 户，超过上限 %(high)s 户"),
        "locked-out-of-band": _("%(community)s整体锁定，%(total)s 户不在 %(low)s–%(high)s 户内"),
        "compound-across-parents": _("%(place)s跨在两个街道上"),
        "community-across-parents": _("%(community)s跨在两个街道上"),
        "locks-disagree": _("%(place)s是一个小区，却被锁定在不同社区"),
        "lock-cuts-compound": _("锁定%(community)s会把%(place)s拆开"),
        "office-out-of-reach": _("%(community)s的办事点不能留在本社区内"),
        "not-contiguous": _("%(community)s没能连成一片"),
        "band-not-reached": _("%(community)s %(total)s 户，没能进入 %(low)s–%(high)s 户"),
    }
    return words[conflict["kind"]] % parts


def _remedy(remedy: Mapping[str, Any], names: NameBook, compounds: Mapping[str, Standing]) -> str:
    params = remedy["params"]
    parts = {
        "community": names.full(str(params.get("community", ""))),
        "place": _place(params.get("parcels", ()), compounds) or names.full(str(params.get("community", ""))),
        "low": f"{int(params.get('low', 0)):,}",
        "high": f"{int(params.get('high', 0)):,}",
        "sweeps": params.get("sweeps", 0),
    }
    words = {
        "relax-band": _("把范围放宽到 %(low)s–%(high)s 户"),
        "except-community": _("为%(community)s登记例外"),
        "allow-crossing-parents": _("允许跨街道调整（须报上级审批）"),
        "register-crossing": _("登记一处跨越通道"),
        "unlock": _("解除%(place)s的锁定"),
        "divide-compound": _("把%(place)s按期划成两个小区"),
        "register-parts": _("为%(community)s登记不连片的例外"),
        "move-office": _("迁移%(community)s的办事点"),
        "search-longer": _("搜索到 %(sweeps)s 轮"),
    }
    return words[remedy["kind"]] % parts


def _lead(remedy: Mapping[str, Any], compounds: Mapping[str, Standing]) -> Lead | None:
    params = remedy["params"]
    community = str(params.get("community", ""))
    parcels = params.get("parcels", ())
    codes = tuple(dict.fromkeys(compounds[parcel][0] for parcel in parcels if parcel in compounds))
    match remedy["kind"]:
        case "relax-band":
            return Lead(Door.CONDITIONS, changes=(("low", str(params["low"])), ("high", str(params["high"]))))
        case "except-community":
            return to_exempt(Door.EXCEPT_BAND, community)
        case "register-parts":
            return to_exempt(Door.EXCEPT_PARTS, community)
        case "allow-crossing-parents":
            return Lead(Door.CONDITIONS, changes=(("crosses_subdistricts", "1"),))
        case "unlock":
            unlocked = (community,) if community else (*codes, *parcels)
            return Lead(Door.CONDITIONS, changes=tuple(("unlock", code) for code in unlocked))
        case "move-office":
            return Lead(Door.COMMUNITY, (community,))
        case "divide-compound" if codes:
            return Lead(Door.COMPOUND, codes[:1])
    return None


def _place(parcels: Sequence[str], compounds: Mapping[str, Standing]) -> str:
    names = list(dict.fromkeys(compounds[code][1] if code in compounds else code for code in parcels))
    listed = "、".join(names[:NAMED_PARCELS])
    return listed if len(names) <= NAMED_PARCELS else _("%(names)s等") % {"names": listed}
