"""Reads of the registry, as typed cards; nothing here writes or reads the clock."""
