"""Rows of old tables still find a compound whose record was merged into another: codes and names outlive it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.factories.organisation import NOW, Cast

from linli.organisation.rules import Role
from linli.registry.models import Compound, District
from linli.registry.operations.imports import commit_import
from linli.registry.operations.mergers import merge_compounds
from linli.registry.queries.mergers import fingerprint_of

LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _merged(known: District, cast: Cast) -> None:
    """银杏里 X-0002 was merged into 金桂花园 X-0001."""
    pair = [Compound.objects.get(code=code) for code in ("X-0001", "X-0002")]
    merge_compounds(
        "X-0001",
        "X-0002",
        choices={},
        fingerprint=fingerprint_of(*pair),
        reason="登记了两次",
        by=cast.scope(Role.PLANNER),
        now=NOW - timedelta(days=1),
    )


@pytest.mark.parametrize(
    "line",
    ["X-0002,银杏里,333", "X-0002,金桂花园,333", "X-0002,,333", ",银杏里,333"],
    ids=["code and name", "code and new name", "code alone", "name alone"],
)
def test_an_old_code_or_name_writes_to_the_record_kept(preview: Any, cast: Cast, line: str) -> None:
    card, rows = preview(f"小区编码,小区名称,户数\n{line}\n")
    assert [(row.verdict, row.code) for row in rows] == [("CHANGED", "X-0001")]
    commit_import(card.number, scope=cast.scope(Role.PLANNER), now=LATER)
    kept, gone = Compound.objects.get(code="X-0001"), Compound.objects.get(code="X-0002")
    assert (kept.name, kept.household_count) == ("金桂花园", 333)
    assert (gone.ended_at is not None, gone.household_count) == (True, 200)


def test_an_old_code_beside_another_name_is_asked_about(preview: Any) -> None:
    _card, rows = preview("小区编码,小区名称,户数\nX-0002,听澜苑,333\n")
    assert [(row.verdict, row.code) for row in rows] == [("DOUBTFUL", "X-0001")]


def test_both_old_records_in_one_table_are_one_entry(preview: Any) -> None:
    _card, rows = preview("小区编码,小区名称,户数\nX-0001,金桂花园,300\nX-0002,银杏里,210\n")
    assert [row.verdict for row in rows] == ["REFUSED", "REFUSED"]
