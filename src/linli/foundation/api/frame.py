"""The frame of the API: one shape of faults everywhere, and a description that says so."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Callable, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import conditional_page, require_safe
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from linli.foundation.api.errors import NothingHere, RequestMalformed, RequestWrong, ServerFault
from linli.foundation.api.problems import MEDIA_TYPE, Problem, problem_answer
from linli.foundation.errors import LinliError

logger = logging.getLogger(__name__)
#: Names of operations' parameters that stand for a group of parameters of the request.
GROUPS = frozenset({"asked", "window", "said"})
#: What any address of the API may answer beside its own; for ``response=`` of an operation.
FAULTS: dict[frozenset[int], type[Problem]] = {frozenset({400, 401, 403, 404, 409, 422, 429}): Problem}


class HouseAPI(NinjaAPI):
    """An API whose faults are problem documents; its answers carry the headers that an operation leaves.

    An operation leaves headers in ``request.answer_headers``, such as the mark of a revision.

    Args:
        refused: The fault for a request that shows no valid key.
        **options: As of `NinjaAPI`.
    """

    def __init__(self, *, refused: type[LinliError], **options: Any) -> None:
        super().__init__(docs_url=None, docs_decorator=_described, **options)
        for kind, told in (
            (LinliError, _as_it_is),
            (Http404, lambda _fault: NothingHere()),
            (AuthenticationError, lambda _fault: refused()),
            (ValidationError, _wrong),
            (HttpError, _malformed),
        ):
            self.add_exception_handler(kind, _answerer(told))
        self.add_exception_handler(Exception, _server_fault)

    def create_response(self, request: HttpRequest, data: Any, **options: Any) -> HttpResponse:
        """Return an answer with the headers that the operation left; 304 where the caller has the same already."""
        answer: HttpResponse = super().create_response(request, data, **options)
        for name, value in getattr(request, "answer_headers", {}).items():
            answer.headers[name] = value
        if request.method != "GET" or answer.status_code != 200:
            return answer
        answer.headers.setdefault("ETag", quote_etag(hashlib.sha256(answer.content).hexdigest()[:32]))
        return get_conditional_response(request, etag=answer.headers["ETag"], response=answer) or answer

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Return the description (OpenAPI 3.1), faults under their own media type."""
        described = super().get_openapi_schema(**options)
        for operations in described["paths"].values():
            for operation in operations.values():
                for status, answer in operation["responses"].items():
                    content = answer.get("content", {})
                    if int(status) >= 400 and "application/json" in content:
                        answer["content"] = {MEDIA_TYPE: content["application/json"]}
        return described


def _described(answering: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return the address of the description so that it only reads, and answers 304 where nothing has changed."""
    # What decorators look for on a function, a partial does not have.
    return require_safe(conditional_page(lambda request, **parts: answering(request, **parts)))


def _answerer(told: Callable[[Any], LinliError]) -> Callable[[HttpRequest, Any], HttpResponse]:
    return lambda _request, fault: problem_answer(told(fault))


def _as_it_is(fault: LinliError) -> LinliError:
    return fault


def _wrong(fault: ValidationError) -> RequestWrong:
    faults = [{"where": _where(one["loc"]), "kind": one["type"], "reason": one["msg"]} for one in fault.errors]
    first = faults[0]
    return RequestWrong(count=len(faults), where=first["where"], reason=first["reason"], faults=faults)


def _where(place: Sequence[str | int]) -> str:
    """Return where a fault lies as the caller wrote it: the names of our own groups of parameters are left out.

    Examples:
        >>> _where(("query", "asked", "code", 0)), _where(("path", "code")), _where(("body", "said"))
        ('code.0', 'code', 'body')
    """
    source, *parts = place
    told = [str(part) for part in parts if part not in GROUPS]
    return ".".join(told) or str(source)


def _malformed(fault: HttpError) -> LinliError:
    return NothingHere() if fault.status_code == 404 else RequestMalformed(reason=str(fault))


def _server_fault(request: HttpRequest, fault: Any) -> HttpResponse:
    number = secrets.token_hex(3).upper()
    logger.exception("fault %s at %s", number, request.path, exc_info=fault)
    return problem_answer(ServerFault(number=number))
