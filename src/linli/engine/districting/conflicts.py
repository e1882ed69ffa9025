"""Why a wish cannot be met, and what would make it so: as data, which callers put into words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from linli.engine.districting.constraints import RuleVerdict, community_totals
from linli.engine.districting.problem import Flags, Ints, Problem
from linli.engine.districting.terrain import Terrain

Value = int | str | tuple[str, ...]


@dataclass(frozen=True)
class Remedy:
    """One change of the question that would remove a conflict.

    Attributes:
        kind: ``relax-band`` (low, high), ``except-community`` (community), ``allow-crossing-parents``,
            ``register-crossing`` (parcels), ``unlock`` (parcels or community), ``divide-compound`` (parcels),
            ``register-parts`` (community), ``move-office`` (community) or ``search-longer`` (sweeps).
        params: The figures and ids named above.
    """

    kind: str
    params: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Conflict:
    """One reason why no plan, or not this plan, keeps all hard rules.

    Attributes:
        kind: ``parent-too-small``, ``parent-between-counts``, ``region-too-small``, ``region-between-counts``,
            ``compound-above-ceiling``, ``locked-above-ceiling``, ``locked-out-of-band``,
            ``compound-across-parents``, ``community-across-parents``, ``locks-disagree``, ``lock-cuts-compound``,
            ``office-out-of-reach``, ``not-contiguous`` or ``band-not-reached``.
            A region is a piece of a subdistrict that barriers cut off.
        params: Figures and ids for the message.
        remedies: What would help, the mildest first.
        proven: Whether no plan at all can keep the rules; False means that the search found none.
    """

    kind: str
    params: dict[str, Value]
    remedies: tuple[Remedy, ...]
    proven: bool = True


def contradictions(problem: Problem) -> tuple[Conflict, ...]:
    """Return locks that hold parcels of one compound in different communities; no layout can keep them."""
    closed = problem.codes(problem.locked_communities)
    locked = problem.locked_parcels | np.isin(problem.present, closed)
    found = []
    pairs = np.unique(np.column_stack((problem.unit_of[locked], problem.present[locked])), axis=0)
    units, counts = np.unique(pairs[:, 0], return_counts=True)
    for unit in units[counts > 1]:
        parcels = _ids(problem, locked & (problem.unit_of == unit))
        found.append(Conflict("locks-disagree", {"parcels": parcels}, (Remedy("unlock", {"parcels": parcels}),)))
    return tuple(found)


def proven_conflicts(problem: Problem, terrain: Terrain) -> tuple[Conflict, ...]:
    """Return the conflicts that counting proves before any search."""
    return tuple(
        conflict
        for test in (_regions, _compounds, _locked, _locks_through_compounds, _across_parents)
        for conflict in test(problem, terrain)
    )


def remaining_conflicts(
    problem: Problem,
    assignment: Ints,
    community_ids: tuple[str, ...],
    rules: tuple[RuleVerdict, ...],
    known: tuple[Conflict, ...],
    *,
    sweeps: int,
) -> tuple[Conflict, ...]:
    """Return what the found layout misses and no proven conflict explains."""
    verdicts = {rule.rule: rule for rule in rules}
    totals = community_totals(problem, assignment, n_communities=len(community_ids))
    scale = [c for c in known if c.kind.endswith(("-too-small", "-between-counts", "-ceiling", "-out-of-band"))]
    torn = [c for c in known if c.kind in ("compound-across-parents", "lock-cuts-compound")]
    explained, across = (_explained(problem, assignment, community_ids, group) for group in (scale, torn))
    found = []
    for code in verdicts["band"].offenders:
        total = int(totals[community_ids.index(code)])
        if code not in explained:
            longer = Remedy("search-longer", {"sweeps": 2 * max(sweeps, 1)})
            params: dict[str, Value] = {"community": code, "total": total}
            params |= _limits(problem)
            found.append(_unproven("band-not-reached", params, _except(code), _relax(problem, total), longer))
    for code in verdicts["contiguous"].offenders:
        apart, unlock = Remedy("register-parts", {"community": code}), Remedy("unlock", {"community": code})
        found.append(_unproven("not-contiguous", {"community": code}, apart, unlock))
    for code in verdicts["office-inside"].offenders:
        away: dict[str, Value] = {"community": code, "parcel": _office(problem, code)}
        found.append(_unproven("office-out-of-reach", away, Remedy("move-office", {"community": code})))
    for code in verdicts["parents-kept"].offenders:
        if code not in across:
            allow, unlock = Remedy("allow-crossing-parents"), Remedy("unlock", {"community": code})
            found.append(_unproven("community-across-parents", {"community": code}, allow, unlock))
    return tuple(found)


def _unproven(kind: str, params: dict[str, Value], *remedies: Remedy) -> Conflict:
    return Conflict(kind, params, remedies, proven=False)


def _office(problem: Problem, code: str) -> str:
    assert problem.offices is not None
    return problem.parcel_ids[int(problem.offices.parcel[problem.community_ids.index(code)])]


def _regions(problem: Problem, terrain: Terrain) -> Iterator[Conflict]:
    ground = terrain.ground
    free = ~((ground.home >= 0) & ground.closed[ground.home])
    # Such communities may be lawful out of band, or reach into other regions, so counting proves nothing there.
    loose = problem.codes({**problem.band_exceptions, **problem.contiguity_exceptions})
    for region in range(int(terrain.region.max()) + 1):
        units = (terrain.region == region) & free
        total = int(ground.size[units].sum())
        if not units.any() or np.isin(ground.home[units], loose).any():
            continue
        low, high = problem.band.low, problem.band.high
        fewest, most = -(-total // high), total // low
        if fewest <= most and most > 0:
            continue
        whole = len(np.unique(terrain.region[terrain.parent == terrain.parent[units][0]])) == 1
        params = _place(problem, terrain, units, total)
        remedies = [_relax(problem, total // max(fewest, 1)) if total else None, _widened(problem, total, most)]
        homes = np.unique(ground.home[units & (ground.home >= 0)])
        remedies += [_except(problem.community_ids[c]) for c in homes]
        if len(problem.parent_ids) > 1 and not problem.cross_parents:
            remedies.append(Remedy("allow-crossing-parents"))
        if not whole:
            remedies.append(Remedy("register-crossing", {"parcels": params["parcels"]}))
        kind = "too-small" if most == 0 else "between-counts"
        kept = tuple(remedy for remedy in remedies if remedy is not None)
        yield Conflict(f"{'parent' if whole else 'region'}-{kind}", params, kept)


def _place(problem: Problem, terrain: Terrain, units: Flags, total: int) -> dict[str, Value]:
    homes = np.unique(terrain.ground.home[units & (terrain.ground.home >= 0)])
    place: dict[str, Value] = {
        "parent": problem.parent_ids[int(terrain.parent[units][0])],
        "communities": tuple(problem.community_ids[c] for c in homes),
        "parcels": _ids(problem, units[terrain.unit_of]),
        "total": total,
    }
    return place | _limits(problem)


def _widened(problem: Problem, total: int, most: int) -> Remedy | None:
    return _relax(problem, -(-total // most)) if most else None


def _compounds(problem: Problem, terrain: Terrain) -> Iterator[Conflict]:
    ground = terrain.ground
    for unit in np.flatnonzero(ground.size > problem.band.high):
        home, size = int(ground.home[unit]), int(ground.size[unit])
        if home >= 0 and size <= ground.high[home]:
            continue
        parcels = _ids(problem, problem.unit_of == unit)
        remedies = [_except(problem.community_ids[home])] if home >= 0 else []
        remedies += [_relax(problem, size), Remedy("divide-compound", {"parcels": parcels})]
        params: dict[str, Value] = {"parcels": parcels, "total": size}
        # A registered exception may hold what no other community can.
        proven = not problem.band_exceptions
        yield Conflict("compound-above-ceiling", params | _limits(problem), tuple(remedies), proven)


def _locked(problem: Problem, terrain: Terrain) -> Iterator[Conflict]:
    ground = terrain.ground
    totals = community_totals(problem, problem.present, n_communities=terrain.present_labels)
    excepted = set(problem.band_exceptions)
    for c, code in enumerate(problem.community_ids):
        if code in excepted or not (problem.present == c).any():
            continue
        params: dict[str, Value] = {"community": code} | _limits(problem)
        if ground.closed[c]:
            if not problem.band.holds(int(totals[c])):
                remedies = (_except(code), Remedy("unlock", {"community": code}), _relax(problem, int(totals[c])))
                yield Conflict("locked-out-of-band", params | {"total": int(totals[c])}, remedies)
            continue
        held = ground.fixed & (ground.home == c)
        total = int(ground.size[held].sum())
        if total > problem.band.high:
            parcels = _ids(problem, problem.locked_parcels & (problem.present == c))
            remedies = (_except(code), Remedy("unlock", {"parcels": parcels}), _relax(problem, total))
            yield Conflict("locked-above-ceiling", params | {"total": total, "parcels": parcels}, remedies)


def _across_parents(problem: Problem, terrain: Terrain) -> Iterator[Conflict]:
    if problem.cross_parents:
        return
    astray = problem.parent_of != terrain.parent[terrain.unit_of]
    for unit in np.unique(terrain.unit_of[astray]):
        parcels = _ids(problem, problem.unit_of == unit)
        remedies = (Remedy("divide-compound", {"parcels": parcels}), Remedy("allow-crossing-parents"))
        yield Conflict("compound-across-parents", {"parcels": parcels}, remedies)


def _locks_through_compounds(problem: Problem, terrain: Terrain) -> Iterator[Conflict]:
    closed = np.isin(problem.present, problem.codes(problem.locked_communities))
    partly = np.intersect1d(problem.unit_of[closed], problem.unit_of[~closed])
    for unit in partly:
        held = problem.present[closed & (problem.unit_of == unit)][0]
        parcels, code = _ids(problem, problem.unit_of == unit), problem.community_ids[held]
        remedies = (Remedy("unlock", {"community": code}), Remedy("divide-compound", {"parcels": parcels}))
        yield Conflict("lock-cuts-compound", {"community": code, "parcels": parcels}, remedies)


def _explained(problem: Problem, assignment: Ints, community_ids: tuple[str, ...], known: list[Conflict]) -> set[str]:
    """Return the communities that conflicts name, or that hold a parcel which they name."""
    row = {code: i for i, code in enumerate(problem.parcel_ids)}
    codes: set[str] = set()
    for conflict in known:
        codes.add(str(conflict.params.get("community", "")))
        parcels = conflict.params.get("parcels", ())
        if isinstance(parcels, tuple):
            codes |= {community_ids[assignment[row[parcel]]] for parcel in parcels}
    return codes


def _ids(problem: Problem, parcels: Flags) -> tuple[str, ...]:
    return tuple(problem.parcel_ids[i] for i in np.flatnonzero(parcels))


def _limits(problem: Problem) -> dict[str, Value]:
    return {"low": problem.band.low, "high": problem.band.high}


def _except(code: str) -> Remedy:
    return Remedy("except-community", {"community": code})


def _relax(problem: Problem, total: int) -> Remedy:
    return Remedy("relax-band", {"low": min(problem.band.low, total), "high": max(problem.band.high, total)})
