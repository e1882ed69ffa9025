"""Time the inspection of layers with 10,000 and 30,000 polygons and 40 planted faults beside maup's doctor.

Run from the checkout: ``python benchmarks/inspect_layer.py``; ``--small`` takes 2,500 polygons alone. The layers are
made by ``tests/factories/meshes.py``: crooked polygons that share every corner, into which 10 grown, 10 shrunk,
10 doubled and 10 missing ones are planted. Each is written to a GeoPackage and inspected by the command itself, in its
own process, from start to exit, and by the engine alone. maup looks at the same polygons in memory.
Writes ``benchmarks/results/inspect_layer.md``.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from _machine import ROOT, load, machine_line, write_result

sys.path.insert(0, str(ROOT))
from tests.factories.meshes import Planted, mesh, planted

from linli.engine.geometry import find_causes, find_flaws

#: Polygons along each side, and the bar in seconds for the command as a whole.
SIDES = {100: 2.0, 173: 7.0}
FAULTS = {"grown": 10, "shrunk": 10, "twice": 10, "gone": 10}
ORIGIN = (500_000.0, 4_400_000.0)


def written(polygons: np.ndarray, path: Path) -> Path:
    """Write polygons with codes and names as a district hands them over."""
    import pyogrio

    moved = shapely.transform(polygons, lambda xy: xy + np.array(ORIGIN))
    codes = np.array([f"P-{row:06d}" for row in range(len(moved))], dtype=object)
    names = np.array([f"{row} 号地块" for row in range(len(moved))], dtype=object)
    pyogrio.raw.write(
        path, shapely.to_wkb(moved), [codes, names], ["编码", "名称"], geometry_type="Polygon", crs="EPSG:4548"
    )
    return path


def timed(act: Callable[[], object], runs: int) -> list[float]:
    seconds = []
    for _ in range(runs):
        gc.collect()
        started = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - started)
    return seconds


def inspected(path: Path) -> dict[str, Any]:
    """Run the command and return its answer."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-m", "linli", "inspect", "layer", str(path), "--json", "-"],
        env=environment, capture_output=True, check=True,
    )  # fmt: skip
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def verdict(answer: dict[str, Any], layer: Planted) -> tuple[int, int, int]:
    """Return how many of the planted faults were named, how many were invented, and how many findings stand alone."""
    named = {cause["feature"] - 1: cause["nature"] for cause in answer["causes"]}
    holes = answer["counts"]["hole"]
    right = sum(named.get(row) == what for row, what in layer.blamed.items()) + min(holes, len(layer.gone))
    alone = sum("cause" not in finding for finding in answer["findings"])
    return right, len(set(named) - set(layer.blamed)) + abs(holes - len(layer.gone)), len(named) + alone


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--small", action="store_true")
    arguments = parser.parse_args()
    import geopandas
    import maup

    warnings.simplefilter("ignore")
    before = load()
    rows, verdicts = [], []
    for side, bar in ({50: 1.0} if arguments.small else SIDES).items():
        layer = planted(side, **FAULTS)
        count = len(layer.polygons)
        with tempfile.TemporaryDirectory() as folder:
            clean = inspected(written(mesh(side), Path(folder) / "clean.gpkg"))
            path = written(layer.polygons, Path(folder) / "planted.gpkg")
            answers: list[dict[str, Any]] = []
            whole = timed(lambda path=path, answers=answers: answers.append(inspected(path)), arguments.runs)
        engine = timed(lambda shapes=layer.polygons: find_causes(shapes, find_flaws(shapes)), arguments.runs)
        frame = geopandas.GeoDataFrame(geometry=layer.polygons, crs=4548)
        rival = timed(lambda frame=frame: maup.doctor(frame, silent=True), max(1, arguments.runs // 2))
        middle = statistics.median(whole)
        for by, seconds in (
            ("linli inspect layer, from start to exit", whole),
            ("its engine alone, flaws and causes", engine),
            ("maup doctor in memory (validity, overlaps, gaps; no causes)", rival),
        ):
            rows.append(
                f"| {count:,} | {by} | {statistics.median(seconds):.2f} | {min(seconds):.2f} | {max(seconds):.2f} "
                f"| {len(seconds)} |"
            )
        right, invented, told = verdict(answers[0], layer)
        verdicts += [
            f"- {count:,}: {right} of {sum(FAULTS.values())} planted faults named, {invented} invented; "
            f"{len(answers[0]['findings'])} findings fold into {told} causes and single findings; "
            f"{sum(clean['counts'].values())} findings on the clean layer. Bar {bar:.0f} s "
            f"{'kept' if middle <= bar else 'missed'} by the median of {middle:.2f} s, "
            f"{statistics.median(rival) / middle:.1f} times as fast as maup.",
        ]
    if arguments.small:
        print("\n".join([*rows, *verdicts]))
        return
    write_result(
        "inspect_layer",
        [
            "# Inspection of a layer with 40 planted faults, beside maup",
            "",
            machine_line(load_before=before),
            "QGIS' geometry checker: 766 s for 81,000 polygons (its issue 45498, another machine).",
            "",
            "| polygons | by | median s | fastest s | slowest s | runs |",
            "|---:|---|---:|---:|---:|---:|",
            *rows,
            "",
            *verdicts,
        ],
    )


if __name__ == "__main__":
    main()
