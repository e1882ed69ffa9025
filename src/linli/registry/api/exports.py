"""Bulk export for other systems: a whole list in one file, watermarked and told in the trail."""

from __future__ import annotations

from typing import Literal

from django.http import HttpResponse
from ninja import Query, Router

from linli.foundation import clock
from linli.foundation.api import FAULTS
from linli.organisation.api import TokenRequest, keeper
from linli.organisation.rules import TokenRight
from linli.registry.api import shapes
from linli.registry.api.reading import Asked, area_for, lines_of
from linli.registry.operations.bulk import BulkForm, export_rows
from linli.registry.queries.features import shapes_of
from linli.registry.queries.ledger import Tab

router = Router(tags=["成批导出"], auth=keeper(TokenRight.READ_LEDGER))
Resource = Literal["compounds", "communities", "grids", "facilities", "parcels"]
Form = Literal["csv", "jsonl", "geojson"]
#: A file of GeoJSON is one document; the others are text of many lines.
FILES = {
    200: {
        "description": "文件",
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "application/jsonl": {"schema": {"type": "string"}},
            "application/geo+json": {"schema": {"type": "object"}},
        },
    }
}


@router.get("/exports/{resource}", response=FAULTS, summary="成批导出", openapi_extra={"responses": FILES})
def export(request: TokenRequest, resource: Resource, asked: Query[Asked], form: Form = "csv") -> HttpResponse:
    """Answer a whole list as a file. The file says who took it and when; the trail keeps it."""
    area, tab, wanted = area_for(request), Tab(resource), BulkForm(form)
    rows = [shapes.OUT[tab](line) for line in lines_of(tab, area, asked)]
    places = shapes_of(tab, area, codes=[row["code"] for row in rows]) if wanted is BulkForm.GEOJSON else None
    file = export_rows(
        rows,
        resource=resource,
        form=wanted,
        shapes=places,
        conditions=request.GET.urlencode() or "-",
        by=request.scope,
        now=clock.now(),
    )
    answer = HttpResponse(file.content, content_type=file.content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
