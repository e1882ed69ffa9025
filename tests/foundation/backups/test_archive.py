from __future__ import annotations

import json
import zipfile

import pytest

from linli.foundation.backups.archive import Writer, opened
from linli.foundation.backups.errors import BackupUnreadable
from linli.foundation.backups.rules import MANIFEST, Manifest, Table

KEY = b"a key of the tests, long enough"


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "backup.zip"
    writer = Writer(path)
    writer.add("database/tables/a.copy", [b"1\tone\n", b"2\ttwo\n"])
    writer.add("files/deep/plan.txt", [b"plan"])
    manifest = Manifest(
        taken_at="2026-11-23T09:00:00+08:00",
        database="postgresql",
        trail_key="0123456789abcdef",
        migrations=("a.0001_initial",),
        tables={"a": Table(rows=2, columns=("id", "name"), sequences={"id": (2, True)})},
        heads={"990101": (7, "f" * 64)},
        members=writer.members,
    )
    writer.close(manifest.signed(KEY))
    return path


def rewritten(path, changes):
    """Write the archive anew with other members, as somebody with a ZIP program would."""
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()} | changes
    with zipfile.ZipFile(path, "w") as new:
        for name, content in members.items():
            if content is not None:
                new.writestr(name, content)
    return path


class TestArchive:
    def test_gives_back_what_was_written(self, archive, tmp_path) -> None:
        with opened(archive) as read:
            assert read.manifest.tables["a"] == Table(rows=2, columns=("id", "name"), sequences={"id": (2, True)})
            assert read.manifest.rows == 2
            assert read.names("files/") == ["files/deep/plan.txt"]
            assert read.extract("files/deep/plan.txt", tmp_path / "out" / "plan.txt").read_bytes() == b"plan"
            assert read.manifest.mac == read.manifest.expected_mac(KEY) != read.manifest.expected_mac(KEY + b"x")

    def test_is_readable_by_its_owner_alone(self, archive) -> None:
        assert archive.stat().st_mode & 0o777 == 0o600

    @pytest.mark.parametrize(
        "changes",
        [
            pytest.param({"files/deep/plan.txt": b"PLAN"}, id="a member changed"),
            pytest.param({"files/deep/plan.txt": b"plan" * 9}, id="a member grown"),
            pytest.param({"files/deep/plan.txt": b"pla"}, id="a member cut"),
            pytest.param({"files/deep/plan.txt": None}, id="a member gone"),
            pytest.param({"files/more.txt": b"more"}, id="a member added"),
            pytest.param({MANIFEST: None}, id="no manifest"),
            pytest.param({MANIFEST: b"{}"}, id="an empty manifest"),
            pytest.param({MANIFEST: b"[1, 2]"}, id="a manifest of another form"),
        ],
    )
    def test_refuses_to_open_when_changed(self, archive, changes) -> None:
        with pytest.raises(BackupUnreadable), opened(rewritten(archive, changes)):
            pass

    def test_refuses_a_member_that_leads_out_of_its_folder(self, archive) -> None:
        with zipfile.ZipFile(archive) as old:
            manifest = json.loads(old.read(MANIFEST))
        manifest["members"]["files/../../escaped"] = manifest["members"].pop("files/deep/plan.txt")
        changes = {
            MANIFEST: json.dumps(manifest).encode(),
            "files/../../escaped": b"plan",
            "files/deep/plan.txt": None,
        }
        with pytest.raises(BackupUnreadable), opened(rewritten(archive, changes)):
            pass

    def test_refuses_half_a_file(self, archive) -> None:
        archive.write_bytes(archive.read_bytes()[:200])
        with pytest.raises(BackupUnreadable), opened(archive):
            pass
