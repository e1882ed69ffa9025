"""Faults that arise before or beside an operation of the API get the API's shape as well."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from linli.foundation.api.errors import MethodWrong, NothingHere, RequestMalformed, ServerFault
from linli.foundation.api.problems import MEDIA_TYPE, problem_answer

#: Where other systems ask, not people.
PLACES = ("/api/", "/ogc/")


class ProblemAnswers:
    """Turn pages of faults under the API's addresses into problem documents: unknown address, method, host, body."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        answer = self.get_response(request)
        is_told = answer.headers.get("Content-Type", "").startswith(MEDIA_TYPE)
        if answer.status_code < 400 or is_told or not request.path.startswith(PLACES):
            return answer
        if answer.status_code == 405:
            told = problem_answer(MethodWrong(method=request.method or ""))
            told.headers["Allow"] = answer.headers.get("Allow", "GET")
            return told
        if answer.status_code == 404:
            return problem_answer(NothingHere())
        if answer.status_code >= 500:
            return problem_answer(ServerFault(number="—"))
        return problem_answer(RequestMalformed(reason=answer.reason_phrase))
