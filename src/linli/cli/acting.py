"""As whom a command acts: an account, and one of its posts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from linli.organisation.access import Scope


def acting_scope(username: str, post: str, on: date) -> Scope:
    """Return the scope of a post of an account on a day.

    Args:
        username: The account.
        post: Code of the post; may stay empty where the account holds only one.
        on: The day.

    Raises:
        UsageError: The account holds several posts and none was named.
        NotSignedIntoPost: It holds none.
    """
    from linli.organisation.access import only_scope_on, scope_on

    scope = scope_on(username, post=post, on=on) if post else only_scope_on(username, on=on)
    if scope is None:
        raise click.UsageError(f"账号 {username} 有多个岗位，请用 --post 指定以哪个岗位办理")
    return scope
