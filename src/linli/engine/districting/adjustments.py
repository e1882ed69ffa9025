"""The difference of two layouts, told in the official verbs (调整)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from linli.engine.districting.problem import Ints
from linli.engine.errors import ProblemNotSound

Longs = NDArray[np.int64]
Flow = tuple[int, int]


class Verb(StrEnum):
    """The ten verbs, in the order in which papers tell them."""

    ESTABLISH = "ESTABLISH"
    ABOLISH = "ABOLISH"
    SPLIT = "SPLIT"
    MERGE = "MERGE"
    TRANSFER_WHOLE = "TRANSFER_WHOLE"
    TRANSFER = "TRANSFER"
    ASSIGN = "ASSIGN"
    RESIZE = "RESIZE"
    RENAME = "RENAME"
    CUSTODY = "CUSTODY"


@dataclass(frozen=True, eq=False)
class LayoutFigures:
    """One layout with what the verbs depend on; ``n`` parcels, ``k`` communities of both layouts together.

    Attributes:
        community_of: Community per parcel, -1 for a blind spot, shape ``(n,)``.
        parents: Subdistrict per community, "" where unknown, length ``k``.
        names: Name per community, "" where unknown, length ``k``.
        custodian_of: Community that looks after a parcel on behalf of its own (代管), -1 for none, shape ``(n,)``.
    """

    community_of: Ints
    parents: Sequence[str] = ()
    names: Sequence[str] = ()
    custodian_of: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int32))


@dataclass(frozen=True)
class Adjustment:
    """One official act between two layouts.

    Attributes:
        verb: 新设, 撤销, 拆分, 合并, 整建制划转, 划转, 明确归属, 调整, 更名 or 代管.
        from_ids: Communities that give; of a custody the former custodian.
        to_ids: Communities that receive. A community that splits and stays stands among them.
        parcels: Rows of the parcels concerned, ascending.
        targets: Community that each of them belongs to afterwards, "" for none; of a custody the new custodian.
        households: Households on these parcels.
        ended_ids: Givers that hold no parcel afterwards (撤销建制).
        founded_ids: Receivers that held no parcel before (设立).
        before: Former subdistrict or name, for TRANSFER_WHOLE and RENAME.
        after: New subdistrict or name.
    """

    verb: Verb
    from_ids: tuple[str, ...]
    to_ids: tuple[str, ...]
    parcels: tuple[int, ...]
    targets: tuple[str, ...]
    households: int
    ended_ids: tuple[str, ...] = ()
    founded_ids: tuple[str, ...] = ()
    before: str = ""
    after: str = ""


def adjustments_between(
    before: LayoutFigures, after: LayoutFigures, *, community_ids: Sequence[str], households: ArrayLike
) -> tuple[Adjustment, ...]:
    """Return the acts that lead from one layout to another.

    Each parcel that changes its community stands in exactly one of ESTABLISH, ABOLISH, SPLIT, MERGE, TRANSFER, ASSIGN
    or RESIZE. The rules:

    - A new community out of a single one that stays, or several new ones out of a single one that ends: SPLIT.
      Every other new community: ESTABLISH, with all its parcels (a village that becomes a community is one).
    - A community that ends: MERGE where all that is left goes to one community, with others that end in it;
      ABOLISH where several take it, or nobody.
    - Between communities that both stay: TRANSFER where households move, RESIZE where only empty parcels do.
    - A blind spot that gets a community: ASSIGN. A parcel that loses its own: RESIZE to nobody.
    - Besides: the same community under another subdistrict: TRANSFER_WHOLE, with the parcels that it keeps;
      under another name: RENAME; a parcel under another custodian: CUSTODY.

    Source: vocabulary of real approvals; verbs of the design.

    Args:
        before: The layout in force.
        after: The draft.
        community_ids: Public id per community of both layouts, length ``k``.
        households: Households per parcel, shape ``(n,)``.

    Returns:
        Acts in the order of the verbs, then of their ids.

    Raises:
        ProblemNotSound: The two layouts differ in length, or name communities that do not exist.
    """
    teller = _Teller(before, after, tuple(community_ids), np.asarray(households, dtype=np.int64))
    acts = [*teller.memberships(), *teller.whole_transfers(), *teller.renamings(), *teller.custodies()]
    order = list(Verb)
    return tuple(sorted(acts, key=lambda act: (order.index(act.verb), act.from_ids, act.to_ids, act.parcels)))


def applied(community_of: ArrayLike, adjustments: Iterable[Adjustment], *, community_ids: Sequence[str]) -> Ints:
    """Return the layout after some acts: what `adjustments_between` took apart, put together again.

    Args:
        community_of: Community per parcel, -1 for a blind spot, shape ``(n,)``.
        adjustments: The acts; RENAME, CUSTODY and TRANSFER_WHOLE leave membership as it is.
        community_ids: Public id per community.
    """
    number = {code: i for i, code in enumerate(community_ids)} | {"": -1}
    layout = np.array(community_of, dtype=np.int32)
    for act in adjustments:
        if act.verb not in (Verb.CUSTODY, Verb.RENAME, Verb.TRANSFER_WHOLE):
            layout[list(act.parcels)] = [number[code] for code in act.targets]
    return layout


class _Teller:
    def __init__(self, before: LayoutFigures, after: LayoutFigures, ids: tuple[str, ...], households: Longs) -> None:
        self.old, self.new = _column(before, len(households), len(ids)), _column(after, len(households), len(ids))
        self.before, self.after, self.ids, self.households = before, after, ids, households
        self.was, self.stays = set(self.old.tolist()) - {-1}, set(self.new.tolist()) - {-1}
        changed = np.flatnonzero(self.old != self.new)
        self.flows: dict[Flow, list[int]] = {}
        for parcel in changed:
            self.flows.setdefault((int(self.old[parcel]), int(self.new[parcel])), []).append(int(parcel))

    def act(self, verb: Verb, givers: Iterable[int], takers: Iterable[int], flows: Iterable[Flow]) -> Adjustment:
        parcels = sorted(parcel for flow in flows for parcel in self.flows[flow])
        return self.act_on(verb, givers, takers, parcels, self.new)

    def act_on(
        self, verb: Verb, givers: Iterable[int], takers: Iterable[int], parcels: list[int], targets: Ints, **words: str
    ) -> Adjustment:
        return Adjustment(
            verb=verb,
            from_ids=self.codes(givers),
            to_ids=self.codes(takers),
            parcels=tuple(parcels),
            targets=tuple(self.ids[c] if (c := int(targets[parcel])) >= 0 else "" for parcel in parcels),
            households=int(self.households[parcels].sum()),
            ended_ids=self.codes(set(givers) - self.stays) if verb is not Verb.CUSTODY else (),
            founded_ids=self.codes(set(takers) - self.was) if verb is not Verb.CUSTODY else (),
            **words,
        )

    def codes(self, communities: Iterable[int]) -> tuple[str, ...]:
        return tuple(sorted({self.ids[c] for c in communities if c >= 0}))

    def memberships(self) -> Iterable[Adjustment]:
        left = dict.fromkeys(sorted(self.flows))
        for found in (self._splits, self._foundings, self._endings, self._single_flows):
            for verb, givers, takers, flows in found(list(left)):
                for flow in flows:
                    del left[flow]
                yield self.act(verb, givers, takers, flows)

    def _splits(self, flows: list[Flow]) -> Iterable[tuple[Verb, set[int], set[int], list[Flow]]]:
        parents_of = {c: {a for a, b in flows if b == c and a >= 0} for c in self.stays - self.was}
        for giver in sorted(self.was):
            children = {c for c, givers in parents_of.items() if givers == {giver}}
            whole = {b for a, b in flows if a == giver} == children
            if children and (giver in self.stays or (whole and len(children) > 1)):
                keeper = {giver} & self.stays
                yield Verb.SPLIT, {giver}, children | keeper, [(giver, c) for c in sorted(children)]

    def _foundings(self, flows: list[Flow]) -> Iterable[tuple[Verb, set[int], set[int], list[Flow]]]:
        split_off = {b for a, b in self.flows if b not in self.was and (a, b) not in flows and a >= 0}
        for founded in sorted(self.stays - self.was - split_off):
            own = [flow for flow in flows if flow[1] == founded]
            yield Verb.ESTABLISH, {a for a, _ in own}, {founded}, own

    def _endings(self, flows: list[Flow]) -> Iterable[tuple[Verb, set[int], set[int], list[Flow]]]:
        merged: dict[int, list[Flow]] = {}
        for ended in sorted(self.was - self.stays):
            own = [flow for flow in flows if flow[0] == ended]
            takers = {b for _, b in own}
            if len(takers) == 1 and takers != {-1}:
                merged.setdefault(own[0][1], []).extend(own)
            elif own:
                yield Verb.ABOLISH, {ended}, takers, own
        for taker, own in merged.items():
            yield Verb.MERGE, {a for a, _ in own} | {taker}, {taker}, own

    def _single_flows(self, flows: list[Flow]) -> Iterable[tuple[Verb, set[int], set[int], list[Flow]]]:
        for giver, taker in flows:
            verb = Verb.TRANSFER
            if giver < 0:
                verb = Verb.ASSIGN
            elif taker < 0 or not self.households[self.flows[giver, taker]].any():
                verb = Verb.RESIZE
            yield verb, {giver}, {taker}, [(giver, taker)]

    def whole_transfers(self) -> Iterable[Adjustment]:
        for c, (old, new) in enumerate(zip(self.before.parents, self.after.parents, strict=False)):
            kept = np.flatnonzero((self.old == c) & (self.new == c)).tolist()
            if old and new and old != new and kept:
                yield self.act_on(Verb.TRANSFER_WHOLE, {c}, {c}, kept, self.new, before=old, after=new)

    def renamings(self) -> Iterable[Adjustment]:
        for c, (old, new) in enumerate(zip(self.before.names, self.after.names, strict=False)):
            if old and new and old != new and c in self.stays & self.was:
                yield self.act_on(Verb.RENAME, {c}, {c}, [], self.new, before=old, after=new)

    def custodies(self) -> Iterable[Adjustment]:
        old = self.before.custodian_of if len(self.before.custodian_of) else np.full(len(self.old), -1)
        new = self.after.custodian_of if len(self.after.custodian_of) else np.full(len(self.old), -1)
        flows: dict[Flow, list[int]] = {}
        for parcel in np.flatnonzero(old != new):
            flows.setdefault((int(old[parcel]), int(new[parcel])), []).append(int(parcel))
        for (giver, taker), parcels in flows.items():
            yield self.act_on(Verb.CUSTODY, {giver}, {taker}, parcels, new.astype(np.int32))


def _column(layout: LayoutFigures, n: int, k: int) -> Ints:
    column = np.asarray(layout.community_of, dtype=np.int32)
    if column.shape != (n,):
        raise ProblemNotSound("both layouts must cover the same parcels", expected=n, came=int(column.size))
    if n and (column.min() < -1 or column.max() >= k):
        raise ProblemNotSound("a layout names a community that does not exist", communities=k, came=int(column.max()))
    return column
