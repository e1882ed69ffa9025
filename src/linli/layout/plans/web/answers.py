"""Answers that several pages of this room give."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from linli.foundation.errors import LinliError


def not_found(request: HttpRequest, refusal: LinliError) -> HttpResponse:
    """Answer with the page that tells what was not found, with the refusal's own code."""
    return render(request, "404.html", {"reason": refusal.message}, status=refusal.http_status)


def refused(request: HttpRequest, number: str, refusal: LinliError) -> HttpResponse:
    """Answer with the page that tells why an act on a plan was refused, and leads back to it."""
    context = {"refusal": refusal, "back": reverse("plans:plan", args=[number])}
    return render(request, "plans/refusal.html", context, status=refusal.http_status)
