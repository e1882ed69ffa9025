"""The form of an entry: one field below the other, old values beside new ones, date and source asked once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.foundation import clock
from linli.registry.errors import EntryChangedMeanwhile, EntryRefused
from linli.registry.models import Fact
from linli.registry.operations.entries import Entered
from linli.registry.rules.editing import NAME_FIELD, USUAL_MEANING, form_fields
from linli.registry.rules.fields import LedgerField, meaning_told
from linli.registry.rules.verifying import Stage


@dataclass(frozen=True, slots=True)
class Shown:
    """A field as the template draws it."""

    bound: forms.BoundField
    unit: str
    meaning: str
    was: str
    reason: forms.BoundField | None
    seen: str
    mine: str
    theirs: str | None
    their_hand: str
    returned: str


class EntryForm(forms.Form):
    """Values of one entry, built from the catalogue of fields."""

    as_of_on = forms.DateField(
        label=gettext_lazy("数据截至"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    source = forms.CharField(
        label=gettext_lazy("来源"), max_length=160, help_text=gettext_lazy("如：社区摸底、住建局台账、物业报送。")
    )

    def __init__(self, *args: Any, ledger: str, facts: Mapping[str, Fact], name: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.catalogue = form_fields(ledger)
        self.facts = facts
        self.held = {key: fact.value for key, fact in facts.items() if fact.value}
        if name:
            self.held.setdefault(NAME_FIELD, name)
        self.doubts: dict[str, str] = {}
        self.theirs: dict[str, str] = {}
        self.hands: dict[str, tuple[str, datetime]] = {}
        for field in self.catalogue:
            self.fields[field.key] = _form_field(field, self.held.get(field.key, ""))
            self.fields[f"reason-{field.key}"] = forms.CharField(
                label=_("仍按这个数存，原因"), required=False, max_length=200
            )
        first = [NAME_FIELD] if NAME_FIELD in self.fields else []
        self.fields["source"].widget.attrs["autocomplete"] = "off"
        self.order_fields([*first, *(field.key for field in self.catalogue), "as_of_on", "source"])

    def seen(self, key: str) -> str:
        """Return what the form showed of a field when it was opened."""
        return self.data.get(f"seen-{key}", self.held.get(key, "")) if self.is_bound else self.held.get(key, "")

    def entered(self) -> Entered:
        """Return what was typed: fields that differ from what the form showed.

        Where two versions met, the choice of mine or theirs made in the form decides.
        """
        cleaned = self.cleaned_data
        values = {}
        for field in self.catalogue:
            text = str(cleaned.get(field.key) or "").strip()
            if self.data.get(f"keep-{field.key}") == "theirs" or text == self.seen(field.key):
                continue
            values[field.key] = text
        return Entered(
            values=values,
            as_of_on=cleaned["as_of_on"],
            source=cleaned["source"],
            reasons={key: reason for key in values if (reason := cleaned.get(f"reason-{key}", ""))},
            seen={key: self.seen(key) for key in values},
        )

    def refuse(self, refusal: EntryRefused) -> None:
        """Mark the fields that an operation refused."""
        for key, told in refusal.faults.items():
            self.add_error(key if key in self.fields else None, told)
        for key, told in refusal.doubts.items():
            self.add_error(key, told)
            self.doubts[key] = told

    def conflict(self, refusal: EntryChangedMeanwhile) -> None:
        """Show both versions of the fields that somebody else has saved."""
        self.theirs, self.hands = refusal.theirs, refusal.hands
        self.add_error(None, refusal.message)

    @property
    def shown(self) -> Iterable[Shown]:
        """Return the fields in the order of filling in."""
        for field in self.catalogue:
            fact = self.facts.get(field.key)
            typed = str(self.data.get(field.key, "")) if self.is_bound else self.seen(field.key)
            is_changed = self.is_bound and typed.strip() != self.held.get(field.key, "")
            asks_reason = field.key in self.doubts or (
                self.is_bound and bool(self.data.get(f"reason-{field.key}", "").strip())
            )
            yield Shown(
                bound=self[field.key],
                unit=str(field.shown_unit),
                meaning=meaning_told((fact.meaning if fact is not None else "") or USUAL_MEANING.get(field.key, "")),
                was=_told(field, fact) if is_changed else "",
                reason=self[f"reason-{field.key}"] if asks_reason else None,
                seen=self.theirs.get(field.key, self.seen(field.key)),
                mine=typed,
                theirs=self.theirs.get(field.key),
                their_hand=self._hand(field.key),
                returned=fact.return_reason if fact is not None and fact.stage == Stage.RETURNED else "",
            )

    def _hand(self, key: str) -> str:
        """Return who saved the other version of a field, and when."""
        if key not in self.hands:
            return ""
        by, at = self.hands[key]
        return f"{by} {at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"

    @property
    def errors_by_field(self) -> list[tuple[str, str, str]]:
        """Return anchor, heading and sentence of each fault, for the list on top of the form."""
        named = {field.key: str(field.name) for field in self.catalogue}
        return [
            (
                key if key in self.fields else "",
                named.get(key, str(self.fields[key].label) if key in self.fields else ""),
                told,
            )
            for key, faults in self.errors.items()
            for told in map(str, faults)
        ]


class RegisterForm(EntryForm):
    """The first values of a new compound, and the parcel that it stands on."""

    def __init__(self, *args: Any, parcels: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, facts={}, **kwargs)
        self.fields["parcel"] = forms.ChoiceField(
            label=_("地块"),
            choices=[("", _("选一个空着的地块")), *parcels],
            help_text=_("小区归地块所在的社区，登记不改变界线。"),
        )
        self.order_fields(["parcel"])


def _form_field(field: LedgerField, value: str) -> forms.Field:
    if field.choices:
        choices = [("", _("未填")), *field.choice_words.items()]
        if value and value not in field.choices:
            choices.append((value, value))
        return forms.ChoiceField(label=str(field.name), choices=choices, required=False, initial=value)
    attributes = {"autocomplete": "off"}
    if field.is_number:
        attributes["inputmode"] = "numeric" if field.type == "integer" else "decimal"
    if field.type == "date":
        attributes["placeholder"] = "2026-11-23"
    return forms.CharField(
        label=str(field.name),
        required=field.key == NAME_FIELD,
        initial=value,
        max_length=400,
        widget=forms.TextInput(attrs=attributes),
    )


def _told(field: LedgerField, fact: Fact | None) -> str:
    if fact is None or not fact.value:
        return _("未填")
    day: date | None = fact.as_of_on
    return "，".join(part for part in (field.told(fact.value), day.isoformat() if day else "", fact.source) if part)
