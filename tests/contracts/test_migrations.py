"""Upgrades run while the old program answers: what takes away from it says so, see docs/explanation/upgrades.md."""

from __future__ import annotations

import re

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader

TAKING_AWAY = (
    migrations.RemoveField,
    migrations.DeleteModel,
    migrations.RenameField,
    migrations.RenameModel,
    migrations.AlterModelTable,
)
TAKING_AWAY_SQL = re.compile(r"\b(DROP\s+(TABLE|COLUMN)|RENAME)\b", re.IGNORECASE)
#: What a migration that takes away must say: since which release nothing reads it any more, and why.
SAID = re.compile(r"(since|before) \d+\.\d+\.\d+: \S.{10,}")


def takes_away(migration) -> list[str]:
    """Return the operations after which the program of the release before would stumble."""
    return [
        operation.describe()
        for operation in migration.operations
        if isinstance(operation, TAKING_AWAY)
        or (isinstance(operation, migrations.RunSQL) and TAKING_AWAY_SQL.search(str(operation.sql)))
    ]


def unsaid(migration) -> list[str]:
    """Return what a migration takes away without saying so in ``contract``."""
    return [] if SAID.match(getattr(migration, "contract", "")) else takes_away(migration)


def with_operations(*operations, **attributes):
    return type("Migration", (migrations.Migration,), {"operations": list(operations), **attributes})("0009_x", "app")


class TestMigrations:
    def test_of_the_house_say_what_they_take_away(self) -> None:
        loader = MigrationLoader(None, ignore_no_migrations=True)
        ours = {
            f"{app}.{name}": migration
            for (app, name), migration in loader.disk_migrations.items()
            if type(migration).__module__.startswith("linli.")
        }
        assert len(ours) >= 6
        silent = {name: found for name, migration in ours.items() if (found := unsaid(migration))}
        assert silent == {}, 'say it: contract = "since 0.3.0: nothing reads … any more" in class Migration'

    @pytest.mark.parametrize(
        "operation",
        [
            migrations.RemoveField("compound", "nickname"),
            migrations.RenameField("compound", "name", "title"),
            migrations.RenameModel("Compound", "Estate"),
            migrations.DeleteModel("Compound"),
            migrations.RunSQL("ALTER TABLE registry_compound DROP COLUMN nickname"),
        ],
        ids=lambda operation: type(operation).__name__,
    )
    def test_that_take_away_are_found(self, operation) -> None:
        assert len(unsaid(with_operations(operation))) == 1
        assert len(unsaid(with_operations(operation, contract="it is old"))) == 1
        said = "since 0.3.0: nothing reads the nickname, names are kept in registry_name"
        assert unsaid(with_operations(operation, contract=said)) == []

    @pytest.mark.parametrize(
        "operation",
        [
            migrations.AddField("compound", "note", models.TextField(null=True)),
            migrations.AddField("compound", "note", models.TextField(default="")),
            migrations.AddIndex("compound", models.Index(fields=["name"], name="compound_name")),
            migrations.RunSQL("UPDATE registry_compound SET note = ''"),
        ],
        ids=lambda operation: type(operation).__name__,
    )
    def test_that_only_add_pass(self, operation) -> None:
        assert unsaid(with_operations(operation)) == []
