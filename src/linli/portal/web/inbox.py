"""The inbox: what the worker has finished, and what it is doing."""

from __future__ import annotations

from contextlib import suppress

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.foundation.clock import now
from linli.foundation.jobs import cancel as cancel_job
from linli.foundation.jobs.errors import JobAlreadyFinished, JobUnknown
from linli.foundation.jobs.queries import JobCard, run_card
from linli.organisation.access import require
from linli.organisation.rules import Permission
from linli.organisation.web.gate import SignedInRequest, signed_in
from linli.portal.queries.runs import run_to_read, runs_visible_to

OUTCOMES = {"DONE": "ok", "FAILED": "bad", "CANCELLED": "stopped"}


def shown(card: JobCard) -> dict[str, object]:
    """Return a run as the fragment ``ui/_job.html`` wants it."""
    return {
        "number": card.number,
        "title": card.title,
        "done": card.done,
        "total": card.total,
        "words": card.error or card.words or _("等待办理"),
        "outcome": OUTCOMES.get(card.stage, ""),
        "poll_url": reverse("portal:job", args=[card.number]),
        "cancel_url": reverse("portal:job-cancel", args=[card.number]) if card.can_cancel else "",
        "result_url": result_of(card),
    }


def result_of(card: JobCard) -> str:
    """Return the address of what a finished run made, empty where it made no page of its own."""
    made = card.result if isinstance(card.result, dict) else {}
    return reverse("plans:plan", args=[made["plan"]]) if card.stage == "DONE" and "plan" in made else ""


@signed_in
def inbox(request: SignedInRequest) -> HttpResponse:
    """Show the newest runs that the post may see."""
    cards = runs_visible_to(request.scope, limit=50)
    return render(request, "portal/inbox.html", {"jobs": [(shown(card), card) for card in cards]})


@signed_in
def job(request: SignedInRequest, number: str) -> HttpResponse:
    """Answer with one run as a fragment."""
    card = _card(request, number)
    return render(request, "ui/_job.html", {"job": shown(card)})


@require_POST
@signed_in
def cancel(request: SignedInRequest, number: str) -> HttpResponse:
    """Cancel a run that the reader may plan or audit for."""
    _card(request, number)
    require(request.scope, Permission.AUDIT)
    # One that has ended meanwhile is shown as it ended.
    with suppress(JobAlreadyFinished):
        cancel_job(number, now=now())
    return render(request, "ui/_job.html", {"job": shown(run_card(number))})


def _card(request: SignedInRequest, number: str) -> JobCard:
    require(request.scope, Permission.READ)
    try:
        return run_to_read(number, scope=request.scope)
    except JobUnknown:
        raise Http404 from None
