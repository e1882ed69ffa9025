"""``linli user``: accounts and posts from the command line."""

from __future__ import annotations

from typing import Any

import click

from linli.cli.answers import answer, faults_told, json_option, start_django


@click.group()
def user() -> None:
    """账号：新建、任职、重设密码、停用、启用、停用动态码、列出。"""


@user.command("list")
@json_option
def list_users(json_path: str | None) -> None:
    """列出账号和现任岗位。"""
    start_django()
    from linli.foundation.clock import now, today
    from linli.organisation.queries import districts_with_offices, people_of

    on = today(now())
    rows: list[dict[str, Any]] = [
        {
            "username": person.username,
            "active": person.is_active,
            "posts": [str(post.name) for post in person.posts],
        }
        for district in districts_with_offices()
        for person in people_of(district.code, on=on)
    ]
    text = "\n".join(
        f"{row['username']}  {'可登录' if row['active'] else '已停用'}  {'、'.join(row['posts']) or '无岗位'}"
        for row in rows
    )
    answer(rows, text=text or "还没有账号。用 linli user add 新建。", json_path=json_path)


@user.command()
@click.argument("username")
@click.option("--district", required=True, help="账号所属区的编号。")
@click.password_option(prompt="密码", confirmation_prompt="再输一次", help="首个密码；不写则逐字询问。")
def add(username: str, district: str, password: str) -> None:
    """新建账号。

    \b
    例：
      linli user add w10023 --district 990101
    """
    start_django()
    from linli.foundation import trail
    from linli.foundation.clock import now
    from linli.organisation.operations import create_person

    with faults_told():
        person = create_person(username=username, password=password, district=district, by=trail.SYSTEM, now=now())
        click.echo(f"已新建账号 {person.username}。用 linli user appoint 给一个岗位后才能使用。")


@user.command()
@click.argument("username")
@click.option("--office", required=True, help="单位编号。")
@click.option(
    "--role",
    required=True,
    type=click.Choice(["planner", "organiser", "subdistrict", "department", "worker", "leader", "auditor", "admin"]),
    help="职能。",
)
@click.option("--title", required=True, help="岗位名称，如 布局规划岗。")
def appoint(username: str, office: str, role: str, title: str) -> None:
    """任职：给一个账号一个岗位，从今天起。"""
    start_django()
    from linli.foundation import trail
    from linli.foundation.clock import now, today
    from linli.organisation.operations import appoint as appoint_person
    from linli.organisation.rules import Role

    moment = now()
    with faults_told():
        post = appoint_person(
            username,
            office=office,
            role=Role[role.upper()],
            title=title,
            valid_from_on=today(moment),
            by=trail.SYSTEM,
            now=moment,
        )
        click.echo(f"已任职：{post.name}。")


@user.command()
@click.argument("username")
@click.password_option(prompt="新密码", confirmation_prompt="再输一次", help="新密码；不写则逐字询问。")
def reset(username: str, password: str) -> None:
    """重设密码：会话全部结束，锁定解除，下次登录须改密码。"""
    start_django()
    from linli.foundation import trail
    from linli.foundation.clock import now
    from linli.organisation.operations import set_password

    with faults_told():
        set_password(username, password=password, by=trail.SYSTEM, now=now())
        click.echo(f"已重设 {username} 的密码。")


@user.command()
@click.argument("username")
def lock(username: str) -> None:
    """停用账号。"""
    start_django()
    from linli.foundation import trail
    from linli.foundation.clock import now
    from linli.organisation.operations import lock_person

    with faults_told():
        lock_person(username, by=trail.SYSTEM, now=now())
        click.echo(f"已停用 {username}。")


@user.command()
@click.argument("username")
def unlock(username: str) -> None:
    """启用账号。"""
    start_django()
    from linli.foundation import trail
    from linli.foundation.clock import now
    from linli.organisation.operations import unlock_person

    with faults_told():
        unlock_person(username, by=trail.SYSTEM, now=now())
        click.echo(f"已启用 {username}。")


@user.command("forget-phone")
@click.argument("username")
def forget_phone(username: str) -> None:
    """停用动态码：手机换了或丢了，下次登录重新设置；备用码一起作废。"""
    start_django()
    from linli.foundation import trail
    from linli.foundation.clock import now
    from linli.organisation.operations import withdraw_second_factor

    with faults_told():
        withdraw_second_factor(username, by=trail.SYSTEM, now=now())
        click.echo(f"已停用 {username} 的动态码，区级岗位下次登录会先设置。")
