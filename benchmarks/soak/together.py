"""Eight officers write and eight read at once through a real server: no error, nothing lost, lists stay quick.

Run from the checkout: ``python benchmarks/soak/together.py``. The server is granian as `linli serve` starts it; writers
raise the people of their own compounds by one through the form of an entry, readers ask for the list of the ledger, a
search, the pages of a community and a compound by turns. First without pause, where latency is only reported; then each
pauses half a second after an answer, where the list's 95th percentile must stay below 150 ms. The load generator runs
on the same machine as threads of one process; its share of the processors is stated. Runs on SQLite and PostgreSQL and
writes ``benchmarks/results/soak_together.md``; ``--short DATABASE`` takes two seconds each and writes nothing.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from _trial import DATABASES, desk, load, machine_line, python, write_result
from killed_acts import TOKEN, Server, signed_in

WRITERS = READERS = 8
OWN = 5
FIELD = "residents_count"
PAUSE_S, LIST_LIMIT_MS = 0.5, 150
TICKS = os.sysconf("SC_CLK_TCK")


class Officer:
    """One signed-in person who asks again and again, and keeps how long each answer took."""

    def __init__(self, port: int, session: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies = {"Cookie": f"sessionid={session}; csrftoken={TOKEN}"}
        self.seconds: dict[str, list[float]] = {}
        self.errors: list[str] = []

    def ask(self, kind: str, path: str, fields: dict[str, str] | None, *, wanted: int) -> bool:
        """Ask once; say whether the answer was the wanted one."""
        headers, body = dict(self.cookies), None
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(fields | {"csrfmiddlewaretoken": TOKEN})
        started = time.monotonic()
        try:
            self.connection.request("GET" if body is None else "POST", path, body, headers)
            answer = self.connection.getresponse()
            answer.read()
        except OSError as fault:
            self.connection.close()
            self.errors.append(f"{kind}: {fault}")
            return False
        self.seconds.setdefault(kind, []).append(time.monotonic() - started)
        if answer.status != wanted:
            self.errors.append(f"{kind}: {answer.status}")
        return bool(answer.status == wanted)


def trial(*, seconds: float) -> dict[str, Any]:
    """Found the sample district and let everybody loose, without and with pauses."""
    import django

    django.setup()
    from django.conf import settings

    from linli.foundation.clock import now
    from linli.foundation.trail import verify
    from linli.portal.operations.demo import found_demo_district
    from linli.registry.models import Compound
    from linli.sample import generate

    sample = generate(plant=False)
    found_demo_district(sample, password="", accounts_file=settings.LINLI_VAR / "accounts.json", now=now())
    rows = Compound.objects.filter(home__isnull=False, residents_count__isnull=False).order_by("code")
    codes = list(rows.values_list("code", flat=True)[: WRITERS * OWN])
    community = rows.values_list("home__code", flat=True)[0]
    session = signed_in("planner")
    server = Server()
    try:
        # Nobody measures the first page after a start: modules are loaded and templates compiled then.
        for _kind, path in pages_of(codes, community):
            Officer(server.port, session).ask("first", path, None, wanted=200)
        found = {
            name: phase(server, session, codes, community, seconds=seconds, pause_s=pause)
            for name, pause in (("no pause", 0.0), ("pause", PAUSE_S))
        }
    finally:
        server.kill()
    return {**found, "intact": verify(sample.code).is_intact}


def phase(
    server: Server, session: str, codes: list[str], community: str, *, seconds: float, pause_s: float
) -> dict[str, Any]:
    """Let writers and readers ask for a while, and hold what stands against what they were told."""
    from linli.registry.models import Compound

    people = Compound.objects.filter(code__in=codes)
    before = dict(people.values_list("code", f"current__{FIELD}"))
    officers = [Officer(server.port, session) for _ in range(WRITERS + READERS)]
    ends = time.monotonic() + seconds
    forms = [{code: form_of(code) for code in codes[one * OWN : (one + 1) * OWN]} for one in range(WRITERS)]
    acts: list[Callable[[], int]] = [
        lambda one=one: writing(officers[one], forms[one], ends=ends, pause_s=pause_s) for one in range(WRITERS)
    ]
    acts += [
        lambda one=one: reading(officers[WRITERS + one], codes, community, ends=ends, pause_s=pause_s)
        for one in range(READERS)
    ]
    own, theirs, started = time.process_time(), ticks_of(server.process.pid), time.monotonic()
    with ThreadPoolExecutor(len(acts)) as pool:
        told = sum(pool.map(lambda act: act(), acts))
    spent = time.monotonic() - started
    grown = sum(value - before[code] for code, value in people.values_list("code", f"current__{FIELD}"))
    kinds = sorted({kind for officer in officers for kind in officer.seconds})
    return {
        "seconds": spent,
        "errors": [error for officer in officers for error in officer.errors][:5],
        "n_errors": sum(len(officer.errors) for officer in officers),
        "lost": told - grown,
        "generator_cores": (time.process_time() - own) / spent,
        "server_cores": (ticks_of(server.process.pid) - theirs) / TICKS / spent,
        "answers": {kind: quantiles([one for o in officers for one in o.seconds.get(kind, ())]) for kind in kinds},
    }


def form_of(code: str) -> dict[str, str]:
    """Return the form of a compound as its page shows it."""
    from linli.registry.models import Compound, Fact
    from linli.registry.rules.editing import NAME_FIELD, form_fields

    held = dict(
        Fact.objects.filter(ledger="compound", subject_code=code, replaced_at=None).values_list("field", "value")
    )
    held.setdefault(NAME_FIELD, Compound.objects.get(code=code).name)
    return {field.key: held.get(field.key, "") for field in form_fields("compound")}


def writing(officer: Officer, forms: dict[str, dict[str, str]], *, ends: float, pause_s: float) -> int:
    """Raise the people of one's own compounds by one, by turns; return how many edits were taken."""
    from linli.foundation.clock import now, today

    taken = 0
    while time.monotonic() < ends:
        for code, form in forms.items():
            seen = {f"seen-{key}": value for key, value in form.items()}
            raised = str(int(form[FIELD]) + 1)
            fields = {**form, **seen, FIELD: raised, f"reason-{FIELD}": "试验", "source": "试验"}
            fields["as_of_on"] = today(now()).isoformat()
            if officer.ask("save an entry", f"/ledger/compounds/{code}/edit/", fields, wanted=302):
                form[FIELD], taken = raised, taken + 1
            time.sleep(pause_s)
            if time.monotonic() >= ends:
                break
    return taken


