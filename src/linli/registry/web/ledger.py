"""The ledger (工作台账): its lists of compounds, communities, grids, facilities and parcels, and their export."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from linli.foundation import clock
from linli.foundation.errors import LinliError
from linli.foundation.ui.parts import Column, PageOfRows
from linli.organisation.access import can_edit_ledger, can_import
from linli.organisation.web.gate import SignedInRequest, signed_in
from linli.registry.operations.exports import FileForm, Told, export_list
from linli.registry.queries.areas import Area
from linli.registry.queries.ledger import KINDS, LedgerList, Tab, only_page, parcels_of, rows_of, tab_counts
from linli.registry.queries.places import district_exists
from linli.registry.queries.saved_lists import SavedListCard, first_list, saved_lists
from linli.registry.web.ledger_columns import MOST_PINNED, choices_of
from linli.registry.web.ledger_filters import chip_of, conditions_in_words, group_of, has_chip
from linli.registry.web.ledger_question import (
    KEPT,
    MOST_CODES,
    SHOWING,
    address_to_save,
    area_asked,
    day_of,
    listed_for,
    number_of,
    tab_of,
    url_of,
)
from linli.registry.web.maps import ground_for, map_config

PAGE_SIZE = 50
LONGEST_MOMENT = 17
EDITABLE_TABS = (Tab.COMPOUNDS, Tab.COMMUNITIES)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def ledger(request: SignedInRequest) -> HttpResponse:
    """Show one list of the ledger as the address asks for it; ticked rows (POST) lead to their map."""
    if not district_exists(request.scope.district_code):
        return render(request, "registry/ledger_empty.html", {"can_import": can_import(request.scope)})
    if request.method == "POST":
        ticked = {"tab": tab_of(request.POST), "view": "map", "code": request.POST.getlist("code")[:MOST_CODES]}
        return HttpResponseRedirect(f"?{urlencode(ticked, doseq=True)}")
    if not set(request.GET) - {"tab"}:
        first = first_list(request.scope, tab=tab_of(request.GET))
        if first is not None:
            return HttpResponseRedirect(url_of(first))
    return ledger_page(request)


def ledger_page(request: SignedInRequest, *, refusal: LinliError | None = None) -> HttpResponse:
    """Return the page of a list, with what was refused above it."""
    now = clock.now()
    area = area_asked(request.GET, request.scope, now=now)
    listed = listed_for(request.GET, area)
    context = _frame(request, listed, area) | {"refusal": refusal}
    context |= _map(request, listed, area) if request.GET.get("view") == "map" else _table(request, listed)
    return render(request, "registry/ledger.html", context, status=200 if refusal is None else refusal.http_status)


@require_POST
@signed_in
def export(request: SignedInRequest) -> HttpResponse:
    """Answer the list that the address asks for, or its ticked rows, as a file; the trail keeps that it was taken."""
    now = clock.now()
    wanted = request.GET.copy()
    wanted.setlist("code", request.POST.getlist("code") or wanted.getlist("code"))
    listed = listed_for(wanted, area_asked(wanted, request.scope, now=now))
    form = FileForm.CSV if request.POST.get("form") == FileForm.CSV else FileForm.XLSX
    opened = _opened(wanted.get("saved", ""), saved_lists(request.scope, tab=listed.question.tab))
    told = Told(
        conditions=conditions_in_words(listed),
        on=day_of(wanted.get("on", ""), today=clock.today(now)),
        list_name="" if opened is None else opened.name,
    )
    file = export_list(listed, told=told, form=form, by=request.scope, now=now)
    answer = HttpResponse(file.content, content_type=file.content_type)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
    return answer


def _frame(request: SignedInRequest, listed: LedgerList, area: Area) -> dict[str, Any]:
    """Return what stands around the table and the map alike."""
    question, kind, address = listed.question, listed.kind, request.GET
    asking = address.copy()
    for name in SHOWING:
        if name != "saved":
            asking.pop(name, None)
    lists = saved_lists(request.scope, tab=question.tab)
    opened = _opened(address.get("saved", ""), lists)
    today = clock.today(clock.now())
    kept = [(name, value) for name in KEPT if (value := address.get(name))]
    conditions = [(name, value) for name, values in question.chosen.items() for value in values]
    return {
        "listed": listed,
        "tab": question.tab,
        "tabs": [(tab, KINDS[tab].title, count) for tab, count in tab_counts(area).items()],
        "chips": [chip_of(listed, one, address) for one in listed.filters if has_chip(listed, one)],
        "groups": [group_of(listed, one) for one in listed.filters],
        "n_conditions": sum(any(name in question.chosen for name in one.fields) for one in listed.filters),
        "kept": kept,
        "conditions": conditions,
        "every_field": [*kept, *conditions, *([("q", question.words)] if question.words else [])],
        "clear_url": f"?{urlencode({'tab': question.tab, **dict(kept)})}" if question.is_narrowed else "",
        "total": listed.total,
        "total_title": _("合计 %(count)s %(unit)s") % {"count": f"{listed.total:,}", "unit": kind.unit},
        "asking": asking.urlencode(safe=","),
        "area_name": request.scope.post.area.name,
        "can_import": can_import(request.scope),
        "can_edit": can_edit_ledger(request.scope) and listed.at is None,
        "on": day_of(address.get("on", ""), today=today),
        "today": today,
        "column_choices": choices_of(listed),
        "is_choosing": "choosing" in address,
        "pins": range(MOST_PINNED + 1),
        "lists": lists,
        "opened": opened,
        "is_changed": opened is not None and opened.address != address_to_save(address),
        "gone": number_of(address.get("gone", ""), default=0),
        "archivable": (Tab.COMPOUNDS, Tab.FACILITIES),
        "is_editable": question.tab in EDITABLE_TABS and "kept" not in question.chosen,
        "written": _undo_url(address.get("written", ""), question.tab),
    }


def _undo_url(moment: str, tab: Tab) -> str:
    if not (moment.isdecimal() and moment.isascii() and len(moment) <= LONGEST_MOMENT):
        return ""
    return f"{reverse('registry:ledger-bulk-undo', args=[int(moment)])}?tab={tab}"


def _opened(number: str, lists: tuple[SavedListCard, ...]) -> SavedListCard | None:
    return next((card for card in lists if str(card.number) == number), None)


def _table(request: SignedInRequest, listed: LedgerList) -> dict[str, Any]:
    pages = max(1, -(-listed.total // PAGE_SIZE))
    number = min(max(1, number_of(request.GET.get("page", ""), default=1)), pages)
    is_chosen = bool(listed.question.columns)
    return {
        "rows": rows_of(listed, only_page(listed, number=number, size=PAGE_SIZE), url=_row_url(listed)),
        "columns": [
            Column(
                key=column.key,
                label=str(column.heading),
                is_number=column.is_number,
                # Columns that somebody chose stay on every width; the table moves sideways instead.
                rank=1 if is_chosen else column.rank,
            )
            for column in listed.columns
        ],
        "is_wide": is_chosen,
        "page": PageOfRows(
            number=number,
            size=PAGE_SIZE,
            total=listed.total,
            note=_("合计按筛选结果计算，缺数的不计入"),
        ),
        "has_pager": pages > 1,
    }


def _map(request: SignedInRequest, listed: LedgerList, area: Area) -> dict[str, Any]:
    ground = ground_for(request)
    if ground is None:
        return {"map": None}
    return {"map": map_config(ground) | {"focus": list(parcels_of(listed, area))}}


def _row_url(listed: LedgerList) -> str:
    """Return where a row's name leads, with CODE for its code or PARCEL for its parcel; archived ones lead nowhere."""
    tab = listed.question.tab
    if "kept" in listed.question.chosen:
        return ""
    day = "" if listed.at is None else f"?on={clock.today(listed.at).isoformat()}"
    if tab is Tab.COMPOUNDS:
        return reverse("registry:compound", args=["CODE"]) + day
    if tab is Tab.COMMUNITIES:
        return reverse("registry:community", args=["CODE"]) + day
    return f"{reverse('registry:map')}?pick=PARCEL"
