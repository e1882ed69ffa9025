"""Every door by which a file leaves: told in the trail, signed with who took it, and harmless in a spreadsheet."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.access.table import RULES, Rule
from tests.access.test_contents import text_of
from tests.access.test_routes import ask
from tests.access.world import World
from tests.factories.organisation import NOW, told

from linli.foundation.documents.workbook import PrintColumn, PrintSheet, write_workbook
from linli.foundation.tables import Column, OutSheet, write_csv, write_xlsx
from linli.organisation.rules import Role

pytestmark = pytest.mark.django_db
LEDGER, MAP, PLAN = "registry.ledger.exported", "registry.map.exported", "plans.plan.exported"
#: The door, what is asked of it, and the verb that the trail keeps.
DOORS = [
    ("registry:ledger-export", {"form": "xlsx"}, LEDGER),
    ("registry:ledger-export", {"form": "csv"}, LEDGER),
    ("registry:findings-export", {"form": "xlsx"}, "registry.findings.exported"),
    ("registry:findings-export", {"form": "csv"}, "registry.findings.exported"),
    ("registry:exemptions-export", {"form": "xlsx"}, "registry.exemptions.exported"),
    ("registry:exemptions-export", {"form": "csv"}, "registry.exemptions.exported"),
    ("registry:import-problems", {}, "registry.import.problems-taken"),
    ("registry:import-returned", {}, "registry.import.rows-taken"),
    ("registry:map-sheet", {}, MAP),
    ("api:export", {}, LEDGER),
    *(
        ("plans:export", {"file": name}, PLAN)
        for name in ("qingshi.docx", "fangan.docx", "duizhaobiao.docx", "tables.xlsx", "plan.geojson", "map.pdf")
    ),
]


@pytest.mark.parametrize(("route", "said", "verb"), DOORS, ids=lambda one: str(one))
def test_a_door_tells_the_trail_and_signs_the_file(world: World, route: str, said: dict, verb: str) -> None:
    rule: Rule = replace(RULES[route][0], body=said)
    answer = ask(world, Role.PLANNER, route, rule, dict(world.names["OWN"]))
    assert answer.status_code == 200
    newest = told()[0]
    assert (newest.verb, newest.actor.post) == (verb, world.scopes[Role.PLANNER].post.code)
    if not answer.headers["Content-Type"].startswith("application/pdf"):
        assert re.search("导出：区民政局 经办岗(?: T-[0-9a-f]{8})?，2026-11-23 1", text_of(answer))


class TestAFormula:
    #: What a spreadsheet may run, in front of anything.
    texts = st.tuples(
        st.sampled_from(["=", "+", "-", "@", "\t=", "\r=", "＝", "＋", "－", "＠", "\x00=", "=\x01"]),
        st.text(max_size=20),
    ).map("".join)

    @given(texts)
    def test_stays_text_in_csv(self, text: str) -> None:
        content = write_csv(OutSheet(name="表", columns=[Column("名称")], rows=[[text]])).decode("utf-8-sig")
        cell = content.split("\r\n", 1)[1].lstrip('"')
        assert not re.match(r"[=+\-@\t\r＝＋－＠]", cell) or re.match(r"[+-]?\d+(\.\d+)?%?\"?\s*$", cell)

    @given(texts)
    def test_stays_text_in_a_workbook(self, text: str) -> None:
        sheet = OutSheet(name="表", columns=[Column("名称")], rows=[[text]])
        assert not formulas_in(write_xlsx([sheet], now=NOW))

    @given(texts)
    def test_stays_text_in_the_workbook_of_a_plan(self, text: str) -> None:
        clean = "".join(one for one in text if one.isprintable()) or "x"
        sheet = PrintSheet(name="表", title="表", columns=[PrintColumn("名称", "text")], rows=[[clean]])
        assert not formulas_in(write_workbook([sheet], on=NOW.date(), author="甲"))


def formulas_in(book: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")]
    return any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)