def reading(officer: Officer, codes: list[str], community: str, *, ends: float, pause_s: float) -> int:
    """Ask for pages by turns; return no edits."""
    while time.monotonic() < ends:
        for kind, path in pages_of(codes, community):
            officer.ask(kind, path, None, wanted=200)
            time.sleep(pause_s)
    return 0


def pages_of(codes: list[str], community: str) -> tuple[tuple[str, str], ...]:
    """Return what readers ask for: name and address."""
    return (
        ("ledger list", "/ledger/"),
        ("search", f"/ledger/?{urlencode({'q': '园'})}"),
        ("community's page", f"/ledger/communities/{community}/"),
        ("compound's page", f"/ledger/compounds/{codes[0]}/"),
    )


def quantiles(seconds: list[float]) -> dict[str, float]:
    """Return number, median and 95th percentile in milliseconds."""
    ordered = sorted(seconds)
    at = {"median": 0.5, "p95": 0.95}
    return {"n": len(ordered), **{name: ordered[int(len(ordered) * share)] * 1000 for name, share in at.items()}}


def ticks_of(group: int) -> int:
    """Return the ticks of processor time that a group of processes has used."""
    used = 0
    for place in Path("/proc").glob("[0-9]*"):
        try:
            fields = (place / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group:
            used += int(fields[11]) + int(fields[12])
    return used


def failures(found: dict[str, Any]) -> list[str]:
    """Return what does not hold."""
    wrong = [] if found["intact"] else ["the trail is broken"]
    for name in ("no pause", "pause"):
        one = found[name]
        if one["n_errors"] or one["lost"]:
            wrong.append(f"{name}: {one['n_errors']} errors {one['errors']}, {one['lost']} lost")
    return wrong


def too_slow(found: dict[str, Any]) -> list[str]:
    """Return the list of the ledger where it missed its bar."""
    p95 = found["pause"]["answers"]["ledger list"]["p95"]
    return [] if p95 <= LIST_LIMIT_MS else [f"ledger list with pauses: p95 {p95:.0f} ms, bar {LIST_LIMIT_MS} ms"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="of each phase, on each database")
    parser.add_argument("--short", choices=DATABASES, help="two seconds of each on this database, write nothing")
    parser.add_argument("--in-this-process", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    seconds = 2.0 if arguments.short else arguments.seconds
    if arguments.in_this_process:
        print(json.dumps(trial(seconds=arguments.seconds)))
        return
    before, found = load(), {}
    for database in [arguments.short] if arguments.short else DATABASES:
        with desk(database) as environment:
            words = ["--in-this-process", "--seconds", str(seconds)]
            found[database] = json.loads(python(environment, __file__, *words).splitlines()[-1])
    wrong = [f"{name}: {fault}" for name, answer in found.items() for fault in failures(answer)]
    if not arguments.short:
        wrong += [f"{name}: {fault}" for name, answer in found.items() for fault in too_slow(answer)]
    if arguments.short:
        print(json.dumps(found))
    else:
        write_result("soak_together", table(found, seconds=seconds, wrong=wrong, before=before))
    if wrong:
        raise SystemExit("\n".join(wrong))


def table(found: dict[str, dict[str, Any]], *, seconds: float, wrong: list[str], before: float) -> list[str]:
    phases = [(database, name, one[name]) for database, one in found.items() for name in ("no pause", "pause")]
    return [
        f"# {WRITERS} writers and {READERS} readers at once",
        "",
        f"{seconds:.0f} s each without pause and with a pause of {PAUSE_S} s after each answer; sample district of 650 "
        "compounds.",
        machine_line(load_before=before),
        "",
        "| database | phase | errors | lost | load generator, cores | server, cores |",
        "|---|---|---:|---:|---:|---:|",
        *(
            f"| {database} | {name} | {one['n_errors']} | {one['lost']} | {one['generator_cores']:.2f} "
            f"| {one['server_cores']:.2f} |"
            for database, name, one in phases
        ),
        "",
        "| database | phase | asked for | answers | median ms | p95 ms | bar ms |",
        "|---|---|---|---:|---:|---:|---:|",
        *(
            f"| {database} | {name} | {kind} | {told['n']} | {told['median']:.0f} | {told['p95']:.0f} "
            f"| {LIST_LIMIT_MS if (name, kind) == ('pause', 'ledger list') else '–'} |"
            for database, name, one in phases
            for kind, told in one["answers"].items()
        ),
        "",
        "No error, nothing lost, the list within its bar." if not wrong else "Wrong: " + "; ".join(wrong),
    ]


if __name__ == "__main__":
    main()
