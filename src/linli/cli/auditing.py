"""``linli audit``: audit a district and tell what is wrong."""

from __future__ import annotations

import sys

import click

from linli.cli.answers import INFEASIBLE, answer, faults_told, json_option, start_django

#: Severities that ``--fail-on`` may name, each with those worse than it.
WORSE = {"bad": {"BAD"}, "warn": {"BAD", "WARN"}, "any": {"BAD", "WARN", "IDLE"}}


@click.command()
@click.option("--district", required=True, help="区的编号。")
@click.option("--fail-on", type=click.Choice(list(WORSE)), help="有这么严重的问题时，退出码为 3。")
@click.option("--changed", is_flag=True, help="只核查上次之后改动过的数据；需要时仍全部核查。")
@json_option
def audit(district: str, fail_on: str | None, changed: bool, json_path: str | None) -> None:
    """核查一个区的台账和布局：盲区、重复、规模、界线、数据。

    \b
    例：
      linli audit --district 990101
      linli audit --district 990101 --json - --fail-on bad
      linli audit --district 990101 --changed
    """
    start_django()
    from linli.foundation import trail
    from linli.foundation.clock import now
    from linli.registry.access import whole_district
    from linli.registry.operations.audit import run_audit
    from linli.registry.operations.audit_changes import audit_changes
    from linli.registry.queries.findings import findings

    moment = now()
    with faults_told(json_path):
        (audit_changes if changed else run_audit)(district=district, by=trail.SYSTEM, now=moment)
        found = findings(whole_district(district, now=moment), limit=None).cards
    rows = [
        {
            "kind": row.kind,
            "severity": row.severity,
            "subject": row.subject_code,
            "title": row.title,
            "evidence": row.evidence,
            "people": row.people,
            "households": row.households,
        }
        for row in found
    ]
    lines = [f"{row.letter} {row.title}（{row.people or 0:,} 人）{row.evidence}" for row in found]
    answer(
        {"district": district, "findings": rows},
        text="\n".join([f"发现 {len(found)} 个问题", *lines]),
        json_path=json_path,
    )
    if fail_on and any(row.severity in WORSE[fail_on] for row in found):
        sys.exit(INFEASIBLE)
