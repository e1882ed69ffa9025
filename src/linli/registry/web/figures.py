"""The page 核实数据: lists of figures by stage, many verified or returned at once, and the undo of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from linli.foundation import clock
from linli.foundation.errors import LinliError
from linli.foundation.ui.parts import Chip, Crumb, PageOfRows
from linli.organisation.access import can_edit_ledger, can_verify, require
from linli.organisation.queries import offices_of
from linli.organisation.rules import Permission
from linli.organisation.web.gate import SignedInRequest, signed_in
from linli.registry.access import area_of, hand_of
from linli.registry.errors import FiguresChangedMeanwhile
from linli.registry.operations.verifying import (
    LONGEST_REASON,
    MOST_AT_ONCE,
    return_figures,
    undo_verdict,
    verify_figures,
)
from linli.registry.queries.areas import Area
from linli.registry.queries.figures import (
    FigureFilter,
    FigureList,
    FigureVersion,
    figure_list,
    mark_of,
    standing_figures,
    versions_of,
)
from linli.registry.queries.places import district_exists
from linli.registry.rules.fields import Ledger
from linli.registry.rules.verifying import Stage

PAGE_SIZE = 50
MICROSECONDS = 1_000_000
LONGEST_MOMENT = 17
STAGES = {
    "waiting": (Stage.WAITING, gettext_lazy("待核实")),
    "returned": (Stage.RETURNED, gettext_lazy("已退回")),
    "verified": (Stage.VERIFIED, gettext_lazy("已核实")),
}
EMPTY_WORDS: dict[Stage, tuple[str | Promise, str | Promise]] = {
    Stage.WAITING: (
        gettext_lazy("没有待核实的数据"),
        gettext_lazy("社区填报后列在这里。本人和本单位填报的由另一个单位核实，不在此列。"),
    ),
    Stage.RETURNED: (gettext_lazy("没有被退回的数据"), gettext_lazy("被退回的数据列在这里，改正后重新待核实。")),
    Stage.VERIFIED: (gettext_lazy("还没有核实过的数据"), gettext_lazy("核实过的数据才计入公布的合计。")),
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What a refused form holds, to be shown again."""

    ticked: frozenset[str] = frozenset()
    reason: str = ""
    refusal: str = ""


@signed_in
def figures(request: SignedInRequest) -> HttpResponse:
    """Show the figures of one stage."""
    return _page(request, Typed())


@require_POST
@signed_in
def judge(request: SignedInRequest) -> HttpResponse:
    """Verify or return what was ticked, or all that the filter leaves."""
    require(request.scope, Permission.VERIFY)
    now = clock.now()
    keys = request.POST.getlist("figure")
    reason = request.POST.get("reason", "")
    try:
        versions = _named(request, keys)
        if request.POST.get("act", "").startswith("return"):
            count = return_figures(versions, reason=reason, by=request.scope, now=now)
        else:
            count = verify_figures(versions, by=request.scope, now=now)
    except FiguresChangedMeanwhile as refusal:
        gone = {str(version) for version in refusal.versions}
        typed = Typed(frozenset(keys) - gone, reason, str(refusal.message))
        return _page(request, typed, status=refusal.http_status)
    except LinliError as refusal:
        return _page(request, Typed(frozenset(keys), reason, str(refusal.message)), status=refusal.http_status)
    return HttpResponseRedirect(_back(request, count=count, now=now))


@require_POST
@signed_in
def undo(request: SignedInRequest, moment: int) -> HttpResponse:
    """Undo one's own verifying or returning."""
    require(request.scope, Permission.VERIFY)
    if len(str(moment)) > LONGEST_MOMENT:
        raise Http404
    try:
        undo_verdict(acted_at=moment_of(moment), by=request.scope, now=clock.now())
    except LinliError as refusal:
        return HttpResponse(refusal.message, status=refusal.http_status)
    back = reverse("registry:figures")
    return HttpResponseClientRedirect(back) if request.htmx else HttpResponseRedirect(back)


def moment_of(microseconds: int) -> datetime:
    """Return the moment that an address names."""
    seconds, rest = divmod(microseconds, MICROSECONDS)
    return datetime.fromtimestamp(seconds, tz=UTC).replace(microsecond=rest)


def _page(request: SignedInRequest, typed: Typed, *, status: int = 200) -> HttpResponse:
    scope = request.scope
    if not (can_verify(scope) or can_edit_ledger(scope)):
        require(scope, Permission.VERIFY)
    if not district_exists(scope.district_code):
        raise Http404
    now = clock.now()
    area = area_of(scope, now=now)
    asked = _asked(request)
    number = _page_number(request.GET)
    listed = figure_list(area, asked, number=number, size=PAGE_SIZE)
    done = request.GET.get("done", "")
    is_done = done.isdecimal() and done.isascii() and len(done) <= LONGEST_MOMENT
    title, why = EMPTY_WORDS[asked.stage]
    return render(
        request,
        "registry/figures.html",
        {
            "listed": listed,
            "rows": listed.rows,
            "stage": asked.stage,
            "tabs": _tabs(area, asked, listed),
            "chips": _chips(request, asked, listed),
            "typed": typed,
            # Who comes from the page of one entry has looked at it.
            "ticks_all": bool(asked.entry) and not typed.refusal,
            "can_judge": can_verify(scope) and bool(listed.rows),
            "can_edit": can_edit_ledger(scope),
            "most": MOST_AT_ONCE,
            "longest_reason": LONGEST_REASON,
            "page": PageOfRows(number=number, size=PAGE_SIZE, total=listed.total),
            "judge_url": f"{reverse('registry:figures-judge')}?{request.GET.urlencode()}",
            "undo_url": reverse("registry:figures-undo", args=[int(done)]) if is_done else "",
            "done_words": _done_words(request.GET) if is_done else "",
            "empty_title": title,
            "empty_why": why,
            "crumbs": (Crumb(label=_("工作台账"), url=reverse("registry:ledger")),),
        },
        status=status,
    )


