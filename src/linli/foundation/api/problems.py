"""Faults of the API as problem documents (RFC 9457)."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from ninja import Schema

from linli.foundation.errors import LinliError

MEDIA_TYPE = "application/problem+json"


class Problem(Schema):
    """Why a request was refused, and what to do."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    params: dict[str, Any]


def problem_answer(fault: LinliError) -> HttpResponse:
    """Return a fault as the answer; waiting times and the way to sign in stand in their headers as well."""
    answer = HttpResponse(
        json.dumps(fault.as_problem(), ensure_ascii=False), content_type=MEDIA_TYPE, status=fault.http_status
    )
    answer.headers["Cache-Control"] = "no-store"
    if "wait_seconds" in fault.params:
        answer.headers["Retry-After"] = str(fault.params["wait_seconds"])
    if fault.http_status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="linli", Basic realm="linli", charset="UTF-8"'
    return answer
