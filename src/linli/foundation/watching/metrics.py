"""Figures for Prometheus: counted in this process as they come, read from the database when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.db import DatabaseError
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from linli.foundation.backups.operations import TAKEN
from linli.foundation.jobs.queries import counts_by_stage, oldest_waiting, timetable_seen_at
from linli.foundation.trail.queries import last_act, lengths
from linli.foundation.trail.rules import SEALED

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)

registry = CollectorRegistry()
requests = Counter(
    "linli_requests", "Requests by route template and status.", ("method", "route", "status"), registry=registry
)
request_seconds = Histogram(
    "linli_request_seconds", "Seconds from request to answer.", ("method", "route"), buckets=SECONDS, registry=registry
)
database_errors = Counter(
    "linli_database_errors", "Statements that the database refused.", ("kind",), registry=registry
)


def exposition(now: datetime) -> bytes:
    """Return all figures in the text form of Prometheus."""
    reading = CollectorRegistry()
    reading.register(Stored(now))
    return generate_latest(registry) + generate_latest(reading)


class Stored(Collector):
    """Figures that lie in the database; where it does not answer they are left out and ``linli_up`` is 0."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        """Read the figures."""
        try:
            figures = list(self._figures())
        except DatabaseError:
            yield _gauge("linli_up", "Whether the database answers.", 0)
            return
        yield _gauge("linli_up", "Whether the database answers.", 1)
        yield from figures

    def _figures(self) -> Iterator[Metric]:
        jobs = GaugeMetricFamily("linli_jobs", "Runs of jobs by kind and stage.", labels=("kind", "stage"))
        for (kind, stage), count in sorted(counts_by_stage().items()):
            jobs.add_metric((kind, stage), count)
        yield jobs
        yield self._age("linli_queue_age_seconds", "How long the oldest waiting job waits.", oldest_waiting(), none=0)
        yield self._age("linli_worker_age_seconds", "Since a worker last looked at its timetable.", timetable_seen_at())
        trail = GaugeMetricFamily("linli_trail_entries", "Length of a district's trail.", labels=("district",))
        for district, length in sorted(lengths().items()):
            trail.add_metric((district,), length)
        yield trail
        yield self._age("linli_seal_age_seconds", "Since the trail was last sealed.", last_act(SEALED))
        yield self._age("linli_backup_age_seconds", "Since the last backup.", last_act(TAKEN))

    def _age(self, name: str, words: str, since: datetime | None, *, none: float = float("nan")) -> Metric:
        return _gauge(name, words, none if since is None else max(0.0, (self.now - since).total_seconds()))


def count_database_errors(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Run a statement; count it by the kind of error where the database refuses it."""
    try:
        return execute(sql, params, many, context)
    except DatabaseError as fault:
        database_errors.labels(kind=type(fault).__name__).inc()
        raise


def _gauge(name: str, words: str, value: float) -> Metric:
    gauge = GaugeMetricFamily(name, words)
    gauge.add_metric((), value)
    return gauge
