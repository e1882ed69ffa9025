"""Forms of the door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.organisation.queries import PostCard
from linli.organisation.rules import OfficeKind


@dataclass(frozen=True, slots=True)
class PostChoice:
    """A post to choose: its name, and in small what it covers and how long."""

    code: str
    name: str
    note: str


def post_choice(post: PostCard) -> PostChoice:
    """Return a post as the choice shows it."""
    is_whole = post.area.kind is OfficeKind.DISTRICT
    area = gettext("全区") if is_whole else gettext("只限%(area)s") % {"area": post.area.name}
    if post.valid_to_on is None:
        return PostChoice(post.code, post.name, area)
    last_day = post.valid_to_on - timedelta(days=1)
    return PostChoice(post.code, post.name, gettext("到 %(day)s，%(area)s") % {"day": last_day, "area": area})


class SignInForm(forms.Form):
    """First step: account and password."""

    username = forms.CharField(
        label=_("账号"),
        max_length=150,
        error_messages={"required": _("没有填账号")},
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        ),
    )
    password = forms.CharField(
        label=_("密码"),
        strip=False,
        max_length=500,
        error_messages={"required": _("没有填密码")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    is_shared = forms.BooleanField(label=_("这台电脑多人共用，30 分钟不动就退出"), required=False)


class SecondStepForm(forms.Form):
    """Second step: one-time code where one is enrolled, post where there are several."""

    code = forms.CharField(
        label=_("6 位动态码"),
        max_length=20,
        error_messages={"required": _("没有填动态码")},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
    )
    post = forms.ChoiceField(
        label=_("本次用哪个岗位"),
        error_messages={"required": _("没有选岗位"), "invalid_choice": _("这个岗位已不在任，从下面的岗位里选")},
    )

    def __init__(self, data: object = None, *, needs_code: bool, posts: tuple[PostCard, ...], chosen: str = "") -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.choices = tuple(post_choice(post) for post in posts)
        codes = [choice.code for choice in self.choices]
        self.chosen = chosen if chosen in codes else next(iter(codes), "")
        if not needs_code:
            del self.fields["code"]
        if len(codes) < 2:
            del self.fields["post"]
        else:
            post = self.fields["post"]
            assert isinstance(post, forms.ChoiceField)
            post.choices = [(choice.code, choice.name) for choice in self.choices]

    @property
    def post_taken(self) -> str:
        """Code of the post, chosen or the only one; empty where none is held."""
        return str(self.cleaned_data.get("post", self.chosen))


class PasswordForm(forms.Form):
    """Change of one's own password."""

    present = forms.CharField(
        label=_("现在的密码"),
        strip=False,
        max_length=500,
        error_messages={"required": _("没有填现在的密码")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("新密码"),
        strip=False,
        max_length=500,
        help_text=_("至少 10 位，不能全是数字，不能和账号太像，不用常见的词"),
        error_messages={"required": _("没有填新密码")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("再输一次新密码"),
        strip=False,
        max_length=500,
        error_messages={"required": _("没有再输一次新密码")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        """Refuse a second entry that differs from the first."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("new", again):
            raise forms.ValidationError(_("两次输入的新密码不一样，再输一次"))
        return again
