"""Invented content of the style guide: one specimen of each component."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.foundation.ui.parts import (
    BandChart,
    BandRow,
    Chip,
    Column,
    Crumb,
    Figure,
    FindingRow,
    JobProgress,
    LegendLine,
    Norm,
    PageOfRows,
    RequirementRow,
    Step,
    TimelineEntry,
)

COUNTED_ON = date(2026, 11, 20)


class SpecimenForm(forms.Form):
    """A form with one field in error, one choice, one long text and one tick."""

    households = forms.IntegerField(
        label=gettext_lazy("户数"), min_value=0, help_text=gettext_lazy("只数有人住的户，空关不计。")
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("类型"), choices=[("market", gettext_lazy("商品房")), ("works", gettext_lazy("单位宿舍"))]
    )
    remark = forms.CharField(label=gettext_lazy("说明"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    keep = forms.BooleanField(label=gettext_lazy("保留原值"), required=False)


def _rows() -> list[dict[str, Any]]:
    names = (
        ("锦澜苑", "云栖社区", 1126, 3152, 0.174),
        ("水杉里二期", "水杉社区", 764, 2130, None),
        ("机床厂南宿舍", "双桂社区", 618, 1402, 0.417),
        ("听澜花园", "未划入", 462, None, 0.118),
    )
    return [
        {
            "name": name,
            "community": community,
            "households": households,
            "people": people,
            "aged": aged,
            "as_of": COUNTED_ON,
            "sums": json.dumps({"户": households, "人": people or 0}, ensure_ascii=False),
        }
        for name, community, households, people, aged in names
    ]


def specimens() -> dict[str, Any]:
    """Return everything the style guide shows."""
    form = SpecimenForm({"households": "-46", "kind": "market"})
    form.is_valid()
    return {
        "crumbs": (Crumb(label=_("工作台"), url="/"), Crumb(label=_("样式手册"))),
        "form": form,
        "letters": (
            ("盲", "bad"),
            ("大", "warn"),
            ("小", "warn"),
            ("重", "warn"),
            ("错", "warn"),
            ("远", "warn"),
            ("缺", ""),
            ("代", "hold"),
        ),
        "twelve": range(1, 13),
        "seven": range(1, 8),
        "chips": (
            Chip(label=_("街道"), field="subdistrict", value="澄波街道", clear_url="?"),
            Chip(
                label=_("类型"), field="kind", options=(("market", _("商品房"), False), ("works", _("单位宿舍"), False))
            ),
        ),
        "clear_url": "?",
        "legend": (
            LegendLine(label=_("盲 无社区管辖"), swatch="c0", hatch="bad", count=3),
            LegendLine(label=_("重 两个社区登记"), swatch="c1 m-soft", hatch="two", count=1),
            LegendLine(label=_("换社区的小区"), swatch="c3 m-soft", hatch="move", count=18),
            LegendLine(label=_("代管"), swatch="c6 m-soft", hatch="hold", count=1),
            LegendLine(label=_("缺数"), swatch="s0", hatch="dot", count=6),
            LegendLine(label=_("社区界线（由地块推算）"), line="edge"),
        ),
        "figures": (
            Figure(
                label=_("户数"),
                value=462,
                unit=_("户"),
                meaning=_("实际入住户"),
                as_of=COUNTED_ON,
                source=_("住建局交付台账"),
                verifier=_("江楼社区"),
                before=_("448 户，2026-06-30"),
            ),
            Figure(label=_("常住人口"), value=None, unit=_("人"), meaning=_("住满半年"), as_of=COUNTED_ON),
            Figure(label=_("60 岁以上"), value=11.8, unit="%", digits=1, meaning=_("占常住人口"), as_of=COUNTED_ON),
            Figure(label=_("楼栋"), value=12, unit=_("栋"), meaning=_("住宅楼"), as_of=date(2024, 3, 1), is_stale=True),
        ),
        "norms": (
            Norm(
                label=_("户数在标准内的社区"),
                value=78.6,
                norm=95,
                unit="%",
                top=100,
                digits=1,
                rule=_("标准 95%，1,000–3,000 户"),
                as_of=COUNTED_ON,
            ),
            Norm(
                label=_("步行 15 分钟到办事点"),
                value=92.4,
                norm=90,
                unit="%",
                top=100,
                digits=1,
                rule=_("标准 90%"),
                as_of=COUNTED_ON,
            ),
        ),
        "band": BandChart(
            label=_("各社区户数与 1,000–3,000 户标准"),
            low=1000,
            high=3000,
            top=4000,
            rows=(
                BandRow(name="云栖", now=3659, plan=2473, text="3,659 → 2,473"),
                BandRow(name="映月", now=None, plan=1186, text=_("新设 1,186")),
                BandRow(name="清晏", now=854, text=_("撤销")),
                BandRow(name="江楼", now=2192, plan=2414, text="2,192 → 2,414"),
            ),
        ),
        "columns": (
            Column(key="name", label=_("小区")),
            Column(key="community", label=_("所属社区")),
            Column(key="households", label=_("户数"), is_number=True),
            Column(key="people", label=_("常住人口"), is_number=True),
            Column(key="aged", label=_("60 岁以上"), is_number=True, note="%"),
            Column(key="as_of", label=_("数据截至"), rank=2),
        ),
        "rows": _rows(),
        "totals": (
            {"label": _("户数"), "value": 27904, "digits": 0},
            {"label": _("常住人口"), "value": 75640, "digits": 0, "note": _("缺 4 个")},
        ),
        "pages": PageOfRows(number=1, size=50, total=146, note=_("合计按筛选结果计算，缺数的小区不计入平均")),
        "findings": (
            FindingRow(
                code="F-0001",
                letter="盲",
                tone="bad",
                title=_("听澜花园 未划入任何社区"),
                people=1284,
                evidence=_("新建小区，2026-03 交付，462 户。最近办事点 680 m（江楼）。"),
                is_current=True,
            ),
            FindingRow(
                code="F-0002",
                letter="大",
                tone="warn",
                title=_("云栖社区 3,659 户，超出上限"),
                people=10240,
                evidence=_("标准 1,000–3,000 户，超 659 户。"),
            ),
            FindingRow(
                code="F-0003",
                letter="缺",
                tone="",
                title=_("纺织二厂家属院 缺常住人口"),
                people=None,
                evidence=_("已有户数 214，缺 2026 年度人口数。"),
            ),
        ),
        "requirements": (
            RequirementRow(sentence=_("146 个小区全部有归属"), is_met=True, count=_("0 处盲区")),
            RequirementRow(sentence=_("每个社区连片"), is_met=True, count="14/14"),
            RequirementRow(sentence=_("映月社区还没有办事点"), is_met=False, act=_("选址"), url="#"),
        ),
        "entries": (
            TimelineEntry(
                sentence=_("改户数 448 → 462"),
                at="2026-11-20 10:12",
                by=_("江楼社区 台账岗"),
                tone="now",
                icon="pencil",
            ),
            TimelineEntry(sentence=_("导入住建局交付台账"), at="2026-06-30 16:40", tone="done", icon="check"),
        ),
        "steps": (
            Step(label=_("选文件"), place="done", url="#"),
            Step(label=_("认列"), place="done", url="#"),
            Step(label=_("核对"), place="cur"),
            Step(label=_("写入台账"), place="next"),
        ),
        "job": JobProgress(
            number="1",
            title=_("正在核查"),
            done=412,
            total=650,
            words=_("正在核查 412/650 个小区"),
            remaining=_("还要 20 秒"),
            cancel_url="#",
        ),
    }
