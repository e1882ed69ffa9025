"""Ledger and layouts as features on a map, by OGC API - Features - Part 1: Core 1.0 (classes core, geojson, oas30).

The standard is OGC 17-069r4. What it asks for is tested by requirement in tests/interchange/test_features.py.
"""
