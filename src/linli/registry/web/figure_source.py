"""Where a figure came from: the row of the imported file with its very cell, and the file itself."""

from __future__ import annotations

from urllib.parse import quote

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.foundation import clock
from linli.foundation.tables import original_row
from linli.foundation.ui.parts import Crumb
from linli.organisation.access import can_import
from linli.organisation.web.gate import SignedInRequest, signed_in
from linli.registry.access import sees_small_counts
from linli.registry.errors import ImportUnknown
from linli.registry.operations.imports.originals import take_import_file
from linli.registry.queries.figures import file_of_import
from linli.registry.web.figure import figure_here


@signed_in
def source(request: SignedInRequest, ledger: str, code: str, field: str, number: str) -> HttpResponse:
    """Show the row of a file that a value of a figure came from."""
    page = figure_here(request, ledger, code, field)
    origin = next((value.origin for value in page.values if value.origin and value.origin.number == number), None)
    # The row holds other figures too, small ones among them.
    if origin is None or not sees_small_counts(request.scope, office=page.place.office_code or request.scope.area_code):
        raise Http404
    content = file_of_import(number, district=request.scope.district_code)
    cells = original_row(
        content,
        name=origin.file_name,
        sheet=origin.sheet,
        number=origin.row,
        heading=origin.heading,
        original=origin.original,
    )
    back = reverse("registry:figure", args=[ledger, code, field])
    return render(
        request,
        "registry/figure_source.html",
        {
            "figure": page,
            "origin": origin,
            "cells": cells,
            "sought": next((cell for cell in cells if cell.is_sought), None),
            "can_take": bool(content) and can_import(request.scope, office=origin.office_code),
            "crumbs": (
                Crumb(label=_("工作台账"), url=reverse("registry:ledger")),
                Crumb(label=f"{page.place.name} {page.label}", url=back),
            ),
        },
    )


@require_POST
@signed_in
def take_file(request: SignedInRequest, number: str) -> HttpResponse:
    """Answer an imported file as it was uploaded; the trail keeps that it was taken."""
    try:
        file = take_import_file(number, by=request.scope, now=clock.now())
    except ImportUnknown:
        raise Http404 from None
    answer = HttpResponse(file.content, content_type=file.content_type)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
    return answer
