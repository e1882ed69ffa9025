"""Pages of registered exceptions (登记例外): the list, its export, the form, ending and taking the end back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from linli.foundation import clock
from linli.foundation.errors import LinliError
from linli.foundation.ui.parts import Chip, Column, Crumb, PageOfRows
from linli.organisation.access import Scope, can_plan, require
from linli.organisation.rules import Permission
from linli.organisation.web.gate import SignedInRequest, signed_in
from linli.registry.access import area_of
from linli.registry.errors import EntryUnknown, ExemptionRefused, ExemptionUnknown
from linli.registry.operations.exemption_exports import export_exemptions
from linli.registry.operations.exemptions import end_exemption, register_exemption, undo_end
from linli.registry.operations.exports import FileForm
from linli.registry.queries.areas import Area
from linli.registry.queries.entries import compound_place
from linli.registry.queries.exemptions import MICROSECONDS, ExemptionCard, exemptions, open_exemption
from linli.registry.queries.findings import FindingCard, finding_behind
from linli.registry.queries.places import communities_of_area, district_by_code, district_exists
from linli.registry.rules.exempting import KIND_NAMES, OF_COMMUNITIES, STANDING_NAMES, ExemptionKind, Standing
from linli.registry.web.exemption_forms import ExemptionForm

ROWS_PER_PAGE = 50
LONGEST_WORDS = 60


@require_GET
@signed_in
def exemption_list(request: SignedInRequest) -> HttpResponse:
    """List the exceptions of the reader's area."""
    if not district_exists(request.scope.district_code):
        return render(request, "registry/ledger_empty.html", {"can_import": False})
    now = clock.now()
    area = area_of(request.scope, now=now)
    found = _asked_for(request, area, now)
    page = _page(request, len(found))
    rows = [(card, can_change(card, request.scope)) for card in found[page.first - 1 if found else 0 : page.last]]
    context = {
        "rows": rows,
        "columns": _columns(),
        "chips": _chips(request),
        "words": _words(request),
        "is_filtered": bool(
            _words(request) or any(request.GET.get(name) for name in ("kind", "standing", "community"))
        ),
        "page": page,
        "total": len(found),
        "asking": request.GET.urlencode(),
        "can_register": can_plan(request.scope),
        **_done(request, found),
    }
    return render(request, "registry/exemptions.html", context)


@require_POST
@signed_in
def export(request: SignedInRequest) -> HttpResponse:
    """Answer the list that the address asks for as a file; the trail keeps that it was taken."""
    now = clock.now()
    found = _asked_for(request, area_of(request.scope, now=now), now)
    form = FileForm.CSV if request.POST.get("form") == FileForm.CSV else FileForm.XLSX
    file = export_exemptions(found, conditions=_conditions(request), form=form, by=request.scope, now=now)
    answer = HttpResponse(file.content, content_type=file.content_type)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
    return answer


@require_http_methods(["GET", "POST"])
@signed_in
def register(request: SignedInRequest) -> HttpResponse:
    """Show and take the form of an exception, opened for a finding, a place, or for any community."""
    require(request.scope, Permission.PLAN)
    now = clock.now()
    area = area_of(request.scope, now=now)
    kind, subject = _kind(request.GET.get("kind", "")), request.GET.get("subject", "")[:80]
    communities = list(communities_of_area(area))
    finding = finding_behind(kind, subject, area=area) if kind is not None and subject else None
    subject_name = _subject_name(request, kind, subject, finding, dict(communities), area)
    form = ExemptionForm(
        request.POST or None,
        kind=kind,
        subject=subject,
        communities=communities,
        initial=_start(kind, subject, area, now),
    )
    refusal: LinliError | None = None
    if request.method == "POST" and form.is_valid():
        asked = form.asked()
        try:
            register_exemption(asked, by=request.scope, now=now)
        except EntryUnknown:
            raise Http404 from None
        except ExemptionRefused as fault:
            form.refuse(fault)
        except LinliError as fault:
            refusal = fault
        else:
            done = {"done": "registered", "what": f"{asked.kind}/{asked.subject}"}
            return HttpResponseRedirect(f"{reverse('registry:exemptions')}?{urlencode(done)}")
    context = {
        "form": form,
        "refusal": refusal,
        "kind": kind,
        "kind_name": "" if kind is None else KIND_NAMES[kind],
        "subject": subject,
        "subject_name": subject_name,
        "finding": finding,
        "crumbs": (
            Crumb(label=_("登记例外"), url=reverse("registry:exemptions")),
            Crumb(label=pgettext("act", "登记例外")),
        ),
    }
    is_refused = refusal is not None or bool(form.errors)
    return render(request, "registry/exemption_form.html", context, status=422 if is_refused else 200)


