"""Pages of saved lists (视图): opening one, saving, changing, deleting with undo, putting one first."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from linli.foundation import clock
from linli.organisation.web.gate import SignedInRequest, signed_in
from linli.registry.errors import SavedListRefused, SavedListUnknown
from linli.registry.operations.saved_lists import change_list, delete_list, put_first, restore_list, save_list
from linli.registry.queries.saved_lists import saved_list
from linli.registry.web.ledger import ledger_page
from linli.registry.web.ledger_question import address_to_save, tab_of, url_of


@require_safe
@signed_in
def open_list(request: SignedInRequest, number: int) -> HttpResponse:
    """Lead to a saved list; the address may be sent to a colleague of the office."""
    try:
        return HttpResponseRedirect(url_of(saved_list(number, scope=request.scope)))
    except SavedListUnknown:
        raise Http404 from None


@require_POST
@signed_in
def save(request: SignedInRequest) -> HttpResponse:
    """Save the list that the address asks for under a name."""
    address = address_to_save(request.GET)
    try:
        number = save_list(
            name=request.POST.get("name", ""),
            tab=tab_of(request.GET),
            address=address,
            is_shared="shared" in request.POST,
            by=request.scope,
            now=clock.now(),
        )
    except SavedListRefused as refusal:
        return ledger_page(request, refusal=refusal)
    return HttpResponseRedirect(f"{reverse('registry:ledger')}?{address}&saved={number}")


@require_POST
@signed_in
def change(request: SignedInRequest, number: int) -> HttpResponse:
    """Rename or share a saved list, or let it hold what is shown now."""
    try:
        change_list(
            number,
            name=request.POST.get("name"),
            address=address_to_save(request.GET) if "renew" in request.POST else None,
            is_shared="shared" in request.POST,
            by=request.scope,
            now=clock.now(),
        )
        return HttpResponseRedirect(url_of(saved_list(number, scope=request.scope)))
    except SavedListUnknown:
        raise Http404 from None
    except SavedListRefused as refusal:
        return ledger_page(request, refusal=refusal)


@require_POST
@signed_in
def delete(request: SignedInRequest, number: int) -> HttpResponse:
    """Delete a saved list; the page after it offers to take that back."""
    try:
        card = saved_list(number, scope=request.scope)
        delete_list(number, by=request.scope, now=clock.now())
    except SavedListUnknown:
        raise Http404 from None
    return HttpResponseRedirect(f"{reverse('registry:ledger')}?tab={card.tab}&all=1&gone={number}")


@require_POST
@signed_in
def restore(request: SignedInRequest, number: int) -> HttpResponse:
    """Bring a deleted list back."""
    try:
        restore_list(number, by=request.scope, now=clock.now())
    except SavedListUnknown:
        raise Http404 from None
    except SavedListRefused as refusal:
        return HttpResponse(refusal.message, status=refusal.http_status)
    back = reverse("registry:saved-list", args=[number])
    return HttpResponseClientRedirect(back) if request.htmx else HttpResponseRedirect(back)


@require_POST
@signed_in
def first(request: SignedInRequest, number: int) -> HttpResponse:
    """Let a saved list be seen first, or no longer."""
    try:
        put_first(number, by=request.scope, now=clock.now())
        return HttpResponseRedirect(url_of(saved_list(number, scope=request.scope)))
    except SavedListUnknown:
        raise Http404 from None


addresses: list[URLPattern] = [
    path("ledger/lists/", save, name="saved-list-save"),
    path("ledger/lists/<int:number>/", open_list, name="saved-list"),
    path("ledger/lists/<int:number>/change/", change, name="saved-list-change"),
    path("ledger/lists/<int:number>/delete/", delete, name="saved-list-delete"),
    path("ledger/lists/<int:number>/restore/", restore, name="saved-list-restore"),
    path("ledger/lists/<int:number>/first/", first, name="saved-list-first"),
]
