"""Proofs: optima of small questions, bounds of large ones, and why a question has no answer."""

from linli.engine.districting.exact.bounds import fewest_communities, most_communities
from linli.engine.districting.exact.hess import HessBound, hess_bound, hess_cost, least_hess
from linli.engine.districting.exact.infeasibility import PlainConflict, conflicts_in
from linli.engine.districting.exact.labelling import Optimum, any_layout, fewest_cut_edges, is_lawful
from linli.engine.districting.exact.question import Question
from linli.engine.districting.exact.rules import Rule

__all__ = [
    "HessBound",
    "Optimum",
    "PlainConflict",
    "Question",
    "Rule",
    "any_layout",
    "conflicts_in",
    "fewest_communities",
    "fewest_cut_edges",
    "hess_bound",
    "hess_cost",
    "is_lawful",
    "least_hess",
    "most_communities",
]
