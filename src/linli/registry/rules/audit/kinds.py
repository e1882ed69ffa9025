"""The kinds of findings (问题类型) as data: letter, group, severity, sentences, next step."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Group(StrEnum):
    """What kinds are filtered by."""

    BLIND_SPOT = "BLIND_SPOT"
    DOUBLE = "DOUBLE"
    SIZE = "SIZE"
    BORDER = "BORDER"
    CUSTODY = "CUSTODY"
    COVER = "COVER"
    FIGURE = "FIGURE"


GROUP_NAMES: Mapping[Group, Text] = MappingProxyType(
    {
        Group.BLIND_SPOT: _("盲区"),
        Group.DOUBLE: _("重复"),
        Group.SIZE: _("规模"),
        Group.BORDER: _("界线"),
        Group.CUSTODY: _("代管"),
        Group.COVER: _("覆盖"),
        Group.FIGURE: _("数据"),
    }
)


@dataclass(frozen=True, slots=True)
class FindingKind:
    """A kind of finding.

    Attributes:
        kind: Name for good.
        letter: One character that marks it on the map and in lists.
        group: What it is filtered by.
        severity: BAD must be dealt with, WARN should be, IDLE wants filling in.
        tone: Colour of its letter.
        title: Subject and fact; ``%(subject)s`` and the evidence's figures.
        evidence: What was measured against what, a sentence a line; one whose figures are not known is left out.
        next_step: What to do.
    """

    kind: str
    letter: str
    group: Group
    severity: str
    tone: str
    title: Text
    evidence: Text
    next_step: Text


_TABLE = (
    FindingKind(
        "COMPOUND_UNASSIGNED", "盲", Group.BLIND_SPOT, "BAD", "bad",
        _("%(subject)s 未划入任何社区"),
        _("%(households)s 户。\n最近的办事点是%(nearest)s，约 %(distance)s m。"),
        _("在调整方案里明确归属，或先登记代管"),
    ),
    FindingKind(
        "AREA_UNASSIGNED", "盲", Group.BLIND_SPOT, "BAD", "bad",
        _("地块 %(subject)s 未划入任何社区"),
        _("%(use)s，%(area)s ㎡。\n在%(nearest)s旁边。"),
        _("在调整方案里明确归属"),
    ),
    FindingKind(
        "GAP", "隙", Group.BLIND_SPOT, "BAD", "bad",
        _("区界内有 %(area)s ㎡ 不在任何地块内"),
        _("空缺与区界或区外相连，平均宽 %(width)s m。\n在%(nearest)s旁边。"),
        _("补画地块，或核对区界"),
    ),
    FindingKind(
        "INNER_HOLE", "洞", Group.BLIND_SPOT, "BAD", "bad",
        _("地块之间有空洞 %(area)s ㎡"),
        _("四面被地块围住，平均宽 %(width)s m。\n在%(nearest)s旁边。"),
        _("补画地块；确属飞地或区外的，登记说明"),
    ),
    FindingKind(
        "DOUBLE_CLAIM", "重", Group.DOUBLE, "WARN", "warn",
        _("%(subject)s 被 %(count)s 个社区登记"),
        _("登记的社区：%(claimants)s。现行布局划在：%(held)s。"),
        _("请街道核实后撤回错报的一方"),
    ),
    FindingKind(
        "CLAIM_DIFFERS", "差", Group.DOUBLE, "WARN", "warn",
        _("%(subject)s 登记与布局不一致"),
        _("登记在%(claimants)s，现行布局划在%(held)s。"),
        _("核实后撤回登记，或在调整方案里划转"),
    ),
    FindingKind(
        "MISDRAWN_PARCEL", "画", Group.DOUBLE, "WARN", "warn",
        _("地块 %(subject)s %(nature)s"),
        _("一处画错，引出 %(count)s 个重叠或空隙，共 %(area)s ㎡，涉及 %(neighbours)s。\n偏了约 %(distance)s m。"),
        _("只改正这一个地块的界线，其余问题随之消失"),
    ),
    FindingKind(
        "OVERLAP", "叠", Group.DOUBLE, "WARN", "warn",
        _("地块 %(subject)s 重叠 %(area)s ㎡"),
        _("两个地块都画了同一片地，平均宽 %(width)s m。"),
        _("核对红线，改正其中一个地块的界线"),
    ),
    FindingKind(
        "REPEATED_CODE", "同", Group.DOUBLE, "WARN", "warn",
        _("%(subject)s %(field)s相同"),
        _("%(count)s 处都是 %(code)s。"),
        _("核对后改正其中错填的编码"),
    ),
    FindingKind(
        "REPEATED_NAME", "同", Group.DOUBLE, "IDLE", "",
        _("%(subject)s 疑似重名"),
        _("%(count)s 条台账去掉空格和“小区”等字样后名称相同：%(codes)s。"),
        _("同一处的合并为一条，不同的补上区别用字"),
    ),
    FindingKind(
        "OVERSIZE", "大", Group.SIZE, "WARN", "warn",
        _("%(subject)s %(households)s 户，超出上限"),
        _("标准 %(least)s–%(most)s 户，超 %(beyond)s 户。"),
        _("在调整方案里拆分或划出，或登记例外"),
    ),
    FindingKind(
        "UNDERSIZE", "小", Group.SIZE, "WARN", "warn",
        _("%(subject)s %(households)s 户，低于下限"),
        _("标准 %(least)s–%(most)s 户，差 %(beyond)s 户。"),
        _("在调整方案里合并或划入，或登记例外"),
    ),
    FindingKind(
        "EXCLAVE", "飞", Group.BORDER, "WARN", "warn",
        _("%(subject)s 分成 %(count)s 片"),
        _("与主体不相连的有 %(parcels_apart)s 个地块：%(codes)s。"),
        _("在调整方案里划给相邻社区，或登记例外"),
    ),
    FindingKind(
        "INTERLOCKED", "错", Group.BORDER, "WARN", "warn",
        _("%(subject)s 界线犬牙交错"),
        _("互相伸入对方的地块有 %(count)s 个：%(codes)s。每个至少 %(share)s%% 的边界与对方相接。"),
        _("在调整方案里互换伸入的地块，取直界线"),
    ),
    FindingKind(
        "INVALID_GEOMETRY", "形", Group.BORDER, "WARN", "warn",
        _("地块 %(subject)s 图形有错"),
        _("图形检查结果：%(reason)s。"),
        _("在源文件里改正图形后重新导入"),
    ),
    FindingKind(
        "OUTSIDE_DISTRICT", "外", Group.BORDER, "WARN", "warn",
        _("%(subject)s 在区界外"),
        _("超出区界 %(distance)s m。"),
        _("核对坐标和坐标系，改正位置"),
    ),
    FindingKind(
        "SLIVER", "缝", Group.BORDER, "IDLE", "",
        _("地块之间有碎缝 %(area)s ㎡"),
        _("平均宽 %(width)s m，多为描图误差。\n在%(nearest)s旁边。"),
        _("下次更新地块时对齐界线"),
    ),
    FindingKind(
        "OPEN_CUSTODY", "代", Group.CUSTODY, "WARN", "hold",
        _("%(subject)s 代管没有了结"),
        _("%(custodian)s自 %(since)s 起代管，期限：%(until)s。"),
        _("明确归属，或约定代管期限"),
    ),
    FindingKind(
        "NO_PROPERTY_COVER", "物", Group.COVER, "WARN", "warn",
        _("%(subject)s 没有物业服务"),
        _("台账登记为无物业。\n%(households)s 户。"),
        _("引进物业，或由社区托管、业主自管"),
    ),
    FindingKind(
        "NO_PARTY_ORGANISATION", "党", Group.COVER, "WARN", "warn",
        _("%(subject)s 没有党组织"),
        _("台账里没有覆盖这里的党组织。"),
        _("单独或联合组建，并登记覆盖范围"),
    ),
    FindingKind(
        "MISSING_FIGURE", "缺", Group.FIGURE, "IDLE", "",
        _("%(subject)s 缺%(field)s"),
        _("%(field)s未填，不作 0 计算。"),
        _("请社区补填，注明口径和日期"),
    ),
    FindingKind(
        "IMPOSSIBLE_FIGURE", "疑", Group.FIGURE, "WARN", "warn",
        _("%(subject)s %(field)s有疑"),
        "%(sentence)s。",
        _("核对后改正；属实的写明保留原因"),
    ),
)  # fmt: skip

#: Every kind by its name, in the order of groups.
KINDS: Mapping[str, FindingKind] = MappingProxyType({kind.kind: kind for kind in _TABLE})

#: Kinds that may concern a second community beside the one they are filed under.
SHARED_KINDS = frozenset(
    {"DOUBLE_CLAIM", "CLAIM_DIFFERS", "INTERLOCKED", "OPEN_CUSTODY", "REPEATED_CODE", "REPEATED_NAME"}
)


def kinds_of(groups: Collection[str]) -> frozenset[str]:
    """Return the kinds that belong to any of the groups.

    Examples:
        >>> sorted(kinds_of({Group.SIZE}))
        ['OVERSIZE', 'UNDERSIZE']
    """
    return frozenset(kind.kind for kind in KINDS.values() if kind.group in groups)
