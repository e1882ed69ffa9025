"""Small jobs for the tests, named like real ones."""

import os
import signal
import time

from linli.foundation.errors import LinliError


class RoadClosed(LinliError):
    code = "tests.road-closed"
    text = "道路 %(name)s 封闭，请改日再办"


def count_up(run, *, total):
    for done in range(1, total + 1):
        run.advance(done, total, f"正在清点 {done}/{total} 个小区")
    return {"counted": total}


def refuse(run):
    raise RoadClosed(name="甲路")


def break_down(run):
    raise ZeroDivisionError


def answer_too_much(run):
    return "多" * 30_000


def until_stopped(run):
    from linli.foundation.jobs import cancel
    from linli.foundation.jobs.models import JobRun

    cancel(run.number, now=JobRun.objects.get(public_id=run.number).created_at)
    for _round in range(3):
        run.leave_if_stopped()
    return "never"


def end_early(run):
    from linli.foundation.jobs.models import JobRun

    JobRun.objects.filter(public_id=run.number).update(cancel_requested=True)
    return {"stopped": run.stop_requested()}


def be_killed_once(run, *, name):
    if run.attempt == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return {"attempt": run.attempt, "name": name}


def wait_once(run):
    if run.attempt == 1:
        time.sleep(60)
    return {"attempt": run.attempt}


def run_too_long(run):
    raise SystemExit("the queue's time is over")
