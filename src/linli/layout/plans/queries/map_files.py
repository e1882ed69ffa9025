"""The two layouts of a plan as map files: before, and after (docs/reference/map-files.md)."""

from __future__ import annotations

import json
from typing import Any

from django.core.cache import cache

from linli.foundation.names import community_key
from linli.foundation.ui.map_files import file_content
from linli.layout.plans.models import AdjustmentPlan
from linli.layout.plans.queries.cards import newest_revision
from linli.layout.plans.rules.figures import PlanFigures, figures_from
from linli.registry.queries.areas import Area
from linli.registry.queries.layouts import Ground, ground_of
from linli.registry.queries.map_files import label_points, layout_file, parcels_name

KEPT_S = 24 * 3600
#: What a community shows to who covers it, beside name, colour and border.
FIGURES = ("households", "people", "office")
File = tuple[str, bytes]


def ground_name(plan: AdjustmentPlan, *, area: Area) -> str:
    """Return the name of the parcels file that a plan lies on, as who covers an area gets it."""
    return parcels_name(plan.district, parcel_set=plan.base.parcel_set, area=area)


def comparison_files(plan: AdjustmentPlan, *, only: frozenset[str] | None = None) -> tuple[File, File]:
    """Return name hash and bytes of the layouts before and after.

    Households are those that the plan counted, assumed ones among them.

    Args:
        plan: The plan.
        only: Codes of the subdistricts whose figures are shown; the others keep name and border. None for all.

    Raises:
        NothingToExport: The plan has no layout yet.
    """
    revision = newest_revision(plan)
    names = dict(plan.proposed.values_list("draft_id", "name"))
    key = f"plan-layouts:{revision.content_hash}:{plan.pk}:{sorted(names.items())}".replace(" ", "")
    stem = f"plan-layouts:{file_content({'key': key})[0]}"
    found: tuple[File, File] | None = cache.get(stem)
    if found is None:
        figures = figures_from(revision.figures)
        record = json.loads(bytes(revision.document))
        ground = ground_of(plan.district, parcel_set=plan.base.parcel_set)
        before = json.loads(layout_file(plan.district, plan.base)[1])
        after = _after(before, record, figures, ground, names)
        _count(before, figures, is_after=False)
        _count(after, figures, is_after=True)
        found = file_content(before), file_content(after)
        cache.set(stem, found, KEPT_S)
    return found if only is None else (_limited(found[0], only), _limited(found[1], only))


def membership_after(plan: AdjustmentPlan) -> dict[str, str]:
    """Return the community (code or draft id) per parcel code of the plan's area, empty for a blind spot."""
    record = json.loads(bytes(newest_revision(plan).document))
    codes = [*record["communities"], ""]
    return {parcel: codes[label] for parcel, label in zip(record["ids"], record["assignment"], strict=True)}


def _limited(file: File, only: frozenset[str]) -> File:
    content = json.loads(file[1])
    for entry in content["communities"]:
        if entry["subdistrict"] not in only:
            for name in FIGURES:
                entry.pop(name, None)
    return file_content(content)


def _after(
    before: dict[str, Any], record: dict[str, Any], figures: PlanFigures, ground: Ground, names: dict[str, str]
) -> dict[str, Any]:
    standing = [entry["code"] for entry in before["communities"]] + [""]
    codes = [standing[place] for place in before["member"]]
    row = {code: number for number, code in enumerate(ground.codes)}
    planned = [*record["communities"], ""]
    for parcel, label in zip(record["ids"], record["assignment"], strict=True):
        codes[row[parcel]] = planned[label]
    alive = set(codes) - {""}
    entries = [dict(entry) for entry in before["communities"] if entry["code"] in alive]
    entries += [
        {
            "code": one.code,
            "name": community_key(names.get(one.code, one.name)),
            "subdistrict": one.subdistrict,
            "colour": one.colour,
        }
        for one in figures.communities
        if one.before is None and one.code in alive
    ]
    place = {entry["code"]: number for number, entry in enumerate(entries)}
    member = [place.get(code, -1) for code in codes]
    for entry, label in zip(entries, label_points(ground, member, len(entries)), strict=True):
        entry["label"] = label
    return {**before, "communities": entries, "member": member}


def _count(content: dict[str, Any], figures: PlanFigures, *, is_after: bool) -> None:
    sides = {one.code: one.after if is_after else one.before for one in figures.communities}
    for entry in content["communities"]:
        side = sides.get(entry["code"])
        if side is not None:
            entry["households"], entry["people"] = side.households, side.people
