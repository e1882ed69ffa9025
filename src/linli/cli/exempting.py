"""``linli exempt``: registered exceptions: list, register, end."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from linli.cli.acting import acting_scope
from linli.cli.answers import answer, faults_told, json_option, start_django

if TYPE_CHECKING:
    from linli.registry.queries.exemptions import ExemptionCard

KINDS = ("band", "contiguity", "overlap", "custody", "hole")
STANDINGS = ("in-force", "expiring", "endless", "lapsed", "ended")
DAY = click.DateTime(["%Y-%m-%d"])

as_option = click.option("--as", "username", default="planner", show_default=True, help="以谁的名义办理；会记入留痕。")
post_option = click.option("--post", default="", help="岗位编号；账号有多个岗位时必填。")
kind_option = click.option(
    "--kind",
    required=True,
    type=click.Choice(KINDS),
    help="band 户数规模，contiguity 飞地，overlap 合法重叠，custody 代管，hole 区内空洞。",
)
subject_option = click.option("--subject", required=True, help="社区或小区的编号；重叠和空洞用核查问题的编号。")


@click.group()
def exempt() -> None:
    """登记例外：列出、登记、终止。"""


@exempt.command("list")
@click.option("--kind", type=click.Choice(KINDS), help="只列这一类。")
@click.option("--standing", type=click.Choice(STANDINGS), help="只列有效、快到期、没有期限、已过期或已终止的。")
@as_option
@post_option
@json_option
def list_exemptions(kind: str | None, standing: str | None, username: str, post: str, json_path: str | None) -> None:
    """列出管辖范围内登记的例外和代管。

    \b
    例：
      linli exempt list
      linli exempt list --standing expiring --json -
    """
    start_django()
    from linli.foundation.clock import now, today
    from linli.registry.access import area_of
    from linli.registry.queries.exemptions import exemptions

    moment = now()
    with faults_told(json_path):
        scope = acting_scope(username, post, today(moment))
        cards = exemptions(
            area_of(scope, now=moment),
            on=today(moment),
            kinds=[kind.upper()] if kind else [],
            standings=[standing.upper().replace("-", "_")] if standing else [],
        )
    lines = [
        f"{card.standing_name}  {card.kind_name}  {card.subject} {card.subject_name}  "
        f"{'长期' if card.until_on is None else f'到 {card.until_on}'}  {card.reason}"
        for card in cards
    ]
    answer(
        {"exemptions": [_plain(card) for card in cards]},
        text="\n".join(lines) or "没有登记例外。",
        json_path=json_path,
    )


@exempt.command()
@kind_option
@subject_option
@click.option("--reason", required=True, help="理由：依据的文件或事实。")
@click.option("--until", type=DAY, help="最后一天；不填为长期，代管必填。")
@click.option("--custodian", default="", help="代管的社区的编号；只用于 custody。")
@click.option("--since", type=DAY, help="代管从哪天起；不填为今天。")
@as_option
@post_option
@json_option
def register(
    kind: str,
    subject: str,
    reason: str,
    until: datetime | None,
    custodian: str,
    since: datetime | None,
    username: str,
    post: str,
    json_path: str | None,
) -> None:
    """登记一处例外；核查不再列为问题，编方案时照此计算，过期后重新列为问题。

    \b
    例：
      linli exempt register --kind band --subject 990101001002 --reason 孤立库区 --until 2027-12-31
      linli exempt register --kind custody --subject X-0012 --custodian 990101001003 \\
          --reason 就近代管 --until 2027-06-30
    """
    start_django()
    from linli.foundation.clock import now, today
    from linli.registry.operations.exemptions import Asked, register_exemption
    from linli.registry.rules.exempting import ExemptionKind

    moment = now()
    with faults_told(json_path):
        scope = acting_scope(username, post, today(moment))
        asked = Asked(
            kind=ExemptionKind(kind.upper()),
            subject=subject,
            reason=reason,
            until_on=_day(until),
            custodian=custodian,
            since_on=_day(since),
        )
        register_exemption(asked, by=scope, now=moment)
    answer({"kind": kind, "subject": subject}, text=f"已登记 {subject} 的例外。", json_path=json_path)


@exempt.command()
@kind_option
@subject_option
@as_option
@post_option
@json_option
def end(kind: str, subject: str, username: str, post: str, json_path: str | None) -> None:
    """终止一处例外；重新核查后，问题照常列出。

    \b
    例：
      linli exempt end --kind band --subject 990101001002
    """
    start_django()
    from linli.foundation.clock import now, today
    from linli.registry.operations.exemptions import end_exemption
    from linli.registry.rules.exempting import ExemptionKind

    moment = now()
    with faults_told(json_path):
        scope = acting_scope(username, post, today(moment))
        end_exemption(ExemptionKind(kind.upper()), subject, by=scope, now=moment)
    answer({"kind": kind, "subject": subject}, text=f"已终止 {subject} 的例外。", json_path=json_path)


def _day(typed: datetime | None) -> date | None:
    return None if typed is None else typed.date()


def _plain(card: ExemptionCard) -> dict[str, Any]:
    return {
        "kind": card.kind.value,
        "subject": card.subject,
        "name": card.subject_name,
        "communities": [code for code, _name in card.communities],
        "reason": card.reason,
        "registered_by": card.registered_by,
        "since_on": card.since_on.isoformat(),
        "until_on": None if card.until_on is None else card.until_on.isoformat(),
        "ended_on": None if card.ended_on is None else card.ended_on.isoformat(),
        "standing": card.standing.value,
    }
