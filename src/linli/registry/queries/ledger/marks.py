"""What the audit found, as short marks on the lines of a list."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.utils.translation import gettext_lazy as _

from linli.registry.queries.areas import Area
from linli.registry.queries.findings import BY_SEVERITY, newest_run, standing_findings
from linli.registry.queries.ledger.filters import Choices
from linli.registry.queries.ledger.lines import Mark, Text
from linli.registry.rules.audit import GROUP_NAMES, KINDS, Group

#: Each kind of finding in the words of a tag.
SHORT: Mapping[str, Text] = {
    "COMPOUND_UNASSIGNED": _("管理盲区"),
    "AREA_UNASSIGNED": _("管理盲区"),
    "GAP": _("缺地块"),
    "INNER_HOLE": _("有空洞"),
    "DOUBLE_CLAIM": _("重复登记"),
    "CLAIM_DIFFERS": _("登记不一致"),
    "OVERLAP": _("地块重叠"),
    "REPEATED_CODE": _("编码重复"),
    "REPEATED_NAME": _("名称重复"),
    "OVERSIZE": _("超上限"),
    "UNDERSIZE": _("低于下限"),
    "EXCLAVE": _("有飞地"),
    "INTERLOCKED": _("边界交错"),
    "INVALID_GEOMETRY": _("图形有误"),
    "OUTSIDE_DISTRICT": _("在区外"),
    "SLIVER": _("窄缝"),
    "OPEN_CUSTODY": _("代管中"),
    "NO_PROPERTY_COVER": _("无物业"),
    "NO_PARTY_ORGANISATION": _("无党组织"),
    "MISSING_FIGURE": _("缺数"),
    "MISDRAWN_PARCEL": _("画错的地块"),
    "IMPOSSIBLE_FIGURE": _("数不合理"),
}


def marks_in(area: Area, *, subject_kinds: Collection[str]) -> dict[str, tuple[Mark, ...]]:
    """Return the marks per code of a subject from the newest audit, worst first, each kind once. Two queries.

    Args:
        area: What the reader covers; the lists show marks only on lines within it.
        subject_kinds: Kinds of subjects, such as ``compound``.
    """
    run = newest_run(area.district_id)
    # What the audit finds today says nothing about a past day.
    if run is None or area.at is not None:
        return {}
    rows = standing_findings(run).filter(subject_kind__in=subject_kinds).order_by(BY_SEVERITY, "-people", "kind")
    found: dict[str, dict[str, Mark]] = {}
    for kind, subject in rows.values_list("kind", "subject_code"):
        described = KINDS[kind]
        mark = Mark(words=SHORT[kind], tone=described.tone or "idle", group=str(described.group))
        # Codes are parted by "|" and end before ":", which a field follows.
        for code in subject.split(":")[0].split("|"):
            found.setdefault(code, {}).setdefault(kind, mark)
    return {code: tuple(marks.values()) for code, marks in found.items()}


def found_filter(*groups: Group) -> Choices:
    """Return the filter by findings: any, none, or those of some groups, all groups by default."""
    words: dict[str, Text] = {"any": _("有问题"), "none": _("没有问题")}
    return Choices("found", _("问题"), words | {str(group): GROUP_NAMES[group] for group in groups or tuple(Group)})


def found_facet(marks: tuple[Mark, ...]) -> tuple[str, ...]:
    """Return what `found_filter` finds in a line with these marks."""
    return ("any", *(mark.group for mark in marks)) if marks else ("none",)
