"""Forms of single entries of the ledger: changing a compound or community, undoing that, registering a compound."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from linli.foundation import clock
from linli.foundation.ui.parts import Crumb
from linli.organisation.access import require
from linli.organisation.rules import Permission
from linli.organisation.web.gate import SignedInRequest, signed_in
from linli.registry.errors import EditNotUndoable, EntryChangedMeanwhile, EntryRefused, ParcelOccupied
from linli.registry.operations.entries import edit_entry, register_compound, undo_edit
from linli.registry.queries.entries import (
    CommunityPlace,
    CompoundPlace,
    current_facts,
)
from linli.registry.queries.vacancies import vacant_parcels
from linli.registry.rules.fields import Ledger
from linli.registry.web.entry_forms import EntryForm, RegisterForm
from linli.registry.web.entry_places import (
    MICROSECONDS,
    community_here,
    compound_here,
    crumbs_of,
    moment_of,
    office_for,
)
from linli.registry.web.maps import ground_for


@signed_in
def edit_compound(request: SignedInRequest, code: str) -> HttpResponse:
    """Show and take the form of a compound."""
    _ground, place = compound_here(request, code)
    return _edit(request, Ledger.COMPOUND, place, "registry:compound")


@signed_in
def edit_community(request: SignedInRequest, code: str) -> HttpResponse:
    """Show and take the form of a community."""
    _ground, place = community_here(request, code)
    return _edit(request, Ledger.COMMUNITY, place, "registry:community")


@require_POST
@signed_in
def undo_compound(request: SignedInRequest, code: str, moment: int) -> HttpResponse:
    """Undo an edit of a compound."""
    compound_here(request, code)
    return _undo(request, Ledger.COMPOUND, code, moment, "registry:compound")


@require_POST
@signed_in
def undo_community(request: SignedInRequest, code: str, moment: int) -> HttpResponse:
    """Undo an edit of a community."""
    community_here(request, code)
    return _undo(request, Ledger.COMMUNITY, code, moment, "registry:community")


@signed_in
def register(request: SignedInRequest) -> HttpResponse:
    """Show and take the form of a new compound."""
    ground = ground_for(request)
    if ground is None:
        raise Http404
    require(request.scope, Permission.EDIT_LEDGER)
    parcels = [
        (parcel.code, " · ".join(filter(None, (parcel.code, parcel.name, parcel.get_kind_display()))))
        for parcel in vacant_parcels(ground.area)
    ]
    wanted = {"parcel": request.GET.get("parcel", ""), "as_of_on": clock.today(ground.now)}
    form = RegisterForm(request.POST or None, initial=wanted, ledger=Ledger.COMPOUND, parcels=parcels)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                code = register_compound(
                    parcel=form.cleaned_data["parcel"], entered=form.entered(), by=request.scope, now=ground.now
                )
            except EntryRefused as refusal:
                form.refuse(refusal)
            except ParcelOccupied as refusal:
                form.add_error("parcel", refusal.message)
            else:
                return HttpResponseRedirect(reverse("registry:compound", args=[code]))
    return render(
        request,
        "registry/entry_form.html",
        {"form": form, "title": _("登记小区"), "back": reverse("registry:ledger"), "crumbs": crumbs_of("", "", "")},
        status=status,
    )


def _edit(
    request: SignedInRequest, ledger: Ledger, place: CompoundPlace | CommunityPlace, address: str
) -> HttpResponse:
    ground = ground_for(request)
    if ground is None:
        raise Http404
    require(request.scope, Permission.EDIT_LEDGER, office=office_for(request, place))
    facts = current_facts(ground.district, ledger, place.code)
    name = place.name if ledger is Ledger.COMPOUND else ""
    form = EntryForm(
        request.POST or None, initial={"as_of_on": clock.today(ground.now)}, ledger=ledger, facts=facts, name=name
    )
    back = reverse(address, args=[place.code])
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                written = edit_entry(
                    ledger=ledger, code=place.code, entered=form.entered(), by=request.scope, now=ground.now
                )
            except EntryRefused as refusal:
                form.refuse(refusal)
            except EntryChangedMeanwhile as refusal:
                form.conflict(refusal)
                status = 409
            else:
                moment = round(ground.now.timestamp() * MICROSECONDS)
                return HttpResponseRedirect(f"{back}?saved={moment}" if written else back)
    return render(
        request,
        "registry/entry_form.html",
        {
            "form": form,
            "title": _("更新数据：%(name)s") % {"name": place.name},
            "back": back,
            "crumbs": (Crumb(label=_("工作台账"), url=reverse("registry:ledger")), Crumb(label=place.name, url=back)),
        },
        status=status,
    )


def _undo(request: SignedInRequest, ledger: Ledger, code: str, moment: int, address: str) -> HttpResponse:
    back = reverse(address, args=[code])
    try:
        undo_edit(ledger=ledger, code=code, edited_at=moment_of(moment), by=request.scope, now=clock.now())
    except EditNotUndoable as refusal:
        return HttpResponse(refusal.message, status=refusal.http_status)
    return HttpResponseClientRedirect(back) if request.htmx else HttpResponseRedirect(back)
