"""Answers for machines that watch: alive, ready."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.foundation.health.queries import is_ready


@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Say that the process answers; asks nothing of the database."""
    return JsonResponse({"live": True})


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Say whether people can be served: database reachable and migrated; 503 where not.

    Codes only: an answer that everybody may read tells nothing of the inside.
    """
    missing = is_ready()
    answer = {"ready": not missing, "missing": [check.code for check in missing]}
    return JsonResponse(answer, status=503 if missing else 200)
