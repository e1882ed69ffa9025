"""The gate before every address of the API: the token, its scope, its rate, and what has not changed since."""

from __future__ import annotations

import binascii
import hashlib
from base64 import b64decode
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import get_language
from ninja.security.base import AuthBase

import linli
from linli.foundation import clock
from linli.foundation.trail.queries import newest_of
from linli.organisation.access import Scope
from linli.organisation.operations.tokens import admit
from linli.organisation.queries import TokenCard
from linli.organisation.rules import TokenRight

P = ParamSpec("P")


class TokenRequest(HttpRequest):
    """A request that passed the gate of the API.

    Attributes:
        scope: The post that the token stands for, and its area.
        token: The token.
        answer_headers: Headers that the answer gets.
    """

    scope: Scope
    token: TokenCard
    answer_headers: dict[str, str]


class BearerToken(AuthBase):
    """A token in ``Authorization: Bearer``, the usual way."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __init__(self, right: TokenRight | None) -> None:
        self.right = right
        super().__init__()

    def __call__(self, request: HttpRequest) -> Scope | None:
        """Return the scope; None where the request brings no token in this way."""
        secret = self.secret_in(request.headers.get("Authorization", ""))
        return None if not secret else let_in(request, secret, right=self.right)

    def secret_in(self, header: str) -> str:
        """Return the secret of a header."""
        scheme, _, rest = header.partition(" ")
        return rest.strip() if scheme.lower() == "bearer" else ""


class BasicToken(BearerToken):
    """A token as the password of ``Authorization: Basic``, for map programs that know no other way."""

    openapi_scheme = "basic"

    def secret_in(self, header: str) -> str:
        """Return the password of a header; the username is not looked at."""
        scheme, _, rest = header.partition(" ")
        if scheme.lower() != "basic":
            return ""
        try:
            return b64decode(rest, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""


def keeper(right: TokenRight | None) -> list[BearerToken]:
    """Return who guards an operation: only tokens with the right pass; None lets every token pass."""
    return [BearerToken(right), BasicToken(right)]


def let_in(request: HttpRequest, secret: str, *, right: TokenRight | None) -> Scope:
    """Let a request in, or raise why not (see `admit`)."""
    scope, token = admit(secret, right=right, now=clock.now())
    request.scope, request.token = scope, token  # type: ignore[attr-defined]
    request.answer_headers = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Accept-Language"}  # type: ignore[attr-defined]
    return scope


def unchanged(
    operation: Callable[Concatenate[TokenRequest, P], Any],
) -> Callable[Concatenate[TokenRequest, P], Any]:
    """Answer 304 where nothing has happened in the district since the caller last asked the same.

    Every act is an entry of the district's trail, so the newest entry marks the revision of everything that can be
    read; the day stands in the mark as well, because policies are dated. It costs one short query, before any
    list is read. It errs on the side of sending again.
    """

    @wraps(operation)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> Any:
        asked = cast("TokenRequest", request)
        newest = newest_of(asked.scope.district_code)
        day = clock.today(clock.now()).isoformat()
        parts = (
            request.get_full_path(),
            asked.token.post.code,
            get_language() or "",
            day,
            linli.__version__,
            "" if newest is None else f"{newest.sequence}:{newest.hash}",
        )
        mark = quote_etag(hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32])
        asked.answer_headers["ETag"] = mark
        # No Last-Modified: it counts seconds and knows neither post nor day, so that it would hide changes.
        held = HttpResponse(headers=asked.answer_headers)
        same = get_conditional_response(request, etag=mark, response=held)
        if isinstance(same, HttpResponse) and same.status_code == 304:
            return same
        return operation(asked, *args, **kwargs)

    return cast("Callable[Concatenate[TokenRequest, P], Any]", guarded)
