"""Kernels of the general search against their twins."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.engine.graph import graph_from_edges
from linli.engine.kernels import label_parts, partitioning, reference_partitioning
from linli.engine.kernels.shapes import Mesh, Terms


def stream(seed: int) -> np.ndarray:
    return np.array([seed], dtype=np.uint64)


@st.composite
def grounds(draw: st.DrawFn) -> tuple[Mesh, Terms, np.ndarray, int]:
    """A grid in rows, each a community, with whole costs so that sums in any order are equal."""
    height, width = draw(st.integers(2, 4)), draw(st.integers(2, 5))
    n = height * width
    at = np.arange(n).reshape(height, width)
    edges = np.concatenate(
        (np.column_stack((at[:, :-1].ravel(), at[:, 1:].ravel())), np.column_stack((at[:-1].ravel(), at[1:].ravel())))
    )
    lengths = draw(st.lists(st.integers(1, 5), min_size=len(edges), max_size=len(edges)))
    graph = graph_from_edges(n, edges, border_m=lengths)
    mesh = partitioning.mesh_of(graph.indptr, graph.indices, graph.border_m)
    whole = st.lists(st.integers(1, 9), min_size=n, max_size=n)
    size = np.column_stack((draw(whole), draw(whole))).astype(np.int64)
    foes = draw(st.booleans()) and n > 5
    pair = sorted(draw(st.lists(st.integers(0, n - 1), min_size=2, max_size=2, unique=True)))
    rows = np.zeros(n + 1, dtype=np.int32)
    for u in pair if foes else []:
        rows[u + 1 :] += 1
    homes = draw(st.booleans())
    label = np.repeat(np.arange(height, dtype=np.int32), width)
    terms = Terms(
        size=size,
        low=np.array([width * 3, 0]),
        high=np.array([width * 6, width * 7]),
        price=np.array([0.5, 0.25]),
        mass=size[:, 0].astype(np.float64),
        place=np.column_stack(np.divmod(np.arange(n), width)).astype(np.float64),
        pull=draw(st.sampled_from([0.0, 0.125])),
        home=label.copy() if homes else np.full(n, -1, dtype=np.int32),
        stay=np.array(draw(whole), dtype=np.float64) if homes else np.zeros(n),
        fixed=np.array(draw(st.lists(st.sampled_from([False, False, True]), min_size=n, max_size=n))),
        foes_from=rows,
        foes=np.array(pair[::-1] if foes else [], dtype=np.int32),
        foe_price=2.0,
    )
    return mesh, terms, label, height


class TestTwins:
    @settings(max_examples=25, deadline=None)
    @given(grounds(), st.integers(0, 2**32), st.booleans())
    def test_annealing_agrees(self, ground, seed, keeps) -> None:
        mesh, terms, label, k = ground
        centre = np.column_stack((np.arange(k), np.ones(k))).astype(np.float64)
        answers = []
        for module in (partitioning, reference_partitioning):
            at, best, draws = label.copy(), label.copy() if keeps else None, stream(seed)
            total = np.zeros((k, 2), dtype=np.int64)
            np.add.at(total, at, terms.size)
            done = module.anneal(
                mesh, terms, at, total, centre=centre, hot=4.0, cold=0.5, steps=40, stream=draws, best=best
            )
            answers.append(
                (at.tolist(), total.tolist(), None if best is None else best.tolist(), int(draws[0]), done.flips)
            )
            costs = (done.cost, done.gap)
            answers[-1] += tuple(round(cost, 9) for cost in costs)
        assert answers[0] == answers[1]

    @settings(max_examples=25, deadline=None)
    @given(grounds(), st.integers(0, 2**32), st.integers(4, 20))
    def test_pairing_agrees(self, ground, seed, limit) -> None:
        mesh, terms, label, _ = ground
        answers = []
        for module in (partitioning, reference_partitioning):
            draws = stream(seed)
            upper, pairs = module.pair(
                mesh,
                bulk=terms.size[:, 0].astype(np.float64),
                limit=float(limit),
                group=label,
                apart=terms.fixed,
                foes_from=terms.foes_from,
                foes=terms.foes,
                stream=draws,
            )
            answers.append((upper.tolist(), pairs, int(draws[0])))
        assert answers[0] == answers[1]

    @settings(max_examples=20, deadline=None)
    @given(grounds(), st.integers(0, 2**32))
    def test_lifting_agrees(self, ground, seed) -> None:
        mesh, _, _, _ = ground
        n = len(mesh.indptr) - 1
        upper = np.sort(np.random.default_rng(seed).integers(0, 3, n)).astype(np.int32)
        upper = np.unique(upper, return_inverse=True)[1].astype(np.int32)
        n_upper = int(upper.max()) + 1
        lifted = partitioning.lift(mesh, upper, n_upper)
        found = {
            (int(p), int(q)): float(cost) for p, q, cost in zip(lifted.source, lifted.indices, lifted.cost, strict=True)
        }
        assert found == reference_partitioning.lift(mesh, upper, n_upper)
        assert (lifted.source[lifted.twin] == lifted.indices).all()
        assert (lifted.indices[lifted.twin] == lifted.source).all()

    @settings(max_examples=20, deadline=None)
    @given(grounds(), st.integers(0, 2**32), st.integers(2, 4), st.booleans())
    def test_splitting_agrees(self, ground, seed, pieces, strict) -> None:
        mesh, terms, _, _ = ground
        n = len(mesh.indptr) - 1
        size = terms.size[:, 0].astype(np.float64)
        answers = []
        for module in (partitioning, reference_partitioning):
            draws, place = stream(seed), np.full(n, -1, dtype=np.int32)
            side, side_pieces = module.split(
                mesh,
                size=size,
                members=np.arange(n, dtype=np.int32),
                mean=float(size.sum()) / pieces,
                pieces=pieces,
                trees=3,
                strict=strict,
                place=place,
                stream=draws,
            )
            assert (place == -1).all()
            answers.append((side.tolist(), side_pieces, int(draws[0])))
        assert answers[0] == answers[1]


class TestAnnealing:
    @settings(max_examples=20, deadline=None)
    @given(grounds(), st.integers(0, 2**32))
    def test_keeps_communities_whole_and_sums_right(self, ground, seed) -> None:
        mesh, terms, label, k = ground
        at, best = label.copy(), label.copy()
        total = np.zeros((k, 2), dtype=np.int64)
        np.add.at(total, at, terms.size)
        partitioning.anneal(
            mesh,
            terms,
            at,
            total,
            centre=np.zeros((k, 2)),
            hot=4.0,
            cold=0.5,
            steps=500,
            stream=stream(seed),
            best=best,
        )
        for layout in (at, best):
            assert label_parts(mesh.indptr, mesh.indices, layout).max() + 1 == k
            assert (layout[terms.fixed] == label[terms.fixed]).all()
        sums = np.zeros((k, 2), dtype=np.int64)
        np.add.at(sums, at, terms.size)
        assert total.tolist() == sums.tolist()
