"""Settling a preview: mend a cell, decide a row in doubt, take the refused rows home, wait for a large file."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from linli.foundation import clock
from linli.foundation.errors import LinliError
from linli.organisation.access import require
from linli.organisation.errors import NotPermitted, OutsideYourArea
from linli.organisation.rules import Permission
from linli.organisation.web.gate import SignedInRequest, signed_in
from linli.registry.operations.imports import answer_questions, cancel_import_job, mend_cell, refused_workbook
from linli.registry.rules.importing.questions import Answer
from linli.registry.web.import_pages import card_to_read, preview_page, running_job

REFUSALS_OF_THE_GATE = (NotPermitted, OutsideYourArea)
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_POST
@signed_in
def mend(request: SignedInRequest, number: str) -> HttpResponse:
    """Put one cell right and show the preview as it is judged now."""
    card = card_to_read(request, number)
    try:
        mend_cell(
            number,
            scope=request.scope,
            row=_row(request.POST.get("row", "")),
            heading=request.POST.get("heading", ""),
            value=request.POST.get("value", ""),
            now=clock.now(),
        )
    except REFUSALS_OF_THE_GATE:
        raise
    except LinliError as refusal:
        return preview_page(request, card, refusal=refusal)
    return _back(request, number)


@require_POST
@signed_in
def settle(request: SignedInRequest, number: str) -> HttpResponse:
    """Decide rows in doubt and show the preview as it is judged now."""
    card = card_to_read(request, number)
    answer = request.POST.get("answer", "")
    if answer not in set(Answer):
        raise Http404
    try:
        answer_questions(
            number,
            scope=request.scope,
            rows=[_row(said) for said in request.POST.getlist("row")],
            ask=request.POST.get("ask", ""),
            answer=Answer(answer),
            now=clock.now(),
        )
    except REFUSALS_OF_THE_GATE:
        raise
    except LinliError as refusal:
        return preview_page(request, card, refusal=refusal)
    return _back(request, number)


@require_GET
@signed_in
def returned(request: SignedInRequest, number: str) -> HttpResponse:
    """Answer the rows that did not go in as a workbook, to be mended and loaded again."""
    card = card_to_read(request, number)
    require(request.scope, Permission.IMPORT)
    answer = HttpResponse(refused_workbook(number, scope=request.scope, now=clock.now()), content_type=WORKBOOK)
    name = _("待改的行 %(file)s.xlsx") % {"file": card.file_name.rsplit(".", 1)[0]}
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


@require_GET
@signed_in
def progress(request: SignedInRequest, number: str) -> HttpResponse:
    """Answer how far the work on a large file is; once it has ended, lead to the import."""
    job = running_job(card_to_read(request, number))
    if job is None or job.outcome:
        return HttpResponseClientRedirect(reverse("registry:import", args=[number]))
    return render(request, "ui/_job.html", {"job": job})


@require_POST
@signed_in
def cancel(request: SignedInRequest, number: str) -> HttpResponse:
    """Call off the work on a large file."""
    card = card_to_read(request, number)
    try:
        cancel_import_job(number, scope=request.scope, now=clock.now())
    except REFUSALS_OF_THE_GATE:
        raise
    except LinliError as refusal:
        return preview_page(request, card, refusal=refusal)
    address = reverse("registry:import", args=[number])
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _row(said: str) -> int:
    if not said.isdigit():
        raise Http404
    return int(said)


def _back(request: SignedInRequest, number: str) -> HttpResponse:
    kept = {key: request.POST[key] for key in ("verdict", "page") if request.POST.get(key)}
    query = f"?{urlencode(kept)}" if kept else ""
    return HttpResponseRedirect(reverse("registry:import", args=[number]) + query)


addresses: list[URLPattern] = [
    path("imports/<str:number>/mend/", mend, name="import-mend"),
    path("imports/<str:number>/settle/", settle, name="import-settle"),
    path("imports/<str:number>/returned.xlsx", returned, name="import-returned"),
    path("imports/<str:number>/progress/", progress, name="import-progress"),
    path("imports/<str:number>/cancel/", cancel, name="import-cancel"),
]
