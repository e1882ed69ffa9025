"""Setting up the second factor (动态码) in three steps, and showing a code in a session that has shown none."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from linli.foundation import clock
from linli.foundation.errors import LinliError
from linli.organisation.models import Person
from linli.organisation.operations.second_factor import accepts_code, enrol_with_code, new_seed, seed_address
from linli.organisation.queries import has_second_factor
from linli.organisation.web.session import PROVEN_KEY, safe_address
from linli.organisation.web.sign_in import WRONG, count_wrong_code, is_locked

SEED_KEY = "organisation.seed-to-set-up"
#: White around the code, in modules, as the standard asks (ISO/IEC 18004).
QUIET = 4


@sensitive_post_parameters("code")
@login_required
@csrf_protect
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Show the steps, take the first code; with a factor set up already, take a code for this session."""
    person = request.user
    assert isinstance(person, Person)
    after = safe_address(request, request.POST.get("next", request.GET.get("next", "")))
    if has_second_factor(person):
        return _prove(request, person, after)
    if request.method == "HEAD":
        return HttpResponse()
    seed = request.session.get(SEED_KEY)
    if not seed:
        seed = request.session[SEED_KEY] = new_seed()
    words = ""
    if request.method == "POST":
        code = request.POST.get("code", "")[:20]
        try:
            made = enrol_with_code(person.username, secret=seed, code=code, by=person, now=clock.now())
        except LinliError as refusal:
            words = str(refusal.message)
        else:
            del request.session[SEED_KEY]
            request.session.cycle_key()
            request.session[PROVEN_KEY] = True
            codes = {"codes": made.recovery_codes, "after": after}
            return render(request, "organisation/second_factor_done.html", codes)
    size, path = qr_path(seed_address(person.username, seed))
    groups = " ".join(seed[place : place + 4] for place in range(0, len(seed), 4))
    seen = {"size": size, "path": path, "seed": groups, "words": words, "after": after}
    return render(request, "organisation/second_factor.html", seen, status=WRONG if words else 200)


def qr_path(text: str) -> tuple[int, str]:
    """Return the side of a QR code in modules, its quiet zone included, and its dark modules as an SVG path."""
    from qrcode import QRCode

    code = QRCode(border=QUIET)
    code.add_data(text)
    rows = code.get_matrix()
    dark = (f"M{x},{y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    return len(rows), "".join(dark)


def _prove(request: HttpRequest, person: Person, after: str) -> HttpResponse:
    """Take a code of who set the factor up after this session began, or in another browser."""
    if request.session.get(PROVEN_KEY):
        return render(request, "organisation/second_factor_on.html", {"after": after})
    words = ""
    if request.method == "POST":
        if is_locked(request, person.username):
            words = gettext("试错次数太多，先停一停，半小时后再试")
        elif accepts_code(person, request.POST.get("code", "")[:20], now=clock.now()):
            request.session.cycle_key()
            request.session[PROVEN_KEY] = True
            return redirect(after)
        else:
            count_wrong_code(request, person.username)
            words = gettext("动态码不对或已用过。换下一个码，或用备用码")
    seen = {"words": words, "after": after}
    return render(request, "organisation/second_factor_code.html", seen, status=WRONG if words else 200)
