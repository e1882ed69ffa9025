"""Kill worker or server by ``kill -9`` during import, audit, bulk edit and repair: nothing may stay half-written.

Run from the checkout: ``python benchmarks/soak/killed_acts.py``. Imports and audits are jobs of a real cluster
(`linli worker`); the process that works - every second time the whole cluster, which is started anew - is killed at a
random moment. Bulk edits and repairs are requests to a real server (granian, as `linli serve` starts it), which is
killed with all its processes at a random moment of the request and started anew; then the officer asks again. After
each kill the database holds the act whole or not at all, and in the end it is done, once. Plans: ``killed_worker.py``.
Runs on SQLite and PostgreSQL and writes ``benchmarks/results/soak_killed_acts.md``; ``--short DATABASE`` kills each act
twice and writes nothing.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import numpy as np
from _trial import DATABASES, desk, load, machine_line, python, write_result
from killed_worker import PATIENCE_S, SETTINGS, Cluster

ACTS = ("import", "audit", "bulk edit", "repair")
ROWS = 3_000
TOKEN = "a" * 32


class Server:
    """The web server, in a process group of its own."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        from linli.cli.supervisor import server_command

        command = server_command("127.0.0.1", self.port)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, start_new_session=True, **quiet)
        deadline = time.monotonic() + 60
        while True:
            try:
                return self._get("/health/live")
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def _get(self, path: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        connection.request("GET", path)
        connection.getresponse().read()

    def send(self, path: str, fields: dict[str, Any], session: str) -> http.client.HTTPConnection:
        """Post a form and do not wait for the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
        }
        connection.request("POST", path, urlencode(fields | {"csrfmiddlewaretoken": TOKEN}, doseq=True), headers)
        return connection

    def kill(self) -> None:
        """Kill all of it, as a power cut does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def trial(*, kills: int, seed: int) -> dict[str, Any]:
    """Found the sample district, kill each act ``kills`` times, and return what became of them."""
    import django

    django.setup()
    from django.conf import settings

    from linli.foundation.clock import now, today
    from linli.foundation.trail import verify
    from linli.organisation.access import only_scope_on
    from linli.portal.operations.demo import found_demo_district
    from linli.sample import generate

    sample = generate()
    found_demo_district(sample, password="", accounts_file=settings.LINLI_VAR / "accounts.json", now=now())
    scope = only_scope_on("planner", on=today(now()))
    assert scope is not None
    rng = np.random.default_rng(seed)
    found: dict[str, Any] = {}
    cluster = Cluster()
    try:
        found["import"] = [killed_import(turn, scope=scope, cluster=cluster, rng=rng) for turn in range(kills)]
        found["audit"] = [killed_audit(turn, scope=scope, cluster=cluster, rng=rng) for turn in range(kills)]
    finally:
        cluster.end()
    server = Server()
    try:
        session = signed_in("planner")
        found["bulk edit"] = killed_requests(kills, bulk_edit(scope), server=server, session=session, rng=rng)
        found["repair"] = killed_requests(kills, repair(scope), server=server, session=session, rng=rng)
    finally:
        server.kill()
    return {**found, "intact": verify(sample.code).is_intact}


def killed_job(run: str, turn: int, *, cluster: Cluster, rng: np.random.Generator, within_s: float) -> str:
    """Kill during a job and return the stage it came to."""
    from linli.foundation.jobs import run_card
    from linli.foundation.jobs.execution import requeue_lost

    def wait_until(*finals: str) -> str:
        deadline = time.monotonic() + PATIENCE_S
        while (stage := str(run_card(run).stage)) not in finals and time.monotonic() < deadline:
            requeue_lost()
            time.sleep(0.05)
        return stage

    wait_until("RUNNING", "DONE", "FAILED")
    time.sleep(float(rng.uniform(0, within_s)))
    if turn % 2:
        cluster.kill_whole()
    else:
        cluster.kill_busiest()
    return wait_until("DONE", "FAILED", "CANCELLED")


def killed_import(turn: int, *, scope: Any, cluster: Cluster, rng: np.random.Generator) -> dict[str, Any]:
    """Kill while a file is written; its rows must all be there, once, or none and the file still open."""
    from linli.foundation.clock import now
    from linli.foundation.trail import entries
    from linli.registry.models import Compound, Fact, ImportBatch
    from linli.registry.operations.imports import ask_for_commit, preview_import, upload_import

    lines = ["小区编码,小区名称,户数", *(f"K{turn}-{row},试验{turn}号{row}院,{100 + row}" for row in range(ROWS))]
    told = {"file_name": f"试验{turn}.csv", "system": "CGCS2000", "now": now(), "content": "\n".join(lines).encode()}
    number = upload_import(scope=scope, kind="compound", **told).number
    preview_import(number, scope=scope, now=now())
    run = ask_for_commit(number, scope=scope, only_good=False, now=now()).job
    stage = killed_job(run, turn, cluster=cluster, rng=rng, within_s=4.0)
    batch = ImportBatch.objects.get(number=number)
    counts = (
        Compound.objects.filter(origin=batch).count(),
        Fact.objects.filter(origin=batch, field="household_count").count(),
        entries(scope.district_code, verb_starts="registry.import.committed", subject_code=number).total,
    )
    return {"stage": stage, "is_whole": counts == ((ROWS, ROWS, 1) if stage == "DONE" else (0, 0, 0))}


def killed_audit(turn: int, *, scope: Any, cluster: Cluster, rng: np.random.Generator) -> dict[str, Any]:
    """Kill while the district is audited; every audit that stands must be finished and find the same."""
    from linli.foundation.clock import now
    from linli.foundation.jobs import schedule
    from linli.foundation.trail import entries
    from linli.registry.jobs import WHOLE
    from linli.registry.models import AuditRun

    before = AuditRun.objects.count()
    run = schedule(WHOLE, by=scope, now=now(), title="试验", district=scope.district_code)
    stage = killed_job(run.public_id, turn, cluster=cluster, rng=rng, within_s=2.5)
    runs = AuditRun.objects.all()
    found = [audit.findings.count() for audit in runs.order_by("-pk")[: max(1, runs.count() - before)]]
    is_told = entries(scope.district_code, verb_starts="registry.audit.finished").total == runs.count()
    is_whole = not runs.filter(finished_at=None).exists() and len(set(found)) == 1 and found[0] > 0 and is_told
    return {"stage": stage, "is_whole": is_whole and (runs.count() > before or stage != "DONE")}


def signed_in(username: str) -> str:
    """Return the session of somebody who is signed in."""
    from django.test import Client

    from linli.organisation.models import Person

    client = Client()
    client.force_login(Person.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies["sessionid"].value


def killed_requests(
    kills: int, ask: Callable[[int], Any], *, server: Server, session: str, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Kill the server during requests, look what stands, start it anew, ask again, and look again.

    ``ask`` returns, for a turn, where to post, a function of the fields, and a function that returns how much of the
    act stands: 0 for nothing, 1 for the whole, anything else for a half.
    """
    found, within_s = [], 0.0
    for turn in range(-1, kills):
        path, fields, stands = ask(turn)
        started = time.monotonic()
        connection = server.send(path, fields(), session)
        if turn < 0:
            # Once without a kill: how long the act takes, and that it works at all.
            answer = connection.getresponse()
            answer.read()
            within_s = time.monotonic() - started
            assert (answer.status, stands()) == (302, 1), (answer.status, stands())
            continue
        time.sleep(float(rng.uniform(0, within_s)))
        server.kill()
        connection.close()
        after_kill = stands()
        server.start()
        if after_kill == 0:
            again = server.send(path, fields(), session).getresponse()
            again.read()
        found.append({"stage": "DONE" if stands() == 1 else "FAILED", "is_whole": after_kill in (0, 1)})
        found[-1]["stood"] = after_kill
    return found


def bulk_edit(scope: Any) -> Callable[[int], Any]:
    """Set a field of every compound of the sample, another value each turn."""
    from linli.foundation.clock import now, today
    from linli.foundation.trail import entries
    from linli.registry.models import Compound, Fact
    from linli.registry.operations.bulk_edits import BulkEntered, preview_bulk
    from linli.registry.queries.bulk_edits import WantedValue
    from linli.registry.rules.fields import Ledger

    codes = list(Compound.objects.filter(code__startswith="X-", ended_at=None).values_list("code", flat=True))[:500]

    def ask(turn: int) -> Any:
        source, acts = f"试验批量{turn}", entries(scope.district_code, verb_starts="registry.entries.edited").total
        entered = BulkEntered(as_of_on=today(now()), source=source, reason="试验")
        value = f"试验路 {turn + 2} 号"

        def fields() -> dict[str, Any]:
            wanted = [WantedValue(code, "address", value) for code in codes]
            seen = preview_bulk(wanted, ledger=Ledger.COMPOUND, entered=entered, by=scope, now=now())
            form = {"field": "address", "value": value, "as_of_on": today(now()).isoformat(), "reason": "试验"}
            return {**form, "source": source, "step": "write", "fingerprint": seen.fingerprint}

        def stands() -> float:
            written = Fact.objects.filter(source=source, replaced_at=None).count()
            cached = Compound.objects.filter(code__in=codes, address=value).count()
            told = entries(scope.district_code, verb_starts="registry.entries.edited").total - acts
            parts = (written / len(codes), cached / len(codes), told)
            return parts[0] if len(set(parts)) == 1 else -1

        return f"/ledger/bulk/?{urlencode({'tab': 'compounds', 'code': codes}, doseq=True)}", fields, stands

    return ask


def repair(scope: Any) -> Callable[[int], Any]:
    """Draw a parcel wrong and mend it, another one each turn."""
    import shapely

    from linli.foundation.clock import now
    from linli.foundation.trail import entries
    from linli.registry.models import CompoundParcel, Layout, LayoutMember, Parcel
    from linli.registry.queries.mending import mending_card
    from linli.registry.queries.places import district_by_code

    single = CompoundParcel.objects.filter(parcel__until_set=None, compound__ended_at=None, is_shared=False)
    choices = iter(sorted(set(single.values_list("parcel__code", flat=True))))

    def drawn_wrong() -> str:
        for code in choices:
            parcel = Parcel.objects.get(code=code, until_set=None)
            right = parcel.outline
            parcel.outline = shapely.affinity.scale(right, 1.04, 1.04)
            parcel.save(update_fields=["outline"])
            if mending_card(district_by_code(scope.district_code), code, now=now()) is not None:
                return code
            parcel.outline = right
            parcel.save(update_fields=["outline"])
        raise SystemExit("no parcel is left that can be mended")

    def ask(turn: int) -> Any:
        code, layouts = drawn_wrong(), Layout.objects.count()
        acts = entries(scope.district_code, verb_starts="registry.parcel.mended").total
        versions = Parcel.objects.count()

        def stands() -> float:
            open_one = Layout.objects.get(effective_until=None)
            members = LayoutMember.objects.filter(layout=open_one).count()
            parcels = Parcel.objects.filter(until_set=None).count()
            if members != parcels or open_one.parcel_set != district_by_code(scope.district_code).parcel_set:
                return -1
            told = entries(scope.district_code, verb_starts="registry.parcel.mended").total - acts
            parts = {Layout.objects.count() - layouts, told, Parcel.objects.count() - versions}
            return parts.pop() if len(parts) == 1 else -1

        def fields() -> dict[str, Any]:
            card = mending_card(district_by_code(scope.district_code), code, now=now())
            return {"layout": 0 if card is None else card.layout}

        return f"/findings/mend/{code}/", fields, stands

    return ask


def failures(found: dict[str, Any], *, kills: int) -> list[str]:
    """Return what does not add up."""
    wrong = [] if found["intact"] else ["the trail is broken"]
    for act in ACTS:
        ends = found[act]
        if len(ends) != kills:
            wrong.append(f"{act}: {len(ends)} kills of {kills}")
        wrong += [f"{act}, kill {turn}: {end}" for turn, end in enumerate(ends) if not end["is_whole"]]
        wrong += [f"{act}, kill {turn}: {end}" for turn, end in enumerate(ends) if end["stage"] != "DONE"]
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20, help="of each act, on each database")
    parser.add_argument("--seed", type=int, default=1, help="of the moments of killing")
    parser.add_argument("--short", choices=DATABASES, help="kill each act twice on this database, write nothing")
    parser.add_argument("--in-this-process", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    kills = 2 if arguments.short else arguments.kills
    if arguments.in_this_process:
        print(json.dumps(trial(kills=arguments.kills, seed=arguments.seed)))
        return
    before, found = load(), {}
    for database in [arguments.short] if arguments.short else DATABASES:
        with desk(database, DJANGO_SETTINGS_MODULE=SETTINGS) as environment:
            words = ["--in-this-process", "--kills", str(kills), "--seed", str(arguments.seed)]
            answer = python(environment, __file__, *words, patience_s=kills * PATIENCE_S)
            found[database] = json.loads(answer.splitlines()[-1])
    wrong = [f"{name}: {fault}" for name, answer in found.items() for fault in failures(answer, kills=kills)]
    if arguments.short:
        print(json.dumps(found))
    else:
        write_result("soak_killed_acts", table(found, wrong=wrong, before=before))
    if wrong:
        raise SystemExit("\n".join(wrong))


def table(found: dict[str, dict[str, Any]], *, wrong: list[str], before: float) -> list[str]:
    return [
        "# Acts killed half-way",
        "",
        f"One `kill -9` at a random moment of each act. Imports write {ROWS:,} rows, bulk edits 500 values.",
        machine_line(load_before=before),
        "",
        "| database | act | kills | whole or nothing after the kill | done in the end |",
        "|---|---|---:|---:|---:|",
        *(
            f"| {database} | {act} | {len(one[act])} | {sum(end['is_whole'] for end in one[act])} "
            f"| {sum(end['stage'] == 'DONE' for end in one[act])} |"
            for database, one in found.items()
            for act in ACTS
        ),
        "",
        "Nothing stayed half-written." if not wrong else "Wrong: " + "; ".join(wrong),
    ]


if __name__ == "__main__":
    main()
