"""Eight processes raise the same figures of the ledger by one, again and again: nothing may be lost.

Run from the checkout: ``python benchmarks/soak/writers.py``. Each writer reads a compound's people, edits them through
`linli.registry.operations.entries.edit_entry` as the form does, and reads anew where somebody else was faster. At the
end each figure must have grown by the number of edits, each edit must stand as one fact and one trail entry, and the
trail must verify. Runs on SQLite and PostgreSQL and writes ``benchmarks/results/soak_writers.md``; ``--short DATABASE``
makes ten edits each and writes nothing.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import time
from typing import Any

from _trial import DATABASES, desk, load, machine_line, python, write_result

FIELD = "residents_count"
N_COMPOUNDS = 5


def prepare() -> list[str]:
    """Found the sample district and return the codes of the compounds that are fought over."""
    from django.conf import settings

    from linli.foundation.clock import now
    from linli.portal.operations.demo import found_demo_district
    from linli.sample import generate

    sample = generate(plant=False)
    found_demo_district(sample, password="", accounts_file=settings.LINLI_VAR / "accounts.json", now=now())
    return [compound.code for compound in sample.compounds[:N_COMPOUNDS]]


def write(number: int, codes: list[str], edits: int, told: Any) -> None:
    """Be one writer: make ``edits`` edits and tell seconds of each, and how often somebody else was faster."""
    from linli.foundation.clock import now, today
    from linli.organisation.access import only_scope_on
    from linli.registry.errors import EntryChangedMeanwhile
    from linli.registry.operations.entries import Entered, edit_entry
    from linli.registry.queries.entries import current_facts
    from linli.registry.queries.places import district_by_code

    scope = only_scope_on("planner", on=today(now()))
    assert scope is not None
    district = district_by_code(scope.district_code)
    seconds, late = [], 0
    for turn in range(edits):
        code = codes[(number + turn) % len(codes)]
        started = time.monotonic()
        while True:
            seen = current_facts(district, "compound", code)[FIELD].value
            entered = Entered(
                values={FIELD: str(int(seen) + 1)},
                as_of_on=today(now()),
                source=f"试验 {number}-{turn}",
                reasons={FIELD: "试验"},
                seen={FIELD: seen},
            )
            try:
                if edit_entry(ledger="compound", code=code, entered=entered, by=scope, now=now()):
                    break
            except EntryChangedMeanwhile:
                pass
            # Somebody wrote another value, or the very same one, which the ledger does not write twice.
            late += 1
        seconds.append(time.monotonic() - started)
    told.put((seconds, late))


def trial(*, writers: int, edits: int) -> dict[str, Any]:
    """Found a district, let the writers loose, and compare what stands with what they did."""
    import django

    django.setup()
    from django.db import connections

    from linli.foundation.trail import entries, verify
    from linli.registry.models import Fact

    codes = prepare()
    people = Fact.objects.filter(ledger="compound", field=FIELD, subject_code__in=codes)
    before = {fact.subject_code: int(fact.value) for fact in people.filter(replaced_at=None)}
    # Each writer opens a connection of its own.
    connections.close_all()
    forked = multiprocessing.get_context("fork")
    told = forked.Queue()
    crew = [forked.Process(target=write, args=(number, codes, edits, told)) for number in range(writers)]
    started = time.monotonic()
    for writer in crew:
        writer.start()
    answers = []
    while (len(answers) < writers and any(writer.is_alive() for writer in crew)) or not told.empty():
        if not told.empty():
            answers.append(told.get())
        time.sleep(0.02)
    for writer in crew:
        writer.join()
    spent = time.monotonic() - started
    seconds = sorted(one for answer, _late in answers for one in answer)
    standing = people.filter(replaced_at=None)
    district = Fact.objects.filter(pk__in=people).values_list("district__code", flat=True)[0]
    return {
        "asked": writers * edits,
        "writers_ended_well": sum(writer.exitcode == 0 for writer in crew),
        "grown": sum(int(fact.value) - before[fact.subject_code] for fact in standing),
        "standing": standing.count(),
        "facts": people.filter(source__startswith="试验").count(),
        "sources": people.filter(source__startswith="试验").values("source").distinct().count(),
        "trail": entries(district, verb_starts="registry.entry.edited").total,
        "intact": verify(district).is_intact,
        "late": sum(late for _answer, late in answers),
        "seconds": spent,
        "median": statistics.median(seconds) if seconds else 0,
        "p95": seconds[int(len(seconds) * 0.95)] if seconds else 0,
    }


def losses(found: dict[str, Any], *, writers: int) -> list[str]:
    """Return what does not add up."""
    wanted = {"writers_ended_well": writers, "standing": N_COMPOUNDS, "intact": True}
    wanted |= dict.fromkeys(("grown", "facts", "sources", "trail"), found["asked"])
    return [f"{name}: expected {value}, came {found[name]}" for name, value in wanted.items() if found[name] != value]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--edits", type=int, default=100, help="of each writer")
    parser.add_argument("--short", choices=DATABASES, help="ten edits each on this database, nothing written")
    parser.add_argument("--in-this-process", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    writers, edits = arguments.writers, 10 if arguments.short else arguments.edits
    if arguments.in_this_process:
        print(json.dumps(trial(writers=writers, edits=edits)))
        return
    before = load()
    found = {}
    for database in [arguments.short] if arguments.short else DATABASES:
        with desk(database) as environment:
            words = ["--in-this-process", "--writers", str(writers), "--edits", str(edits)]
            found[database] = json.loads(python(environment, __file__, *words).splitlines()[-1])
    lost = [f"{database}: {loss}" for database, answer in found.items() for loss in losses(answer, writers=writers)]
    if arguments.short:
        print(json.dumps(found))
    else:
        write_result("soak_writers", table(found, writers=writers, lost=lost, before=before))
    if lost:
        raise SystemExit("\n".join(lost))


def table(found: dict[str, dict[str, Any]], *, writers: int, lost: list[str], before: float) -> list[str]:
    return [
        f"# {writers} processes edit the same figures",
        "",
        f"Each edit raises the people of one of {N_COMPOUNDS} compounds by one through `edit_entry`, saw the figure "
        "before, and reads anew where somebody else was faster.",
        machine_line(load_before=before),
        "",
        "| database | edits | figures grew by | facts | trail entries | trail | lost | somebody else was faster "
        "| edits per s | median ms | p95 ms |",
        "|---|---:|---:|---:|---:|---|---:|---:|---:|---:|---:|",
        *(
            f"| {database} | {one['asked']} | {one['grown']} | {one['facts']} | {one['trail']} "
            f"| {'intact' if one['intact'] else 'broken'} | {one['asked'] - one['grown']} | {one['late']} "
            f"| {one['asked'] / one['seconds']:.0f} | {one['median'] * 1000:.0f} | {one['p95'] * 1000:.0f} |"
            for database, one in found.items()
        ),
        "",
        "Nothing was lost." if not lost else "Lost: " + "; ".join(lost),
    ]


if __name__ == "__main__":
    main()
