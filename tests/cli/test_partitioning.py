"""``linli partition`` on files of each kind, good and bad."""

from __future__ import annotations

import json

import numpy as np
import pyogrio
import pytest
import shapely
from click.testing import CliRunner, Result

from linli.cli.main import main
from linli.cli.partitioning import _Watch
from linli.engine.districting.partition import Progress

ROW = {"indptr": [0, 1, 3, 5, 6], "indices": [1, 0, 2, 1, 3, 2], "pop": [2, 1, 1, 2]}


def ran(*words: object) -> Result:
    return CliRunner().invoke(main, ["partition", *map(str, words)])


def answered(*words: object) -> dict:
    result = ran(*words, "--json", "-")
    assert result.exit_code in (0, 3), result.output
    return json.loads(result.stdout)


def problem(*words: object) -> dict:
    result = ran(*words, "--json", "-")
    assert result.exit_code == 1, result.output
    return json.loads(result.stdout)


@pytest.fixture
def npz(tmp_path):
    """Write rows of four parcels, with changes, and return the path."""

    def written(**changes):
        path = tmp_path / "row.npz"
        np.savez(path, **{**ROW, **changes})
        return path

    return written


class TestFiles:
    def test_npz_in_any_order_of_ids(self, npz) -> None:
        found = answered(npz(ids=["d", "c", "b", "a"]), "--k", 2, "--band", "0%", "--sweeps", 3)
        run = found.pop("run")
        assert sorted(run) == ["seconds", "workers"]
        found.pop("data_hash")
        assert found == {
            "feasible": True,
            "k": 2,
            "objective": 1.0,
            "measures": {"cut-edges": 1.0},
            "bound": None,
            "gap": None,
            "totals": {"min": 3, "max": 3},
            "assignment": [1, 1, 0, 0],
            "ids": ["d", "c", "b", "a"],
            "seed": 1,
            "sweeps": 3,
            "conflict": None,
        }

    def test_adjacency_of_gerrychain(self, tmp_path) -> None:
        nodes = [{"id": node, "TOTPOP": people} for node, people in zip("wxyz", (2, 1, 1, 2), strict=True)]
        pairs = {"w": "x", "x": "wy", "y": "xz", "z": "y"}
        adjacency = [[{"id": end, "shared_perim": 2.5} for end in pairs[node["id"]]] for node in nodes]
        path = tmp_path / "graph.json"
        path.write_text(json.dumps({"directed": False, "nodes": nodes, "adjacency": adjacency}), encoding="utf-8")
        found = answered(path, "--k", 2, "--lower", 3, "--upper", 3, "--objective", "border", "--sweeps", 3)
        assert (found["assignment"], found["ids"], found["objective"]) == ([0, 0, 1, 1], list("wxyz"), 2.5)

    def test_layer_with_a_river(self, tmp_path) -> None:
        path, river = tmp_path / "blocks.gpkg", tmp_path / "river.geojson"
        boxes = [shapely.box(500_000 + 100 * x, 4_400_000, 500_100 + 100 * x, 4_400_100) for x in range(4)]
        write(path, boxes, "Polygon", {"people": np.array([3, 1, 1, 1])})
        write(river, [shapely.LineString([(500_100, 4_399_000), (500_100, 4_401_000)])], "LineString", {})
        asked = (path, "--people-field", "people", "--k", 2, "--lower", 3, "--upper", 3, "--sweeps", 2)
        assert answered(*asked)["objective"] == 1.0
        walled = answered(*asked, "--barriers", river)
        assert (walled["assignment"], walled["objective"]) == ([0, 1, 1, 1], 0.0)

    def test_invalid_polygon_is_named(self, tmp_path) -> None:
        path = tmp_path / "bow.gpkg"
        write(path, [shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])], "Polygon", {"people": np.array([3])})
        found = problem(path, "--people-field", "people", "--k", 1, "--band", "5%")
        assert (found["code"], "1" in found["params"]["reason"]) == ("cli.graph-unreadable", True)

    def test_barriers_in_another_system_are_refused(self, tmp_path) -> None:
        path, river = tmp_path / "blocks.gpkg", tmp_path / "river.gpkg"
        write(path, [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], "Polygon", {"people": np.array([3, 3])})
        write(river, [shapely.LineString([(0, 0), (1, 1)])], "LineString", {}, crs="EPSG:4490")
        found = problem(path, "--people-field", "people", "--k", 1, "--band", "5%", "--barriers", river)
        assert (found["code"], found["params"]["file"]) == ("cli.graph-unreadable", "river.gpkg")


