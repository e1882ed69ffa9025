"""The audit finds what was planted in a sample district, no more and no less."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from tests.factories.sample import sample_district

from linli.foundation import trail
from linli.foundation.trail import entries
from linli.registry.models import AuditRun
from linli.registry.operations.audit import run_audit
from linli.sample import SampleDistrict

# The mark has the database made; the district lives around the single tests.
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", params=["planted", "another seed", "clean"])
def district(request: pytest.FixtureRequest, planted: SampleDistrict, taken_over: Any) -> Iterator[SampleDistrict]:
    samples = {
        "planted": lambda: planted,
        "another seed": lambda: sample_district(7),
        "clean": lambda: sample_district(plant=False),
    }
    with taken_over(samples[request.param]()) as sample:
        yield sample


@pytest.fixture(scope="module")
def run(district: SampleDistrict, now: datetime) -> AuditRun:
    return run_audit(district=district.code, by=trail.SYSTEM, now=now)


class TestAuditOfTheSample:
    def test_finds_the_key_exactly(self, district: SampleDistrict, run: AuditRun) -> None:
        assert sorted(run.findings.values_list("kind", "subject_code")) == sorted(district.answer_key)

    def test_tells_the_trail_how_many_of_each_kind(self, district: SampleDistrict, run: AuditRun) -> None:
        (entry,) = [card for card in entries(district.code, limit=1000).cards if card.verb == "registry.audit.finished"]
        counts = {kind: 0 for kind, _subject in district.answer_key}
        for kind, _subject in district.answer_key:
            counts[kind] += 1
        assert entry.subject.code == f"{district.code}/1"
        assert entry.details == {"counts": counts, "findings": len(district.answer_key), "layout": 1}

    def test_finds_the_same_when_it_runs_again(self, district: SampleDistrict, run: AuditRun, now: datetime) -> None:
        again = run_audit(district=district.code, by=trail.SYSTEM, now=now)
        told = ("kind", "subject_code", "people", "households", "evidence")
        assert list(again.findings.order_by("pk").values(*told)) == list(run.findings.order_by("pk").values(*told))
        again.delete()

    def test_files_every_finding_under_a_subdistrict(self, run: AuditRun) -> None:
        assert run.findings.filter(subdistrict=None).count() == 0
        nowhere = run.findings.filter(community=None).values_list("kind", flat=True)
        assert set(nowhere) <= {"COMPOUND_UNASSIGNED", "AREA_UNASSIGNED"}

    def test_says_where_each_finding_is(self, run: AuditRun) -> None:
        assert run.findings.filter(place_min_x=None).count() == 0
