"""The gate before every page for staff: who asks, from which post, with which scope."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from linli.foundation import clock
from linli.foundation.errors import LinliError
from linli.organisation.access import Scope, only_scope_on, scope_on
from linli.organisation.errors import NotPermitted, NotSignedIntoPost, OutsideYourArea, PostUnknown
from linli.organisation.models import Person
from linli.organisation.web.session import POST_KEY, SHARED_KEY

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

P = ParamSpec("P")


class SignedInRequest(HttpRequest):
    """A request that passed the gate.

    Attributes:
        user: Who is signed in.
        scope: The post acted from and its area.
        htmx: How htmx asked, false for a whole page.
    """

    user: Person
    scope: Scope
    htmx: HtmxDetails


def scope_of(request: HttpRequest) -> Scope | None:
    """Return the scope of a request that passed the gate, ``None`` for any other, such as a page of errors."""
    return getattr(request, "scope", None)


def signed_in(
    view: Callable[Concatenate[SignedInRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let only signed-in people with a post through, and give the view their scope as ``request.scope``.

    Others are led to the sign-in, to the change of a password that must be changed, or to the choice of a post;
    who holds no post gets a page that says so (403). A refusal of `access.require` inside the view becomes the
    same kind of page.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, Person):
            return lead_to(request, "organisation:sign-in")
        if request.user.must_change_password:
            return lead_to(request, "organisation:password")
        try:
            scope = _scope_of_session(request, request.user)
        except NotSignedIntoPost as refusal:
            return refused(request, refusal)
        if scope is None:
            return lead_to(request, "organisation:choose-post")
        request.scope = scope  # type: ignore[attr-defined]
        try:
            response = view(cast("SignedInRequest", request), *args, **kwargs)
        except (NotPermitted, OutsideYourArea) as refusal:
            response = refused(request, refusal)
        _keep_private(request, response)
        return response

    return guarded


def refused(request: HttpRequest, refusal: LinliError) -> HttpResponse:
    """Answer with the page that tells why the reader may not see this, and what to do."""
    page = "organisation/no_post.html" if isinstance(refusal, NotSignedIntoPost) else "403.html"
    return render(request, page, {"reason": refusal.message}, status=refusal.http_status)


def _scope_of_session(request: HttpRequest, person: Person) -> Scope | None:
    today = clock.today(clock.now())
    chosen: Any = request.session.get(POST_KEY)
    if chosen:
        try:
            return scope_on(person, post=chosen, on=today)
        except PostUnknown:
            # The post has ended since it was chosen.
            del request.session[POST_KEY]
    scope = only_scope_on(person, on=today)
    if scope is not None:
        request.session[POST_KEY] = scope.post.code
    return scope


def lead_to(request: HttpRequest, name: str) -> HttpResponse:
    """Lead to a page of the door, and from there back to what was asked for."""
    is_fragment = bool(request.headers.get("HX-Request"))
    # A fragment has no address of its own: the page around it is what one wants to come back to.
    back = request.headers.get("HX-Current-URL", "/") if is_fragment else request.get_full_path()
    address = f"{reverse(name)}?{urlencode({'next': back})}"
    return HttpResponseClientRedirect(address) if is_fragment else HttpResponseRedirect(address)


def _keep_private(request: HttpRequest, response: HttpResponseBase) -> None:
    if request.session.get(SHARED_KEY):
        # Saved again with each request, so that the idle time counts from the last one.
        request.session.modified = True
        response.headers["Cache-Control"] = "no-store"
    response.headers.setdefault("Cache-Control", "private, no-cache")
