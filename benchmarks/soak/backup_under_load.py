"""A backup is taken while eight processes write, and restored elsewhere: it must be one moment, whole.

Run from the checkout: ``python benchmarks/soak/backup_under_load.py``. The writers of ``writers.py`` edit the same
figures; meanwhile the backup runs. The archive is then restored into another, empty desk. Each
edit raises a figure by one, writes one fact and one trail entry in one transaction, so at any serial moment the three
numbers are equal; in the copy they must be equal too, lie between nothing and all, and the trail must verify. Runs on
SQLite and PostgreSQL and writes ``benchmarks/results/soak_backup.md``; ``--short DATABASE`` writes nothing.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
from pathlib import Path
from typing import Any

from _trial import DATABASES, desk, load, machine_line, python, write_result
from writers import FIELD, prepare, write


def trial(path: Path, *, writers: int, edits: int) -> dict[str, Any]:
    """Let the writers loose, back up once a few edits stand, and say when what happened."""
    import os

    import django

    django.setup()
    from django.db import connections

    from linli.foundation.backups.operations import take
    from linli.foundation.clock import now
    from linli.registry.models import Fact

    codes = prepare()
    people = Fact.objects.filter(ledger="compound", field=FIELD, subject_code__in=codes)
    before = {fact.subject_code: int(fact.value) for fact in people.filter(replaced_at=None)}
    connections.close_all()
    forked = multiprocessing.get_context("fork")
    told = forked.Queue()
    crew = [forked.Process(target=write, args=(number, codes, edits, told)) for number in range(writers)]
    for writer in crew:
        writer.start()
    while not people.filter(source__startswith="试验").count() > writers:
        time.sleep(0.01)
    started = time.monotonic()
    take(path, now=now(), variables=os.environ)
    spent = time.monotonic() - started
    writing = sum(writer.is_alive() for writer in crew)
    for _writer in crew:
        told.get()
    for writer in crew:
        writer.join()
    return {"before": before, "seconds": spent, "still_writing": writing, "bytes": path.stat().st_size}


def look(path: Path, before: dict[str, int]) -> dict[str, Any]:
    """Restore the archive into this desk and return what stands there."""
    import django

    django.setup()
    from django.conf import settings

    from linli.foundation.backups.operations import restore
    from linli.foundation.clock import now
    from linli.foundation.trail import entries, verify
    from linli.registry.models import Fact

    started = time.monotonic()
    restore(path, now=now())
    spent = time.monotonic() - started
    people = Fact.objects.filter(ledger="compound", field=FIELD, subject_code__in=list(before))
    district = Fact.objects.values_list("district__code", flat=True)[0]
    return {
        "grown": sum(int(fact.value) - before[fact.subject_code] for fact in people.filter(replaced_at=None)),
        "facts": people.filter(source__startswith="试验").count(),
        "trail": entries(district, verb_starts="registry.entry.edited").total,
        "restored": entries(district, verb_starts="operation.backup.restored").total,
        "intact": verify(district, seals=settings.LINLI_SEALS).is_intact,
        "restore_seconds": spent,
    }


def losses(found: dict[str, Any], *, asked: int) -> list[str]:
    """Return what does not add up."""
    lost = [f"{name}: {found[name]}, but {found['trail']} in the trail" for name in ("grown", "facts")
            if found[name] != found["trail"]]  # fmt: skip
    if not 0 < found["trail"] <= asked:
        lost.append(f"{found['trail']} edits of {asked}")
    return lost + [name for name in ("intact", "restored") if not found[name]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--edits", type=int, default=200, help="of each writer")
    parser.add_argument("--short", choices=DATABASES, help="ten edits each on this database, nothing written")
    parser.add_argument("--archive", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--look", type=json.loads, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    writers, edits = arguments.writers, 10 if arguments.short else arguments.edits
    if arguments.look:
        print(json.dumps(look(arguments.archive, arguments.look)))
        return
    if arguments.archive:
        print(json.dumps(trial(arguments.archive, writers=writers, edits=edits)))
        return
    before_load, found = load(), {}
    for database in [arguments.short] if arguments.short else DATABASES:
        found[database] = from_desk_to_desk(database, writers=writers, edits=edits)
    lost = [f"{name}: {loss}" for name, one in found.items() for loss in losses(one, asked=writers * edits)]
    if arguments.short:
        print(json.dumps(found))
    else:
        write_result("soak_backup", table(found, asked=writers * edits, lost=lost, before=before_load))
    if lost:
        raise SystemExit("\n".join(lost))


def from_desk_to_desk(database: str, *, writers: int, edits: int) -> dict[str, Any]:
    """Back up one desk under load and restore it into another."""
    with desk(database) as here:
        path = Path(here["LINLI_VAR"]) / "backup.zip"
        words = ["--archive", str(path), "--writers", str(writers), "--edits", str(edits)]
        taken = json.loads(python(here, __file__, *words).splitlines()[-1])
        with desk(database, is_empty=True, LINLI_TRAIL_KEY=here["LINLI_TRAIL_KEY"]) as there:
            words = ["--archive", str(path), "--look", json.dumps(taken["before"])]
            stands = json.loads(python(there, __file__, *words).splitlines()[-1])
    return {**taken, **stands}


def table(found: dict[str, dict[str, Any]], *, asked: int, lost: list[str], before: float) -> list[str]:
    return [
        "# A backup while eight processes write",
        "",
        f"{asked} edits; the backup begins when the first few stand. In the restored copy the growth of the figures, "
        "the facts and the trail entries must be one number.",
        machine_line(load_before=before),
        "",
        "| database | figures grew by | facts | trail entries | trail | backup s (trial restore included) | archive MB "
        "| writers still at work after it | restore s |",
        "|---|---:|---:|---:|---|---:|---:|---:|---:|",
        *(
            f"| {name} | {one['grown']} | {one['facts']} | {one['trail']} | {'intact' if one['intact'] else 'broken'} "
            f"| {one['seconds']:.1f} | {one['bytes'] / 1e6:.1f} | {one['still_writing']} "
            f"| {one['restore_seconds']:.1f} |"
            for name, one in found.items()
        ),
        "",
        "The copy was of one moment." if not lost else "Wrong: " + "; ".join(lost),
    ]


if __name__ == "__main__":
    main()
