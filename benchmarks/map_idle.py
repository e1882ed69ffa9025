"""Time the governance map of Denver's 10,147 blocks in headless Chromium, from navigation until it is idle.

Run from the checkout: ``python benchmarks/map_idle.py``. Reads ``districting/denver_blocks.gpkg`` below the folder
``LINLI_REAL_DATA`` (default ``../shared/data``), writes the two map files as the product does, serves the product's own
page, scripts and styles from a server of its own, and writes ``benchmarks/results/map_idle.md``. Each run is a fresh
browser context: nothing is cached. ``--shot PATH`` keeps a picture of the idle map.
"""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import shapely
from _machine import DATA, load, machine_line, write_result

from linli.foundation.ui.map_files import CommunityEntry, FindingEntry, ParcelEntry, encode_shape, file_content

PAGE = """{% extends "ui/workspace.html" %}{% load linli %}
{% block list %}<ol class="ll-ws-rows"></ol>{% endblock %}
{% block map %}{% include "ui/_map.html" with config_id="map-config" %}
{% json_block config "map-config" frame.nonce %}{% endblock %}"""
COLOURS = ("community", "households", "age60", "property", "findings", "size")
BAND = {"low": 2_500, "high": 6_000}
LIMIT_S = 5.0
PATIENCE_S = 120
METRES_PER_FOOT = 1200 / 3937
#: What the page tells about itself by the browser's own clock, in milliseconds since navigation.
MARKS = """() => {
  const files = performance.getEntriesByType("resource").filter((entry) => entry.name.includes("/map-files/"));
  const at = (name) => performance.getEntriesByName(name)[0].startTime;
  return { fetched: Math.max(...files.map((entry) => entry.responseEnd)), read: at("linli-map-read"),
           drawn: at("linli-map-drawn"), idle: at("linli-map-idle") };
}"""
IS_IDLE = """() => {
  const { map, ground } = document.querySelector("[data-map]").linliMap;
  return map.loaded() && map.areTilesLoaded() && map.queryRenderedFeatures({ layers: ["parcel-ground"] }).length > 5000
    ? ground.parcels.length : 0;
}"""


@dataclass(frozen=True)
class Run:
    """Seconds since navigation at which each stage of one visit was over."""

    fetched: float
    read: float
    drawn: float
    idle: float


def map_files(folder: Path) -> dict[str, bytes]:
    """Return the parcels file and the layout file of Denver: blocks as parcels, tracts as communities."""
    import pyogrio
    from pyproj import Transformer

    _, _, wkb, (tract, house, people) = pyogrio.raw.read(
        folder / "districting" / "denver_blocks.gpkg", columns=["TRACTCE20", "SLDL20", "TOTPOP20"]
    )
    to_degrees = Transformer.from_crs(2232, 4490, always_xy=True)
    blocks = shapely.transform(shapely.from_wkb(wkb), lambda feet: np.column_stack(to_degrees.transform(*feet.T)))
    west, south, *_ = shapely.total_bounds(blocks)
    origin = (round(float(west), 6), round(float(south), 6))
    tracts, first, member = np.unique(tract.astype(str), return_index=True, return_inverse=True)
    totals = np.bincount(member, weights=people).astype(int)
    # The block nearest to the middle of its tract carries the name.
    middles = shapely.get_coordinates(shapely.point_on_surface(blocks))
    labels = []
    for number in range(len(tracts)):
        own = np.flatnonzero(member == number)
        nearest = own[np.argmin(((middles[own] - middles[own].mean(axis=0)) ** 2).sum(axis=1))]
        labels.append((round(float(middles[nearest, 0]), 6), round(float(middles[nearest, 1]), 6)))
    parcels = [
        ParcelEntry(
            code=f"P-{number:06d}",
            kind="compound",
            name=f"街区 {number}",
            subdistrict=str(house[number]),
            households=int(people[number]),
            people=int(people[number]),
            shape=encode_shape(block, origin=origin),
        )
        for number, block in enumerate(blocks)
    ]
    communities = [
        CommunityEntry(
            code=code,
            name=f"{code}社区",
            subdistrict=str(house[first[number]]),
            households=int(totals[number]),
            label=labels[number],
        )
        for number, code in enumerate(tracts)
    ]
    findings = [
        FindingEntry(code=f"F-{number}", letter="大" if total > BAND["high"] else "小", tone="warn", at=labels[number])
        for number, total in enumerate(totals)
        if not BAND["low"] <= total <= BAND["high"]
    ]
    contents: dict[str, dict[str, Any]] = {
        "parcels": {"version": 1, "origin": origin, "scale": 1_000_000, "parcels": parcels},
        "layout": {"version": 1, "communities": communities, "member": member.tolist(), "findings": findings},
    }
    return {name: file_content(content)[1] for name, content in contents.items()}


