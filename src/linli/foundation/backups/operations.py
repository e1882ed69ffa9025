"""The two acts: take a backup, restore one. Both end in the same trial, so that neither can succeed alone."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from linli.foundation import trail
from linli.foundation.backups import contents, postgres, sqlite
from linli.foundation.backups.archive import Reader, Writer, opened
from linli.foundation.backups.errors import (
    BackupDoesNotRestore,
    BackupFileTaken,
    BackupOfNewerProgram,
    BackupOfOtherDatabase,
    BackupOfOtherKey,
    BackupUnreadable,
    RestoreTargetNotEmpty,
)
from linli.foundation.backups.rules import Manifest, fingerprint
from linli.foundation.clock import SHANGHAI
from linli.foundation.trail.keys import trail_key
from linli.foundation.trail.queries import verify
from linli.foundation.trail.seals import read_seals, seal_path

TAKEN = "operation.backup.taken"
RESTORED = "operation.backup.restored"
#: Tables that a fresh installation fills by itself.
FILLED_BY_ITSELF = {"django_migrations", "django_content_type", "auth_permission", "django_q_schedule", "django_site"}


@dataclass(frozen=True, slots=True)
class Proof:
    """What the trial of an archive showed.

    Args:
        manifest: Of the archive.
        entries: District to verified trail entries.
        kept: Folders that a restore moved aside.
    """

    manifest: Manifest
    entries: Mapping[str, int]
    kept: tuple[Path, ...] = ()


def take(path: Path, *, now: datetime, variables: Mapping[str, str], with_trail_key: bool = False) -> Proof:
    """Back everything up into one archive while people work, and prove it by a restore into a scratch database.

    Args:
        path: The new archive.
        now: The moment, for the manifest and the trail.
        variables: The environment; secrets are left out.
        with_trail_key: Also copy the key of the trail; whoever holds the archive can then forge the trail.

    Raises:
        BackupFileTaken: The file is there already.
        BackupDoesNotRestore: The trial failed; no archive is left behind.
        TrailKeyMissing: No key is set.
    """
    if path.exists():
        raise BackupFileTaken(file=path)
    key = trail_key()
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    try:
        _write(part, now=now, variables=variables, key=key, with_trail_key=with_trail_key)
        with _on_trial(part) as (archive, _alias, entries):
            proof = Proof(manifest=archive.manifest, entries=entries)
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    _tell(TAKEN, proof, now=now)
    return proof


def restore(path: Path, *, now: datetime, replace: bool = False, dry_run: bool = False) -> Proof:
    """Put an archive in the place of an empty database and empty folders, or of full ones when told so.

    The archive first becomes a scratch database that is counted and verified; only that takes the place of the old
    one, in one transaction. Folders that held files are moved aside, not deleted. Repeating it is safe.

    Args:
        path: The archive.
        now: The moment, for the trail and the names of folders moved aside.
        replace: Also where the target is not empty.
        dry_run: Everything but the last step.

    Raises:
        BackupUnreadable: The archive was cut or changed.
        BackupOfOtherKey: Made under another trail key.
        BackupOfOtherDatabase: Made from the other kind of database.
        BackupOfNewerProgram: It holds migrations unknown here.
        BackupDoesNotRestore: What came out is not what went in.
        RestoreTargetNotEmpty: Something is there already.
    """
    if not (replace or dry_run) and (there := _occupied()):
        raise RestoreTargetNotEmpty(what="、".join(there))
    with _on_trial(path) as (archive, alias, entries):
        proof = Proof(manifest=archive.manifest, entries=entries)
        if dry_run:
            return proof
        stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%S")
        contents.stage(archive, stamp=stamp)
        _adopt(alias)
        kept = contents.adopt_staged(stamp=stamp)
    _tell(RESTORED, proof, now=now)
    return Proof(manifest=proof.manifest, entries=proof.entries, kept=tuple(kept))


def archive_name(now: datetime) -> str:
    """Return the name of an archive by its moment.

    Examples:
        >>> archive_name(datetime(2026, 11, 23, 18, 5, tzinfo=UTC))
        'linli-20261124-020500.zip'
    """
    return f"linli-{now.astimezone(SHANGHAI):%Y%m%d-%H%M%S}.zip"


def _write(path: Path, *, now: datetime, variables: Mapping[str, str], key: bytes, with_trail_key: bool) -> None:
    archive = Writer(path)
    try:
        with tempfile.TemporaryDirectory(prefix="linli-backup-", dir=path.parent) as folder:
            tables, read = postgres.copy_out(archive) if _is_postgres() else sqlite.copy_out(archive, Path(folder))
        heads = {district: (sequence, hash_) for district, sequence, hash_ in read["heads"]}
        contents.copy_out(archive, heads=heads, variables=variables)
        if with_trail_key:
            archive.add(contents.TRAIL_KEY, [key])
        manifest = Manifest(
            taken_at=now.astimezone(SHANGHAI).isoformat(timespec="seconds"),
            database=connection.vendor,
            trail_key=fingerprint(key),
            migrations=tuple(sorted(f"{app}.{name}" for app, name in read["migrations"])),
            tables=tables,
            heads=heads,
            members=archive.members,
        )
        archive.close(manifest.signed(key))
    except BaseException:
        archive.abandon()
        raise


@contextmanager
def _on_trial(path: Path) -> Iterator[tuple[Reader, str, dict[str, int]]]:
    """Restore an archive into a scratch database, compare and verify it, and lend it to the caller."""
    with opened(path) as archive:
        _refuse_unfit(archive.manifest, path)
        with _scratch(archive) as alias:
            yield archive, alias, _verified(archive, alias)


def _refuse_unfit(manifest: Manifest, path: Path) -> None:
    key = trail_key()
    if manifest.trail_key != fingerprint(key):
        raise BackupOfOtherKey(theirs=manifest.trail_key, ours=fingerprint(key))
    if manifest.mac != manifest.expected_mac(key):
        raise BackupUnreadable(file=path.name, reason="mac")
    if manifest.database != connection.vendor:
        raise BackupOfOtherDatabase(theirs=manifest.database, ours=connection.vendor)
    known = {".".join(key) for key in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    installed = {one.partition(".")[0] for one in known}
    unknown = [one for one in manifest.migrations if one not in known and one.partition(".")[0] in installed]
    if unknown:
        raise BackupOfNewerProgram(migrations="、".join(unknown[:3]))


def _verified(archive: Reader, alias: str) -> dict[str, int]:
    """Compare counts and verify each chain of the trail in the scratch database.

    Raises:
        BackupDoesNotRestore: Something differs.
    """
    manifest = archive.manifest
    if faults := [] if _is_postgres() else sqlite.faults_within(alias):
        raise BackupDoesNotRestore(reason="；".join(faults[:3]))
    found = postgres.counts(alias) if _is_postgres() else sqlite.counts(alias)
    for name, table in manifest.tables.items():
        if found.get(name) != table.rows:
            raise BackupDoesNotRestore(reason=f"{name}: {table.rows} → {found.get(name)}")
    entries = {}
    with tempfile.TemporaryDirectory(prefix="linli-seals-") as folder:
        for name in archive.names("seals/"):
            archive.extract(name, Path(folder) / name.removeprefix("seals/"))
        for district in sorted(manifest.heads):
            seals = read_seals(seal_path(Path(folder), district))
            verification = verify(district, seals=seals, using=alias)
            if not verification.is_intact:
                raise BackupDoesNotRestore(reason="；".join(one.sentence for one in verification.faults[:3]))
            entries[district] = verification.entries
    return entries


def _occupied() -> list[str]:
    """Return what a restore would replace, in words."""
    with connection.cursor() as cursor:
        if "django_migrations" not in connection.introspection.table_names(cursor):
            return contents.occupied()
    counts = postgres.counts("default") if _is_postgres() else sqlite.counts("default")
    full = [f"{name} {rows}" for name, rows in counts.items() if rows and name not in FILLED_BY_ITSELF]
    return full[:3] + contents.occupied()


def _scratch(archive: Reader) -> AbstractContextManager[str]:
    return postgres.scratch(archive) if _is_postgres() else sqlite.scratch(archive)


def _adopt(alias: str) -> None:
    if _is_postgres():
        postgres.adopt(alias)
    else:
        sqlite.adopt(alias)


@transaction.atomic
def _tell(verb: str, proof: Proof, *, now: datetime) -> None:
    """Record the act in the trail of each district that the archive holds."""
    manifest = proof.manifest
    for district in sorted(manifest.heads):
        trail.record(
            verb,
            subject=trail.Subject("operation.backup", manifest.taken_at),
            by=trail.SYSTEM,
            at=now,
            district=district,
            mac=manifest.mac,
            tables=len(manifest.tables),
            rows=manifest.rows,
            up_to=manifest.heads[district][0],
        )


def _is_postgres() -> bool:
    return connection.vendor == "postgresql"
