"""A file read and judged on its own, for anyone who has a file and no ledger: no database is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from linli.foundation.policies import NATIONAL, Standard, profile
from linli.registry.rules.importing.columns import ColumnProposal, propose_columns
from linli.registry.rules.importing.incoming import incoming_rows
from linli.registry.rules.importing.judging import judge_rows
from linli.registry.rules.importing.kinds import ImportKind, KindRules, rules_of
from linli.registry.rules.importing.sources import SourceTable, read_source
from linli.registry.rules.importing.verdicts import Background, Judged, Verdict

#: Places are not held against a district here, so that any zone does for what is left of their geometry.
ANY_ZONE = 4549


@dataclass(frozen=True, slots=True)
class JudgedFile:
    """A table of a file with the verdict on each of its rows.

    Attributes:
        tables: Names of the file's tables with their numbers of rows.
        table: The table that was judged.
        columns: What each column was taken for, with the reason.
        judged: Verdict per row, in the order of the rows.
    """

    tables: tuple[tuple[str, int], ...]
    table: SourceTable
    columns: tuple[ColumnProposal, ...]
    judged: tuple[Judged, ...]

    @property
    def refused(self) -> tuple[Judged, ...]:
        """The refused rows."""
        return tuple(one for one in self.judged if one.verdict is Verdict.REFUSED)


def judge_file(
    content: bytes,
    *,
    file_name: str,
    on: date,
    kind: str = ImportKind.COMPOUND,
    table: str = "",
    layer: str = "",
    password: str = "",
    mapping: Mapping[str, str] | None = None,
    standards: Mapping[str, Standard] | None = None,
) -> JudgedFile:
    """Read a file, match its columns and judge its rows by themselves: values, shifted cells, repeats, plausibility.

    What only a ledger can tell is left open: whether a row is new, where its community is, where it lies.

    Args:
        content: The bytes of the file.
        file_name: Its name.
        on: Day of the figures.
        kind: What its rows are about.
        table: Which sheet or table; the one with the most rows where empty.
        layer: Which layer of a map with several.
        password: Opens a protected workbook.
        mapping: Heading to field where the proposals do not serve.
        standards: The standards in force on the day; the national profile's by default.

    Raises:
        ValidationFaults: The file is refused whole.
    """
    source = read_source(content, file_name=file_name, layer=layer or None, password=password)
    return judge_table(
        source.table(table),
        rules_of(kind),
        on=on,
        mapping=mapping,
        standards=standards,
        tables=tuple((one.name, len(one.rows)) for one in source.tables),
    )


def judge_table(
    table: SourceTable,
    kind: KindRules,
    *,
    on: date,
    mapping: Mapping[str, str] | None = None,
    standards: Mapping[str, Standard] | None = None,
    tables: tuple[tuple[str, int], ...] = (),
) -> JudgedFile:
    """Judge a table that was read already, as `judge_file` does.

    Args:
        table: The table.
        kind: What its rows are about.
        on: Day of the figures.
        mapping: Heading to field where the proposals do not serve.
        standards: The standards in force on the day; the national profile's by default.
        tables: Names of the file's tables with their numbers of rows.
    """
    columns = propose_columns(table.headings, kind, remembered=mapping or {})
    fields = {one.heading: one.field for one in columns}
    rows, _shapes, _parcels = incoming_rows(table, fields, kind, system="", outline=None, zone=ANY_ZONE)
    background = Background(
        kind=kind,
        headings={field: heading for heading, field in fields.items() if field},
        held=(),
        communities=None,
        district="",
        standards=standards if standards is not None else profile(NATIONAL).at(on),
        on=on,
    )
    return JudgedFile(tables or ((table.name, len(table.rows)),), table, columns, judge_rows(rows, background))
