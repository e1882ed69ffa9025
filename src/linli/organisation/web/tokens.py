"""One's own access tokens (访问令牌): made for the post one works in, shown once, ended at any time."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from linli.foundation import clock
from linli.foundation.errors import LinliError
from linli.organisation.access import Scope, may
from linli.organisation.errors import TokenUnknown
from linli.organisation.operations.tokens import MadeToken, end_token, make_token
from linli.organisation.queries import tokens_of
from linli.organisation.rules import PERMISSION_OF_RIGHT, TokenRight
from linli.organisation.web.gate import SignedInRequest, signed_in
from linli.organisation.web.session import safe_address

WRONG = 422
USUAL_DAYS = 180
RIGHT_NAMES = {
    TokenRight.READ_LEDGER: gettext_lazy("读台账、核查问题和变更"),
    TokenRight.READ_LAYOUTS: gettext_lazy("读布局"),
    TokenRight.READ_PLANS: gettext_lazy("读调整方案"),
    TokenRight.READ_TRAIL: gettext_lazy("读留痕"),
    TokenRight.WRITE_IMPORTS: gettext_lazy("导入文件"),
}


class TokenForm(forms.Form):
    """What a token is for, what it may do, and how long."""

    name = forms.CharField(
        label=gettext_lazy("用途"),
        help_text=gettext_lazy("哪个系统用，做什么；以后凭它认出这个令牌"),
        max_length=60,
        error_messages={"required": gettext_lazy("没有填用途")},
    )
    rights = forms.MultipleChoiceField(
        label=gettext_lazy("权限"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("没有选权限，至少选一项")},
    )
    ends_on = forms.DateField(
        label=gettext_lazy("到期日"),
        help_text=gettext_lazy("到期当天起失效，最长一年"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": gettext_lazy("没有填到期日")},
    )

    def __init__(self, *args: object, scope: Scope, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        rights = self.fields["rights"]
        assert isinstance(rights, forms.MultipleChoiceField)
        rights.choices = [
            (right.value, name) for right, name in RIGHT_NAMES.items() if may(scope, PERMISSION_OF_RIGHT[right])
        ]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def tokens(request: SignedInRequest) -> HttpResponse:
    """List one's own tokens and make a new one for the post one works in."""
    now = clock.now()
    if request.method != "POST":
        ends = clock.today(now) + timedelta(days=USUAL_DAYS)
        return _page(request, TokenForm(scope=request.scope, initial={"ends_on": ends}))
    form = TokenForm(request.POST, scope=request.scope)
    if not form.is_valid():
        return _page(request, form, status=WRONG)
    said = form.cleaned_data
    try:
        made = make_token(
            post=request.scope.post.code,
            name=said["name"],
            rights=said["rights"],
            ends_on=said["ends_on"],
            by=request.scope,
            now=now,
        )
    except LinliError as refusal:
        form.add_error(None, refusal.message)
        return _page(request, form, status=refusal.http_status)
    # Not led elsewhere: the secret stands in this one answer and is kept nowhere.
    return _page(request, TokenForm(scope=request.scope), made=made)


@require_POST
@signed_in
def end(request: SignedInRequest, number: str) -> HttpResponse:
    """End one of one's own tokens, or as administrator one of the district's."""
    try:
        card = end_token(number, by=request.scope, now=clock.now())
    except TokenUnknown:
        raise Http404 from None
    except LinliError as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, _("已停用访问令牌 %(name)s") % {"name": card.name})
    wanted = request.POST.get("next", "")
    return redirect(safe_address(request, wanted) if wanted else "organisation:tokens")


def _page(
    request: SignedInRequest, form: TokenForm, *, made: MadeToken | None = None, status: int = 200
) -> HttpResponse:
    today = clock.today(clock.now())
    cards = tokens_of(request.user)
    seen = {
        "form": form,
        "made": made,
        "post": request.scope.post,
        "tokens": [(card, card.is_open_on(today), [RIGHT_NAMES[right] for right in card.rights]) for card in cards],
    }
    return render(request, "organisation/tokens.html", seen, status=status)
