"""The page of standards: each number that the software uses, with the document that demands it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from linli.foundation.clock import now, today
from linli.foundation.policies import Standard
from linli.foundation.policies.queries import standards_on
from linli.organisation.web.gate import SignedInRequest, signed_in


@signed_in
def standards(request: SignedInRequest) -> HttpResponse:
    """Show the standards in force today, searched by words."""
    on = today(now())
    words = request.GET.get("q", "").strip()
    found = [
        standard
        for standard in standards_on(on)
        if not words or words in standard.zh or words in standard.source.title or words in standard.key
    ]
    rows = [(standard, limit_of(standard)) for standard in found]
    return render(request, "portal/standards.html", {"standards": rows, "words": words, "on": on})


def limit_of(standard: Standard) -> str:
    """Write the single limit of a standard, empty where it has bounds instead."""
    value = standard.value
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int | float) else str(value)