@contextmanager
def server(files: dict[str, bytes]) -> Iterator[str]:
    """Serve the page, its assets and the two files; yields the page's address."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "linli.config.settings.test"
    import django
    from django.conf import settings

    django.setup()
    from django.core.handlers.wsgi import WSGIHandler
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

    settings.ROOT_URLCONF = __name__
    settings.LINLI_NAVIGATION = ""
    settings.STATIC_ROOT = None
    # Neither sessions nor people: the page alone is measured.
    settings.MIDDLEWARE = [
        "linli.foundation.ui.middleware.SecurityHeaders",
        "whitenoise.middleware.WhiteNoiseMiddleware",
        "django.middleware.locale.LocaleMiddleware",
        "django.middleware.common.CommonMiddleware",
    ]
    from django.http import HttpRequest, HttpResponse
    from django.template import engines
    from django.urls import include, path

    packed = {name: gzip.compress(content, compresslevel=6) for name, content in files.items()}
    config = {name: f"/map-files/{name}.json" for name in files} | {"colours": COLOURS, "band": BAND}

    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse(engines["django"].from_string(PAGE).render({"config": config}, request))

    def give(request: HttpRequest, name: str) -> HttpResponse:
        return HttpResponse(packed[name], content_type="application/json", headers={"Content-Encoding": "gzip"})

    globals()["urlpatterns"] = [
        path("", page),
        path("map-files/<str:name>.json", give),
        path("ui/", include("linli.foundation.ui.urls")),
    ]

    class Quiet(WSGIRequestHandler):
        """Keeps the request log out of the table."""

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    listening = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    listening.set_app(WSGIHandler())
    thread = Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.server_port}/"
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()


def wait_for_idle(page: Any) -> None:
    """Ask the page ten times a second; its content policy forbids Playwright's own waiting."""
    deadline = time.monotonic() + PATIENCE_S
    while not page.evaluate("() => performance.getEntriesByName('linli-map-idle').length"):
        if time.monotonic() > deadline:
            raise SystemExit(f"the map is not idle after {PATIENCE_S} s")
        time.sleep(0.1)


def visits(address: str, *, runs: int, parcels: int, shot: Path | None) -> tuple[str, list[Run]]:
    """Return Chromium's version and the timings of ``runs`` visits."""
    from playwright.sync_api import sync_playwright

    found = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or "/usr/bin/chromium", args=["--no-sandbox"]
        )
        for _ in range(runs):
            context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
            page = context.new_page()
            page.goto(address, wait_until="commit")
            wait_for_idle(page)
            if page.evaluate(IS_IDLE) != parcels:
                raise SystemExit("the map says that it is idle, but does not show every parcel")
            found.append(Run(**{name: at / 1000 for name, at in page.evaluate(MARKS).items()}))
            if shot is not None:
                page.screenshot(path=shot)
            context.close()
        version = browser.version
        browser.close()
    return version, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--shot", type=Path, help="where to keep a picture of the idle map")
    parser.add_argument("--dry-run", action="store_true", help="show the figures, write no result")
    arguments = parser.parse_args()
    before = load()
    files = map_files(DATA)
    parcels = files["parcels"].count(b'"code":')
    with server(files) as address:
        version, runs = visits(address, runs=arguments.runs, parcels=parcels, shot=arguments.shot)
    if arguments.dry_run:
        for run in runs:
            print(run, f"load {load():.1f}")
        return
    sizes = {name: (len(content) / 1e6, len(gzip.compress(content)) / 1e6) for name, content in files.items()}
    stages = {
        "page, scripts and both files are there": [run.fetched for run in runs],
        "files read: shapes decoded, neighbours coloured, borders derived": [run.read - run.fetched for run in runs],
        "first picture with every tile": [run.drawn - run.read for run in runs],
        "idle": [run.idle - run.drawn for run in runs],
        "**navigation to idle**": [run.idle for run in runs],
    }
    middle = statistics.median(run.idle for run in runs)
    write_result(
        "map_idle",
        [
            "# Governance map of 10,147 parcels: from navigation to idle",
            "",
            "Denver's census blocks as parcels, 178 tracts as communities, those out of the band with a badge.",
            f"Parcels file {sizes['parcels'][0]:.1f} MB ({sizes['parcels'][1]:.1f} MB packed), layout file "
            f"{sizes['layout'][0]:.2f} MB ({sizes['layout'][1]:.2f} MB packed).",
            machine_line(load_before=before),
            f"Headless Chromium {version} without a graphics card, 1440 × 900, an empty cache each time; "
            f"{len(runs)} runs; the server runs on the same machine.",
            "",
            "| stage | median s | fastest s | slowest s |",
            "|---|---:|---:|---:|",
            *(
                f"| {name} | {statistics.median(seconds):.2f} | {min(seconds):.2f} | {max(seconds):.2f} |"
                for name, seconds in stages.items()
            ),
            "",
            f"Bar: {LIMIT_S:.0f} s. {'Kept' if middle <= LIMIT_S else 'Missed'} by the median of {middle:.2f} s; "
            f"{sum(run.idle <= LIMIT_S for run in runs)} of {len(runs)} runs stay below it.",
            "No rival is measured.",
        ],
    )


if __name__ == "__main__":
    main()
