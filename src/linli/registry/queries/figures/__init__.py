"""Single figures of the ledger: where they stand on their way to being verified, and what lies behind each."""

from linli.registry.queries.figures.history import FigurePage, FileOrigin, PastFigure, figure_page, file_of_import
from linli.registry.queries.figures.places import EntryPlace, entry_places
from linli.registry.queries.figures.standing import (
    FigureFilter,
    FigureList,
    FigureRow,
    FigureVersion,
    count_for_checker,
    count_returned,
    figure_list,
    figure_rows,
    mark_of,
    standing_figures,
    versions_of,
)

__all__ = [
    "EntryPlace",
    "FigureFilter",
    "FigureList",
    "FigurePage",
    "FigureRow",
    "FigureVersion",
    "FileOrigin",
    "PastFigure",
    "count_for_checker",
    "count_returned",
    "entry_places",
    "figure_list",
    "figure_page",
    "figure_rows",
    "file_of_import",
    "mark_of",
    "standing_figures",
    "versions_of",
]
