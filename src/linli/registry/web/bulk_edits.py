"""Pages that change many entries at once: one value for the rows of a list, or a block pasted from a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from linli.foundation import clock
from linli.foundation.errors import LinliError
from linli.foundation.ui.parts import Crumb
from linli.organisation.access import require
from linli.organisation.rules import Permission
from linli.organisation.web.gate import SignedInRequest, signed_in
from linli.registry.access import area_of
from linli.registry.errors import BlockUnreadable, BulkContested, BulkNotUndoable, BulkPreviewOutdated, BulkRefused
from linli.registry.operations.bulk_edits import BulkEntered, bulk_fields, edit_many, preview_bulk, undo_many
from linli.registry.queries.bulk_edits import KEEP, BulkPreview, Seen, WantedValue, codes_of_names
from linli.registry.queries.ledger import Tab
from linli.registry.queries.places import district_exists
from linli.registry.rules.fields import MEANINGS, Ledger, fields_of
from linli.registry.rules.pasting import MOST_COLUMNS, MOST_LINES, Pasted, read_block
from linli.registry.web.ledger_filters import conditions_in_words
from linli.registry.web.ledger_question import address_to_save, listed_for, tab_of

LEDGER_OF = {Tab.COMPOUNDS: Ledger.COMPOUND, Tab.COMMUNITIES: Ledger.COMMUNITY}
KEYS_OF = {
    Ledger.COMPOUND: ("compound_code", "compound_name"),
    Ledger.COMMUNITY: ("statistical_code", "community_name"),
}
#: More rows of a preview are counted, not drawn; refused ones stand first.
MOST_DRAWN = 500
MICROSECONDS = 1_000_000
LONGEST_BLOCK = 2_000_000
LONGEST_MOMENT = 17


class BulkForm(forms.Form):
    """What holds for all values of a change."""

    as_of_on = forms.DateField(
        label=gettext_lazy("数据截至"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    source = forms.CharField(
        label=gettext_lazy("来源"), max_length=160, help_text=gettext_lazy("如：社区摸底、住建局台账、物业报送。")
    )
    meaning = forms.ChoiceField(label=gettext_lazy("户数的口径"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("存疑的数仍要写入，原因"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("只对预览里标“存疑”的值有用；明显错误的值写了原因也不收。"),
    )

    def __init__(self, *args: Any, ledger: Ledger, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        catalogue = fields_of(ledger)
        words = [(key, str(catalogue[key].name)) for key in bulk_fields(ledger)]
        self.fields["field"].choices = self.field_choices(words)  # type: ignore[attr-defined]
        self.fields["meaning"].choices = [  # type: ignore[attr-defined]
            ("", _("照旧")),
            *((stored, str(told)) for stored, told in MEANINGS.items()),
        ]

    def field_choices(self, words: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return the fields to choose from."""
        return words

    def entered(self) -> BulkEntered:
        """Return what holds for all values."""
        given = self.cleaned_data
        return BulkEntered(given["as_of_on"], given["source"], given["meaning"], given["reason"])


class SetForm(BulkForm):
    """One value for many entries."""

    field = forms.ChoiceField(label=gettext_lazy("改哪一项"))
    value = forms.CharField(
        label=gettext_lazy("改成"), required=False, max_length=400, help_text=gettext_lazy("空着就是改成未填。")
    )
    field_order = ("field", "value", "meaning", "as_of_on", "source", "reason")


