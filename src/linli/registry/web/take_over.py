"""Taking a district over (接收本区): outline, communities and compounds, parcels, first layout."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from linli.foundation import clock
from linli.foundation.errors import LinliError
from linli.foundation.ui.parts import Crumb, Step
from linli.organisation.access import require
from linli.organisation.errors import NotPermitted, OutsideYourArea
from linli.organisation.rules import Permission
from linli.organisation.web.gate import SignedInRequest, signed_in
from linli.registry.operations.derivation import accept_first_layout, derive_parcels, found_district_from_outline
from linli.registry.queries.places import district_by_code
from linli.registry.queries.proposals import TakeOver, propose_homes, take_over_of
from linli.registry.web.import_forms import SYSTEMS

#: How many proposals are listed, the least sure first.
LEAST_CONFIDENT_SHOWN = 50


class OutlineForm(forms.Form):
    """The outline of the district."""

    file = forms.FileField(
        label=gettext_lazy("区界"), help_text=gettext_lazy("GeoJSON、GPKG，或打成 ZIP 的 SHP，恰有一个面")
    )
    system = forms.ChoiceField(
        label=gettext_lazy("坐标系"), choices=[("", gettext_lazy("按文件写明的")), *SYSTEMS[1:]], required=False
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def take_over(request: SignedInRequest) -> HttpResponse:
    """Show how far the take-over of the district has come, and do its next step."""
    require(request.scope, Permission.IMPORT, office=request.scope.district_code)
    if request.method != "POST":
        return _page(request, OutlineForm())
    form = OutlineForm()
    try:
        if request.POST.get("act") == "outline":
            form = OutlineForm(request.POST, request.FILES)
            if not form.is_valid():
                return _page(request, form, status=422)
            _found(request, form)
        else:
            _go_on(request, request.POST.get("act", ""))
    except (NotPermitted, OutsideYourArea):
        raise
    except LinliError as refusal:
        return _page(request, form, refusal=refusal, status=refusal.http_status)
    return HttpResponseRedirect(reverse("registry:take-over"))


def _found(request: SignedInRequest, form: OutlineForm) -> None:
    file = form.cleaned_data["file"]
    founded = found_district_from_outline(
        scope=request.scope,
        content=file.read(),
        file_name=file.name,
        system=form.cleaned_data["system"],
        now=clock.now(),
    )
    messages.success(
        request,
        _("已收下%(name)s的区界，%(area)s 平方公里") % {"name": founded.name, "area": f"{founded.area_km2:.2f}"},
    )


def _go_on(request: SignedInRequest, act: str) -> None:
    if act == "derive":
        made = derive_parcels(scope=request.scope, now=clock.now())
        messages.success(
            request,
            _("已推算 %(count)s 块地：%(shared)s 个小区同点共用，%(snapped)s 个吸附到区界")
            % {"count": made.parcels, "shared": len(made.shared), "snapped": len(made.snapped)},
        )
    elif act == "accept":
        changes = {
            key.removeprefix("home-"): str(value) or None
            for key, value in request.POST.items()
            if key.startswith("home-") and value != "AS_PROPOSED"
        }
        accept_first_layout(scope=request.scope, changes=changes, now=clock.now())
        messages.success(request, _("已接收现状布局，今后改动走调整方案"))


def _page(
    request: SignedInRequest, form: OutlineForm, *, refusal: LinliError | None = None, status: int = 200
) -> HttpResponse:
    far = take_over_of(request.scope.district_code)
    proposed = (
        propose_homes(district_by_code(request.scope.district_code)) if far.parcels and not far.has_layout else None
    )
    doubtful = sorted(proposed.homes, key=lambda home: (home.confidence, home.compound_code)) if proposed else []
    found: dict[str, Any] = {
        "far": far,
        "form": form,
        "steps": _steps(far),
        "crumbs": (Crumb(label=_("导入"), url=reverse("registry:imports")), Crumb(label=_("接收本区"))),
        "refusal": refusal.message if refusal else "",
        "proposed": proposed,
        "doubtful": doubtful[:LEAST_CONFIDENT_SHOWN],
        "communities": far.communities_by_code,
    }
    return render(request, "registry/imports/take_over.html", found, status=status)


def _steps(far: TakeOver) -> tuple[Step, ...]:
    done = (far.has_outline, far.communities > 0, far.compounds > 0, far.parcels > 0, far.has_layout)
    names = (_("区界"), _("社区"), _("小区"), _("地块"), _("布局"))
    current = done.index(False) if False in done else len(done)
    return tuple(
        Step(label=label, place="done" if place < current else "cur" if place == current else "next")
        for place, label in enumerate(names)
    )


addresses: list[URLPattern] = [path("imports/take-over/", take_over, name="take-over")]