@require_POST
@signed_in
def end(request: SignedInRequest, kind: str, subject: str) -> HttpResponse:
    """End an exception; the list offers to take that back."""
    now = clock.now()
    wanted = _kind(kind)
    if wanted is None:
        raise Http404
    try:
        end_exemption(wanted, subject, by=request.scope, now=now)
    except ExemptionUnknown as refusal:
        return _not_found(request, refusal)
    done = {"done": "ended", "what": f"{wanted}/{subject}", "at": round(now.timestamp() * MICROSECONDS)}
    return _back(request, f"{reverse('registry:exemptions')}?{urlencode(done)}")


@require_POST
@signed_in
def undo(request: SignedInRequest, kind: str, subject: str, moment: int) -> HttpResponse:
    """Let an exception stand again that was ended."""
    wanted = _kind(kind)
    if wanted is None:
        raise Http404
    seconds, rest = divmod(moment, MICROSECONDS)
    try:
        ended_at = datetime.fromtimestamp(seconds, tz=UTC).replace(microsecond=rest)
        undo_end(wanted, subject, ended_at=ended_at, by=request.scope, now=clock.now())
    except (OverflowError, ValueError):
        raise Http404 from None
    except ExemptionUnknown as refusal:
        return _not_found(request, refusal)
    except LinliError as refusal:
        return HttpResponse(refusal.message, status=refusal.http_status)
    return _back(request, reverse("registry:exemptions"))


def _subject_name(
    request: SignedInRequest,
    kind: ExemptionKind | None,
    subject: str,
    finding: FindingCard | None,
    communities: Mapping[str, str],
    area: Area,
) -> str:
    """Return what the form is opened for as it is read; empty where the reader chooses it there.

    Raises:
        Http404: The reader's area holds nothing of the kind.
    """
    if not subject:
        return ""
    name = communities.get(subject, "") if kind is None or kind in OF_COMMUNITIES else ""
    if kind is ExemptionKind.CUSTODY:
        with suppress(EntryUnknown):
            name = compound_place(district_by_code(request.scope.district_code), subject, area=area).name
    name = name or (finding.subject_name if finding is not None else "")
    if not name:
        raise Http404
    return name


def can_change(card: ExemptionCard, scope: Scope) -> bool:
    """Say whether a post may end an exception: it must plan for every community that it binds."""
    return card.is_open and all(can_plan(scope, office=office) for office in card.office_codes)


def _asked_for(request: SignedInRequest, area: Area, now: datetime) -> tuple[ExemptionCard, ...]:
    return exemptions(
        area,
        on=clock.today(now),
        kinds=[value for value in request.GET.getlist("kind") if value in set(ExemptionKind)],
        standings=[value for value in request.GET.getlist("standing") if value in set(Standing)],
        words=_words(request),
        community=request.GET.get("community", ""),
    )


def _words(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:LONGEST_WORDS]


