"""``linli doctor``: is everything there that Linli needs?"""

from __future__ import annotations

import sys

import click

from linli.cli.answers import DONE, FAULT, INFEASIBLE, answer, json_option, start_django

SIGNS = {"OK": "✓", "WARN": "!", "BAD": "✗"}


@click.command()
@json_option
def doctor(json_path: str | None) -> None:
    """体检：配置、磁盘、密钥、字体、数据库、时钟、后台办理、封存和备份。

    退出码：0 都好；3 有提醒；1 有必须处理的。

    \b
    例：
      linli doctor
      linli doctor --json -
    """
    start_django()
    from linli.foundation.clock import now
    from linli.foundation.health.queries import examine
    from linli.foundation.health.rules import worst

    checks = examine(now())
    lines = [f"{SIGNS[check.level]} {check.words}" + (f"。{check.advice}" if check.advice else "") for check in checks]
    level = worst(checks)
    answer(
        {"level": level.value, "checks": [check.as_dict() for check in checks]},
        text="\n".join(lines),
        json_path=json_path,
    )
    sys.exit({"OK": DONE, "WARN": INFEASIBLE, "BAD": FAULT}[level])
