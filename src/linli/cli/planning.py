"""``linli plan`` and ``linli export``: make an adjustment plan, take its papers out."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from linli.cli.acting import acting_scope
from linli.cli.answers import FAULT, INFEASIBLE, answer, faults_told, json_option, refuse, start_django

if TYPE_CHECKING:
    from linli.layout.plans.models import AdjustmentPlan
    from linli.layout.plans.queries.wording.conflicts import ConflictCard
    from linli.layout.plans.rules.assumptions import Assumption
    from linli.organisation.access import Scope

LOOK_EVERY_SECONDS = 0.5
#: What an assumed number of households is counted by.
ASSUMED = ("per-compound", "per-building", "per-dwelling", "per-hectare")


@click.command()
@click.option("--district", required=True, help="区的编号。")
@click.option("--subdistrict", help="街道的编号；不填则编制全区。")
@click.option("--band", nargs=2, type=int, metavar="LOW HIGH", help="户数下限和上限；不填则用政策规定。")
@click.option("--seed", default=1, show_default=True, help="种子；同一台账、同一要求、同一种子得到同一个方案。")
@click.option(
    "--except", "exceptions", multiple=True, metavar="CODE=REASON", help="可以不在户数范围内的社区和理由；可多次。"
)
@click.option("--lock", "locks", multiple=True, metavar="CODE[=REASON]", help="不许变动的社区、小区或地块；可多次。")
@click.option(
    "--assume", metavar="KIND=NUMBER", help=f"缺的户数怎样估：{'、'.join(ASSUMED)} 之一和户数，如 per-dwelling=0.9。"
)
@click.option("--assume-reason", default="", help="估算的依据；用 --assume 时必填。")
@click.option("--signature", default="", help="签署岗位，如“区民政局 布局规划岗”；用 --assume 时必填。")
@click.option("--title", default="", help="方案名称；不填则按范围和年份编号。")
@click.option("--as", "username", default="planner", show_default=True, help="以谁的名义编制。")
@click.option("--post", default="", help="岗位编号；账号有多个岗位时必填。")
@json_option
def plan(
    district: str,
    subdistrict: str | None,
    band: tuple[int, int] | None,
    seed: int,
    exceptions: tuple[str, ...],
    locks: tuple[str, ...],
    assume: str | None,
    assume_reason: str,
    signature: str,
    title: str,
    username: str,
    post: str,
    json_path: str | None,
) -> None:
    """编制一份调整方案并等到结果；做不出来时说明原因和办法，退出码为 3。

    \b
    例：
      linli plan --district 990101
      linli plan --district 990101 --subdistrict 990101001 --band 1000 3000 --seed 7
      linli plan --district 990101 --seed 1 --as planner --json plan.json
      linli plan --district 990101 --lock 990101001003 --lock X-0012=房票安置未完 --except 990101001002=孤立库区
      linli plan --district 990101 --assume per-dwelling=0.9 --assume-reason 同期小区入住率 \\
          --signature "区民政局 布局规划岗"
    """
    excused = dict(_pair(text, "--except", needs_second=True) for text in exceptions)
    locked = dict(_pair(text, "--lock", needs_second=False) for text in locks)
    start_django()
    from linli.foundation.clock import now, today
    from linli.layout.plans.errors import BandCannotBeMet
    from linli.layout.plans.operations import request_plan

    with faults_told(json_path):
        moment = now()
        scope = acting_scope(username, post, today(moment))
        try:
            asked = request_plan(
                scope=scope,
                district=district,
                subdistrict=subdistrict,
                band=band,
                seed=seed,
                exceptions=excused,
                locks=locked,
                assumption=_assumption(assume, assume_reason, signature),
                title=title,
                now=moment,
            )
        except BandCannotBeMet as fault:
            refuse(fault, json_path=json_path, code=INFEASIBLE)
        click.echo(f"正在编制 {asked.number} {asked.title}……", err=True)
        _wait(asked, scope)
    _tell(asked, json_path)


@click.command()
@click.argument("number", metavar="PLAN")
@click.option("--folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="写到哪个文件夹。")
@click.option("--as", "username", default="planner", show_default=True, help="以谁的名义导出；会记入留痕。")
@click.option("--post", default="", help="岗位编号；账号有多个岗位时必填。")
@json_option
def export(number: str, folder: Path, username: str, post: str, json_path: str | None) -> None:
    """导出一份方案的公文和数据：请示、方案、对照表、工作簿、GeoJSON、A3 地图。

    \b
    例：
      linli export 990101-2026-001 --folder 方案
      linli export 990101-2026-001 --folder 方案 --as leader --json -
    """
    start_django()
    from linli.foundation.clock import now, today
    from linli.layout.plans.operations.export import export_plan

    moment = now()
    with faults_told(json_path):
        scope = acting_scope(username, post, today(moment))
        try:
            taken = export_plan(number, scope=scope, folder=folder, now=moment)
        except OSError as fault:
            raise click.ClickException(f"文件夹 {folder} 写不进去：{fault.strerror}。请换一个文件夹") from fault
    lines = [f"{path}（{path.stat().st_size:,} 字节）" for path in taken.paths]
    warning = ["本方案用了假设，全部公文和图已标明“估算，不得报批”。"] if taken.is_estimate else []
    answer(
        {
            "plan": taken.number,
            "is_estimate": taken.is_estimate,
            "files": {path.name: str(path) for path in taken.paths},
        },
        text="\n".join([f"已导出 {taken.number}：", *lines, *warning]),
        json_path=json_path,
    )


def _pair(text: str, option: str, *, needs_second: bool) -> tuple[str, str]:
    """Return code and reason of an option such as ``990101001002=孤立库区``.

    Raises:
        BadParameter: There is no code, or no reason where one is needed.
    """
    code, _equals, reason = (part.strip() for part in text.partition("="))
    if not code or (needs_second and not reason):
        raise click.BadParameter(f"应为 编号=理由，实际是“{text}”", param_hint=option)
    return code, reason


def _assumption(text: str | None, reason: str, signature: str) -> Assumption | None:
    """Return the assumption of ``--assume KIND=NUMBER``; None without one.

    Raises:
        BadParameter: The kind is unknown, or no number follows.
    """
    from linli.layout.plans.rules.assumptions import Assumption, AssumptionKind

    if text is None:
        return None
    kind, _equals, number = (part.strip() for part in text.partition("="))
    try:
        households = float(number)
    except ValueError:
        households = -1.0
    if kind not in ASSUMED or households < 0:
        raise click.BadParameter(f"应为 {'、'.join(ASSUMED)} 之一=户数，实际是“{text}”", param_hint="--assume")
    return Assumption(AssumptionKind(kind.upper().replace("-", "_")), households, reason, signature)


def _wait(asked: AdjustmentPlan, scope: Scope) -> None:
    """Do the plan's job in this process, or wait for the worker that was quicker."""
    from linli.foundation.clock import now
    from linli.foundation.jobs import run_card
    from linli.foundation.jobs.execution import execute
    from linli.layout.plans.operations import cancel_plan

    try:
        execute(asked.job)
        while not run_card(asked.job).is_final:
            time.sleep(LOOK_EVERY_SECONDS)
    except KeyboardInterrupt:
        stopped_at: datetime = now()
        cancel_plan(asked.number, scope=scope, now=stopped_at)
        click.echo(f"已取消 {asked.number}", err=True)
        sys.exit(FAULT)
    asked.refresh_from_db()
    run = run_card(asked.job)
    if run.error:
        raise click.ClickException(run.error)


