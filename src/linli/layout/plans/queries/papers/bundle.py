"""All files of a plan by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from linli.foundation.documents.official import write_docx
from linli.layout.plans.queries.papers.comparison import comparison_paper
from linli.layout.plans.queries.papers.drawings import Drawings
from linli.layout.plans.queries.papers.geojson import plan_geojson
from linli.layout.plans.queries.papers.map_pdf import map_pdf
from linli.layout.plans.queries.papers.proposal import proposal_paper
from linli.layout.plans.queries.papers.request import request_paper
from linli.layout.plans.queries.papers.source import PaperSource
from linli.layout.plans.queries.papers.tables import workbook

#: Files of an export, in this order.
PAPER_NAMES: Final = (
    "plan.json",
    "qingshi.docx",
    "fangan.docx",
    "duizhaobiao.docx",
    "tables.xlsx",
    "plan.geojson",
    "map.pdf",
)


def paper_files(source: PaperSource) -> Mapping[str, bytes]:
    """Return the bytes of each file; the same plan over the same ledger gives the same bytes."""
    drawings = Drawings(source)
    made = (
        source.document,
        write_docx(request_paper(source)),
        write_docx(proposal_paper(source, drawings)),
        write_docx(comparison_paper(source)),
        workbook(source),
        plan_geojson(source),
        map_pdf(source, drawings),
    )
    return dict(zip(PAPER_NAMES, made, strict=True))
