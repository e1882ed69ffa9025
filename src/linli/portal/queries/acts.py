"""The verbs of the trail in words that people use."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: Verb of the trail to words; a verb that is not here is shown as it is.
ACTS: Mapping[str, str | Promise] = MappingProxyType(
    {
        "organisation.offices.loaded": _("接收单位"),
        "organisation.office.founded": _("设立单位"),
        "organisation.office.closed": _("撤销单位"),
        "organisation.person.created": _("新建账号"),
        "organisation.person.locked": _("停用账号"),
        "organisation.person.unlocked": _("启用账号"),
        "organisation.person.locked-out": _("多次输错密码，暂时锁定"),
        "organisation.person.signed-in": _("登录"),
        "organisation.person.signed-out": _("退出"),
        "organisation.person.password-set": _("重设密码"),
        "organisation.person.password-changed": _("修改密码"),
        "organisation.post.filled": _("任职"),
        "organisation.post.ended": _("离任"),
        "organisation.person.post-taken": _("切换岗位"),
        "organisation.person.second-factor-enrolled": _("启用第二步验证"),
        "organisation.person.second-factor-withdrawn": _("撤销第二步验证"),
        "organisation.person.sessions-ended": _("退出登录会话"),
        "organisation.token.made": _("新建访问令牌"),
        "organisation.token.ended": _("停用访问令牌"),
        "registry.district.founded": _("建立本区台账"),
        "registry.parcels.derived": _("推算地块"),
        "registry.layout.taken-over": _("接收现状布局"),
        "registry.import.committed": _("导入写入台账"),
        "registry.import.cell-mended": _("导入时改正一格"),
        "registry.import.rows-settled": _("导入时判断存疑的行"),
        "registry.import.taken-back": _("撤回导入"),
        "registry.import.discarded": _("丢弃导入"),
        "registry.entry.edited": _("更新台账"),
        "registry.entry.edit-undone": _("撤销更新台账"),
        "registry.import.file-taken": _("下载导入的原文件"),
        "registry.figures.verified": _("核实数据"),
        "registry.figures.returned": _("退回数据"),
        "registry.figures.verdict-undone": _("撤销核实或退回"),
        "registry.figure.filled-in-again": _("仍报原数"),
        "registry.compound.registered": _("登记小区"),
        "registry.exemption.registered": _("登记一处例外"),
        "registry.exemption.ended": _("终止例外"),
        "registry.exemption.end-undone": _("撤销终止例外"),
        "registry.exemptions.exported": _("导出例外清单"),
        "registry.import.rows-taken": _("下载待改的行"),
        "registry.import.problems-taken": _("下载问题清单"),
        "registry.map.exported": _("导出地图"),
        "registry.ledger.exported": _("导出台账"),
        "registry.comparison.exported": _("导出两日对比"),
        "registry.compounds.archived": _("归档小区"),
        "registry.compounds.restored": _("恢复小区"),
        "registry.facilities.archived": _("归档设施"),
        "registry.facilities.restored": _("恢复设施"),
        "registry.compounds.merged": _("合并小区"),
        "registry.compounds.merger-undone": _("撤销合并小区"),
        "registry.compounds.told-apart": _("说明不是同一处"),
        "registry.entries.edited": _("批量更新台账"),
        "registry.entries.edit-undone": _("撤销批量更新"),
        "registry.list.saved": _("存视图"),
        "registry.list.changed": _("改视图"),
        "registry.list.deleted": _("删视图"),
        "registry.list.restored": _("恢复视图"),
        "registry.list.put-first": _("设默认视图"),
        "registry.parcel.mended": _("修补地块"),
        "registry.parcel.mending-undone": _("撤销修补地块"),
        "registry.audit.finished": _("核查"),
        "registry.findings.exported": _("导出核查问题"),
        "registry.audit.brought-up-to-date": _("核查改动过的数据"),
        "plans.plan.requested": _("要求生成调整方案"),
        "plans.plan.made": _("生成调整方案"),
        "plans.plan.refused": _("未能生成调整方案"),
        "plans.plan.cancelled": _("取消调整方案"),
        "plans.plan.renamed": _("更改方案名称"),
        "plans.community.renamed": _("更改拟设社区名称"),
        "plans.plan.exported": _("导出调整方案"),
        "operation.backup.taken": _("备份"),
        "operation.backup.restored": _("从备份恢复"),
        "trail.chain.sealed": _("封存留痕"),
    }
)


def act_words(verb: str) -> str:
    """Return an act in words.

    Examples:
        >>> act_words("registry.unheard.of")
        'registry.unheard.of'
    """
    return str(ACTS.get(verb, verb))


def act_choices() -> list[tuple[str, str]]:
    """Return every act as verb and words, in the order of `ACTS`, which keeps the rooms together."""
    return [(verb, str(words)) for verb, words in ACTS.items()]
