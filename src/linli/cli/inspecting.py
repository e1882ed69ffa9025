"""``linli inspect``: tell what is wrong with a file, without a database and without touching the file."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from linli.cli.answers import INFEASIBLE, answer, faults_told, json_option, start_words
from linli.cli.importing import KINDS

if TYPE_CHECKING:
    from linli.foundation.tables import Limits

#: Kinds that ``--fail-on bad`` means: land that two hold or nobody holds, shapes and codes that cannot be right.
BAD_KINDS = frozenset(
    {
        "null_geometry",
        "open_ring",
        "invalid_geometry",
        "overlap",
        "hole",
        "outside_outline",
        "uncovered_outline",
        "repeated_code",
    }
)
#: What ``--fail-on any`` adds.
OTHER_KINDS = ("sliver", "multipart_unit", "repeated_name", "tiny_unit")
FAIL_ON = ["bad", "any", *sorted(BAD_KINDS), *OTHER_KINDS]
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def inspect() -> None:
    """检查一个文件：图层、点位、表格；不需要数据库，不改动文件。

    \b
    例：
      linli inspect layer 社区界线.gpkg --outline 区界.geojson
      linli inspect points 小区.csv --x 经度 --y 纬度 --outline 区界.geojson --outline-crs gcj02
      linli inspect table 小区.xlsx --ledger compound
    """


@inspect.command()
@click.argument("file", type=FILE)
@click.option("--outline", type=FILE, help="应当覆盖的范围，如区界。")
@click.option("--layer", default="", help="图层；文件里有几个图层时必填。")
@click.option("--code-field", default="", help="编码字段；编码相同的图形是一个单位。不填则按常用字段名识别。")
@click.option("--name-field", default="", help="名称字段；没有编码时按名称分单位。不填则按常用字段名识别。")
@click.option("--crs", default="", metavar="EPSG:n", help="坐标系；不填则用文件写明的。")
@click.option("--sliver-width", default=1.0, show_default=True, help="平均宽（2×面积÷周长）不到多少米算狭缝。")
@click.option("--sliver-m2", default=10.0, show_default=True, help="面积不到多少平方米算狭缝。")
@click.option("--min-m2", default=0.01, show_default=True, help="不到多少平方米的不报。")
@click.option("--tiny-m2", default=100.0, show_default=True, help="不到多少平方米、又不到中位数百分之一的单位算过小。")
@click.option(
    "--mended",
    type=click.Path(dir_okay=False, path_type=Path),
    help="把不用人定夺的修补做完，写成新的 GPKG；原文件不动，没有修补的图形一点不变。",
)
@click.option("--fail-on", multiple=True, type=click.Choice(FAIL_ON), help="有这类问题时，退出码为 3；可以写几次。")
@json_option
def layer(
    file: Path,
    outline: Path | None,
    layer: str,
    code_field: str,
    name_field: str,
    crs: str,
    sliver_width: float,
    sliver_m2: float,
    min_m2: float,
    tiny_m2: float,
    mended: Path | None,
    fail_on: tuple[str, ...],
    json_path: str | None,
) -> None:
    """检查一个面图层：重叠、空洞、狭缝、越界、未覆盖、碎块、重码、重名、坏图形，并指出是哪个图形画错了。

    读取 GeoJSON、GPKG、SHP（或打成 ZIP 的 SHP）。图形按文件自己的坐标系比较，面积按椭球面折算为平方米。

    \b
    例：
      linli inspect layer 社区界线.gpkg --code-field 社区编码
      linli inspect layer 社区.shp --outline 区界.geojson --crs EPSG:4549 --json -
      linli inspect layer 网格.geojson --fail-on bad --mended 网格-修补.gpkg
    """
    start_words()
    from linli.engine.geometry import Thresholds
    from linli.foundation.tables import read_features, write_geopackage
    from linli.registry.rules.inspecting.layers import LayerRequest, inspect_layer
    from linli.registry.rules.inspecting.telling import layer_text

    request = LayerRequest(
        file=file.name,
        code_field=code_field,
        name_field=name_field,
        crs=crs,
        thresholds=Thresholds(sliver_width, sliver_m2, min_m2, tiny_m2),
    )
    started = time.perf_counter()
    with faults_told(json_path):
        features = read_features(file, layer=layer or None, limits=_limits())
        border = None if outline is None else read_features(outline, limits=_limits())
        report = inspect_layer(features, request, outline=border)
    seconds = time.perf_counter() - started
    if mended is not None:
        if mended.suffix.lower() != ".gpkg" or (mended.exists() and mended.samefile(file)):
            raise click.BadParameter("请写一个新的 .gpkg 文件名", param_hint="--mended")
        write_geopackage(mended, features, report.mended, crs=crs or features.crs)
    answer(report.as_dict(seconds=seconds), text=layer_text(report), json_path=json_path)
    _leave(report.counts, fail_on)


@inspect.command()
@click.argument("file", type=FILE)
@click.option("--x", "x", required=True, help="经度（或东坐标）列。")
@click.option("--y", "y", required=True, help="纬度（或北坐标）列。")
@click.option("--outline", required=True, type=FILE, help="点应当落在里面的范围，如区界。")
@click.option("--outline-crs", default="", help="轮廓的坐标系：wgs84、gcj02、bd09 或 EPSG:n；不填则用文件写明的。")
@click.option("--declared", default="", help="据说的坐标系；与识别的不同时给出警告。")
@click.option("--sheet", default="", help="工作表；不填取行数最多的。")
@click.option("--fail-on", type=click.Choice(["warning"]), help="有警告时，退出码为 3。")
@json_option
def points(
    file: Path,
    x: str,
    y: str,
    outline: Path,
    outline_crs: str,
    declared: str,
    sheet: str,
    fail_on: str | None,
    json_path: str | None,
) -> None:
    """识别一张表里点位的坐标系：按各种坐标系读，各有多少落在轮廓里；与据说的不同时警告。

    \b
    例：
      linli inspect points 小区.csv --x 经度 --y 纬度 --outline 区界.geojson --outline-crs gcj02
      linli inspect points 小区.xlsx --x lng --y lat --outline 区界.gpkg --declared wgs84 --json -
    """
    start_words()
    from linli.foundation.clock import now, today
    from linli.foundation.policies import NATIONAL, profile
    from linli.foundation.tables import read_features
    from linli.registry.rules.importing.sources import read_source
    from linli.registry.rules.inspecting.points import inspect_points
    from linli.registry.rules.inspecting.telling import points_text

    least = profile(NATIONAL).at(today(now()))["datum_inside_share"].number / 100
    with faults_told(json_path):
        table = read_source(file.read_bytes(), file_name=file.name).table(sheet)
        report = inspect_points(
            table,
            read_features(outline, limits=_limits()),
            columns=(x, y),
            outline_system=_system(outline_crs, "--outline-crs"),
            declared=_system(declared, "--declared"),
            least_share=least,
            file=file.name,
        )
    answer(report.as_dict(), text=points_text(report), json_path=json_path)
    if fail_on and report.warning:
        sys.exit(INFEASIBLE)


@inspect.command()
@click.argument("file", type=FILE)
@click.option("--ledger", required=True, type=click.Choice(KINDS), help="每一行是什么。")
@click.option("--sheet", default="", help="工作表或其中的一张表；不填取行数最多的。")
@click.option("--password", default="", help="加密工作簿的密码。")
@click.option("--fail-on", type=click.Choice(["refused"]), help="有不合格的行时，退出码为 3。")
@json_option
def table(file: Path, ledger: str, sheet: str, password: str, fail_on: str | None, json_path: str | None) -> None:
    """检查一张表能不能导入：各列认作什么、为什么，多少行能读，哪一行哪一列不合格、为什么。

    只有台账才知道的（这一行是不是新的、在哪个社区）不判断。

    \b
    例：
      linli inspect table 小区.xlsx --ledger compound
      linli inspect table 设施.csv --ledger facility --json - --fail-on refused
    """
    start_words()
    from linli.foundation.clock import now, today
    from linli.registry.rules.importing.without_ledger import judge_file
    from linli.registry.rules.inspecting.tables import table_answer, table_text

    with faults_told(json_path):
        judged = judge_file(
            file.read_bytes(), file_name=file.name, on=today(now()), kind=ledger, table=sheet, password=password
        )
    told = table_answer(judged, ledger=ledger)
    answer(told, text=table_text(told), json_path=json_path)
    if fail_on and told["refused_rows"]:
        sys.exit(INFEASIBLE)


def _system(said: str, option: str) -> str:
    from linli.registry.rules.inspecting.points import system_named

    try:
        return system_named(said) if said else ""
    except ValueError as fault:
        raise click.BadParameter(
            f"不认识坐标系 {said}，请写 wgs84、gcj02、bd09 或 EPSG:n", param_hint=option
        ) from fault


def _limits() -> Limits:
    """Return the bounds of a file that its own reader names: ten times those of an upload."""
    from linli.foundation.tables import Limits

    return Limits(file_bytes=300 * 1024 * 1024, rows=500_000, vertices=20_000_000)


def _leave(counts: dict[str, int], fail_on: tuple[str, ...]) -> None:
    feared: set[str] = set(fail_on)
    if feared & {"bad", "any"}:
        feared |= BAD_KINDS
    if "any" in feared:
        feared |= set(OTHER_KINDS)
    if any(counts.get(kind, 0) for kind in feared):
        sys.exit(INFEASIBLE)
