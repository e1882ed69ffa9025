"""The import wizard (导入): file, columns, coordinates, preview, done; and the list of what came in."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.foundation import clock
from linli.foundation.errors import LinliError
from linli.foundation.tables import Aside
from linli.organisation.access import can_import, require
from linli.organisation.errors import NotPermitted, OutsideYourArea
from linli.organisation.rules import Permission
from linli.organisation.web.gate import SignedInRequest, signed_in
from linli.registry.operations.imports import (
    ask_for_commit,
    ask_for_preview,
    commit_import,
    discard_import,
    is_large,
    map_columns,
    preview_import,
    problem_workbook,
    settle_system,
    take_back_import,
    upload_import,
)
from linli.registry.queries.imports import ImportCard, imports_of, problem_sheet
from linli.registry.queries.places import district_exists
from linli.registry.rules.importing.columns import is_restricted
from linli.registry.rules.importing.doubts import words_of
from linli.registry.rules.importing.kinds import rules_of
from linli.registry.rules.importing.positions import SWAPPED
from linli.registry.web import import_settling
from linli.registry.web.import_forms import UploadForm
from linli.registry.web.import_pages import card_to_read, preview_page, running_job, wizard_page

WRONG = 422
REFUSALS_OF_THE_GATE = (NotPermitted, OutsideYourArea)


@require_GET
@signed_in
def imports(request: SignedInRequest) -> HttpResponse:
    """Show what came in, the newest first."""
    require(request.scope, Permission.READ)
    scope = request.scope
    offices = None if scope.is_whole_district else frozenset(scope.area_office_codes)
    return render(
        request,
        "registry/imports/list.html",
        {
            "imports": imports_of(scope.district_code, offices=offices),
            "can_import": can_import(scope),
            "has_district": district_exists(scope.district_code),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: SignedInRequest) -> HttpResponse:
    """Take a file in."""
    require(request.scope, Permission.IMPORT)
    is_whole = request.scope.is_whole_district
    if request.method != "POST":
        return wizard_page(request, "upload", None, form=UploadForm(is_whole_district=is_whole))
    form = UploadForm(request.POST, request.FILES, is_whole_district=is_whole)
    if not form.is_valid():
        return wizard_page(request, "upload", None, form=form, status=WRONG)
    said = form.cleaned_data
    try:
        card = upload_import(
            scope=request.scope,
            kind=said["kind"],
            content=said["file"].read(),
            file_name=said["file"].name,
            source=said["source"],
            as_of_on=said["as_of_on"],
            meaning=said["meaning"],
            system=said["system"],
            password=said["password"],
            now=clock.now(),
        )
    except REFUSALS_OF_THE_GATE:
        raise
    except LinliError as refusal:
        return wizard_page(request, "upload", None, form=form, refusal=refusal)
    return HttpResponseRedirect(reverse("registry:import-columns", args=[card.number]))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def columns(request: SignedInRequest, number: str) -> HttpResponse:
    """Settle which field each column means."""
    card = card_to_read(request, number)
    if not card.is_open:
        return HttpResponseRedirect(reverse("registry:import", args=[number]))
    if request.method != "POST":
        return wizard_page(request, "columns", card, columns=_columns(card), left_out=_left_out(card))
    try:
        if request.POST.get("sheet", card.sheet) != card.sheet:
            map_columns(number, scope=request.scope, sheet=request.POST["sheet"], now=clock.now())
            return HttpResponseRedirect(reverse("registry:import-columns", args=[number]))
        headings = card.notes["headings"]
        mapping = {heading: request.POST.get(f"column-{place}", "") for place, heading in enumerate(headings)}
        map_columns(number, scope=request.scope, mapping=mapping, now=clock.now())
    except REFUSALS_OF_THE_GATE:
        raise
    except LinliError as refusal:
        return wizard_page(request, "columns", card, columns=_columns(card), left_out=_left_out(card), refusal=refusal)
    return HttpResponseRedirect(reverse("registry:import-system", args=[number]))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def system(request: SignedInRequest, number: str) -> HttpResponse:
    """Settle the coordinate system and go on to the preview."""
    card = card_to_read(request, number)
    if not card.is_open:
        return HttpResponseRedirect(reverse("registry:import", args=[number]))
    if request.method != "POST":
        return wizard_page(request, "system", card, **_system(card))
    try:
        chosen = request.POST.get("system", "")
        if chosen:
            settle_system(number, scope=request.scope, system=chosen, now=clock.now())
        if is_large(card):
            ask_for_preview(number, scope=request.scope, now=clock.now())
        else:
            preview_import(number, scope=request.scope, now=clock.now())
    except REFUSALS_OF_THE_GATE:
        raise
    except LinliError as refusal:
        return wizard_page(request, "system", card, refusal=refusal, **_system(card))
    return HttpResponseRedirect(reverse("registry:import", args=[number]))


@require_GET
@signed_in
def detail(request: SignedInRequest, number: str) -> HttpResponse:
    """Show the preview, or what became of the import."""
    card = card_to_read(request, number)
    job = running_job(card)
    if job is not None and job.outcome != "ok" and card.is_open:
        return wizard_page(request, "working", card, job=job)
    if card.is_open and not card.counts:
        return HttpResponseRedirect(reverse("registry:import-columns", args=[number]))
    return preview_page(request, card)


@require_POST
@signed_in
def commit(request: SignedInRequest, number: str) -> HttpResponse:
    """Write the file into the ledger."""
    card = card_to_read(request, number)
    only_good = "only_good" in request.POST
    try:
        if is_large(card):
            ask_for_commit(number, scope=request.scope, only_good=only_good, now=clock.now())
            return HttpResponseRedirect(reverse("registry:import", args=[number]))
        commit_import(number, scope=request.scope, only_good=only_good, now=clock.now())
    except REFUSALS_OF_THE_GATE:
        raise
    except LinliError as refusal:
        return preview_page(request, card, refusal=refusal)
    messages.success(request, _("已写入台账 %(count)s 行") % {"count": card.good_count})
    return HttpResponseRedirect(reverse("registry:import", args=[number]))


@require_POST
@signed_in
def take_back(request: SignedInRequest, number: str) -> HttpResponse:
    """Take the whole import back."""
    card = card_to_read(request, number)
    try:
        done = take_back_import(number, scope=request.scope, now=clock.now())
    except REFUSALS_OF_THE_GATE:
        raise
    except LinliError as refusal:
        return preview_page(request, card, refusal=refusal)
    messages.success(
        request,
        _("已撤回：%(values)s 个数恢复原样，%(entries)s 条撤下，%(kept)s 处后来的更新保留")
        % {"values": done.values, "entries": done.entries, "kept": len(done.kept)},
    )
    return HttpResponseRedirect(reverse("registry:import", args=[number]))


@require_POST
@signed_in
def discard(request: SignedInRequest, number: str) -> HttpResponse:
    """Throw a file away that was never written."""
    card = card_to_read(request, number)
    try:
        discard_import(number, scope=request.scope, now=clock.now())
    except REFUSALS_OF_THE_GATE:
        raise
    except LinliError as refusal:
        return preview_page(request, card, refusal=refusal)
    messages.success(request, _("已丢弃 %(file)s，台账没有变") % {"file": card.file_name})
    return HttpResponseRedirect(reverse("registry:imports"))


@require_GET
@signed_in
def problems(request: SignedInRequest, number: str) -> HttpResponse:
    """Answer the list of faults and warnings as a workbook, for whoever filled the table in."""
    card = card_to_read(request, number)
    sheet = problem_sheet(card, headings=(_("行"), _("名称"), _("结果"), _("说明")))
    answer = HttpResponse(
        problem_workbook(card, sheet, by=request.scope, now=clock.now()),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    name = _("问题清单 %(number)s.xlsx") % {"number": number}
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def _columns(card: ImportCard) -> list[dict[str, Any]]:
    """Return each column with its proposal, its reason and the fields it may take."""
    kind = rules_of(card.kind)
    found = []
    for place, heading in enumerate(card.notes["headings"]):
        why = card.notes["reasons"].get(heading, {})
        field = card.mapping.get(heading, "")
        found.append(
            {
                "place": place,
                "heading": heading,
                "field": field,
                "reason": why.get("reason", ""),
                "like": why.get("like", ""),
                "is_dropped": is_restricted(heading, field, kind) or heading in card.notes["dropped"],
                "options": [
                    (key, one.name, one.shown_unit)
                    for key, one in kind.catalogue.items()
                    if one.privacy != "restricted"
                ],
            }
        )
    return found


def _left_out(card: ImportCard) -> list[tuple[int, str]]:
    words = {
        Aside.TOTAL: _("合计"),
        Aside.NOTE: _("说明"),
        Aside.SECTION: _("小标题"),
        Aside.HEADING_AGAIN: _("重复的表头"),
    }
    return [(number, words[Aside(aside)]) for number, aside in card.notes.get("left_out", [])]


def _system(card: ImportCard) -> dict[str, Any]:
    # Columns that change places are offered only where that brings points into the district.
    offered = [(name, share) for name, share in card.finding.shares.items() if share or not name.endswith(SWAPPED)]
    shares = sorted(offered, key=lambda one: -one[1])
    return {
        "doubt": words_of(card.finding),
        "shares": [(name, share, name == card.system) for name, share in shares],
        "points": card.notes.get("points", 0),
    }


addresses: list[URLPattern] = [
    path("imports/", imports, name="imports"),
    path("imports/new/", new, name="import-new"),
    path("imports/<str:number>/", detail, name="import"),
    path("imports/<str:number>/columns/", columns, name="import-columns"),
    path("imports/<str:number>/system/", system, name="import-system"),
    path("imports/<str:number>/commit/", commit, name="import-commit"),
    path("imports/<str:number>/take-back/", take_back, name="import-take-back"),
    path("imports/<str:number>/discard/", discard, name="import-discard"),
    path("imports/<str:number>/problems.xlsx", problems, name="import-problems"),
    *import_settling.addresses,
]
