"""Time the whole audit of Denver's 10,147 census blocks beside maup's doctor.

Run from the checkout: ``python benchmarks/audit_denver.py``. Reads ``districting/denver_blocks.gpkg`` below the folder
``LINLI_REAL_DATA`` (default ``../shared/data``). Blocks stand for parcels, those with people for compounds with full
books, tracts for communities. Measured are the rounds of the registry's audit - ground, belonging, communities, books -
from the dossier to the findings; reading the file or the database is not counted. maup looks at validity, overlaps,
gaps and islands only. Writes ``benchmarks/results/audit_denver.md``.
"""

from __future__ import annotations

import argparse
import datetime
import gc
import statistics
import time
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from _machine import DATA, load, machine_line, write_result

from linli.foundation.policies import profile
from linli.registry.rules.audit import KINDS, ROUNDS, AuditedCommunity, AuditedCompound, Dossier, audit
from linli.registry.rules.audit.survey import Survey

LIMIT_S = 3.0
#: The zone of CGCS2000 around 117° E: Denver is moved there along its own latitude, which keeps every shape.
ZONE, MERIDIAN = 4548, 117.0
ON = datetime.date(2026, 11, 1)


def books(people: int) -> dict[str, int | float]:
    """Return full books of a compound: the census counts people alone, the rest follows by fixed shares."""
    households = round(people / 2.4)
    dwellings = max(1, households + households // 10)
    return {
        "household_count": households,
        "residents_count": people,
        "age_60_plus": people // 5,
        "dwelling_count": dwellings,
        "building_count": 1 + dwellings // 60,
        "floor_area": 95.0 * dwellings,
    }


def dossier() -> tuple[Dossier, np.ndarray]:
    """Return Denver as the audit reads a district, and the blocks in the source's own system for the rival."""
    import pyogrio
    from pyproj import Transformer

    _, _, wkb, (tract, people) = pyogrio.raw.read(
        DATA / "districting" / "denver_blocks.gpkg", columns=["TRACTCE20", "TOTPOP20"]
    )
    blocks = shapely.from_wkb(wkb)
    to_degrees = Transformer.from_crs(2232, 4490, always_xy=True)
    degrees = shapely.transform(blocks, lambda feet: np.column_stack(to_degrees.transform(*feet.T)))
    west, _, east, _ = shapely.total_bounds(degrees)
    away = np.array([MERIDIAN - (west + east) / 2, 0])
    outlines = shapely.transform(degrees, lambda at: np.round(at + away, 8))
    tracts, member = np.unique(tract.astype(str), return_inverse=True)
    middles = shapely.point_on_surface(outlines)
    compounds = tuple(
        AuditedCompound(
            code=f"X-{row:06d}",
            name=f"街区 {row}",
            point=middles[row],
            rows=(row,),
            current=books(int(count)),
        )
        for row, count in enumerate(people)
        if count
    )
    return Dossier(
        on=ON,
        zone=ZONE,
        standards=profile().at(ON),
        outline=shapely.coverage_union_all(outlines),
        parcel_codes=tuple(f"P-{row:06d}" for row in range(len(outlines))),
        parcel_names=("",) * len(outlines),
        parcel_uses=("居住小区",) * len(outlines),
        outlines=outlines,
        community_of=member.astype(np.int32),
        communities=tuple(
            AuditedCommunity(code=code, name=f"{code}社区", point=middles[np.flatnonzero(member == row)[0]])
            for row, code in enumerate(tracts)
        ),
        compounds=compounds,
    ), blocks


@dataclass(frozen=True)
class Runs:
    """Seconds of each run, on the wall and on the processor."""

    seconds: list[float]
    busy: list[float]

    def row(self, work: str, by: str) -> str:
        """Return the line of the table."""
        median = statistics.median
        return (
            f"| {work} | {by} | {median(self.seconds):.2f} | {min(self.seconds):.2f} | {max(self.seconds):.2f} "
            f"| {median(self.busy):.2f} | {len(self.seconds)} |"
        )


def timed(act: Callable[[], object], *, runs: int) -> Runs:
    seconds, busy = [], []
    for _ in range(runs):
        gc.collect()
        started, worked = time.perf_counter(), time.process_time()
        act()
        seconds.append(time.perf_counter() - started)
        busy.append(time.process_time() - worked)
    return Runs(seconds, busy)


def rounds_of(district: Dossier) -> dict[str, float]:
    """Return seconds per round; the survey reads most of its answers on first use."""
    survey = Survey(district)
    found = {}
    for one in ROUNDS:
        started = time.perf_counter()
        for _ in one(survey):
            pass
        found[one.__name__] = time.perf_counter() - started
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    import geopandas
    import maup
    from django.conf import settings

    # The audit's rules need no database; only the profiles ask where a district keeps its own.
    settings.configure(LINLI_POLICY_FOLDERS=[])
    warnings.simplefilter("ignore")
    before = load()
    district, blocks = dossier()
    findings = audit(district)
    ours = timed(lambda: audit(district), runs=arguments.runs)
    per_round = rounds_of(district)
    frame = geopandas.GeoDataFrame(geometry=blocks, crs=2232)
    theirs = timed(lambda: maup.doctor(frame, silent=True), runs=max(1, arguments.runs // 2))
    middle, rival = statistics.median(ours.seconds), statistics.median(theirs.seconds)
    kinds = Counter(finding.kind for finding in findings)
    write_result(
        "audit_denver",
        [
            "# Audit of 10,147 polygons, beside maup",
            "",
            f"Denver's census blocks as parcels, {len(district.compounds):,} with people as compounds, "
            f"{len(district.communities)} tracts as communities, "
            f"{int(shapely.get_num_coordinates(district.outlines).sum()):,} corners.",
            machine_line(load_before=before),
            "Reading the file is not counted.",
            "",
            "| work | by | median s | fastest s | slowest s | on the processor s | runs |",
            "|---|---|---:|---:|---:|---:|---:|",
            ours.row(f"all rounds of the audit, {len(KINDS)} kinds of finding", "linli"),
            theirs.row("validity, overlaps, gaps, islands (counted, no places)", "maup doctor"),
            "",
            f"Bar: {LIMIT_S:.0f} s. {'Kept' if middle <= LIMIT_S else 'Missed'} by the median of {middle:.2f} s, "
            f"{rival / middle:.1f} times as fast as maup.",
            "",
            "| round | s |",
            "|---|---:|",
            *(f"| {name.removesuffix('_findings')} | {spent:.2f} |" for name, spent in per_round.items()),
            "",
            f"Found: {len(findings):,}: "
            + ", ".join(f"{kind} {count:,}" for kind, count in sorted(kinds.items()))
            + ".",
        ],
    )


if __name__ == "__main__":
    main()
