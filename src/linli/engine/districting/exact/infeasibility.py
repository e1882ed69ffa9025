"""Why a question has no answer: least sets of rules in conflict, and the least loosening that would do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from linli.engine.districting.conflicts import Remedy
from linli.engine.districting.exact.bounds import fewest_communities, most_communities
from linli.engine.districting.exact.counting import findings
from linli.engine.districting.exact.labelling import any_layout
from linli.engine.districting.exact.question import Question
from linli.engine.districting.exact.rules import HIGH, LOW, Relaxed, Rule, rules_of, with_rules

Proof = Callable[[Relaxed], bool]

#: Up to so many pairs of node and community an exact model is asked where counting finds nothing.
_EXACT = 400
_SECONDS = 2.0
_COUNTS = 6


@dataclass(frozen=True)
class PlainConflict:
    """Rules that no layout keeps together, none of which the proof can spare.

    Attributes:
        kind: ``together-and-apart``, ``locked-and-apart``, ``together-across-regions``, ``locks-disagree``,
            ``unit-above-ceiling``, ``locked-above-ceiling``, ``region-too-small``, ``region-between-counts``,
            ``fewer-communities-than-regions``, ``too-few-communities``, ``too-many-communities``, ``locked-apart``,
            ``reach-too-small``, ``pocket-without-room``, ``apart-above-count``, ``locked-above-count``, or
            ``no-layout`` where only the exact model tells. A region is a component of the graph, a unit a set of
            nodes that must stay together.
        nodes: Where; all where the whole is meant.
        total: The figure that does not fit: people, or a number of communities.
        rules: The least set, ascending.
        remedies: One way out of this conflict for each rule, the least that does.
    """

    kind: str
    nodes: tuple[int, ...]
    total: int
    rules: tuple[Rule, ...]
    remedies: tuple[Remedy, ...]


def conflicts_in(question: Question, *, stop: Callable[[], bool] = lambda: False) -> tuple[PlainConflict, ...]:
    """Return the conflicts of a question; none means that nothing was proven, not that there is a layout.

    Conditions that counting tests are tried first, at any size; where they hold and the question is small, an exact
    model is asked. Each proof is thinned out by the deletion filter of Chinneck and Dravnieks (1991): a rule without
    which the proof still stands is dropped. The set is least for the proof that found it: where that is counting, an
    exact model might need fewer rules yet.

    Args:
        question: What is asked.
        stop: Asked between proofs; ends the search with what was found.
    """
    found: dict[tuple[str, tuple[int, ...]], PlainConflict] = {}
    every = rules_of(question)
    for finding in findings(with_rules(question, every)):
        if stop():
            break
        rules = _thinned(question, finding.rules, _counting, stop)
        same = [one for one in findings(with_rules(question, rules)) if one.kind == finding.kind]
        told = next((one for one in same if one.nodes == finding.nodes), same[0] if same else finding)
        # What a smaller conflict implies is not told again.
        if not any(set(other.rules) < rules for other in found.values()) and (told.kind, told.nodes) not in found:
            remedies = _remedies(question, rules, _counting, stop)
            conflict = PlainConflict(told.kind, told.nodes, told.total, tuple(sorted(rules)), remedies)
            found[told.kind, told.nodes] = conflict
    if not found and not stop() and question.n * question.k <= _EXACT and _exact(with_rules(question, every)):
        rules = _thinned(question, every, _exact, stop)
        nodes = tuple(range(question.n))
        remedies = _remedies(question, rules, _exact, stop)
        total = int(question.size.sum())
        return (PlainConflict("no-layout", nodes, total, tuple(sorted(rules)), remedies),)
    return tuple(found.values())


def _counting(relaxed: Relaxed) -> bool:
    return next(findings(relaxed), None) is not None


def _exact(relaxed: Relaxed) -> bool:
    """Tell whether there is provably no layout; of a free number of communities each is tried."""
    if _counting(relaxed):
        return True
    question = relaxed.question
    if relaxed.counted:
        return any_layout(question, seconds=_SECONDS, rounds=40).status == "infeasible"
    least = max(fewest_communities(question.indptr, question.indices, question.size, high=question.high), 1)
    most = most_communities(question.indptr, question.indices, question.size, low=question.low)
    least = max(least, int(question.locked.max()) + 1)
    if most - least >= _COUNTS:
        return False
    return all(
        any_layout(replace(question, k=k), seconds=_SECONDS, rounds=40).status == "infeasible"
        for k in range(least, most + 1)
    )


def _thinned(question: Question, rules: frozenset[Rule], proof: Proof, stop: Callable[[], bool]) -> frozenset[Rule]:
    """Drop rules by halves, quarters, … and one by one, as long as the proof stands without them."""
    kept = sorted(rules, reverse=True)
    portion = max(1, len(kept) // 2)
    while True:
        at = 0
        while at < len(kept) and not stop():
            fewer = kept[:at] + kept[at + portion :]
            if proof(with_rules(question, fewer)):
                kept = fewer
            else:
                at += portion
        if portion == 1 or stop():
            return frozenset(kept)
        portion //= 2


def _remedies(question: Question, rules: frozenset[Rule], proof: Proof, stop: Callable[[], bool]) -> tuple[Remedy, ...]:
    def with_low(low: int) -> Relaxed:
        return with_rules(replace(question, low=low), rules)

    def with_high(high: int) -> Relaxed:
        return with_rules(replace(question, high=high), rules)

    found = []
    for rule in sorted(rules):
        if stop():
            break
        if rule == LOW:
            low = _last(0, question.low, lambda low: proof(with_low(low)))
            found.append(Remedy("relax-band", {"low": low, "high": question.high}))
        elif rule == HIGH:
            high = _last(-int(question.size.sum()), -question.high, lambda high: proof(with_high(-high)))
            found.append(Remedy("relax-band", {"low": question.low, "high": -high}))
        elif rule.kind == "count":
            found += _other_counts(question, rules, proof)
        else:
            kind = "unlock" if rule.kind == "lock" else "unlink"
            found.append(Remedy(kind, {"parcels": tuple(str(u) for u in rule.nodes)}))
    return tuple(found)


def _last(least: int, most: int, breaks: Callable[[int], bool]) -> int:
    """Return the largest number from ``least`` on that does not break; ``most`` breaks, and so does all above."""
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (least, middle) if breaks(middle) else (middle, most)
    return least


def _other_counts(question: Question, rules: frozenset[Rule], proof: Proof) -> list[Remedy]:
    """Return the nearest number of communities that removes the conflict, if one does."""
    needed = max(1, int(question.locked.max()) + 1)
    for away in range(1, question.n):
        for k in (question.k - away, question.k + away):
            if needed <= k <= question.n and not proof(with_rules(replace(question, k=k), rules)):
                return [Remedy("change-count", {"k": k})]
        if away > 2 * question.k + 50:
            break
    return []