class PasteForm(BulkForm):
    """A block of cells."""

    block = forms.CharField(
        label=gettext_lazy("从表格复制来的内容"),
        max_length=LONGEST_BLOCK,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "wrap": "off"}),
        help_text=gettext_lazy("连同表头一起复制，要有编码或名称那一列；没有表头时，第一列是编码或名称，第二列是值。"),
    )
    field = forms.ChoiceField(label=gettext_lazy("没有表头时，第二列是"), required=False)
    field_order = ("block", "field", "meaning", "as_of_on", "source", "reason")

    def field_choices(self, words: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return the fields to choose from, and none of them."""
        return [("", _("有表头，不用选")), *words]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def set_values(request: SignedInRequest) -> HttpResponse:
    """Set one field of the rows of a list: form, preview, writing."""
    tab, ledger = _ledger_asked(request)
    now = clock.now()
    address = request.GET.copy()
    if request.method == "POST" and "step" not in request.POST and request.POST.getlist("code"):
        # The ticked rows of the list: they become part of the address, so that the page may be come back to.
        ticked = {"tab": tab, "code": request.POST.getlist("code")}
        return HttpResponseRedirect(f"?{urlencode(ticked, doseq=True)}")
    address.pop("on", None)
    listed = listed_for(address, area_of(request.scope, now=now))
    bound = request.POST if "step" in request.POST else None
    form = SetForm(bound, ledger=ledger, initial={"as_of_on": clock.today(now)})
    page = {
        "form": form,
        "title": _("批量更新 %(count)s %(unit)s") % {"count": f"{listed.total:,}", "unit": listed.kind.unit},
        "lead": _("条件：%(conditions)s") % {"conditions": conditions_in_words(listed)},
        "back": f"{reverse('registry:ledger')}?{address_to_save(address)}",
    }
    if not form.is_valid():
        return _page(request, page, status=422 if form.is_bound else 200)
    wanted = [WantedValue(line.code, form.cleaned_data["field"], form.cleaned_data["value"]) for line in listed.lines]
    return _judged(request, page, wanted, form, ledger=ledger, now=now)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def paste(request: SignedInRequest) -> HttpResponse:
    """Take a block pasted from a spreadsheet: form, preview, writing."""
    tab, ledger = _ledger_asked(request)
    now = clock.now()
    form = PasteForm(request.POST or None, ledger=ledger, initial={"as_of_on": clock.today(now)})
    page = {
        "form": form,
        "title": _("从表格粘贴"),
        "lead": _("按编码或名称对上条目；空格子不动台账；写入前先看每一条改成什么。"),
        "back": f"{reverse('registry:ledger')}?tab={tab}",
    }
    if not form.is_valid():
        return _page(request, page, status=422 if form.is_bound else 200)
    try:
        pasted = _read(form, ledger)
    except BlockUnreadable as refusal:
        form.add_error("block", refusal.message)
        return _page(request, page, status=422)
    names = codes_of_names(area_of(request.scope, now=now), ledger)
    wanted = [WantedValue(_code_of(cell.key, names), cell.field, cell.text) for cell in pasted.cells]
    return _judged(request, page | {"ignored": pasted.ignored}, wanted, form, ledger=ledger, now=now)


@require_POST
@signed_in
def undo(request: SignedInRequest, moment: int) -> HttpResponse:
    """Undo a change of many entries."""
    _tab, ledger = _ledger_asked(request)
    seconds, rest = divmod(moment, MICROSECONDS)
    edited_at = datetime.fromtimestamp(seconds, tz=UTC).replace(microsecond=rest)
    try:
        undo_many(ledger=ledger, edited_at=edited_at, by=request.scope, now=clock.now())
    except BulkNotUndoable as refusal:
        return HttpResponse(refusal.message, status=refusal.http_status)
    back = f"{reverse('registry:ledger')}?tab={tab_of(request.GET)}&all=1"
    return HttpResponseClientRedirect(back) if request.htmx else HttpResponseRedirect(back)


def _judged(
    request: SignedInRequest,
    page: dict[str, Any],
    wanted: Sequence[WantedValue],
    form: BulkForm,
    *,
    ledger: Ledger,
    now: datetime,
) -> HttpResponse:
    """Show the preview of a change, or write it where the officer has seen it."""
    entered, seen = form.entered(), _seen(request, now=now)
    refusal: LinliError | None = None
    if request.POST.get("step") in {"write", "write-good"}:
        try:
            edit_many(
                wanted,
                ledger=ledger,
                entered=entered,
                fingerprint=request.POST.get("fingerprint", ""),
                only_good=request.POST["step"] == "write-good",
                seen=seen,
                by=request.scope,
                now=now,
            )
        except (BulkRefused, BulkContested, BulkPreviewOutdated) as found:
            refusal = found
        else:
            moment = round(now.timestamp() * MICROSECONDS)
            return HttpResponseRedirect(f"{page['back']}&written={moment}")
    try:
        preview = preview_bulk(wanted, ledger=ledger, entered=entered, seen=seen, by=request.scope, now=now)
    except BulkRefused as found:
        return _page(request, page | {"refusal": found}, status=422)
    return _page(
        request, page | {"refusal": refusal} | _shown(preview, seen), status=refusal.http_status if refusal else 200
    )


def _seen(request: SignedInRequest, *, now: datetime) -> Seen:
    """Return when the first preview was shown, and which of two versions were chosen since."""
    moment = request.POST.get("seen", "")
    is_moment = moment.isdecimal() and moment.isascii() and len(moment) <= LONGEST_MOMENT
    at = datetime.fromtimestamp(int(moment) / MICROSECONDS, tz=UTC) if is_moment else now
    chosen = {
        (code, field): request.POST[name]
        for name in request.POST
        if name.startswith(KEEP)
        for code, _colon, field in [name.removeprefix(KEEP).rpartition(":")]
    }
    return Seen(
        at,
        mine=frozenset(key for key, side in chosen.items() if side == "mine"),
        theirs=frozenset(key for key, side in chosen.items() if side == "theirs"),
    )


def _shown(preview: BulkPreview, seen: Seen) -> dict[str, Any]:
    return {
        "preview": preview,
        "seen": round(seen.at.timestamp() * MICROSECONDS),
        "writable": preview.changed + preview.contested,
        "rows": preview.rows[:MOST_DRAWN],
        "more": max(0, len(preview.rows) - MOST_DRAWN),
        "bad": preview.refused + preview.doubted,
    }


def _page(request: SignedInRequest, page: dict[str, Any], *, status: int) -> HttpResponse:
    crumbs = (Crumb(label=_("工作台账"), url=page["back"]),)
    return render(request, "registry/bulk_edit.html", page | {"crumbs": crumbs}, status=status)


def _ledger_asked(request: SignedInRequest) -> tuple[Tab, Ledger]:
    if not district_exists(request.scope.district_code):
        raise Http404
    require(request.scope, Permission.EDIT_LEDGER)
    tab = tab_of(request.POST if "tab" in request.POST else request.GET)
    if tab not in LEDGER_OF:
        raise Http404
    return tab, LEDGER_OF[tab]


def _read(form: PasteForm, ledger: Ledger) -> Pasted:
    given = form.cleaned_data
    try:
        return read_block(
            given["block"], ledger=ledger, editable=bulk_fields(ledger), keys=KEYS_OF[ledger], field=given["field"]
        )
    except ValueError as fault:
        told = {
            "TOO_LARGE": _("最多 %(lines)s 行、%(columns)d 列，请分批粘贴，或用导入")
            % {"lines": f"{MOST_LINES:,}", "columns": MOST_COLUMNS},
            "NO_HEADINGS": _(
                "第一行不是表头。请连同表头一起复制，表头要有编码或名称；只有两列时也可以在下面选第二列是什么"
            ),
        }
        raise BlockUnreadable(reason=told.get(str(fault), _("里面没有内容，请从表格里复制后粘贴"))) from None


def _code_of(key: str, names: dict[str, list[str]]) -> str:
    """Return the code of a pasted key; a name that several entries have, or none, stays as it is and is refused."""
    of_name = names.get(key, [])
    return of_name[0] if len(of_name) == 1 else key


addresses: list[URLPattern] = [
    path("ledger/bulk/", set_values, name="ledger-bulk"),
    path("ledger/paste/", paste, name="ledger-paste"),
    path("ledger/bulk/undo/<int:moment>/", undo, name="ledger-bulk-undo"),
]
