"""The first page for those who have not signed in; in a demo it shows how far the sample district has come."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from linli.foundation.jobs import JobCard, runs
from linli.portal.web.inbox import OUTCOMES

DEMO_DISTRICT = "990101"
#: What the demo's first minute consists of, in order.
DEMO_JOBS = ("linli.portal.jobs.prepare_demo", "linli.layout.plans.jobs.make_plan")


def landing(request: HttpRequest) -> HttpResponse:
    """Show the demo's progress and accounts; without a demo, lead to the sign-in."""
    if not settings.LINLI_DEMO:
        return redirect("organisation:sign-in")
    return render(request, "portal/landing.html", _progress())


@require_safe
def demo_progress(request: HttpRequest) -> HttpResponse:
    """Answer with the progress as a fragment, which asks again until the district is ready."""
    if not settings.LINLI_DEMO:
        return redirect("organisation:sign-in")
    return render(request, "portal/_demo_progress.html", _progress())


def _progress() -> dict[str, Any]:
    steps = [_shown(cards[0]) for kind in DEMO_JOBS if (cards := runs(district=DEMO_DISTRICT, kind=kind, limit=1))]
    is_ready = len(steps) == len(DEMO_JOBS) and all(step["outcome"] for step in steps)
    return {
        "jobs": steps,
        "is_ready": is_ready,
        "accounts": _accounts(),
        "poll_url": reverse("portal:demo-progress"),
    }


def _shown(card: JobCard) -> dict[str, Any]:
    return {
        "number": card.number,
        "title": card.title,
        "done": card.done,
        "total": card.total,
        "words": card.error or card.words,
        "outcome": OUTCOMES.get(card.stage, ""),
    }


def _accounts() -> list[dict[str, str]]:
    path = settings.LINLI_VAR / "demo-accounts.json"
    if not path.is_file():
        return []
    accounts: list[dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return accounts
