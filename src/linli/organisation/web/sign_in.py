"""Sign-in in two short steps: account and password; one-time code and post."""

from __future__ import annotations

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off, get_credentials, get_failure_limit
from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from linli.foundation import clock
from linli.organisation.models import Person
from linli.organisation.operations.second_factor import accepts_code
from linli.organisation.operations.sessions import forget_session, note_lockout, note_sign_out
from linli.organisation.queries import has_second_factor, posts_of
from linli.organisation.rules import normal_username
from linli.organisation.web.forms import SecondStepForm, SignInForm
from linli.organisation.web.session import POST_KEY, begin, complete, pending_sign_in, safe_address

WRONG, LOCKED = 422, 429


@sensitive_post_parameters("password")
@csrf_protect
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Take account and password; sign in at once where neither code nor post is to be asked for."""
    after = safe_address(request, request.POST.get("next", request.GET.get("next", "")))
    if request.user.is_authenticated:
        return redirect(after)
    if request.method != "POST":
        return _first_step(request, SignInForm(), after=after)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _first_step(request, form, after=after, status=WRONG)
    username = normal_username(form.cleaned_data["username"])
    was_open = _is_open(request, username)
    person = authenticate(request, username=username, password=form.cleaned_data["password"])
    if not isinstance(person, Person):
        return _refuse(request, form, username=username, after=after, was_open=was_open)
    now = clock.now()
    posts = posts_of(person, on=clock.today(now))
    is_shared: bool = form.cleaned_data["is_shared"]
    if needs_code(person) or len(posts) > 1:
        begin(request, person, is_shared=is_shared, after=after, now=now)
        return redirect("organisation:second-step")
    post = posts[0].code if posts else ""
    return complete(request, person, post=post, is_shared=is_shared, after=after, now=now)


@sensitive_post_parameters("code")
@csrf_protect
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """Take the one-time code and the post, then sign in."""
    now = clock.now()
    found = pending_sign_in(request, now=now)
    if found is None:
        words = gettext("两步之间停得太久，或密码刚改过。从第一步重新登录")
        return _first_step(request, SignInForm(), after="", words=words)
    pending, person = found
    asks_code, posts = needs_code(person), posts_of(person, on=clock.today(now))
    if request.method != "POST":
        return _second_step(request, SecondStepForm(needs_code=asks_code, posts=posts))
    form = SecondStepForm(request.POST, needs_code=asks_code, posts=posts, chosen=request.POST.get("post", ""))
    if asks_code and not _is_open(request, person.username):
        return _second_step(request, form, words=_locked_words(request), status=LOCKED)
    if not form.is_valid():
        return _second_step(request, form, status=WRONG)
    if asks_code and not accepts_code(person, form.cleaned_data["code"], now=now):
        count_wrong_code(request, person.username)
        if _is_open(request, person.username):
            words = gettext("动态码不对或已用过，还能试 %(left)d 次。换下一个码，或用备用码")
            return _second_step(
                request, form, words=words % {"left": _tries_left(request, person.username)}, status=WRONG
            )
        note_lockout(person.username, now=now)
        return _second_step(request, form, words=_locked_words(request), status=LOCKED)
    return complete(
        request,
        person,
        post=form.post_taken,
        is_shared=pending.is_shared,
        after=pending.after,
        now=now,
        is_proven=asks_code,
    )


@csrf_protect
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    if isinstance(request.user, Person):
        note_sign_out(request.user, post=request.session.get(POST_KEY, ""), now=clock.now())
    forget_session(request.session.session_key or "")
    logout(request)
    return redirect("organisation:sign-in")


def count_wrong_code(request: HttpRequest, username: str) -> None:
    """Count a wrong one-time code like a wrong password: six digits would not stand endless tries."""
    user_login_failed.send(sender=__name__, credentials=get_credentials(username), request=request)


def is_locked(request: HttpRequest, username: str) -> bool:
    """Say whether an account is locked after too many tries."""
    return not _is_open(request, username)


def needs_code(person: Person) -> bool:
    """Say whether the second step asks for a one-time code: of everybody enrolled, but not in a demo."""
    return not settings.LINLI_DEMO and has_second_factor(person)


def keep_answer(request: HttpRequest, response: HttpResponse, credentials: object = None) -> HttpResponse:
    """Leave our own page of a lockout as it is; named by the setting ``AXES_LOCKOUT_CALLABLE``."""
    return response


def _refuse(request: HttpRequest, form: SignInForm, *, username: str, after: str, was_open: bool) -> HttpResponse:
    if _is_open(request, username):
        words = gettext("账号或密码不对，还能试 %(left)d 次。忘了密码，找本单位管理岗重设")
        words %= {"left": _tries_left(request, username)}
        return _first_step(request, form, after=after, words=words, status=WRONG)
    if was_open:
        note_lockout(username, now=clock.now())
    return _first_step(request, form, after=after, words=_locked_words(request), status=LOCKED)


def _is_open(request: HttpRequest, username: str) -> bool:
    allowed: bool = AxesProxyHandler.is_allowed(request, get_credentials(username))
    return allowed


def _tries_left(request: HttpRequest, username: str) -> int:
    credentials = get_credentials(username)
    left = get_failure_limit(request, credentials) - AxesProxyHandler.get_failures(request, credentials)
    return max(int(left), 0)


def _locked_words(request: HttpRequest) -> str:
    pause = get_cool_off(request)
    if pause is None:
        return gettext("试错次数太多，账号已锁。找本单位管理岗重设密码")
    words = gettext("试错次数太多，账号已锁。%(minutes)d 分钟后再试，或找本单位管理岗重设密码")
    return words % {"minutes": round(pause.total_seconds() / 60)}


def _first_step(
    request: HttpRequest,
    form: SignInForm,
    *,
    after: str,
    words: str = "",
    status: int = 200,
) -> HttpResponse:
    seen = {"form": form, "after": after, "words": words}
    return render(request, "organisation/sign_in.html", seen, status=status)


def _second_step(request: HttpRequest, form: SecondStepForm, *, words: str = "", status: int = 200) -> HttpResponse:
    return render(request, "organisation/second_step.html", {"form": form, "words": words}, status=status)
