"""Two days of the ledger held against each other: the page and its workbook."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.foundation import clock
from linli.foundation.ui.parts import Crumb
from linli.organisation.web.gate import SignedInRequest, signed_in
from linli.registry.access import area_of
from linli.registry.operations.exports import export_comparison
from linli.registry.queries.ledger_comparison import compare_days
from linli.registry.queries.places import district_exists
from linli.registry.web.ledger_question import day_of, end_of

#: More changes are counted on the page; the workbook has them all.
MOST_DRAWN = 500


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def compare(request: SignedInRequest) -> HttpResponse:
    """Hold two days against each other; a POST answers them as a workbook, which the trail keeps."""
    if not district_exists(request.scope.district_code):
        raise Http404
    now = clock.now()
    today = clock.today(now)
    old, new = (day_of(request.GET.get(name, ""), today=today) for name in ("old", "new"))
    new = new or today
    page: dict[str, Any] = {
        "title": _("两日对比"),
        "old": old,
        "new": new,
        "today": today,
        "crumbs": (Crumb(label=_("工作台账"), url=reverse("registry:ledger")),),
    }
    if old is None or old >= new:
        month = today.replace(day=1)
        page["usual"] = (
            (_("一周以来"), today - timedelta(days=7)),
            (_("上月末以来"), month - timedelta(days=1)),
            (_("年初以来"), today.replace(month=1, day=1) - timedelta(days=1)),
        )
        return render(request, "registry/comparison.html", page | {"is_wrong": bool(request.GET.get("old"))})
    moment = now if new == today else end_of(new)
    compared = compare_days(area_of(request.scope, now=now), old=end_of(old), new=moment)
    if request.method == "POST":
        file = export_comparison(compared, old_on=old, new_on=new, by=request.scope, now=now)
        answer = HttpResponse(file.content, content_type=file.content_type)
        answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
        return answer
    shown = {
        "compared": compared,
        "changed": compared.changed[:MOST_DRAWN],
        "more": max(0, len(compared.changed) - MOST_DRAWN),
        "sums": [row for row in compared.communities if row.is_changed],
    }
    return render(request, "registry/comparison.html", page | shown)
