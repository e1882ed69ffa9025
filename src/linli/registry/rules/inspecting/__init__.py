"""Inspecting files as they lie there, without a database: layers, points, tables."""
