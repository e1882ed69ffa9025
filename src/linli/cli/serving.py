"""``linli serve | worker | migrate | keys``: running Linli."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from linli.cli.answers import faults_told, start_django
from linli.cli.supervisor import Supervisor, refuse_taken_port, server_command, worker_command


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听的地址。")
@click.option("--port", default=8000, show_default=True, envvar="PORT", help="监听的端口。")
@click.option("--no-worker", is_flag=True, help="只启动网页服务；后台办理由另一个 linli worker 承担。")
def serve(host: str, port: int, no_worker: bool) -> None:
    """启动网页服务和后台办理，按 Ctrl-C 一起停止。

    \b
    例：
      linli serve
      linli serve --host 0.0.0.0 --port 8080
    """
    with faults_told():
        # Django first: a refusal is told in words that need its translations.
        start_django()
        refuse_taken_port(host, port)
        with Supervisor(environment={}) as supervisor:
            supervisor.start("网页服务", server_command(host, port))
            if not no_worker:
                supervisor.start("后台办理", worker_command())
            click.echo(f"已启动：http://{host}:{port}/  按 Ctrl-C 停止。")
            try:
                supervisor.watch()
            except KeyboardInterrupt:
                click.echo("正在停止……")


@click.command()
def worker() -> None:
    """只启动后台办理（核查、生成方案、导出），不启动网页；上次中断的事项马上接着办。"""
    start_django()
    from django.core.management import call_command

    from linli.foundation.jobs.execution import requeue_lost

    requeue_lost()
    call_command("qcluster")


@click.command()
def migrate() -> None:
    """建立或升级数据库。"""
    start_django()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    click.echo("数据库已就绪。")


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), default=Path("var/keys"), show_default=True)
def keys(folder: Path) -> None:
    """生成留痕密钥和会话密钥；已有的不覆盖。"""
    for line in write_keys(folder):
        click.echo(line)


def write_keys(folder: Path) -> list[str]:
    """Write the keys that are not there yet, readable by the owner alone, and say what was done."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for name in ("trail.key", "secret.key"):
        path = folder / name
        if path.exists():
            lines.append(f"{path} 已有，未改动。")
            continue
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48) + "\n", encoding="ascii")
        lines.append(f"{path} 已生成。请另存一份到数据库之外的地方。")
    return lines
