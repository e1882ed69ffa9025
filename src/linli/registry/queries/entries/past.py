"""Facts as they stood at a past moment, made from facts as they stand now."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from datetime import datetime

from linli.registry.models import Fact
from linli.registry.rules.verifying import Stage


def facts_at(facts: Iterable[Fact], at: datetime) -> list[Fact]:
    """Return the facts that were there at a moment, each without what was done to it later.

    A verdict that was undone leaves nothing behind, on past days neither. The facts returned are copies to read.

    Args:
        facts: Facts of entries, in any order, which is kept.
        at: The moment.
    """
    return [_as_then(fact, at) for fact in facts if fact.recorded_at <= at]


def _as_then(fact: Fact, at: datetime) -> Fact:
    then = copy.copy(fact)
    if then.replaced_at is not None and then.replaced_at > at:
        then.replaced_at = None
    if then.verified_until is not None and then.verified_until > at:
        then.verified_until = None
    if then.verified_at is not None and then.verified_at > at:
        then.verified_at, then.verified_until, then.verified_by, then.verified_post = None, None, "", ""
    if then.returned_at is not None and then.returned_at > at:
        then.returned_at, then.returned_by, then.returned_post, then.return_reason = None, "", "", ""
    then.stage = _stage_then(then)
    return then


def _stage_then(then: Fact) -> str:
    """Return how far a fact had come; what was done to it later is gone from it already."""
    if then.stage == Stage.EMPTY or (then.stage == Stage.TAKEN_BACK and then.replaced_at is not None):
        return then.stage
    verified, returned = then.verified_at, then.returned_at
    if returned is not None and (verified is None or verified <= returned):
        return Stage.RETURNED
    return Stage.WAITING if verified is None else Stage.VERIFIED