def _page(request: HttpRequest, total: int) -> PageOfRows:
    text = request.GET.get("page", "")
    asked = int(text) if text.isdecimal() and text.isascii() and len(text) < 7 else 1
    pages = max(1, -(-total // ROWS_PER_PAGE))
    return PageOfRows(number=min(max(asked, 1), pages), size=ROWS_PER_PAGE, total=total)


def _columns() -> tuple[Column, ...]:
    return (
        Column(key="", label=_("对象")),
        Column(key="", label=_("类型")),
        Column(key="", label=_("理由")),
        Column(key="", label=_("期限")),
        Column(key="", label=_("状态")),
        Column(key="", label=_("登记"), rank=2),
        Column(key="", label=""),
    )


def _chips(request: HttpRequest) -> tuple[Chip, ...]:
    return (
        _chip(request, "standing", _("状态"), {one.value: str(word) for one, word in STANDING_NAMES.items()}),
        _chip(request, "kind", _("类型"), {one.value: str(word) for one, word in KIND_NAMES.items()}),
    )


def _chip(request: HttpRequest, field: str, label: str, words: dict[str, str]) -> Chip:
    chosen = request.GET.get(field, "")
    left = request.GET.copy()
    for name in (field, "page"):
        left.pop(name, None)
    return Chip(
        label=label,
        field=field,
        value=words.get(chosen, ""),
        clear_url=f"?{left.urlencode()}",
        options=tuple((value, word, value == chosen) for value, word in words.items()),
    )


def _conditions(request: HttpRequest) -> str:
    told = [f"{chip.label} {chip.value}" for chip in _chips(request) if chip.value]
    if _words(request):
        told.insert(0, _("查找“%(words)s”") % {"words": _words(request)})
    return "；".join(told) or _("无，全部")


def _done(request: SignedInRequest, found: Sequence[ExemptionCard]) -> dict[str, Any]:
    """Return what was just done, for the toast that offers to undo it; only where the list shows that very act."""
    kind, _slash, subject = request.GET.get("what", "").partition("/")
    mine = [card for card in found if (card.kind, card.subject) == (kind, subject)]
    if request.GET.get("done") == "registered" and any(can_change(card, request.scope) for card in mine):
        return {
            "done_words": _("已登记例外，正在重新核查"),
            "undo_url": reverse("registry:exemption-end", args=[kind, subject]),
        }
    moment = request.GET.get("at", "")
    if request.GET.get("done") == "ended" and any(str(card.end_moment) == moment for card in mine):
        return {
            "done_words": _("已终止例外，正在重新核查"),
            "undo_url": reverse("registry:exemption-undo", args=[kind, subject, int(moment)]),
        }
    return {}


def _start(kind: ExemptionKind | None, subject: str, area: Area, now: datetime) -> dict[str, Any]:
    """Return what the form starts with: of a custody without an end, what is known of it."""
    if kind is not ExemptionKind.CUSTODY:
        return {"subject": subject, "kind": kind or ExemptionKind.BAND.value}
    known = open_exemption(kind, subject, area=area, on=clock.today(now))
    if known is None:
        return {"since_on": clock.today(now)}
    return {"since_on": known.since_on, "custodian": known.communities[-1][0], "reason": known.reason}


def _kind(text: str) -> ExemptionKind | None:
    return ExemptionKind(text) if text in set(ExemptionKind) else None


def _back(request: SignedInRequest, address: str) -> HttpResponse:
    return HttpResponseClientRedirect(address) if request.htmx else HttpResponseRedirect(address)


def _not_found(request: HttpRequest, refusal: LinliError) -> HttpResponse:
    return render(request, "404.html", {"reason": refusal.message}, status=refusal.http_status)


addresses = [
    path("exemptions/", exemption_list, name="exemptions"),
    path("exemptions/export/", export, name="exemptions-export"),
    path("exemptions/new/", register, name="exemption-new"),
    path("exemptions/<str:kind>/<str:subject>/end/", end, name="exemption-end"),
    path("exemptions/<str:kind>/<str:subject>/undo/<int:moment>/", undo, name="exemption-undo"),
]
