"""One's own account: go on in another post, change the password."""

from __future__ import annotations

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from linli.foundation import clock
from linli.foundation.errors import LinliError
from linli.organisation.errors import NotPermitted, NotSignedIntoPost, PasswordWrong
from linli.organisation.models import Person
from linli.organisation.operations import change_password
from linli.organisation.operations.sessions import note_post_taken
from linli.organisation.queries import posts_of
from linli.organisation.web.forms import PasswordForm, SecondStepForm
from linli.organisation.web.gate import refused
from linli.organisation.web.session import POST_KEY, safe_address
from linli.organisation.web.sign_in import WRONG


@login_required
@csrf_protect
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose_post(request: HttpRequest) -> HttpResponse:
    """Go on in another of the posts held; ``?post=`` marks one, only the button takes it."""
    person = _person(request)
    now = clock.now()
    posts = posts_of(person, on=clock.today(now))
    if not posts:
        return refused(request, NotSignedIntoPost(username=person.username))
    after = safe_address(request, request.POST.get("next", request.GET.get("next", "")))
    present = request.session.get(POST_KEY, "")
    if request.method == "POST":
        form = SecondStepForm(request.POST, needs_code=False, posts=posts, chosen=request.POST.get("post", ""))
        if form.is_valid():
            # A new key with each change of rights.
            request.session.cycle_key()
            request.session[POST_KEY] = form.post_taken
            note_post_taken(person, post=form.post_taken, now=now)
            return redirect(after)
        return render(request, "organisation/choose_post.html", {"form": form, "after": after}, status=WRONG)
    form = SecondStepForm(needs_code=False, posts=posts, chosen=request.GET.get("post", present))
    return render(request, "organisation/choose_post.html", {"form": form, "after": after})


@sensitive_post_parameters("present", "new", "again")
@login_required
@csrf_protect
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; other sessions of the account end."""
    person = _person(request)
    after = safe_address(request, request.POST.get("next", request.GET.get("next", "")))
    form = PasswordForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                changed = change_password(
                    person.username,
                    present=form.cleaned_data["present"],
                    new=form.cleaned_data["new"],
                    by=person,
                    now=clock.now(),
                )
            except LinliError as refusal:
                form.add_error("present" if isinstance(refusal, PasswordWrong) else "new", refusal.message)
            else:
                update_session_auth_hash(request, changed)
                return redirect(after)
        status = WRONG
    seen = {"form": form, "after": after, "must_change": person.must_change_password}
    return render(request, "organisation/password.html", seen, status=status)


def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """Lead the admin pages' own sign-in to the one door; who is signed in already may not see them."""
    if isinstance(request.user, Person):
        return refused(request, NotPermitted(post=request.user.username, act=gettext("查看后台")))
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return HttpResponseRedirect(reverse("organisation:sign-in") + query)


def _person(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user
