"""What the pages of the import wizard share: the import, the frame of a step, the preview, the running job."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.foundation.errors import LinliError, ValidationFaults
from linli.foundation.jobs import run_card
from linli.foundation.ui.parts import Crumb, JobProgress, PageOfRows, Step
from linli.organisation.access import can_import, require
from linli.organisation.rules import Permission
from linli.organisation.web.gate import SignedInRequest
from linli.registry.queries.imports import ImportCard, import_card, rows_of
from linli.registry.web.import_rows import shown_rows, tiles

PAGE_SIZE = 50
VERDICTS = ("NEW", "CHANGED", "UNCHANGED", "DOUBTFUL", "REFUSED")
#: Says in the address that no verdict filters.
ALL = "ALL"
OUTCOMES = {"FAILED": "bad", "CANCELLED": "stopped", "DONE": "ok"}


def card_to_read(request: SignedInRequest, number: str) -> ImportCard:
    """Return an import that the post may see; any other is not found."""
    require(request.scope, Permission.READ)
    card = import_card(number, district=request.scope.district_code)
    if card is None or not (request.scope.is_whole_district or request.scope.covers(card.office_code)):
        raise Http404
    return card


def wizard_page(
    request: SignedInRequest,
    step: str,
    card: ImportCard | None,
    *,
    refusal: LinliError | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Answer the page of a step; a refusal shows above it and gives the status."""
    faults = refusal.faults if isinstance(refusal, ValidationFaults) else ()
    found: dict[str, Any] = {
        "card": card,
        "steps": steps("preview" if step == "working" else step, card),
        "crumbs": (
            Crumb(label=_("导入"), url=reverse("registry:imports")),
            Crumb(label=card.file_name if card else _("新的导入")),
        ),
        "refusal": [fault.sentence for fault in faults] or ([refusal.message] if refusal else []),
        "can_import": can_import(request.scope),
    }
    return render(
        request,
        f"registry/imports/{step}.html",
        found | more,
        status=refusal.http_status if refusal else status,
    )


def preview_page(request: SignedInRequest, card: ImportCard, *, refusal: LinliError | None = None) -> HttpResponse:
    """Answer the preview, filtered by verdict, what needs a person first."""
    verdict = request.GET.get("verdict", "")
    if verdict not in VERDICTS and verdict != ALL:
        waiting = [one for one in ("DOUBTFUL", "REFUSED") if card.is_open and card.counts.get(one)]
        verdict = waiting[0] if waiting else ""
    verdict = "" if verdict == ALL else verdict
    total = card.counts.get(verdict, 0) if verdict else sum(card.counts.get(one, 0) for one in VERDICTS)
    pages = max(1, -(-total // PAGE_SIZE))
    said = request.GET.get("page", "1")
    page = PageOfRows(number=min(max(1, int(said) if said.isdigit() else 1), pages), size=PAGE_SIZE, total=total)
    rows = rows_of(card.number, verdict=verdict, offset=(page.number - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    return wizard_page(
        request,
        "preview",
        card,
        refusal=refusal,
        rows=shown_rows(rows, card),
        tiles=tiles(card, verdict),
        verdict=verdict,
        page=page,
        can_settle=card.is_previewed and can_import(request.scope),
        kept=card.notes.get("kept", []),
    )


def running_job(card: ImportCard) -> JobProgress | None:
    """Return the background run of an import for its progress bar; None where nothing was ever asked for."""
    if not card.job:
        return None
    run = run_card(card.job)
    outcome = OUTCOMES.get(run.stage, "")
    return JobProgress(
        number=run.number,
        title=run.title,
        done=run.done,
        total=run.total or None,
        words=run.error or run.words,
        poll_url="" if outcome else reverse("registry:import-progress", args=[card.number]),
        cancel_url=reverse("registry:import-cancel", args=[card.number]) if run.can_cancel else "",
        outcome=outcome,  # type: ignore[arg-type]
    )


def steps(current: str, card: ImportCard | None) -> tuple[Step, ...]:
    """Return the steps of the wizard; those before the current one lead back while nothing is written."""
    names = [
        ("upload", _("选文件"), ""),
        ("columns", _("对列"), "registry:import-columns"),
        ("system", _("坐标"), "registry:import-system"),
        ("preview", _("预览"), "registry:import"),
        ("done", _("完成"), ""),
    ]
    is_done = card is not None and not card.is_open
    at = len(names) if is_done else [key for key, _label, _name in names].index(current)
    return tuple(
        Step(
            label=label,
            place="done" if place < at else "cur" if place == at else "next",
            url=reverse(name, args=[card.number]) if name and card and place < at and not is_done else "",
        )
        for place, (_key, label, name) in enumerate(names)
    )
