"""The door of the features: who may read, faults as problem documents, answers that have not changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import conditional_page, require_safe

from linli.foundation.api import problem_answer
from linli.foundation.errors import LinliError
from linli.organisation.api import TokenRequest, keeper, unchanged
from linli.organisation.errors import TokenRefused

P = ParamSpec("P")
JSON = "application/json"
GEOJSON = "application/geo+json"
Answering = Callable[..., HttpResponse]


def answer(content: Any, media_type: str = JSON) -> HttpResponse:
    """Return a document; dates and moments are written by ISO 8601."""
    text = json.dumps(content, ensure_ascii=False, default=lambda one: one.isoformat())
    return HttpResponse(text, content_type=media_type)


def open_to_all(operation: Callable[[HttpRequest], HttpResponse]) -> Answering:
    """Answer anyone: what the service is, which holds no data."""

    @wraps(operation)
    def answered(request: HttpRequest) -> HttpResponse:
        try:
            said = operation(request)
        except LinliError as fault:
            return problem_answer(fault)
        said.headers["Cache-Control"] = "no-cache"
        said.headers["Vary"] = "Accept-Language"
        return said

    return cast("Answering", csrf_exempt(require_safe(conditional_page(answered))))


def open_to_tokens(operation: Callable[Concatenate[TokenRequest, P], HttpResponse]) -> Answering:
    """Answer who brings a token, as bearer or as the password of a user; 304 where nothing has happened since."""
    told = unchanged(operation)

    # No cookie opens this door, so that no other site can use one.

    @wraps(operation)
    def answered(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            if not any(gate(request) for gate in keeper(None)):
                raise TokenRefused()
            asked = cast("TokenRequest", request)
            said: HttpResponse = told(asked, *args, **kwargs)
        except LinliError as fault:
            return problem_answer(fault)
        for name, value in asked.answer_headers.items():
            said.headers[name] = value
        return said

    return cast("Answering", csrf_exempt(require_safe(answered)))
