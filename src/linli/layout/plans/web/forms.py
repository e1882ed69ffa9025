"""The form that asks for a plan, with its rows of exceptions and locks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.layout.plans.rules.assumptions import Assumption, AssumptionKind

WHOLE_DISTRICT = "district"
#: Blank rows that a form offers at first, and each time more are asked for.
BLANK_ROWS = 1
MOST_ROWS = 200
Choices = list[tuple[str, str]]


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

    def __init__(self, *args: Any, areas: Choices, **kwargs: Any) -> None:
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


class ExceptionRow(forms.Form):
    """A community that may stay out of the scale in this plan, and why."""

    community = forms.ChoiceField(label=_("社区"), required=False)
    reason = forms.CharField(label=_("理由"), required=False, max_length=200)

    def __init__(self, *args: Any, communities: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["community"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "—"), *communities]

    def clean(self) -> dict[str, Any]:
        """Want both or neither."""
        typed = self.cleaned_data
        if typed.get("community") and not typed.get("reason"):
            self.add_error("reason", gettext("没有写理由，请写明依据的文件或事实"))
        if typed.get("reason") and not typed.get("community") and "community" not in self.errors:
            self.add_error("community", gettext("没有选社区"))
        return typed


class LockRow(forms.Form):
    """A community, compound or parcel that must not move, and perhaps why."""

    place = forms.CharField(
        label=_("社区、小区或地块"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"list": "plan-places", "autocomplete": "off"}),
    )
    reason = forms.CharField(label=_("理由"), required=False, max_length=200)

    def __init__(self, *args: Any, places: Mapping[str, tuple[str, ...]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places

    def clean_place(self) -> str:
        """Return the code of what was typed: a code, a name, or both as the list offers them.

        Raises:
            ValidationError: Nothing, or more than one place, has the name.
        """
        typed = " ".join(str(self.cleaned_data["place"]).split())
        if not typed:
            return ""
        first = typed.split(" ")[0]
        found = self.places.get(typed, ()) or self.places.get(first, ())
        if len(found) > 1:
            codes = "、".join(found)
            raise forms.ValidationError(
                gettext("有 %(count)d 处叫“%(typed)s”：%(codes)s。请填编码")
                % {
                    "count": len(found),
                    "typed": typed,
                    "codes": codes,
                }
            )
        # A parcel is named by its code alone; the operation knows whether there is one.
        return found[0] if found else first

    def clean(self) -> dict[str, Any]:
        """Want a place for a reason."""
        typed = self.cleaned_data
        if typed.get("reason") and not typed.get("place") and "place" not in self.errors:
            self.add_error("place", gettext("没有填锁定哪里"))
        return typed


class Rows:
    """The rows of exceptions and locks below each other; one blank row each, and one more whenever asked for.

    Args:
        typed: What came back, None at first.
        communities: Code and name of the communities that may be excepted.
        places: Code and name of what may be locked.
        exceptions: Exceptions to start with.
        locks: Locks to start with.
    """

    def __init__(
        self,
        typed: QueryDict | None,
        *,
        communities: Choices,
        places: Iterable[tuple[str, str]],
        exceptions: Mapping[str, str],
        locks: Mapping[str, str],
    ) -> None:
        known: dict[str, tuple[str, ...]] = {}
        named = {}
        for code, name in places:
            known[code] = (code,)
            known[name] = (*known.get(name, ()), code)
            named[code] = f"{code} {name}"
        self.exceptions = _formset(
            ExceptionRow,
            typed,
            prefix="exceptions",
            initial=[{"community": code, "reason": why} for code, why in exceptions.items()],
            form_kwargs={"communities": communities},
        )
        self.locks = _formset(
            LockRow,
            typed,
            prefix="locks",
            initial=[{"place": named.get(code, code), "reason": why} for code, why in locks.items()],
            form_kwargs={"places": known},
        )

    def is_valid(self) -> bool:
        """Say whether every row is sound."""
        return self.exceptions.is_valid() and self.locks.is_valid()

    @property
    def has_errors(self) -> bool:
        """Whether a row was sent back."""
        return any(any(rows.errors) for rows in (self.exceptions, self.locks) if rows.is_bound)

    @property
    def is_used(self) -> tuple[bool, bool]:
        """Whether there is something to see among exceptions, and among locks."""
        return _is_filled(self.exceptions, "community"), _is_filled(self.locks, "place")

    def exceptions_asked(self) -> dict[str, str]:
        """Return the reason per community of valid rows."""
        rows = (form.cleaned_data for form in self.exceptions.forms)
        return {row["community"]: row["reason"].strip() for row in rows if row.get("community")}

    def locks_asked(self) -> dict[str, str]:
        """Return the reason per place of valid rows."""
        rows = (form.cleaned_data for form in self.locks.forms)
        return {row["place"]: row["reason"].strip() for row in rows if row.get("place")}


def _formset(
    form: type[forms.Form], typed: QueryDict | None, *, prefix: str, initial: list[dict[str, str]], **kwargs: Any
) -> forms.BaseFormSet[Any]:
    made = forms.formset_factory(form, extra=BLANK_ROWS, absolute_max=MOST_ROWS, max_num=MOST_ROWS)
    total = f"{prefix}-TOTAL_FORMS"
    shown = "" if typed is None else str(typed.get(total, ""))
    if typed is not None and typed.get("more") == prefix and shown.isdecimal():
        typed = typed.copy()
        typed[total] = str(min(int(shown) + BLANK_ROWS, MOST_ROWS))
    # A client that knows nothing of rows sends none.
    data = None if typed is None else typed if total in typed else {total: "0", f"{prefix}-INITIAL_FORMS": "0"}
    return made(data, prefix=prefix, initial=None if data is not None else initial, **kwargs)


def _is_filled(rows: forms.BaseFormSet[Any], name: str) -> bool:
    return any(form[name].value() for form in rows.forms)
