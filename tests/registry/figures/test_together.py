"""Two officers act on one figure at once: rows are locked, nothing is lost in silence."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from tests.factories.organisation import DISTRICT, NOW, Cast
from tests.registry.figures.conftest import DAY, Fill

from linli.foundation.errors import LinliError
from linli.foundation.trail import verify
from linli.organisation.rules import Role
from linli.registry.models import Compound, Fact
from linli.registry.operations.bulk_edits import BulkEntered, edit_many, preview_bulk
from linli.registry.operations.entries import Entered, edit_entry
from linli.registry.operations.facts import NewValue, record_values
from linli.registry.operations.verifying import verify_figures
from linli.registry.queries.bulk_edits import Seen, WantedValue
from linli.registry.queries.places import district_by_code
from linli.registry.rules.fields import Ledger

pytestmark = [pytest.mark.postgres_only, pytest.mark.django_db(transaction=True)]


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts together and return what each answers: its value, or the code of its refusal."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return act()
        except LinliError as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def editing(cast: Cast, value: str, *, seen: str | None, after: int) -> Callable[[], int]:
    entered = Entered({"building_count": value}, DAY, "摸底", seen={} if seen is None else {"building_count": seen})
    now = NOW + timedelta(seconds=after)
    return lambda: edit_entry(ledger="compound", code="X-0001", entered=entered, by=cast.scope(Role.PLANNER), now=now)


class TestTogether:
    def test_the_second_of_two_editors_is_asked(self, cast: Cast, district: object) -> None:
        answers = at_once(*(editing(cast, str(n), seen="", after=n) for n in (1, 2, 3)))
        assert sorted(answers, key=str) == [1, "registry.entry-changed-meanwhile", "registry.entry-changed-meanwhile"]
        assert Fact.objects.filter(field="building_count").count() == 1

    def test_the_second_of_two_bulk_edits_is_asked(self, cast: Cast, district: object) -> None:
        planner = cast.scope(Role.PLANNER)
        entered = BulkEntered(as_of_on=DAY, source="摸底")

        def setting(count: str, after: int) -> Callable[[], int]:
            values = [WantedValue(code, "building_count", count) for code in ("X-0001", "X-0002")]
            seen = preview_bulk(values, ledger=Ledger.COMPOUND, entered=entered, by=planner, now=NOW)
            return lambda: edit_many(
                values,
                ledger=Ledger.COMPOUND,
                entered=entered,
                fingerprint=seen.fingerprint,
                seen=Seen(NOW),
                by=planner,
                now=NOW + timedelta(seconds=after),
            )

        answers = at_once(setting("3", 1), setting("5", 2))
        assert sorted(answers, key=str) == [2, "registry.bulk-contested"]
        assert Fact.objects.filter(field="building_count").count() == 2

    def test_no_value_is_lost_where_nobody_asks(self, cast: Cast, district: object) -> None:
        answers = at_once(*(editing(cast, str(n), seen=None, after=n) for n in range(1, 7)))
        assert answers == [1] * 6
        facts = Fact.objects.filter(field="building_count")
        assert {fact.value for fact in facts} == {"1", "2", "3", "4", "5", "6"}
        standing = facts.get(replaced_at=None)
        assert Compound.objects.get(code="X-0001").current["building_count"] == int(standing.value)
        assert verify(DISTRICT).is_intact

    def test_nobody_verifies_what_is_being_replaced(self, cast: Cast, fill: Fill) -> None:
        seen = fill("7", field="building_count")
        officer = cast.scope(Role.SUBDISTRICT)
        verified, edited = at_once(
            lambda: verify_figures([seen], by=officer, now=NOW + timedelta(seconds=9)),
            editing(cast, "8", seen="7", after=5),
        )
        old, new = Fact.objects.get(value="7"), Fact.objects.get(value="8")
        assert edited == 1
        assert (old.stage, verified) in {("VERIFIED", 1), ("WAITING", "registry.figures-changed-meanwhile")}
        assert new.stage == "WAITING" and new.replaced_at is None

    def test_writers_of_many_entries_never_wait_for_one_another(self, cast: Cast, district: object) -> None:
        codes = ["X-0001", "X-0002", "X-0004", "X-0005", "X-0006"]
        home = district_by_code(DISTRICT)

        def writing(number: int) -> Callable[[], int]:
            some = codes if number % 2 else codes[::-1]
            values = [NewValue(code, "building_count", str(100 + number), source="导入") for code in some]
            now = NOW + timedelta(seconds=number)
            return lambda: record_values(values, district=home, ledger="compound", by="某岗", now=now)

        assert at_once(*(writing(number) for number in range(6))) == [5] * 6
        assert Fact.objects.filter(field="building_count", replaced_at=None).count() == 5
        assert Fact.objects.filter(field="building_count").count() == 30
