"""A table inspected: columns with reasons, rows that can be read, refused rows with column and reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.registry.rules.importing import columns
from linli.registry.rules.importing.kinds import rules_of
from linli.registry.rules.importing.remarks import sentence
from linli.registry.rules.importing.without_ledger import JudgedFile

REASONS: Mapping[str, str | Promise] = MappingProxyType(
    {
        columns.REMEMBERED: gettext_lazy("以前选定"),
        columns.EXACT: gettext_lazy("与字段同名"),
        columns.ALIAS: gettext_lazy("字段的别名"),
        columns.NORMALISED: gettext_lazy("去掉单位和空格后同名"),
        columns.FUZZY: gettext_lazy("字面相近"),
        columns.RESTRICTED: gettext_lazy("受限字段，不收"),
        columns.PERSONAL: gettext_lazy("像是个人信息，不收"),
        columns.NONE: gettext_lazy("没有相近的字段"),
    }
)
#: Refused rows in the text; all are in the JSON.
LINES = 50


def table_answer(found: JudgedFile, *, ledger: str) -> dict[str, Any]:
    """Return what a judged table shows, as plain values.

    Args:
        found: The table.
        ledger: What its rows are about.
    """
    refused = [
        {"row": row.row, "column": fault["column"], "reason": sentence(fault), "code": fault["code"]}
        for row in found.refused
        for fault in row.faults
    ]
    return {
        "ledger": ledger,
        "table": found.table.name,
        "tables": [{"name": name, "rows": rows} for name, rows in found.tables],
        "columns": [
            {
                "heading": column.heading,
                "field": column.field or None,
                "reason": str(REASONS.get(column.reason, column.reason)),
                "code": column.reason,
                "score": round(min(1.0, column.score), 3),
            }
            for column in found.columns
        ],
        "rows": len(found.judged),
        "parsed": len(found.judged) - len(found.refused),
        "refused_rows": len(found.refused),
        "refused": refused,
        "notes": [remark.sentence for remark in found.table.remarks],
    }


def table_text(told: Mapping[str, Any]) -> str:
    """Return the answer for people."""
    return "\n".join(_lines(told))


def _lines(told: Mapping[str, Any]) -> Iterator[str]:
    fields = rules_of(told["ledger"]).catalogue
    yield _("“%(table)s”%(rows)d 行：能读 %(parsed)d 行，不合格 %(refused)d 行") % {
        "table": told["table"],
        "rows": told["rows"],
        "parsed": told["parsed"],
        "refused": told["refused_rows"],
    }
    for column in told["columns"]:
        named = str(fields[column["field"]].name) if column["field"] else "—"
        yield f"  {column['heading']} → {named}（{column['reason']}）"
    yield from (_("注意：%(note)s") % {"note": note} for note in told["notes"])
    for one in told["refused"][:LINES]:
        yield _("第 %(row)d 行：%(reason)s") % {"row": one["row"], "reason": one["reason"]}
    if len(told["refused"]) > LINES:
        yield _("……还有 %(count)d 个，全部见 --json") % {"count": len(told["refused"]) - LINES}
