"""Tables and maps in and out of files: read in a bounded way, written safe to open."""

from linli.foundation.tables.asides import Aside
from linli.foundation.tables.cells import Cell, text_of
from linli.foundation.tables.features import Features, read_features
from linli.foundation.tables.headings import JOINT
from linli.foundation.tables.limits import Limits
from linli.foundation.tables.map_writing import write_geopackage
from linli.foundation.tables.originals import OriginalCell, original_row
from linli.foundation.tables.protection import unlocked
from linli.foundation.tables.reading import bounded_bytes, read_sheets
from linli.foundation.tables.sheets import Sheet
from linli.foundation.tables.writing import Column, OutSheet, write_csv, write_xlsx

__all__ = [
    "JOINT",
    "Aside",
    "Cell",
    "Column",
    "Features",
    "Limits",
    "OriginalCell",
    "OutSheet",
    "Sheet",
    "bounded_bytes",
    "original_row",
    "read_features",
    "read_sheets",
    "text_of",
    "unlocked",
    "write_csv",
    "write_geopackage",
    "write_xlsx",
]
