"""A backup on the test database itself; writers beside it are in tests/soak/test_backup.py."""

from __future__ import annotations

import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from tests.factories.organisation import DISTRICT, NOW, make_cast

from linli.foundation import trail
from linli.foundation.backups import contents
from linli.foundation.backups.archive import Writer, opened
from linli.foundation.backups.errors import (
    BackupFileTaken,
    BackupOfNewerProgram,
    BackupOfOtherDatabase,
    BackupOfOtherKey,
    BackupUnreadable,
    RestoreTargetNotEmpty,
)
from linli.foundation.backups.operations import RESTORED, TAKEN, restore, take
from linli.foundation.backups.rules import Manifest, Table, fingerprint
from linli.foundation.trail import entries, seal, verify
from linli.foundation.trail.keys import trail_key
from linli.foundation.trail.seals import seal_path
from linli.organisation.models import Person

LATER = NOW + timedelta(hours=3)
VARIABLES = {"LINLI_SECRET_KEY": "hush", "LINLI_HOSTS": "linli.example", "HOME": "/home/a"}


@pytest.fixture
def place(transactional_db, settings, tmp_path):
    """A district with people, a file, a policy and a seal, in folders of their own."""
    settings.LINLI_SEALS = tmp_path / "var" / "seals"
    settings.MEDIA_ROOT = tmp_path / "var" / "files"
    settings.LINLI_POLICY_FOLDERS = [tmp_path / "var" / "policies"]
    make_cast()
    for name, text in {"files/2026/a.csv": "甲", "policies/own.yaml": "name: own"}.items():
        path = tmp_path / "var" / name
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    seal(DISTRICT, now=NOW, folder=settings.LINLI_SEALS)
    return tmp_path


class TestBackup:
    def test_goes_out_and_comes_back(self, place: Path, settings) -> None:
        path = place / "out" / "backup.zip"
        before = entries(DISTRICT).total
        proof = take(path, now=NOW, variables=VARIABLES)
        assert proof.entries == {DISTRICT: before, "990102": entries("990102").total - 1}
        assert proof.manifest.tables["organisation_person"].rows == Person.objects.count()
        assert [card.verb for card in entries(DISTRICT, limit=1).cards] == [TAKEN]
        assert not list(path.parent.glob("*.part*"))
        with opened(path) as archive:
            kept = {name for name in archive.manifest.members if not name.startswith("database/")}
            assert kept == {
                "configuration.json",
                "files/2026/a.csv",
                "policies/own.yaml",
                f"seals/trail-{DISTRICT}.jsonl",
            }
            with archive.member("configuration.json") as file:
                assert "hush" not in file.read().decode()
        with pytest.raises(BackupFileTaken):
            take(path, now=NOW, variables=VARIABLES)

        # Life goes on: one more person, another file content, one more seal.
        Person.objects.create(username="later", district_code=DISTRICT)
        (settings.MEDIA_ROOT / "2026" / "a.csv").write_text("乙", encoding="utf-8")
        seal(DISTRICT, now=LATER, folder=settings.LINLI_SEALS)
        with pytest.raises(RestoreTargetNotEmpty, match=r"organisation_\w+ \d+"):
            restore(path, now=LATER)
        assert restore(path, now=LATER, dry_run=True).entries == proof.entries
        assert Person.objects.filter(username="later").exists()
        assert (settings.MEDIA_ROOT / "2026" / "a.csv").read_text(encoding="utf-8") == "乙"

        kept_aside = restore(path, now=LATER, replace=True).kept
        assert not Person.objects.filter(username="later").exists()
        assert (settings.MEDIA_ROOT / "2026" / "a.csv").read_text(encoding="utf-8") == "甲"
        assert sorted(folder.name.partition(".")[0] for folder in kept_aside) == ["files", "policies", "seals"]
        assert [card.verb for card in entries(DISTRICT, limit=1).cards] == [RESTORED]
        checked = verify(DISTRICT, seals=settings.LINLI_SEALS)
        assert (checked.is_intact, checked.entries) == (True, before + 1)
        # The tables can be written to as before: numbers go on where they stopped.
        assert Person.objects.create(username="next", district_code=DISTRICT).pk is not None

    def test_leaves_out_a_seal_made_after_its_moment(self, place: Path, settings) -> None:
        heads = dict.fromkeys([DISTRICT], (entries(DISTRICT).total, ""))
        with transaction.atomic():
            trail.record(
                "organisation.person.signed-in",
                subject=trail.Subject("organisation.person", "p"),
                by=trail.SYSTEM,
                at=LATER,
                district=DISTRICT,
            )
        seal(DISTRICT, now=LATER, folder=settings.LINLI_SEALS)
        lines = seal_path(settings.LINLI_SEALS, DISTRICT).read_bytes().splitlines(keepends=True)
        assert len(lines) == 2
        archive = Writer(place / "backup.zip")
        contents.copy_out(archive, heads=heads, variables={})
        archive.abandon()
        with zipfile.ZipFile(place / "backup.zip") as written:
            assert written.read(f"seals/trail-{DISTRICT}.jsonl") == lines[0]

    @pytest.mark.parametrize(
        ("differences", "refusal"),
        [
            pytest.param({"trail_key": "0" * 16}, BackupOfOtherKey, id="another key"),
            pytest.param({"database": "oracle"}, BackupOfOtherDatabase, id="another database"),
            pytest.param({"migrations": ("registry.9999_later",)}, BackupOfNewerProgram, id="a newer program"),
            pytest.param(
                {"tables": {"gone": Table(rows=3)}, "mac": "0" * 64}, BackupUnreadable, id="a changed manifest"
            ),
        ],
    )
    def test_is_refused_before_anything_is_touched(self, place: Path, differences, refusal) -> None:
        archive = Writer(place / "backup.zip")
        fitting = {
            "taken_at": NOW.isoformat(),
            "database": connection.vendor,
            "trail_key": fingerprint(trail_key()),
            "migrations": (),
            "tables": {},
            "heads": {},
            "members": archive.members,
        }
        manifest = Manifest(**{**fitting, **differences})
        archive.close(manifest if manifest.mac else manifest.signed(trail_key()))
        people = Person.objects.count()
        with pytest.raises(refusal):
            restore(place / "backup.zip", now=LATER, replace=True)
        assert Person.objects.count() == people
