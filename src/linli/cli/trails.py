"""``linli trail``: check and seal the trail."""

from __future__ import annotations

import sys

import click

from linli.cli.answers import FAULT, answer, faults_told, json_option, start_django


@click.group()
def trail() -> None:
    """留痕：核对是否被改动，封存当前位置。"""


@trail.command()
@click.option("--district", default="", help="区的编号；不填则核对全部。")
@json_option
def verify(district: str, json_path: str | None) -> None:
    """核对留痕链：改动、删除、插入、截断、重排都会指出。

    \b
    例：
      linli trail verify
      linli trail verify --district 990101 --json -
    """
    start_django()
    from django.conf import settings

    from linli.foundation.trail import verify as verify_district
    from linli.foundation.trail.queries import districts_with_trail

    with faults_told(json_path):
        codes = (district,) if district else districts_with_trail()
        results = {code: verify_district(code, seals=settings.LINLI_SEALS) for code in codes}
    lines = [] if results else ["还没有留痕。"]
    for code, result in results.items():
        lines.append(
            f"{code}：共 {result.entries} 条，"
            + ("完好" if result.is_intact else f"发现 {len(result.faults)} 处问题")
            + f"；最近一次封存之后还有 {result.after_newest_seal} 条。"
        )
        lines += [f"  {fault.sentence}" for fault in result.faults]
    answer(
        {
            code: {
                "entries": result.entries,
                "after_newest_seal": result.after_newest_seal,
                "is_intact": result.is_intact,
                "faults": [fault.sentence for fault in result.faults],
            }
            for code, result in results.items()
        },
        text="\n".join(lines),
        json_path=json_path,
    )
    if not all(result.is_intact for result in results.values()):
        sys.exit(FAULT)


@trail.command()
@click.option("--district", default="", help="区的编号；不填则封存全部。")
@json_option
def seal(district: str, json_path: str | None) -> None:
    """把当前链头写进封存文件，之后的截断和改写都能查出。"""
    start_django()
    from django.conf import settings

    from linli.foundation.clock import now
    from linli.foundation.trail import seal as seal_district
    from linli.foundation.trail.queries import districts_with_trail

    with faults_told(json_path):
        codes = (district,) if district else districts_with_trail()
        seals = {code: seal_district(code, now=now(), folder=settings.LINLI_SEALS) for code in codes}
    answer(
        {code: None if made is None else made.sequence for code, made in seals.items()},
        text="\n".join(
            f"{code}：" + ("还没有留痕" if made is None else f"已封存到第 {made.sequence} 条")
            for code, made in seals.items()
        )
        or "还没有留痕。",
        json_path=json_path,
    )
