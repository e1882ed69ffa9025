"""Whose hand the figures of the sample district are, and how far their verification has come."""

from __future__ import annotations

from datetime import datetime

from linli.registry.models import Community, District, Fact
from linli.registry.operations.caches import chunks, refresh_entries
from linli.registry.rules.fields import Ledger
from linli.registry.rules.verifying import Stage
from linli.sample import SampleDistrict
from linli.sample.checks import checks_of

FILLER, CHECKER = "社区工作岗", "社区建设岗"


def write_checks(sample: SampleDistrict, district: District, *, now: datetime) -> None:
    """Let each community have filled in its own figures, and its subdistrict have verified or returned some of them.

    Args:
        sample: The district, whose values are written.
        district: The same in the ledger.
        now: The moment.
    """
    checks = checks_of(sample)
    rows = Community.objects.filter(district=district).select_related("office", "subdistrict")
    communities = {row.code: row for row in rows}
    own = {row.code: [row.code] for row in sample.communities}
    for compound in sample.compounds:
        home = sample.membership[compound.parcel_codes[0]][0]
        if home is not None:
            own[home].append(compound.code)
    facts = Fact.objects.filter(district=district, replaced_at=None).exclude(ledger=Ledger.FACILITY)
    for code, subjects in own.items():
        community = communities[code]
        body = "" if community.office is None else community.office.code
        facts.filter(subject_code__in=subjects).update(recorded_by=f"{community.name} {FILLER}", recorded_body=body)
        facts.filter(subject_code__in=checks.verified.intersection(subjects)).exclude(value="").update(
            stage=Stage.VERIFIED, verified_by=f"{community.subdistrict.name} {CHECKER}", verified_at=now
        )
    officers = {subject: communities[code].subdistrict.name for code, some in own.items() for subject in some}
    waiting = [pk for pk, key in _keys(district) if key in checks.waiting]
    for chunk in chunks(waiting):
        Fact.objects.filter(pk__in=chunk).update(stage=Stage.WAITING, verified_by="", verified_at=None)
    for (code, field), reason in checks.returned.items():
        facts.filter(subject_code=code, field=field).update(
            stage=Stage.RETURNED,
            verified_by="",
            verified_at=None,
            returned_by=f"{officers[code]} {CHECKER}",
            returned_at=now,
            return_reason=reason,
        )
    refresh_entries(district=district, ledger=Ledger.COMPOUND, codes=[row.code for row in sample.compounds], now=now)
    refresh_entries(district=district, ledger=Ledger.COMMUNITY, codes=list(own), now=now)


def _keys(district: District) -> list[tuple[int, tuple[str, str]]]:
    rows = Fact.objects.filter(district=district, ledger=Ledger.COMPOUND, stage=Stage.VERIFIED)
    return [(pk, (code, field)) for pk, code, field in rows.values_list("pk", "subject_code", "field")]
