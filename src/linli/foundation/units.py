"""Units of figures in both languages: the one list that fields, standards and charts name them by."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from linli.foundation.bilingual import Bilingual

#: Unit as data files write it -> as readers see it. English needs no word where the heading names the thing counted.
UNITS: Mapping[str, Bilingual] = MappingProxyType(
    {
        written: Bilingual(zh, en)
        for written, zh, en in (
            ("%", "%", "%"),
            ("m", "m", "m"),
            ("mm", "mm", "mm"),
            ("m2", "㎡", "m²"),
            ("m²", "㎡", "m²"),
            ("km2", "km²", "km²"),
            ("km²", "km²", "km²"),
            ("year", "年", ""),
            ("年", "年", "years"),
            ("年（年底）", "年（年底）", "(end of the year)"),
            ("月", "个月", "months"),
            ("日", "日", "days"),
            ("工作日", "个工作日", "working days"),
            ("小时", "小时", "hours"),
            ("分钟", "分钟", "minutes"),
            ("学时", "学时", "hours of training"),
            ("次/年", "次/年", "times a year"),
            ("岁", "岁", "years of age"),
            ("户", "户", "households"),
            ("人", "人", "people"),
            ("名", "名", "people"),
            ("人次", "人次", "visits"),
            ("个", "个", ""),
            ("项", "项", "items"),
            ("件", "件", ""),
            ("张", "张", ""),
            ("块", "块", ""),
            ("位", "位", "places"),
            ("栋", "栋", "buildings"),
            ("套", "套", "dwellings"),
            ("层", "层", "storeys"),
            ("部", "部", ""),
            ("辆", "辆", ""),
            ("家", "家", ""),
            ("班", "班", "classes"),
            ("级", "级", "grade"),
            ("分", "分", "points"),
            ("字", "字", "characters"),
            ("行", "行", "lines"),
            ("元", "元", "yuan"),
            ("元/月", "元/月", "yuan a month"),
            ("万元", "万元", "× 10,000 yuan"),
            ("元/m2·月", "元/㎡·月", "yuan per m² a month"),
            ("户/人", "户/人", "households per person"),
            ("人/户", "人/户", "people per household"),
            ("人/万人", "人/万人", "per 10,000 people"),
            ("个/千人", "个/千人", "per 1,000 people"),
            ("套/栋", "套/栋", "dwellings per building"),
            ("车位/户", "车位/户", "parking spaces per household"),
            ("m²/人", "㎡/人", "m² per person"),
            ("m²/100户", "㎡/百户", "m² per 100 households"),
            ("占建筑面积的 %", "占建筑面积的 %", "% of the floor area"),
            ("占地上建筑面积的 %", "占地上建筑面积的 %", "% of the floor area above ground"),
            ("比例（不低于）", "（不低于）", "or more"),
            ("比例（超过）", "（超过）", "(more than)"),
            ("出席者中的比例（超过）", "出席者（超过）", "of those present (more than)"),
            ("投票数中的比例（不低于）", "投票数（不低于）", "of the votes or more"),
            (
                "参与表决者中的比例（超过），按面积和人数",
                "参与表决者（超过），按面积和人数",
                "of those voting (more than), by area and by heads",
            ),
            (
                "参与表决者中的比例（不低于），按面积和人数",
                "参与表决者（不低于），按面积和人数",
                "of those voting or more, by area and by heads",
            ),
            ("规则", "", ""),
        )
    }
)


def unit_of(written: str) -> Bilingual:
    """Return a unit as readers see it; one that is not listed stands as it is written.

    Examples:
        >>> unit_of("m2").zh, unit_of("户").en, unit_of("担").en
        ('㎡', 'households', '担')
    """
    return UNITS.get(written) or Bilingual(written, written)
