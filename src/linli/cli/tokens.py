"""``linli token``: access tokens for other systems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from linli.cli.answers import answer, faults_told, json_option, start_django

if TYPE_CHECKING:
    from datetime import datetime

RIGHTS = ("ledger:read", "layouts:read", "plans:read", "trail:read", "imports:write")


@click.group()
def token() -> None:
    """访问令牌：新建、列出、停用，供别的系统调用接口。"""


@token.command()
@click.option("--post", required=True, help="令牌代表的岗位的编号，见 linli user list。")
@click.option("--name", required=True, help="用途，如 综合网格系统取数。")
@click.option("--right", "rights", multiple=True, required=True, type=click.Choice(RIGHTS), help="权限，可写多次。")
@click.option("--ends-on", required=True, type=click.DateTime(["%Y-%m-%d"]), help="到期日，当天起失效，最长一年。")
@json_option
def make(post: str, name: str, rights: tuple[str, ...], ends_on: datetime, json_path: str | None) -> None:
    """新建令牌；密钥只显示这一次。

    \b
    例：
      linli token make --post 990101-mz-01 --name 取数 --right ledger:read --ends-on 2027-06-30
    """
    start_django()
    from linli.foundation import trail
    from linli.foundation.clock import now
    from linli.organisation.operations import make_token

    with faults_told(json_path):
        made = make_token(post=post, name=name, rights=rights, ends_on=ends_on.date(), by=trail.SYSTEM, now=now())
        answer(
            {"number": made.card.number, "secret": made.secret, "post": post, "ends_on": made.card.ends_on.isoformat()},
            text=f"已新建访问令牌 {made.card.number}。密钥只显示这一次：\n{made.secret}",
            json_path=json_path,
        )


@token.command("list")
@click.option("--district", default="", help="区的编号；不填则列出全部。")
@json_option
def list_tokens(district: str, json_path: str | None) -> None:
    """列出令牌，不含密钥。"""
    start_django()
    from linli.foundation.clock import now, today
    from linli.organisation.queries import districts_with_offices, tokens_in

    on = today(now())
    codes = (district,) if district else tuple(one.code for one in districts_with_offices())
    rows: list[dict[str, Any]] = [
        {
            "number": card.number,
            "name": card.name,
            "post": card.post.code,
            "rights": [right.value for right in card.rights],
            "ends_on": card.ends_on.isoformat(),
            "is_open": card.is_open_on(on),
            "last_used_on": card.last_used_on.isoformat() if card.last_used_on else None,
        }
        for code in codes
        for card in tokens_in(code)
    ]
    text = "\n".join(
        f"{row['number']}  {row['name']}  {row['post']}  {'、'.join(row['rights'])}  "
        + (f"{row['ends_on']} 到期" if row["is_open"] else "已失效")
        for row in rows
    )
    answer(rows, text=text or "还没有访问令牌。用 linli token make 新建。", json_path=json_path)


@token.command()
@click.argument("number")
def end(number: str) -> None:
    """停用令牌。"""
    start_django()
    from linli.foundation import trail
    from linli.foundation.clock import now
    from linli.organisation.operations import end_token

    with faults_told():
        card = end_token(number, by=trail.SYSTEM, now=now())
        click.echo(f"已停用访问令牌 {card.number}（{card.name}）。")
