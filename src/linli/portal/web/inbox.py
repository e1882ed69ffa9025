"""The inbox: what the worker has finished, and what it is doing."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.foundation.clock import now
from linli.foundation.jobs import cancel as cancel_job
from linli.foundation.jobs.queries import JobCard, run_card, runs
from linli.organisation.access import require
from linli.organisation.rules import Permission
from linli.organisation.web.gate import SignedInRequest, signed_in

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
    """Show the district's newest runs."""
    cards = runs(district=request.scope.district_code, limit=50)
    return render(request, "portal/inbox.html", {"jobs": [(shown(card), card) for card in cards]})


@signed_in
def job(request: SignedInRequest, number: str) -> HttpResponse:
    """Answer with one run as a fragment."""
    card = run_card(number)
    require(request.scope, Permission.READ, office=card.district_code)
    return render(request, "ui/_job.html", {"job": shown(card)})


@require_POST
@signed_in
def cancel(request: SignedInRequest, number: str) -> HttpResponse:
    """Cancel a run that the reader may plan or audit for."""
    card = run_card(number)
    require(request.scope, Permission.AUDIT, office=card.district_code)
    cancel_job(number, now=now())
    return render(request, "ui/_job.html", {"job": shown(run_card(number))})
