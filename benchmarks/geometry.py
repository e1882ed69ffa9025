"""Time the geometry engine beside maup and libpysal on Denver's census blocks.

Run from the checkout: ``python benchmarks/geometry.py``. Reads the folder ``LINLI_REAL_DATA``
(default ``../shared/data``), prints a table and writes ``benchmarks/results/geometry.md``.
The rivals are in the extra ``bench``.
"""

import gc
import os
import platform
import statistics
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from linli.engine.geometry import (
    CoordinateSystem,
    CoverageAudit,
    Tessellation,
    audit_coverage,
    bd09_to_wgs84,
    geometries_to_cgcs2000,
    geometries_to_zone,
    interlocked_pairs,
    rook_adjacency,
    tessellate,
    three_degree_zone,
    to_zone,
    wgs84_to_bd09,
)

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("LINLI_REAL_DATA", ROOT.parent / "shared" / "data"))
RESULT = ROOT / "benchmarks" / "results" / "geometry.md"
METRES_PER_FOOT = 1200 / 3937


def median_seconds(work: Callable[[], object], *, runs: int) -> float:
    times = []
    for _ in range(runs):
        gc.collect()
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def denver_blocks() -> tuple[np.ndarray, np.ndarray]:
    import pyogrio

    path = DATA / "districting" / "denver_blocks.gpkg"
    _, _, wkb, (tract,) = pyogrio.raw.read(path, columns=["TRACTCE20"])
    blocks = shapely.transform(shapely.from_wkb(wkb), lambda feet: feet * METRES_PER_FOOT)
    return blocks, np.unique(tract, return_inverse=True)[1].astype(np.int32)


def dongcheng() -> tuple[shapely.Polygon, np.ndarray]:
    import csv

    ring = shapely.from_geojson((DATA / "dongcheng" / "outline_gcj02.json").read_text())
    (outline,) = geometries_to_cgcs2000([ring], CoordinateSystem.GCJ02)
    with (DATA / "dongcheng" / "compounds.csv").open(encoding="utf-8") as file:
        points = [(float(row["longitude"]), float(row["latitude"])) for row in csv.DictReader(file)]
    zone = three_degree_zone(outline.centroid.x)
    return geometries_to_zone([outline], zone)[0], to_zone(bd09_to_wgs84(points), zone)


def processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    work: str
    by: str
    seconds: float
    runs: int
    result: str

    def __str__(self) -> str:
        return f"| {self.work} | {self.by} | {self.seconds:.3f} | {self.runs} | {self.result} |"


def timed(work: str, by: str, act: Callable[[], Any], *, runs: int, result: Callable[[Any], str]) -> Row:
    answer = act()
    return Row(work, by, median_seconds(act, runs=runs), runs, result(answer))


def rook_rows(blocks: np.ndarray) -> list[Row]:
    import geopandas
    import libpysal
    import maup

    frame = geopandas.GeoDataFrame(geometry=blocks)
    measured, bare = "rook adjacency with border lengths", "rook adjacency without lengths"
    graph = libpysal.graph.Graph.build_contiguity
    weights = libpysal.weights.Rook.from_dataframe
    return [
        timed(
            measured,
            "linli",
            lambda: rook_adjacency(blocks),
            runs=7,
            result=lambda found: f"{len(found.indices) // 2:,} pairs",
        ),
        timed(
            measured,
            "maup",
            lambda: maup.adjacencies(frame, warn_for_islands=False),
            runs=3,
            result=lambda found: f"{len(found):,} pairs",
        ),
        timed(
            bare,
            "libpysal Graph",
            lambda: graph(frame, rook=True),
            runs=5,
            result=lambda found: f"{found.n_edges // 2:,} pairs",
        ),
        timed(
            bare,
            "libpysal W",
            lambda: weights(frame, use_index=False),
            runs=3,
            result=lambda found: f"{sum(found.cardinalities.values()) // 2:,} pairs",
        ),
    ]


def audit_rows(blocks: np.ndarray) -> list[Row]:
    import geopandas
    import maup

    frame = geopandas.GeoDataFrame(geometry=blocks)
    outline = shapely.coverage_union_all(blocks)
    torn = blocks.copy()
    torn[::100] = shapely.buffer(torn[::100], 0.5, join_style="mitre")

    def counts(found: CoverageAudit) -> str:
        return f"{len(found.overlaps)} overlaps, {len(found.voids)} voids"

    return [
        timed(
            "audit: validity, overlaps, holes, parts",
            "linli",
            lambda: audit_coverage(blocks),
            runs=7,
            result=counts,
        ),
        timed(
            "the same with the outline: gaps, land outside",
            "linli",
            lambda: audit_coverage(blocks, outline=outline),
            runs=7,
            result=counts,
        ),
        timed(
            "the same, 102 blocks blown up by 0.5 m",
            "linli",
            lambda: audit_coverage(torn, outline=outline),
            runs=5,
            result=counts,
        ),
        timed(
            "validity, overlaps, gaps, islands (counted, no places)",
            "maup doctor",
            lambda: maup.doctor(frame, silent=True),
            runs=3,
            result=lambda sound: "sound" if sound else "not sound: true holes count as gaps",
        ),
    ]


def other_rows(blocks: np.ndarray, tract: np.ndarray) -> list[Row]:
    rook = rook_adjacency(blocks)
    outline, points = dongcheng()
    degrees = np.random.default_rng(1).uniform((116, 39), (117, 40), (100_000, 2))
    shifted = wgs84_to_bd09(degrees)

    def cover(made: Tessellation) -> str:
        miss = shapely.symmetric_difference(shapely.coverage_union_all(made.cells), outline).area
        return f"{len(made.cells)} cells, {miss:.0e} m² off the outline"

    return [
        timed(
            "interlocked pairs among 178 tracts",
            "linli",
            lambda: interlocked_pairs(rook.indptr, rook.indices, rook.length_m, tract),
            runs=7,
            result=lambda found: f"{len(found)} found",
        ),
        timed(
            "tessellation of Dongcheng around 512 compounds",
            "linli",
            lambda: tessellate(outline, points),
            runs=7,
            result=cover,
        ),
        timed(
            "BD-09 to WGS84, 100,000 points",
            "linli",
            lambda: bd09_to_wgs84(shifted),
            runs=7,
            result=lambda back: f"at most {np.abs(back - degrees).max():.0e} degrees off",
        ),
    ]


def main() -> None:
    warnings.simplefilter("ignore")
    blocks, tract = denver_blocks()
    rows = [*rook_rows(blocks), *audit_rows(blocks), *other_rows(blocks, tract)]
    vertices = int(shapely.get_num_coordinates(blocks).sum())
    lines = [
        "# Geometry engine beside its rivals",
        "",
        f"{len(blocks):,} census blocks of Denver with {vertices:,} vertices, unless said otherwise.",
        f"Machine: {processor()}, {os.cpu_count()} cores, Python {platform.python_version()},",
        f"shapely {shapely.__version__}, GEOS {shapely.geos_version_string}.",
        "Median seconds of the runs on one core, after one run that is not counted; reading the file is not counted.",
        "",
        "| work | by | seconds | runs | result |",
        "|---|---|---:|---:|---|",
        *map(str, rows),
    ]
    text = "\n".join(lines) + "\n"
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
