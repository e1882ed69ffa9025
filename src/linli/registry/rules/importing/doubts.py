"""Why a person must settle a file's coordinate system, in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from linli.registry.rules.importing.positions import Doubt, SystemFinding

DOUBT_WORDS: Mapping[Doubt, str | Promise] = {
    Doubt.DIFFERS: _(
        "坐标写明是 %(declared)s，按它只有 %(stated)s%% 的点在区内；按 %(detected)s 有 %(share)s%% 在区内"
    ),
    Doubt.SWAPPED: _("经度和纬度两列写反了：对调后按 %(detected)s 有 %(share)s%% 的点在区内，照原样没有"),
    Doubt.NOT_METRES: _("坐标写明是以米计的 %(declared)s，实际是经纬度度数；按 %(detected)s 有 %(share)s%% 的点在区内"),
    Doubt.NOT_DEGREES: _(
        "坐标写明是经纬度 %(declared)s，实际是以米计的投影坐标；按 %(detected)s 有 %(share)s%% 的点在区内"
    ),
    Doubt.UNCLEAR: _("坐标系没有写明，几种读法的点都在区内，分不出是哪一种"),
    Doubt.NOWHERE: _("按任何坐标系，区内的点都不够多（最多 %(share)s%%，按 %(detected)s），可能选错了区或坐标有误"),
    Doubt.NO_OUTLINE: _("坐标系没有写明，本区又没有区界可比对"),
}


def words_of(finding: SystemFinding) -> str:
    """Return why a person must settle the coordinate system, as one clause; empty where nobody must."""
    if not finding.doubt:
        return ""
    return str(DOUBT_WORDS[finding.doubt]) % {
        "declared": finding.declared or _now("没有写明"),
        "detected": finding.detected,
        "share": f"{100 * (finding.share or 0):.1f}",
        "stated": f"{100 * finding.shares.get(finding.declared, 0):.1f}",
    }