def write(path, shapes, kind: str, fields: dict, *, crs: str = "EPSG:4548") -> None:
    pyogrio.raw.write(
        path,
        shapely.to_wkb(np.array(shapes, dtype=object)),
        list(fields.values()),
        list(fields),
        geometry_type=kind,
        crs=crs,
    )


class TestConflicts:
    def test_leave_with_three_and_the_reason(self, npz) -> None:
        result = ran(npz(), "--k", 3, "--lower", 3, "--upper", 4, "--json", "-")
        found = json.loads(result.stdout)
        assert (result.exit_code, found["feasible"], found["assignment"]) == (3, False, [])
        assert (found["conflict"][0]["code"], found["conflict"][0]["proven"]) == ("count-outside-band", True)
        assert "2 至 2 个社区" in found["conflict"][0]["text"]


class TestRefusals:
    @pytest.mark.parametrize(
        ("changes", "words", "code", "params"),
        [
            ({"indices": [1, 0, 2, 1, 3, 1]}, (), "cli.graph-not-sound", {}),
            ({"indices": [0, 0, 2, 1, 3, 2]}, (), "cli.graph-not-sound", {"parcel": 0}),
            ({"pop": [2, -1, 1, 2]}, (), "cli.figures-not-sound", {"row": 2, "came": "-1.0"}),
            ({"pop": [2, 1, np.nan, 2]}, (), "cli.figures-not-sound", {"row": 3, "came": "nan"}),
            ({"ids": list("aabc")}, (), "cli.graph-unreadable", {}),
            ({}, ("--people-field", "voters"), "cli.field-unknown", {"field": "voters"}),
            ({}, ("--k", 5), "cli.count-not-sound", {"k": 5, "parcels": 4}),
            ({}, ("--lower", 4, "--upper", 3), "cli.band-not-sound", {"low": 4, "high": 3}),
            ({}, ("--objective", "moved"), "cli.start-not-sound", {}),
            ({"now": ["a", "", "b", "b"]}, ("--start-field", "now"), "cli.start-not-sound", {"row": 2}),
        ],
    )
    def test_are_named(self, npz, changes, words, code, params) -> None:
        usual = {"--k": 2, "--lower": 3, "--upper": 3}
        given = [word for name, value in usual.items() if name not in words for word in (name, value)]
        found = problem(npz(**changes), *given, *words)
        assert found["code"] == code
        assert params.items() <= found["params"].items()

    def test_of_a_file_that_is_no_archive(self, tmp_path) -> None:
        path = tmp_path / "row.npz"
        path.write_bytes(b"nothing")
        assert problem(path, "--k", 2, "--band", "5%")["code"] == "cli.graph-unreadable"

    def test_of_missing_limits(self, npz) -> None:
        assert problem(npz(), "--k", 2)["code"] == "cli.limits-lacking"

    @pytest.mark.parametrize("words", [(), ("--k", "many"), ("--k", "2", "--band", "5%", "--lower", 3)])
    def test_of_usage(self, npz, words) -> None:
        assert ran(npz(), *words).exit_code == 2


class TestWatch:
    def test_stops_after_ctrl_c(self) -> None:
        watch = _Watch(None)
        assert not watch(Progress())
        watch._interrupt(2, None)
        assert watch(Progress())

    def test_stops_at_once_without_time(self, npz) -> None:
        found = answered(npz(), "--k", 2, "--band", "0%", "--seconds", 0)
        assert (found["sweeps"], found["k"]) == (0, 2)
