"""The ledger (工作台账): its lists of compounds, communities, grids, facilities and parcels, and their export."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from linli.foundation import clock
from linli.foundation.ui.parts import Column, PageOfRows
from linli.organisation.access import can_edit_ledger, can_import
from linli.organisation.web.gate import SignedInRequest, signed_in
from linli.registry.access import area_of
from linli.registry.operations.exports import FileForm, export_list
from linli.registry.queries.areas import Area
from linli.registry.queries.ledger import KINDS, LedgerList, Tab, ledger_list, only_page, rows_of, tab_counts
from linli.registry.queries.places import district_exists
from linli.registry.web.ledger_filters import chip_of, conditions_in_words, group_of, has_chip
from linli.registry.web.maps import ground_for, map_config

PAGE_SIZE = 50
MOST_CODES = 500
#: Names of the address that do not say which lines are asked for.
SHOWING = ("page", "view")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def ledger(request: SignedInRequest) -> HttpResponse:
    """Show one list of the ledger as the address asks for it; ticked rows (POST) lead to their map."""
    if not district_exists(request.scope.district_code):
        return render(request, "registry/ledger_empty.html", {"can_import": can_import(request.scope)})
    if request.method == "POST":
        ticked = {"tab": _tab(request.POST), "view": "map", "code": request.POST.getlist("code")[:MOST_CODES]}
        return HttpResponseRedirect(f"?{urlencode(ticked, doseq=True)}")
    area = area_of(request.scope, now=clock.now())
    listed = _listed(request.GET, area)
    if request.GET.get("view") == "map":
        return render(request, "registry/ledger.html", _frame(request, listed, area) | _map(request, listed))
    return render(request, "registry/ledger.html", _frame(request, listed, area) | _table(request, listed))


@require_POST
@signed_in
def export(request: SignedInRequest) -> HttpResponse:
    """Answer the list that the address asks for, or its ticked rows, as a file; the trail keeps that it was taken."""
    now = clock.now()
    wanted = request.GET.copy()
    wanted.setlist("code", request.POST.getlist("code") or wanted.getlist("code"))
    listed = _listed(wanted, area_of(request.scope, now=now))
    form = FileForm.CSV if request.POST.get("form") == FileForm.CSV else FileForm.XLSX
    file = export_list(listed, conditions=conditions_in_words(listed), form=form, by=request.scope, now=now)
    answer = HttpResponse(file.content, content_type=file.content_type)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
    return answer


def _listed(address: QueryDict, area: Area) -> LedgerList:
    return ledger_list(
        _tab(address),
        area,
        asked=dict(address.lists()),
        words=address.get("q", ""),
        order=address.get("sort", ""),
        codes=address.getlist("code")[:MOST_CODES],
    )


def _frame(request: SignedInRequest, listed: LedgerList, area: Area) -> dict[str, Any]:
    """Return what stands around the table and the map alike."""
    question, kind = listed.question, listed.kind
    asking = request.GET.copy()
    for name in SHOWING:
        asking.pop(name, None)
    return {
        "listed": listed,
        "tab": question.tab,
        "tabs": [(tab, KINDS[tab].title, count) for tab, count in tab_counts(area).items()],
        "chips": [chip_of(listed, one, request.GET) for one in listed.filters if has_chip(listed, one)],
        "groups": [group_of(listed, one) for one in listed.filters],
        "n_conditions": sum(any(name in question.chosen for name in one.fields) for one in listed.filters),
        "kept": [(name, value) for name, values in question.chosen.items() for value in values],
        "clear_url": f"?{urlencode({'tab': question.tab})}" if question.is_narrowed else "",
        "total": len(listed.lines),
        "total_title": _("合计 %(count)s %(unit)s") % {"count": f"{len(listed.lines):,}", "unit": kind.unit},
        "asking": asking.urlencode(),
        "area_name": request.scope.post.area.name,
        "can_import": can_import(request.scope),
        "can_edit": can_edit_ledger(request.scope),
    }


def _table(request: SignedInRequest, listed: LedgerList) -> dict[str, Any]:
    pages = max(1, -(-len(listed.lines) // PAGE_SIZE))
    number = min(_page_number(request.GET), pages)
    return {
        "rows": rows_of(listed, only_page(listed, number=number, size=PAGE_SIZE), url=_row_url(listed.question.tab)),
        "columns": [
            Column(key=column.key, label=str(column.heading), is_number=column.is_number, rank=column.rank)
            for column in listed.kind.columns
        ],
        "page": PageOfRows(
            number=number,
            size=PAGE_SIZE,
            total=len(listed.lines),
            note=_("合计按筛选结果计算，缺数的不计入"),
        ),
    }


def _map(request: SignedInRequest, listed: LedgerList) -> dict[str, Any]:
    ground = ground_for(request)
    if ground is None:
        return {"map": None}
    return {"map": map_config(ground) | {"focus": sorted({code for line in listed.lines for code in line.parcels})}}


def _row_url(tab: Tab) -> str:
    """Return where a row's name leads, with CODE for its code or PARCEL for its parcel."""
    if tab is Tab.COMPOUNDS:
        return reverse("registry:compound", args=["CODE"])
    if tab is Tab.COMMUNITIES:
        return reverse("registry:community", args=["CODE"])
    return f"{reverse('registry:map')}?pick=PARCEL"


def _tab(address: QueryDict) -> Tab:
    asked = address.get("tab", "")
    return Tab(asked) if asked in set(Tab) else Tab.COMPOUNDS


def _page_number(address: QueryDict) -> int:
    text = address.get("page", "")
    return max(1, int(text)) if text.isdecimal() and text.isascii() and len(text) < 7 else 1
