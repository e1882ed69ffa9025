"""What surrounds every request: its number, its seconds, its line in the log."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from linli.foundation.watching import metrics
from linli.foundation.watching.numbers import number_of, numbered

logger = logging.getLogger("linli.requests")
#: Methods of HTTP; a stranger's invention must not become a label of its own.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Watched:
    """Number, time and count each request; say route template and status, never the address as typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, with its number in ``X-Request-ID``."""
        number = number_of(request.headers.get("X-Request-ID", ""))
        started = time.perf_counter()
        with numbered(number):
            response = self.get_response(request)
            seconds = time.perf_counter() - started
            method = request.method if request.method in METHODS else "OTHER"
            route = route_of(request)
            metrics.requests.labels(method=method, route=route, status=str(response.status_code)).inc()
            metrics.request_seconds.labels(method=method, route=route).observe(seconds)
            figures = {
                "method": method,
                "route": route,
                "status": response.status_code,
                "ms": round(seconds * 1000, 1),
            }
            logger.info("%s %s %d", method, route, response.status_code, extra={"figures": figures})
        response.headers["X-Request-ID"] = number
        return response


def route_of(request: HttpRequest) -> str:
    """Return the template of the address, such as ``/ledger/compounds/<str:code>/``."""
    if request.resolver_match is not None:
        return "/" + request.resolver_match.route
    return "static" if request.path.startswith(settings.STATIC_URL) else "unmatched"
