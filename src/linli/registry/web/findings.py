"""Pages of findings (核查问题): the list of a street or a community, its export, and how it went."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.foundation import clock
from linli.foundation.jobs import schedule
from linli.foundation.ui.parts import Chip, Column, PageOfRows
from linli.organisation.access import can_audit, can_edit_ledger, can_plan, require
from linli.organisation.rules import Permission
from linli.organisation.web.gate import SignedInRequest, signed_in
from linli.registry.access import area_of
from linli.registry.operations.exports import FileForm
from linli.registry.operations.finding_exports import export_findings
from linli.registry.queries.areas import Area
from linli.registry.queries.due_audits import next_nightly_audit
from linli.registry.queries.finding_lists import Change, Course, FindingsAsked, Order, course_of, finding_list
from linli.registry.queries.places import communities_of_area, district_by_code, district_exists
from linli.registry.rules.audit import GROUP_NAMES, Group

ROWS_PER_PAGE = 50
LONGEST_WORDS = 60


@require_GET
@signed_in
def findings(request: SignedInRequest) -> HttpResponse:
    """List what the newest audit found in the reader's area."""
    if not district_exists(request.scope.district_code):
        return render(request, "registry/ledger_empty.html", {"can_import": False})
    now = clock.now()
    area = area_of(request.scope, now=now)
    asked = _asked(request)
    number = _number(request.GET.get("page", ""))
    listed = finding_list(area, asked, now=now, limit=ROWS_PER_PAGE, offset=(number - 1) * ROWS_PER_PAGE)
    pages = max(1, -(-listed.total // ROWS_PER_PAGE))
    if number > pages:
        return HttpResponseRedirect(request.path)
    context = {
        "listed": listed,
        "title": _title(asked, listed.total, listed.people),
        "changes": [(one.value, _words_of()[one], listed.changes.get(one, 0), asked.change is one) for one in Change],
        "columns": _columns(),
        "order": Order.PEOPLE.value,
        "chips": _chips(request, area),
        "words": asked.words,
        "is_filtered": asked != FindingsAsked(order=asked.order),
        "page": PageOfRows(number=number, size=ROWS_PER_PAGE, total=listed.total),
        "asking": request.GET.urlencode(),
        "area_name": request.scope.post.area.name,
        "next_at": next_nightly_audit(district_by_code(request.scope.district_code), now=now),
        "can_audit": can_audit(request.scope),
        "can_register": can_plan(request.scope),
        "can_edit_ledger": can_edit_ledger(request.scope),
        "course": (course := course_of(area, now=now)),
        "chart": _chart(course),
    }
    return render(request, "registry/findings.html", context)


@require_POST
@signed_in
def export(request: SignedInRequest) -> HttpResponse:
    """Answer the list that the address asks for as a file; the trail keeps that it was taken."""
    now = clock.now()
    area = area_of(request.scope, now=now)
    listed = finding_list(area, _asked(request), now=now, limit=None)
    form = FileForm.CSV if request.POST.get("form") == FileForm.CSV else FileForm.XLSX
    told = [f"{chip.label} {chip.value}" for chip in _chips(request, area) if chip.value]
    conditions = "；".join(told) or _("无，全部")
    file = export_findings(listed.lines, conditions=conditions, form=form, by=request.scope, now=now)
    answer = HttpResponse(file.content, content_type=file.content_type)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
    return answer


@require_POST
@signed_in
def bring_up_to_date(request: SignedInRequest) -> HttpResponse:
    """Ask for an audit of what changed; the inbox tells its progress."""
    require(request.scope, Permission.AUDIT)
    schedule(
        "linli.registry.jobs.audit_changes",
        by=request.scope,
        now=clock.now(),
        title=_("核查改动过的数据"),
        district=request.scope.district_code,
    )
    return HttpResponseRedirect(reverse("portal:inbox"))


def _asked(request: HttpRequest) -> FindingsAsked:
    given = request.GET
    change, order = given.get("change", ""), given.get("sort", "")
    return FindingsAsked(
        groups=tuple(value for value in given.getlist("group") if value in set(Group)),
        change=Change(change) if change in set(Change) else None,
        community=given.get("community", ""),
        words=given.get("q", "").strip()[:LONGEST_WORDS],
        order=Order(order) if order in set(Order) else Order.PEOPLE,
    )


def _title(asked: FindingsAsked, total: int, people: int) -> str:
    if asked.change is Change.GONE:
        return _("%(count)s 个问题已消失") % {"count": f"{total:,}"}
    if not total:
        return _("没有问题")
    return _("%(count)s 个问题，涉及 %(people)s 人次") % {"count": f"{total:,}", "people": f"{people:,}"}


def _words_of() -> dict[Change, str]:
    return {Change.NEW: _("新出现"), Change.STILL: _("一直都在"), Change.GONE: _("已消失")}


def _columns() -> tuple[Column, ...]:
    return (
        Column(key="severity", label=_("问题")),
        Column(key="people", label=_("人数"), is_number=True),
        Column(key="households", label=_("户数"), is_number=True, rank=2),
        Column(key="", label=_("社区")),
        Column(key="since", label=_("最早发现")),
        Column(key="", label=_("变化")),
    )


def _chips(request: HttpRequest, area: Area) -> tuple[Chip, ...]:
    communities = dict(communities_of_area(area))
    chips = [
        _chip(request, "change", _("变化"), {one.value: word for one, word in _words_of().items()}),
        _chip(request, "group", _("类别"), {one.value: str(word) for one, word in GROUP_NAMES.items()}),
    ]
    if len(communities) > 1:
        chips.append(_chip(request, "community", _("社区"), communities))
    return tuple(chips)


def _chip(request: HttpRequest, field: str, label: str, words: dict[str, str]) -> Chip:
    chosen = request.GET.get(field, "")
    left = request.GET.copy()
    for name in (field, "page"):
        left.pop(name, None)
    return Chip(
        label=label,
        field=field,
        value=words.get(chosen, ""),
        clear_url=f"?{left.urlencode()}",
        options=tuple((value, word, value == chosen) for value, word in words.items()),
    )


def _chart(course: Course) -> dict[str, Any] | None:
    if len(course.days) < 2 or not course.counts:
        return None
    return {
        "kind": "lines",
        "label": _("近三十天各类问题的数量"),
        "unit": _("条"),
        "categories": [f"{day:%m-%d}" for day in course.days],
        "series": [
            {"name": str(GROUP_NAMES[group]), "values": list(values)} for group, values in course.counts.items()
        ],
    }


def _number(text: str) -> int:
    return max(1, int(text)) if text.isdecimal() and text.isascii() and len(text) < 7 else 1


addresses = [
    path("findings/", findings, name="findings"),
    path("findings/export/", export, name="findings-export"),
    path("findings/audit/", bring_up_to_date, name="findings-audit"),
]