def _tell(asked: AdjustmentPlan, json_path: str | None) -> None:
    """Answer with the plan; where a hard rule is not kept, also with why and exit code 3."""
    from linli.layout.plans.queries.papers import paper_source
    from linli.layout.plans.queries.papers.tallies import verb_counts
    from linli.layout.plans.queries.papers.words import sentence
    from linli.layout.plans.queries.refusals import refusal_card

    named = {"number": asked.number, "title": asked.title}
    card = refusal_card(asked)
    told = [{"sentence": one.sentence, "remedies": list(one.remedies)} for one in card.conflicts]
    if not asked.revisions.exists():
        lines = [f"{asked.number} {card.stage_name}", *_conflict_lines(card.conflicts)]
        answer({**named, "feasible": False, "conflicts": told}, text="\n".join(lines), json_path=json_path)
        sys.exit(INFEASIBLE)
    source = paper_source(asked, now=asked.made_at)
    figures = source.figures
    document: dict[str, Any] = json.loads(source.document)
    answer(
        {**document, **named, "hash": source.content_hash, "conflicts": told},
        text="\n".join(
            [
                f"{asked.number} {asked.title}：{verb_counts(figures.adjustments)}，换社区 {figures.moved:,} 户"
                f"（占 {figures.moved_share:.1%}）",
                *(f"- {sentence(source, act)}" for act in figures.adjustments),
                *_conflict_lines(card.conflicts),
                f"哈希 {source.content_hash}",
            ]
        ),
        json_path=json_path,
    )
    if card.conflicts:
        sys.exit(INFEASIBLE)


def _conflict_lines(conflicts: Sequence[ConflictCard]) -> Iterator[str]:
    for one in conflicts:
        yield f"未满足：{one.sentence}"
        yield from (f"  办法：{remedy}" for remedy in one.remedies)