def _asked(request: SignedInRequest) -> FigureFilter:
    address = request.GET
    stage, _words = STAGES.get(address.get("stage", ""), STAGES["waiting"])
    ledger, _dot, field = address.get("field", "").partition(".")
    # A returned figure may be seen by whoever returned it and by whoever mends it; what waits for others may not
    # be ticked, so it is left out.
    is_for_checker = can_verify(request.scope) and stage is Stage.WAITING
    return FigureFilter(
        stage=stage,
        community=address.get("community", ""),
        ledger=ledger if ledger in set(Ledger) else "",
        field=field,
        body=address.get("body", ""),
        post=address.get("post", ""),
        entry=address.get("entry", ""),
        checker=hand_of(request.scope) if is_for_checker else None,
    )


def _named(request: SignedInRequest, keys: Sequence[str]) -> list[FigureVersion]:
    """Return the figures that a form names: those ticked, or all that the filter leaves, if they are still the same.

    Raises:
        FiguresChangedMeanwhile: The filter leaves others than when the page was shown.
    """
    if not request.POST.get("act", "").endswith("-all"):
        return [version for key in keys if (version := FigureVersion.parse(key)) is not None]
    area = area_of(request.scope, now=clock.now())
    found = standing_figures(area, _asked(request))
    if mark_of(found) != request.POST.get("mark", ""):
        raise FiguresChangedMeanwhile(count=found.count(), names=_("筛选结果"))
    return versions_of(found.defer("value")[: MOST_AT_ONCE + 1])


def _back(request: SignedInRequest, *, count: int, now: datetime) -> str:
    """Return the list as it was asked for, from its first page, with the act that was done."""
    address = request.GET.copy()
    for name in ("page", "done", "n", "act"):
        address.pop(name, None)
    if count:
        act = "return" if request.POST.get("act", "").startswith("return") else "verify"
        moment = round(now.timestamp() * MICROSECONDS)
        address.update({"done": str(moment), "n": str(count), "act": act})
    return f"{reverse('registry:figures')}?{address.urlencode()}"


def _done_words(address: QueryDict) -> str:
    count = address.get("n", "")
    count = count if count.isdecimal() and len(count) < 7 else ""
    words = _("已退回 %(n)s 项") if address.get("act") == "return" else _("已核实 %(n)s 项")
    return words % {"n": count}


def _tabs(area: Area, asked: FigureFilter, listed: FigureList) -> list[tuple[str, str, int, bool]]:
    """Return each stage with its address, its words and how many figures it holds under the same filter."""
    tabs = []
    for key, (stage, words) in STAGES.items():
        checker = asked.checker if stage is Stage.WAITING else None
        counted = replace(asked, stage=stage, checker=checker)
        count = listed.total if stage is asked.stage else standing_figures(area, counted).count()
        tabs.append((key, str(words), count, stage is asked.stage))
    return tabs


def _chips(request: SignedInRequest, asked: FigureFilter, listed: FigureList) -> list[Chip]:
    offices = {card.code: card.name for card in offices_of(request.scope.district_code, on=clock.today(clock.now()))}
    fields = {f"{ledger}.{key}": f"{heading} {n}" for ledger, key, heading, n in listed.fields}
    field = f"{asked.ledger}.{asked.field}" if asked.field else ""
    menus: tuple[tuple[str, str, str, Mapping[str, str]], ...] = (
        ("community", _("社区"), asked.community, dict(listed.communities)),
        ("field", _("项目"), field, fields),
        ("body", _("填报单位"), asked.body, {code: f"{offices.get(code, code)} {n}" for code, n in listed.bodies}),
        ("post", _("填报人"), asked.post, {post: f"{name} {n}" for post, name, n in listed.fillers}),
        ("entry", _("记录"), asked.entry, {}),
    )
    return [
        Chip(
            label=label,
            field=name,
            value=words.get(value, value),
            clear_url=_without(request.GET, name),
            options=tuple((key, word, False) for key, word in words.items()),
        )
        for name, label, value, words in menus
        if value or len(words) > 1
    ]


def _without(address: QueryDict, name: str) -> str:
    left = address.copy()
    for each in (name, "page", "done"):
        left.pop(each, None)
    return f"?{left.urlencode()}"


def _page_number(address: QueryDict) -> int:
    text = address.get("page", "")
    return max(1, int(text)) if text.isdecimal() and text.isascii() and len(text) < 7 else 1
