"""What an inspection found, in sentences for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.registry.rules.audit.telling import NATURES
from linli.registry.rules.inspecting.layers import LayerReport
from linli.registry.rules.inspecting.points import PointsReport

NAMES: Mapping[str, str | Promise] = MappingProxyType(
    {
        "null_geometry": gettext_lazy("没有图形"),
        "open_ring": gettext_lazy("环没有闭合"),
        "invalid_geometry": gettext_lazy("图形不合规"),
        "overlap": gettext_lazy("重叠"),
        "hole": gettext_lazy("空洞"),
        "sliver": gettext_lazy("狭缝"),
        "outside_outline": gettext_lazy("越出轮廓"),
        "uncovered_outline": gettext_lazy("轮廓内未覆盖"),
        "multipart_unit": gettext_lazy("分成几块的单位"),
        "repeated_code": gettext_lazy("编码重复"),
        "repeated_name": gettext_lazy("名称重复"),
        "tiny_unit": gettext_lazy("过小的单位"),
    }
)
SLIVERS: Mapping[str, str | Promise] = MappingProxyType({"gap": gettext_lazy("缝隙"), "overlap": gettext_lazy("重叠")})
#: Lines per kind; the rest is in the JSON.
LINES = 20
LABELS = 4


def layer_text(report: LayerReport) -> str:
    """Return the report for people: counts, causes, then findings by kind."""
    return "\n".join(_layer_lines(report))


def _layer_lines(report: LayerReport) -> Iterator[str]:
    bounds = report.thresholds
    yield _("图形 %(features)d 个，单位 %(units)d 个，坐标系 %(crs)s") % {
        "features": report.features,
        "units": report.units,
        "crs": report.crs or _("未知（按米）"),
    }
    yield _("编码字段 %(code)s，名称字段 %(name)s") % {
        "code": report.code_field or _("无"),
        "name": report.name_field or _("无"),
    }
    yield _(
        "狭缝：平均宽不到 %(width)g 米或面积不到 %(area)g 平方米；不到 %(least)g 平方米的不报；"
        "过小：不到 %(tiny)g 平方米且不到中位数的 %(share)g%%"
    ) % {
        "width": bounds.sliver_width_m,
        "area": bounds.sliver_m2,
        "least": bounds.least_m2,
        "tiny": bounds.tiny_m2,
        "share": bounds.tiny_share * 100,
    }
    yield from (_("注意：%(note)s") % {"note": note} for note in report.notes)
    if not report.findings:
        yield _("没有发现问题")
        return
    counts = "，".join(f"{NAMES[kind]} {count}" for kind, count in report.counts.items() if count)
    yield _("发现：%(counts)s") % {"counts": counts}
    if report.causes:
        yield ""
        yield _("画错的图形（改这几个，下面标 * 的问题就都没有了）：")
        yield from (f"  {_cause(cause)}" for cause in report.causes[:LINES])
        yield from _more(len(report.causes))
    if report.repairs:
        waiting = sum(one["needs_choice"] for one in report.repairs)
        yield _("可以直接修补 %(ready)d 处（用 --mended 写成新文件），要人定夺 %(waiting)d 处") % {
            "ready": len(report.repairs) - waiting,
            "waiting": waiting,
        }
    for kind, count in report.counts.items():
        if not count:
            continue
        yield ""
        yield f"{NAMES[kind]} {count}"
        own = [finding for finding in report.findings if finding["kind"] == kind]
        yield from (f"  {_finding(finding)}" for finding in own[:LINES])
        yield from _more(len(own))


def points_text(report: PointsReport) -> str:
    """Return the report on points for people: shares, verdict, warning, points outside."""
    lines = [
        _("有坐标的 %(points)d 行，没有的 %(without)d 行") % {"points": report.points, "without": len(report.without)},
        *(f"  {name}  {share:.2%}" for name, share in report.shares.items()),
        (_("坐标系是 %(name)s") if report.is_clear else _("坐标系最像 %(name)s，但与别的分不开"))
        % {"name": report.detected},
    ]
    if report.warning:
        lines.append(_("警告：%(words)s") % {"words": report.warning})
    lines += [
        _("第 %(row)d 行在轮廓外 %(metres)s 米") % {"row": row, "metres": metres} for row, metres in report.outside
    ]
    return "\n".join(lines)


def _more(count: int) -> Iterator[str]:
    if count > LINES:
        yield "  " + _("……还有 %(count)d 个，全部见 --json") % {"count": count - LINES}


def _cause(cause: Mapping[str, Any]) -> str:
    told = _("%(unit)s %(nature)s：解释 %(count)d 个问题，%(area)s 平方米，涉及 %(touched)s") % {
        "unit": cause["unit"],
        "nature": NATURES[cause["nature"]],
        "count": len(cause["findings"]),
        "area": f"{cause['area_m2']:,.2f}",
        "touched": _labels(cause["touched"]),
    }
    if "shift_m" in cause:
        east, north = cause["shift_m"]
        told += _("；向东 %(east)+.2f 米、向北 %(north)+.2f 米") % {"east": east, "north": north}
    return told


def _finding(finding: Mapping[str, Any]) -> str:
    told = [_labels(finding["units"])]
    if finding["area_m2"]:
        told.append(_("%(area)s 平方米") % {"area": f"{finding['area_m2']:,.2f}"})
    if "width_m" in finding:
        told.append(_("平均宽 %(width)s 米") % {"width": f"{finding['width_m']:,.2f}"})
    if "of" in finding:
        told.append(str(SLIVERS[finding["of"]]))
    if "parts" in finding:
        told.append(_("共 %(count)d 块") % {"count": finding["parts"]})
    if "text" in finding:
        told.append(_("“%(text)s”在第 %(rows)s 个图形") % {"text": finding["text"], "rows": _rows(finding["features"])})
    if "reason" in finding:
        told.append(finding["reason"])
    if "place" in finding:
        told.append("({}, {})".format(*finding["place"]))
    return ("* " if "cause" in finding else "") + "，".join(told)


def _labels(labels: Sequence[str]) -> str:
    return "、".join(labels[:LABELS]) + (_("等 %(count)d 个") % {"count": len(labels)} if len(labels) > LABELS else "")


def _rows(rows: Sequence[int]) -> str:
    return "、".join(str(row) for row in rows[:LABELS]) + ("……" if len(rows) > LABELS else "")
