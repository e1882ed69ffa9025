"""Reads of adjustment plans: the question to the engine, the figures of its answer, typed cards for pages."""
