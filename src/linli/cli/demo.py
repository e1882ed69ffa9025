"""``linli demo``: the sample district from nothing to a plan on the map, with its progress."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import click

from linli.cli.answers import faults_told, start_django
from linli.cli.serving import write_keys
from linli.cli.supervisor import Supervisor, refuse_taken_port, server_command, worker_command

DISTRICT = "990101"
PREPARE = "linli.portal.jobs.prepare_demo"
MAKE_PLAN = "linli.layout.plans.jobs.make_plan"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听的地址。")
@click.option("--port", default=8000, show_default=True, envvar="PORT", help="监听的端口。")
@click.option("--seed", default=20261123, show_default=True, help="示例区的种子；同一种子得到同一个区。")
def demo(host: str, port: int, seed: int) -> None:
    """装入示例区、核查、生成一份调整方案，启动演示；可以重复运行。

    \b
    例：
      linli demo
      LINLI_DEMO_PASSWORD=demo-2026 linli demo --port 8080
    """
    with faults_told():
        environment = _demo_environment()
        os.environ.update(environment)
        # Django first: a refusal is told in words that need its translations.
        start_django()
        refuse_taken_port(host, port)
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        click.echo("数据库已就绪")
        with Supervisor(environment=environment) as supervisor:
            supervisor.start("网页服务", server_command(host, port))
            supervisor.start("后台办理", worker_command())
            click.echo(f"已启动：http://{host}:{port}/  （按 Ctrl-C 停止）")
            try:
                _prepare(supervisor, seed)
                _show_accounts(Path(environment["LINLI_VAR"]), f"http://{host}:{port}/")
                supervisor.watch()
            except KeyboardInterrupt:
                click.echo("正在停止……")


def _demo_environment() -> dict[str, str]:
    folder = Path(os.environ.get("LINLI_VAR", "var")).resolve()
    write_keys(folder / "keys")
    return {
        "LINLI_DEMO": "1",
        "LINLI_VAR": str(folder),
        "LINLI_SECRET_KEY": (folder / "keys" / "secret.key").read_text(encoding="ascii").strip(),
    }


def _prepare(supervisor: Supervisor, seed: int) -> None:
    """Ask the worker to prepare the district and tell its progress line by line."""
    from linli.foundation import trail
    from linli.foundation.clock import now
    from linli.foundation.jobs import runs, schedule

    earlier = runs(district=DISTRICT, kind=PREPARE, limit=1)
    if not earlier or earlier[0].stage in ("FAILED", "CANCELLED"):
        # The compiler works on the second core while the worker writes the district.
        warm = subprocess.Popen(
            [sys.executable, "-c", "from linli.engine.kernels import warm_up; warm_up()"], start_new_session=True
        )
        schedule(PREPARE, by=trail.SYSTEM, now=now(), title="准备示例区", district=DISTRICT, seed=seed)
        _follow(supervisor, PREPARE)
        warm.wait()
    _follow(supervisor, PREPARE)
    _follow(supervisor, MAKE_PLAN)


def _follow(supervisor: Supervisor, kind: str) -> None:
    """Tell the progress of the newest run of a kind line by line until it ends; silent where it ended before."""
    from linli.foundation.jobs import run_card, runs

    newest = runs(district=DISTRICT, kind=kind, limit=1)
    if not newest or newest[0].stage == "DONE":
        return
    run, told = newest[0], ""
    while not run.is_final:
        supervisor.refuse_ended()
        if run.words != told:
            told = run.words
            click.echo(f"{told}……")
        time.sleep(0.2)
        run = run_card(run.number)
    click.echo("已完成" if run.stage == "DONE" else f"没有办成：{run.error or run.words}")


def _show_accounts(folder: Path, address: str) -> None:
    path = folder / "demo-accounts.json"
    if not path.is_file():
        return
    click.echo(f"\n演示账号（也在 {path}）：")
    for account in json.loads(path.read_text(encoding="utf-8")):
        click.echo(f"  {account['username']:<12} {account['password']:<16} {account['area']}")
    click.echo(f"\n打开 {address} 登录。按 Ctrl-C 停止。")
