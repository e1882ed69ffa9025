"""After one edit only what it touches is audited again; its rival is the whole audit of the same district.

Run from the checkout: ``python benchmarks/audit_incremental.py``. Makes a district of 100,000 square parcels with a
compound on each, 600 communities, figures as facts; audits it whole; then makes edits through `edit_entry` and brings
the audit up to date after each. After the last edit a whole audit must find the same. Runs on SQLite and PostgreSQL
and writes ``benchmarks/results/audit_incremental.md``; ``--side 40`` makes a small district and writes nothing.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from datetime import timedelta
from typing import Any

from _desk import DATABASES, desk, python
from _machine import load, machine_line, write_result

SIDE, BLOCK, STEP_M = 317, 13, 60.0
EDITS = 20
GOAL_S = 1.0
CORNER = (117.2, 31.8)
FIGURES = {"residents_count": 260, "building_count": 2, "dwelling_count": 110, "floor_area": 9000, "age_60_plus": 50}


def found_district(side: int) -> str:
    """Write a square district and its first layout; return its code."""
    import numpy as np
    import shapely
    from tests.factories.organisation import DISTRICT, EAST, NOW, make_cast

    from linli.engine.geometry import from_zone, three_degree_zone, to_zone
    from linli.foundation.trail import SYSTEM
    from linli.registry.models import Community, Compound, CompoundParcel, District, Fact, Parcel, Subdistrict
    from linli.registry.operations.layouts import write_first_layout

    make_cast()
    zone = three_degree_zone(CORNER[0])
    x0, y0 = to_zone([CORNER], zone)[0]
    line = np.arange(side + 1) * STEP_M
    corners = np.round(from_zone(np.stack(np.meshgrid(x0 + line, y0 - line), -1).reshape(-1, 2), zone), 8)
    corners = corners.reshape(side + 1, side + 1, 2)
    rows, columns = np.divmod(np.arange(side * side), side)
    rings = np.stack(
        [
            corners[rows, columns],
            corners[rows + 1, columns],
            corners[rows + 1, columns + 1],
            corners[rows, columns + 1],
        ],
        axis=1,
    )
    outlines = shapely.polygons(rings)
    district = District.objects.create(
        code=DISTRICT, name="试验区", zone=zone, parcel_set=1,
        outline=shapely.Polygon([corners[0, 0], corners[-1, 0], corners[-1, -1], corners[0, -1]]),
    )  # fmt: skip
    subdistrict = Subdistrict.objects.create(district=district, code=EAST, name="东桥街道", founded_at=NOW)
    across = -(-side // BLOCK)
    communities = [
        Community(district=district, subdistrict=subdistrict, code=f"{EAST}{number:03d}", name=f"第{number}社区",
                  founded_at=NOW)
        for number in range(across * across)
    ]  # fmt: skip
    Community.objects.bulk_create(communities)
    parcels = [
        Parcel(district=district, code=f"P-{number:06d}", kind="residential", outline=outline, area_m2=STEP_M**2,
               since_set=1)
        for number, outline in enumerate(outlines)
    ]  # fmt: skip
    Parcel.objects.bulk_create(parcels, batch_size=2000)
    rng = np.random.default_rng(1)
    households = rng.integers(2, 30, side * side)
    compounds = [
        Compound(district=district, code=f"X-{number:06d}", name=f"第{number}号院", founded_at=NOW,
                 household_count=int(count), current={**FIGURES, "household_count": int(count)})
        for number, count in enumerate(households)
    ]  # fmt: skip
    Compound.objects.bulk_create(compounds, batch_size=2000)
    CompoundParcel.objects.bulk_create(
        (CompoundParcel(compound=compound, parcel=parcel) for compound, parcel in zip(compounds, parcels, strict=True)),
        batch_size=5000,
    )
    Fact.objects.bulk_create(
        (
            Fact(district=district, ledger="compound", subject_code=compound.code, field=field, value=str(value),
                 as_of_on=NOW.date(), source="试验", recorded_at=NOW, recorded_by="试验")
            for compound in compounds
            for field, value in compound.current.items()
        ),
        batch_size=5000,
    )  # fmt: skip
    of = rows // BLOCK * across + columns // BLOCK
    write_first_layout(
        district,
        {parcel: (communities[int(number)], None) for parcel, number in zip(parcels, of, strict=True)},
        basis_text="试验",
        by=SYSTEM,
        now=NOW,
    )
    return DISTRICT


def trial(side: int) -> dict[str, Any]:
    """Found a district, audit it, edit it, audit what changed; return seconds."""
    import django

    django.setup()
    import numpy as np
    from tests.factories.organisation import NOW, TODAY

    from linli.foundation.trail import SYSTEM
    from linli.organisation.access import only_scope_on
    from linli.registry.models import Finding
    from linli.registry.operations.audit import run_audit
    from linli.registry.operations.audit_changes import audit_changes
    from linli.registry.operations.entries import Entered, edit_entry

    code, at = found_district(side), NOW
    scope = only_scope_on("planner", on=TODAY)
    assert scope is not None
    started = time.monotonic()
    first = run_audit(district=code, by=SYSTEM, now=at)
    whole = time.monotonic() - started
    rng, seconds = np.random.default_rng(2), []
    for _turn in range(EDITS):
        at += timedelta(seconds=2)
        values = {"household_count": str(rng.integers(2, 30)), "property_form": "无物业"}
        entered = Entered(values, TODAY, "试验", reasons=dict.fromkeys(values, "试验"))
        compound = f"X-{rng.integers(side * side):06d}"
        edit_entry(ledger="compound", code=compound, entered=entered, by=scope, now=at)
        started = time.monotonic()
        run = audit_changes(district=code, by=SYSTEM, now=at + timedelta(seconds=1))
        seconds.append(time.monotonic() - started)
        assert run.pk == first.pk
    after = standing(first)
    again = standing(run_audit(district=code, by=SYSTEM, now=at + timedelta(seconds=2)))
    return {
        "compounds": side * side,
        "findings": Finding.objects.filter(run=first).count(),
        "whole": whole,
        "median": statistics.median(seconds),
        "worst": max(seconds),
        "same": after == again,
    }


def standing(run: Any) -> set[tuple[Any, ...]]:
    """Return the findings of a run as they can be compared."""
    from linli.registry.models import Finding

    columns = ("kind", "subject_code", "people", "households", "community__code")
    return set(Finding.objects.filter(run=run).values_list(*columns))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--side", type=int, default=SIDE, help="parcels along each side")
    parser.add_argument("--in-this-process", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.in_this_process:
        print(json.dumps(trial(arguments.side)))
        return
    before, found = load(), {}
    for database in DATABASES:
        with desk(database) as environment:
            words = ["--in-this-process", "--side", str(arguments.side)]
            found[database] = json.loads(python(environment, __file__, *words, patience_s=3600).splitlines()[-1])
    if arguments.side == SIDE:
        write_result("audit_incremental", table(found, before=before))
    else:
        print(json.dumps(found, indent=1))
    if not all(one["same"] for one in found.values()):
        raise SystemExit("the audit of the changes differs from the whole audit")


def table(found: dict[str, dict[str, Any]], *, before: float) -> list[str]:
    return [
        "# Audit after one edit",
        "",
        f"{EDITS} edits of one compound each; goal {GOAL_S:g} s. The rival is the whole audit of the same district.",
        machine_line(load_before=before),
        "",
        "| database | compounds | findings | whole audit s | after one edit, median s | worst s | same findings |",
        "|---|---:|---:|---:|---:|---:|---|",
        *(
            f"| {database} | {one['compounds']:,} | {one['findings']:,} | {one['whole']:.1f} | {one['median']:.2f} "
            f"| {one['worst']:.2f} | {'yes' if one['same'] else 'NO'} |"
            for database, one in found.items()
        ),
    ]


if __name__ == "__main__":
    main()
