"""The form that asks for a plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.layout.plans.rules.assumptions import Assumption, AssumptionKind

WHOLE_DISTRICT = "district"


class NewPlanForm(forms.Form):
    """What the officer asks for; what is sound is judged by the operation."""

    subdistrict = forms.ChoiceField(label=_("范围"), error_messages={"required": _("没有选范围")})
    title = forms.CharField(label=_("方案名称"), max_length=120, required=False, help_text=_("不填时按范围和年份编号"))
    low = forms.IntegerField(label=_("每个社区最少"), error_messages={"required": _("没有填下限")})
    high = forms.IntegerField(label=_("每个社区最多"), error_messages={"required": _("没有填上限")})
    seed = forms.IntegerField(
        label=_("种子"),
        help_text=_("同样的台账、范围和种子，得到同样的方案"),
        error_messages={"required": _("没有填种子")},
    )
    crosses_subdistricts = forms.BooleanField(
        label=_("允许跨街道调整"), required=False, help_text=_("跨街道的调整另行报上级审批")
    )
    assumption_kind = forms.ChoiceField(
        label=_("缺的户数按什么估"),
        required=False,
        choices=[
            ("", _("不估算")),
            (AssumptionKind.PER_BUILDING.value, _("每栋楼")),
            (AssumptionKind.PER_DWELLING.value, _("每套住宅")),
            (AssumptionKind.PER_COMPOUND.value, _("每个小区")),
            (AssumptionKind.PER_HECTARE.value, _("每公顷用地")),
        ],
    )
    assumption_households = forms.FloatField(label=_("估算户数"), required=False)
    assumption_reason = forms.CharField(
        label=_("依据"), required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )
    signature = forms.CharField(
        label=_("签署岗位"), required=False, max_length=120, help_text=_("照右上角的单位和岗位填写，表示对估算负责")
    )

    def __init__(self, *args: Any, areas: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["subdistrict"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = areas

    @property
    def area(self) -> str | None:
        """Code of the chosen subdistrict of a valid form, None for the whole district."""
        chosen: str = self.cleaned_data["subdistrict"]
        return None if chosen == WHOLE_DISTRICT else chosen

    @property
    def assumption(self) -> Assumption | None:
        """The assumption of a valid form, None where nothing is to be estimated."""
        asked = self.cleaned_data
        if not asked["assumption_kind"]:
            return None
        return Assumption(
            kind=AssumptionKind(asked["assumption_kind"]),
            households=asked["assumption_households"] or 0.0,
            reason=asked["assumption_reason"],
            signature=asked["signature"],
        )
