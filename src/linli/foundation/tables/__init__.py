"""Tables and maps in and out of files: read in a bounded way, written safe to open."""

from linli.foundation.tables.features import Features, read_features
from linli.foundation.tables.limits import Limits
from linli.foundation.tables.reading import read_sheets
from linli.foundation.tables.sheets import Cell, Sheet, text_of
from linli.foundation.tables.writing import Column, OutSheet, write_csv, write_xlsx

__all__ = [
    "Cell",
    "Column",
    "Features",
    "Limits",
    "OutSheet",
    "Sheet",
    "read_features",
    "read_sheets",
    "text_of",
    "write_csv",
    "write_xlsx",
]
