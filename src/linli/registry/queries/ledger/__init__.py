"""The lists of the ledger (工作台账): typed lines, filters, order, totals; files are written from the same lines."""

from linli.registry.queries.ledger.cells import Row, file_row, rows_of
from linli.registry.queries.ledger.filters import Between, Choices, Filter
from linli.registry.queries.ledger.lines import Form, Line, ListColumn, Mark, Question, Tab
from linli.registry.queries.ledger.lists import KINDS, LedgerList, ledger_list, only_page, parcels_of, tab_counts

__all__ = [
    "KINDS",
    "Between",
    "Choices",
    "Filter",
    "Form",
    "LedgerList",
    "Line",
    "ListColumn",
    "Mark",
    "Question",
    "Row",
    "Tab",
    "file_row",
    "ledger_list",
    "only_page",
    "parcels_of",
    "rows_of",
    "tab_counts",
]
