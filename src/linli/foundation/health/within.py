"""Checks that ask the database: reachable, migrated, set up well, its clock, the worker, seals and backups."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from linli.foundation.backups.operations import TAKEN
from linli.foundation.health.rules import CLOCK_DRIFT, LONG_QUEUE, WORKER_SILENCE, Check, Level, age
from linli.foundation.jobs.queries import oldest_waiting, timetable_seen_at
from linli.foundation.trail.queries import districts_with_trail, last_act
from linli.foundation.trail.seals import read_seals, seal_path


def reachable() -> Iterator[Check]:
    """Ask the database anything at all."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as fault:
        words = _("数据库没有回答：%s") % type(fault).__name__
        yield Check("database", Level.BAD, words, _("请启动数据库，核对 LINLI_DATABASE_URL"))


def migrations() -> Iterator[Check]:
    """Compare the database with the migrations of the program."""
    waiting = unapplied()
    if waiting:
        words = _("数据库还差 %(count)d 次迁移（%(first)s）") % {"count": len(waiting), "first": waiting[0]}
        yield Check("migrations", Level.BAD, words, _("请先备份，再运行 linli migrate"))
    else:
        yield Check("migrations", Level.OK, _("数据库与程序相配"))


def unapplied() -> list[str]:
    """Return the migrations that wait, as ``app.name``."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def database_settings() -> Iterator[Check]:
    """Look at what the database was told: journal and waiting on SQLite; encoding, room and safety on PostgreSQL."""
    if connection.vendor == "sqlite":
        journal, seconds = _one("PRAGMA journal_mode"), int(_one("PRAGMA busy_timeout")) / 1000
        version = _one("SELECT sqlite_version()")
        if journal not in ("wal", "memory") or seconds < 5:
            words = _("SQLite %(version)s：日志方式 %(journal)s，等待 %(seconds)g 秒") % {
                "version": version,
                "journal": journal,
                "seconds": seconds,
            }
            yield Check("database", Level.WARN, words, _("多人同时写会互相挡住，请用邻里自己的设置打开数据库"))
        else:
            yield Check("database", Level.OK, f"SQLite {version}")
        return
    wrong = [
        f"{name} = {found}"
        for name, wanted in {
            "server_encoding": ("UTF8",),
            "fsync": ("on",),
            "synchronous_commit": ("on", "local"),
        }.items()
        if (found := _one(f"SHOW {name}")) not in wanted
    ]
    version = _one("SHOW server_version")
    if wrong:
        words = f"PostgreSQL {version}：" + "、".join(wrong)
        yield Check("database", Level.BAD, words, _("请改回 UTF8、fsync=on、synchronous_commit=on，断电时才不丢"))
    else:
        used, room = int(_one("SELECT count(*) FROM pg_stat_activity")), int(_one("SHOW max_connections"))
        words = _("PostgreSQL %(version)s，连接 %(used)d/%(room)d") % {"version": version, "used": used, "room": room}
        full = used > room * 0.8
        yield Check("database", Level.WARN if full else Level.OK, words, _("请增加 max_connections") if full else "")


def clock(now: datetime) -> Iterator[Check]:
    """Compare this machine's clock with the database's and with the newest trail entry."""
    if connection.vendor == "postgresql":
        drift = _one("SELECT clock_timestamp()") - now
        if abs(drift) > CLOCK_DRIFT:
            words = _("本机与数据库的钟差 %(seconds).0f 秒") % {"seconds": abs(drift.total_seconds())}
            yield Check("clock", Level.WARN, words, _("请在两台机器上开启时间同步"))
            return
    newest = last_act()
    if newest is not None and newest > now + CLOCK_DRIFT:
        yield Check("clock", Level.BAD, _("最近一条留痕在将来：%s") % newest.isoformat(), _("本机的钟慢了，请校准"))
        return
    yield Check("clock", Level.OK, now.astimezone().isoformat(timespec="seconds"))


def worker(now: datetime) -> Iterator[Check]:
    """Look whether a worker moves its timetable on, and how long jobs wait."""
    seen, oldest = timetable_seen_at(), oldest_waiting()
    if seen is None or now - seen > WORKER_SILENCE:
        yield Check("worker", Level.BAD, _("后台办理没有运行"), _("请启动 linli worker（或 linli serve）"))
    elif oldest is not None and now - oldest > LONG_QUEUE:
        words = _("有事项已排队 %(minutes)d 分钟") % {"minutes": (now - oldest).total_seconds() // 60}
        yield Check("worker", Level.WARN, words, _("请增加 LINLI_WORKERS，或看看是否有办理卡住"))
    else:
        yield Check("worker", Level.OK, _("后台办理在运行"))


def seals(now: datetime) -> Iterator[Check]:
    """Look how old the newest seal of each district is."""
    for district in districts_with_trail():
        found = read_seals(seal_path(Path(settings.LINLI_SEALS), district))
        yield age(
            "seals",
            last=datetime.fromisoformat(found[-1].sealed_at) if found else None,
            now=now,
            none=_("%s 的留痕从未封存") % district,
            done=district + " " + _("%(hours)d 小时前封存"),
            advice=_("请每晚运行 linli trail seal，并把封存文件另存"),
        )


def backups(now: datetime) -> Iterator[Check]:
    """Look how old the newest backup is."""
    if districts_with_trail():
        yield age(
            "backups",
            last=last_act(TAKEN),
            now=now,
            none=_("从未备份"),
            done=_("%(hours)d 小时前备份"),
            advice=_("请每晚运行 linli backup，并把备份放到另一台机器"),
        )


def _one(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]
