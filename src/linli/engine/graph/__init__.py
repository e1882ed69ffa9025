"""Frozen graph of parcels, contiguity and cuts."""

from linli.engine.graph.contiguity import cut_edges, cut_length, part_counts, parts, subset
from linli.engine.graph.parcels import ParcelGraph, graph_from_csr, graph_from_edges

__all__ = [
    "ParcelGraph",
    "cut_edges",
    "cut_length",
    "graph_from_csr",
    "graph_from_edges",
    "part_counts",
    "parts",
    "subset",
]
