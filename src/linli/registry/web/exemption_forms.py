"""The form that registers an exception."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.registry.errors import ExemptionRefused
from linli.registry.operations.exemptions import Asked
from linli.registry.rules.exempting import KIND_NAMES, LONGEST_REASON, OF_COMMUNITIES, ExemptionKind

Choices = list[tuple[str, str]]


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ExemptionForm(forms.Form):
    """What somebody asks to except; what is sound is judged by the operation.

    Args:
        kind: What is excepted, where the page was opened for it; None lets the reader choose among those that
            concern a whole community.
        subject: Code of the subject, where the page was opened for it.
        communities: Code and name of the communities that may be chosen.
    """

    kind = forms.ChoiceField(label=_("不作要求的是"), widget=forms.RadioSelect)
    subject = forms.ChoiceField(label=_("社区"), error_messages={"required": _("没有选社区")})
    custodian = forms.ChoiceField(label=_("由哪个社区代管"), error_messages={"required": _("选一个代管的社区")})
    since_on = forms.DateField(label=_("从哪天起"), required=False, widget=_day())
    until_on = forms.DateField(
        label=_("到哪天为止"),
        required=False,
        error_messages={"required": _("代管要约定期限，填到哪一天为止")},
        widget=_day(),
        help_text=_("当天仍算有效；过期后重新列为问题。不填为长期"),
    )
    reason = forms.CharField(
        label=_("理由"),
        error_messages={"required": _("没有写理由。写明依据的文件或事实，方案和公文会引用")},
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写明依据的文件或事实，方案和公文会引用"),
    )

    def __init__(
        self, *args: Any, kind: ExemptionKind | None, subject: str, communities: Choices, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if kind is None:
            self._choices("kind", [(one.value, str(KIND_NAMES[one])) for one in ExemptionKind if one in OF_COMMUNITIES])
        else:
            self.fields["kind"] = forms.CharField(widget=forms.HiddenInput, initial=kind.value)
        if subject:
            self.fields["subject"] = forms.CharField(widget=forms.HiddenInput, initial=subject)
        else:
            self._choices("subject", [("", "—"), *communities])
        if kind is ExemptionKind.CUSTODY:
            self._choices("custodian", [("", "—"), *communities])
            self.fields["until_on"].required = True
            self.fields["until_on"].help_text = _("当天仍算有效；过期后重新列为问题")
        else:
            del self.fields["custodian"], self.fields["since_on"]

    def _choices(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def asked(self) -> Asked:
        """Return what a valid form asks for."""
        typed = self.cleaned_data
        return Asked(
            kind=ExemptionKind(typed["kind"]),
            subject=typed["subject"],
            reason=typed["reason"],
            until_on=typed["until_on"],
            custodian=typed.get("custodian", ""),
            since_on=typed.get("since_on"),
        )

    def refuse(self, refusal: ExemptionRefused) -> None:
        """Mark the fields that the operation refused."""
        for name, told in refusal.faults.items():
            self.add_error(name if name in self.fields else None, told)
