"""A map program reads the features over the wire: the OGC API - Features client of GDAL, which QGIS brings as well."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pyogrio
import pytest
from tests.factories.organisation import EAST_FIRST

from linli.organisation.rules import Role

pytestmark = pytest.mark.skipif("OAPIF" not in pyogrio.list_drivers(), reason="this GDAL has no such client")

READ = """
import json, sys
import pyogrio
from shapely import from_wkb
pyogrio.set_gdal_config_options({"GDAL_HTTP_AUTH": "BASIC", "GDAL_HTTP_USERPWD": sys.argv[2]})
layers = sorted(name for name, _type in pyogrio.list_layers(sys.argv[1]))
meta, _fids, shapes, columns = pyogrio.raw.read(sys.argv[1], layer="compounds", PAGE_SIZE="3")
figures = dict(zip(meta["fields"], columns))
one = pyogrio.raw.read(sys.argv[1], layer="communities", where=f"code = '{sys.argv[3]}'")
west, south, _east, _north = from_wkb(one[2][0]).bounds
inside = pyogrio.raw.read(sys.argv[1], layer="compounds", bbox=(west + 1e-4, south + 1e-4, west + 2e-4, south + 2e-4))
print(json.dumps({
    "layers": layers,
    "codes": [str(code) for code in figures["code"]],
    "households": int(figures["households"][0]),
    "types": sorted({shape.geom_type for shape in from_wkb(shapes)}),
    "communities": len(one[2]),
    "inside": len(inside[2]),
}))
"""


@pytest.mark.django_db(transaction=True)
def test_reads_layers_pages_boxes_and_properties(live_server, call):
    secret = call(Role.PLANNER).headers["Authorization"].removeprefix("Bearer ")
    # In a process of its own: GDAL holds the interpreter while it waits for the server.
    asked = [sys.executable, "-c", READ, f"OAPIF:{live_server.url}/ogc/", f"linli:{secret}", EAST_FIRST]
    said = subprocess.run(
        asked, capture_output=True, text=True, timeout=120, check=False, env=os.environ | {"NO_PROXY": "*"}
    )
    assert said.returncode == 0, said.stderr
    assert json.loads(said.stdout) == {
        "layers": ["communities", "compounds", "facilities", "grids", "layouts", "parcels"],
        "codes": [f"X-000{n}" for n in (1, 2, 4, 5, 6, 7, 8, 9)],
        "households": 200,
        "types": ["Polygon"],
        "communities": 1,
        "inside": 1,
    }
