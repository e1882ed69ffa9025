"""The page that Prometheus reads."""

from __future__ import annotations

import hmac

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.foundation.clock import now
from linli.foundation.watching.metrics import exposition


@never_cache
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Give the figures to whoever has the token, or asks from an address of ours without a proxy between."""
    if not _may_read(request):
        raise Http404
    return HttpResponse(exposition(now()), content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_read(request: HttpRequest) -> bool:
    token = settings.LINLI_METRICS_TOKEN
    scheme, _space, sent = request.headers.get("Authorization", "").partition(" ")
    if token and scheme == "Bearer":
        return hmac.compare_digest(sent.encode(), token.encode())
    # Behind a proxy everybody comes from the proxy's address.
    is_direct = "X-Forwarded-For" not in request.headers
    return is_direct and request.META.get("REMOTE_ADDR", "") in settings.LINLI_METRICS_FROM
