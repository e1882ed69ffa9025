"""All files of a plan by name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final

from linli.foundation.documents.marking import marked
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


def paper_files(source: PaperSource, *, only: Collection[str] = PAPER_NAMES) -> Mapping[str, bytes]:
    """Return the bytes of the files wanted; the same plan over the same ledger gives the same bytes.

    Args:
        source: The plan.
        only: Names of the files to make.
    """
    drawings = Drawings(source)
    make: Mapping[str, Callable[[], bytes]] = {
        "plan.json": lambda: source.document,
        "qingshi.docx": lambda: write_docx(request_paper(source)),
        "fangan.docx": lambda: write_docx(proposal_paper(source, drawings)),
        "duizhaobiao.docx": lambda: write_docx(comparison_paper(source)),
        "tables.xlsx": lambda: workbook(source),
        "plan.geojson": lambda: plan_geojson(source),
        "map.pdf": lambda: map_pdf(source, drawings),
    }
    files = {name: make[name]() for name in PAPER_NAMES if name in only}
    return {name: marked(name, content, source.taken) for name, content in files.items()} if source.taken else files
