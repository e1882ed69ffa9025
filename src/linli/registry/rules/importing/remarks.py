"""What is said of a cell or row: a code with figures, turned into a sentence in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.foundation.bilingual import Bilingual
from linli.foundation.units import unit_of
from linli.registry.rules import row_tests

#: ``code``, ``column`` (heading, empty for the whole row) and ``params``; plain, so that it can be stored.
Remark = dict[str, Any]


def remark(code: str, column: str = "", /, **params: Any) -> Remark:
    """Return a remark on a cell, or on the row where no column is named.

    Examples:
        >>> remark("NAME_MISSING", "小区名称")
        {'code': 'NAME_MISSING', 'column': '小区名称', 'params': {}}
    """
    return {"code": code, "column": column, "params": params}


def sentence(found: Mapping[str, Any]) -> str:
    """Return a remark as one sentence in the reader's language.

    Examples:
        >>> sentence(remark("NOT_A_COUNT", "户数", found="很多"))
        '“户数”应为不小于 0 的整数，实际是“很多”。改原表后重传'
    """
    params = {"column": found["column"], **found["params"]}
    if "kind" in params:
        params["kind"] = KIND_NAMES.get(params["kind"], params["kind"])
    if "unit" in params:
        params["unit"] = unit_of(params["unit"])
    if found["code"] in SENTENCES:
        return str(SENTENCES[found["code"]]) % params
    return row_tests.sentence_of(found["code"], params)


#: Kinds of things as remarks store them.
KIND_NAMES: Mapping[str, Bilingual] = MappingProxyType(
    {
        "小区": Bilingual("小区", "compound"),
        "社区": Bilingual("社区", "community"),
        "设施": Bilingual("设施", "facility"),
        "地块": Bilingual("地块", "parcel"),
    }
)
SENTENCES: Mapping[str, str | Promise] = {
    "NOT_A_COUNT": _("“%(column)s”应为不小于 0 的整数，实际是“%(found)s”。改原表后重传"),
    "NOT_A_NUMBER": _("“%(column)s”应为数字，实际是“%(found)s”。改原表后重传"),
    "OTHER_UNIT": _("“%(column)s”应以%(unit)s计，实际是“%(found)s”，可能错列。核对后重传"),
    "RANGE_FOR_COUNT": _("“%(column)s”应为一个整数，实际是区间“%(found)s”。写明一个数后重传"),
    "NOT_A_DATE": _("“%(column)s”应为年月日，如 2026-11-23，实际是“%(found)s”。改原表后重传"),
    "NOT_A_CHOICE": _("“%(column)s”应为%(choices)s之一，实际是“%(found)s”。改原表后重传"),
    "NOT_YES_OR_NO": _("“%(column)s”应为是或否，实际是“%(found)s”。改原表后重传"),
    "TOO_LONG": _("“%(column)s”应不超过 %(most)s 个字，实际有 %(found)s 个字。写短后重传"),
    "PERSONAL": _("“%(column)s”里像有身份证号或手机号，台账只存数量和单位。去掉后重传"),
    "NAME_MISSING": _("“%(column)s”应填名称，实际为空。补填后重传"),
    "CODE_MISSING": _("“%(column)s”应填编码，实际为空。补填后重传"),
    "CODE_TOO_LONG": _("“%(column)s”应不超过 %(most)s 个字符，实际是“%(found)s”。核对后重传"),
    "CODE_UNKNOWN": _("台账没有编码为“%(found)s”的%(kind)s，只能更新已有的。先导入%(kind)s，或核对编码"),
    "NAME_UNKNOWN": _("台账没有叫“%(found)s”的%(kind)s，只能更新已有的。先导入%(kind)s，或核对名称"),
    "ROW_SHIFTED": _("这一行像是错了列（%(found)s）。把各列对齐后重传"),
    "ROW_OVERLONG": _("这一行比表头多出 %(more)s 格，可能有逗号把一格分成了两格。给这一格加引号或对齐后重传"),
    "CODE_REPEATED": _("编码“%(found)s”在第 %(rows)s 行也有，内容不同。只留一行后重传"),
    "NAME_REPEATED": _("名称“%(found)s”在第 %(rows)s 行也有，又没有编码。补编码或只留一行后重传"),
    "NAME_OF_SEVERAL": _("台账有 %(count)s 个叫“%(found)s”的（%(codes)s），分不清是哪一个。补编码后重传"),
    "NAME_DIFFERS": _("编码“%(code)s”在台账里是“%(held)s”，表里是“%(found)s”。更名走调整方案；编码写错的改正后重传"),
    "CODE_REUSED": _(
        "编码“%(code)s”在台账里是“%(held)s”，表里给了“%(found)s”，而“%(held)s”在表里的编码是“%(other)s”：编码被改用。改正编码后重传"
    ),
    "CODE_OF_ANOTHER": _(
        "编码“%(code)s”在台账里是“%(held)s”，表里是“%(found)s”，而台账的“%(found)s”编码是“%(other)s”。改正编码后重传"
    ),
    "CODE_TAKEN": _("编码“%(code)s”在台账里是“%(held)s”，已确认与“%(found)s”不是同一个。改正编码后重传"),
    "CODE_CHANGED": _("“%(found)s”在台账里的编码是“%(held)s”，表里是“%(code)s”。编码终身不变；核对后重传"),
    "ENTRY_TWICE": _("与第 %(rows)s 行都是台账的“%(code)s”。只留一行后重传"),
    "COMMUNITY_UNKNOWN": _("台账没有“%(found)s”。最接近的是“%(nearest)s”（%(code)s）。改正后重传"),
    "COMMUNITY_UNKNOWN_ALONE": _("台账没有“%(found)s”，也没有相近的社区。先导入社区，或核对名称"),
    "COMMUNITY_OF_SEVERAL": _("台账有 %(count)s 个叫“%(found)s”的社区（%(codes)s）。改填编码后重传"),
    "SUBDISTRICT_UNKNOWN": _("台账没有街道“%(found)s”。先导入街道，或核对名称"),
    "CODE_OF_OTHER_DISTRICT": _("编码应为 12 位数字，前 6 位是 %(district)s，实际是“%(found)s”。核对后重传"),
    "SUBDISTRICT_OF_CODE": _("编码前 9 位 %(found)s 应是台账或本表里的街道，实际没有。先导入街道，或核对编码"),
    "OUTSIDE_DISTRICT": _("位置应在区界内，实际在界外 %(metres)s 米。核对坐标后重传"),
    "POSITION_INCOMPLETE": _("经度和纬度应同时填写，实际只有一个。补齐后重传"),
    "POSITION_NOT_NUMBERS": _("经度和纬度应为数字，实际是“%(found)s”。改原表后重传"),
    "POSITION_MISSING": _("这一行没有坐标，导入后不在地图上"),
    "OUTSIDE_YOUR_AREA": _("“%(found)s”不在本岗位管辖范围内，不能更新。请交由所在街道或区里导入"),
    "PLACE_OUTSIDE_YOUR_AREA": _(
        "新增的小区应写明或位于本岗位管辖的社区，实际不在。核对所属社区和坐标，或交由区里导入"
    ),
    "SHAPE_MISSING": _("这一行应有图形，实际没有。补画后重传"),
    "SHAPE_KIND": _("图形应为面，实际是%(found)s。改原图后重传"),
    "SHAPE_INVALID": _("图形自相交或不成面（%(reason)s）。在地图软件里修正后重传"),
    "SHAPE_OVERLAPS": _("图形与第 %(rows)s 行重叠 %(area)s 平方米。修正边界后重传"),
    "COMPOUND_UNKNOWN": _("台账没有编码为“%(found)s”的小区。先导入小区，或核对编码"),
    "SAME_ROW": _("与第 %(row)s 行完全相同，只算一次"),
    "IS_THE_DISTRICT": _("这一行是区本身，不导入"),
    "RANGE_TAKEN_AS_MIDDLE": _("“%(column)s”原值“%(found)s”是区间，取中值 %(value)s"),
    "ABOUT": _("“%(column)s”原值“%(found)s”是约数，按 %(value)s 导入"),
    "CHOICE_TAKEN_AS": _("“%(column)s”原值“%(found)s”按“%(value)s”导入"),
    "JUST_OUTSIDE": _("位置在区界外 %(metres)s 米，画地块时吸附到区界"),
    "SAME_NAME": _("台账已有同名的%(kind)s %(codes)s，编码不同，按新的导入"),
    "SKIPPED": _("按决定，这一行不导入"),
    "MERGED_INTO": _("编码“%(code)s”已并入“%(kept)s”，按“%(kept)s”更新，名称不改"),
    "FOUNDED_AGAIN": _("台账里曾有而已撤下，导入后恢复"),
    "MOVED": _("位置比台账移动 %(metres)s 米"),
}
