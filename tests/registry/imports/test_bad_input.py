"""Each bad file gets one clear sentence, and nothing is written."""

from __future__ import annotations

import json

import pytest
import shapely
from tests.factories.organisation import NOW
from tests.factories.registry import CORNER
from tests.registry.imports.conftest import EAST_STEP, FIRST, workbook

from linli.engine.geometry import three_degree_zone, to_zone, wgs84_to_bd09
from linli.foundation.errors import ValidationFaults
from linli.organisation.errors import NotPermitted, OutsideYourArea
from linli.organisation.rules import Role
from linli.registry.errors import (
    CoordinatesUndecided,
    CoordinateSystemUnknown,
    ImportColumnsIncomplete,
    ImportColumnsUnsound,
    ImportKindUnknown,
    ImportUnknown,
)
from linli.registry.models import Compound, Fact, ImportBatch, ImportRow
from linli.registry.operations.imports import commit_import, map_columns, preview_import, settle_system

PLACES = [(FIRST[0] + step * EAST_STEP, FIRST[1]) for step in range(4)]


def table(places) -> str:
    rows = "\n".join(f"T-{i},试验{i}号院,{x},{y}" for i, (x, y) in enumerate(places))
    return f"小区编码,小区名称,经度,纬度\n{rows}\n"


def counts() -> tuple[int, int]:
    return Compound.objects.count(), Fact.objects.count()


@pytest.mark.usefixtures("known")
class TestFiles:
    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            pytest.param(b"", "应为有内容的文件，实际为空", id="empty"),
            pytest.param(b"\x89PNG\x00\x00\xff\xfe", "应为UTF-8 或 GB18030 编码的文本表格", id="wrong type"),
            pytest.param(
                b"<html><table></table></html>", "实际是“网页或 XML 文件”。请用表格软件打开，另存为", id="web page"
            ),
            pytest.param(b"PK\x03\x04broken", "实际是“文件损坏”", id="broken workbook"),
            pytest.param(b'{"type": "FeatureCollection", "features": [', "能正常打开的地图文件", id="broken map"),
        ],
    )
    def test_are_refused_with_a_sentence(self, take, content: bytes, sentence: str) -> None:
        with pytest.raises(ValidationFaults) as refusal:
            take(content)
        assert sentence in refusal.value.faults[0].sentence
        assert ImportBatch.objects.count() == 0

    def test_control_characters_are_tidied_and_named(self, preview) -> None:
        card, rows = preview("小区编码,小区名称\nT-1,竹\u202e影\x07里\n")
        assert rows[0].name == "竹影里"
        assert "没有不可见的控制字符" in card.notes["remarks"][0]

    def test_a_table_without_names_or_codes_says_what_is_missing(self, preview) -> None:
        with pytest.raises(ImportColumnsIncomplete) as refusal:
            preview("甲,乙\n1,2\n")
        assert refusal.value.message == ("还缺“小区名称”列，没有它认不出每一行是谁。请在“对列”里指明，或换一张表")

    def test_a_kind_must_be_known(self, take) -> None:
        with pytest.raises(ImportKindUnknown):
            take("甲,乙\n1,2\n", "people")

    def test_workbooks_and_gb18030_are_read_too(self, preview) -> None:
        _card, rows = preview(workbook(["小区编码", "小区名称", "总户数"], ["X-0001", "金桂花园", 310]))
        assert rows[0].changes == {"household_count": ["300", "310"]}
        _card, rows = preview("小区编码,小区名称,总户数\nX-0001,金桂花园,310\n".encode("gb18030"))
        assert rows[0].changes == {"household_count": ["300", "310"]}


@pytest.mark.usefixtures("known")
class TestCoordinates:
    def test_swapped_axes_are_named(self, preview) -> None:
        with pytest.raises(CoordinatesUndecided) as asked:
            preview(table([(y, x) for x, y in PLACES]))
        assert asked.value.message.startswith("经度和纬度两列写反了")
        assert asked.value.params["doubt"] == "SWAPPED"

    def test_degrees_declared_as_metres_are_named(self, preview) -> None:
        with pytest.raises(CoordinatesUndecided) as asked:
            preview(table(PLACES), system="EPSG:4549")
        assert "坐标写明是以米计的 EPSG:4549，实际是经纬度度数" in asked.value.message

    def test_metres_declared_as_degrees_are_named(self, preview) -> None:
        metres = to_zone(PLACES, three_degree_zone(CORNER[0]))
        with pytest.raises(CoordinatesUndecided) as asked:
            preview(table(metres), system="WGS84")
        assert "实际是以米计的投影坐标" in asked.value.message

    def test_places_of_another_city_are_named(self, preview) -> None:
        with pytest.raises(CoordinatesUndecided) as asked:
            preview(table([(104.06, 30.67), (104.07, 30.66)]))
        assert asked.value.params["doubt"] == "NOWHERE"

    def test_what_a_person_settles_is_taken(self, take, cast) -> None:
        scope = cast.scope(Role.PLANNER)
        card = take(table([(y, x) for x, y in PLACES]))
        settle_system(card.number, scope=scope, system="CGCS2000/swapped", now=NOW)
        card = preview_import(card.number, scope=scope, now=NOW)
        assert card.counts["NEW"] == 4
        commit_import(card.number, scope=scope, now=NOW)
        point = Compound.objects.get(code="T-0").point
        assert (point.x, point.y) == pytest.approx(FIRST, abs=1e-8)

    def test_another_datum_is_detected_and_brought_home(self, preview, cast) -> None:
        card, rows = preview(table(wgs84_to_bd09(PLACES)), system="")
        assert (card.system, card.finding.share) == ("BD09", 1.0)
        assert [row.verdict for row in rows] == ["NEW"] * 4
        commit_import(card.number, scope=cast.scope(Role.PLANNER), now=NOW)
        point = Compound.objects.get(code="T-0").point
        assert (point.x, point.y) == pytest.approx(FIRST, abs=1e-7)

    def test_a_single_place_far_outside_is_refused_and_named(self, preview) -> None:
        _card, rows = preview(table([*PLACES * 6, (FIRST[0], FIRST[1] - 0.02)]))
        assert rows[-1].verdict == "REFUSED"
        assert rows[-1].faults[0].startswith("位置应在区界内，实际在界外 2")

    def test_half_a_place_is_refused(self, preview) -> None:
        _card, rows = preview("小区编码,小区名称,经度,纬度\nT-1,竹影里,117.2,\n")
        assert rows[0].faults == ("经度和纬度应同时填写，实际只有一个。补齐后重传",)

    def test_an_unknown_system_is_refused(self, take) -> None:
        with pytest.raises(CoordinateSystemUnknown):
            take(table(PLACES), system="火星")


def collection(*shapes) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {"parcel_name": f"{i}号地"},
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for i, shape in enumerate(shapes)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def box(step: float, width: float = 0.001):
    x, y = FIRST[0] + step, FIRST[1]
    return shapely.box(x, y, x + width, y + 0.001)


@pytest.mark.usefixtures("known")
class TestOutlines:
    def test_self_crossing_rings_are_refused(self, preview) -> None:
        x, y = FIRST
        bow = shapely.Polygon([(x, y), (x + 0.001, y + 0.001), (x + 0.001, y), (x, y + 0.001)])
        _card, rows = preview(collection(bow), "parcel", file_name="地块.geojson")
        assert rows[0].faults[0].startswith("图形自相交或不成面（Self-intersection")

    def test_overlapping_outlines_name_each_other(self, preview) -> None:
        _card, rows = preview(collection(box(0), box(0.0005)), "parcel", file_name="地块.geojson")
        assert [row.verdict for row in rows] == ["REFUSED", "REFUSED"]
        assert rows[0].faults[0].startswith("图形与第 2 行重叠 ")

    def test_points_are_no_outlines(self, preview) -> None:
        _card, rows = preview(collection(shapely.Point(FIRST)), "parcel", file_name="地块.geojson")
        assert rows[0].faults == ("图形应为面，实际是Point。改原图后重传",)

    def test_a_table_is_no_map(self, preview) -> None:
        with pytest.raises(ImportColumnsIncomplete) as refusal:
            preview("地块编码,地块名称\nP-1,甲\n", "parcel")
        assert "还缺“图形”列" in refusal.value.message


@pytest.mark.usefixtures("known")
class TestColumns:
    def test_personal_columns_are_dropped_and_the_file_is_not_kept(self, preview, cast) -> None:
        card, rows = preview("小区编码,小区名称,联系人,联系电话\nT-1,竹影里,某某,13900000000\n")
        assert card.notes["dropped"] == ["联系人", "联系电话"]
        assert set(rows[0].values) == {"compound_name"}
        commit_import(card.number, scope=cast.scope(Role.PLANNER), now=NOW)
        assert bytes(ImportBatch.objects.get().content) == b""

    def test_personal_numbers_in_words_are_refused_and_not_repeated(self, preview) -> None:
        _card, rows = preview("小区编码,小区名称,备注\nT-1,竹影里,找13900000000\n")
        assert rows[0].verdict == "REFUSED"
        assert "像有身份证号或手机号" in rows[0].faults[0]
        assert "139" not in json.dumps(ImportRow.objects.get().values) + json.dumps(ImportRow.objects.get().faults)

    def test_a_restricted_field_cannot_be_chosen(self, take, cast) -> None:
        card = take("小区编码,甲\nT-1,乙\n")
        with pytest.raises(ImportColumnsUnsound):
            map_columns(card.number, scope=cast.scope(Role.PLANNER), mapping={"甲": "contact_phone"}, now=NOW)

    def test_a_field_takes_one_column(self, take, cast) -> None:
        card = take("小区编码,户数,甲\nT-1,3,4\n")
        with pytest.raises(ImportColumnsUnsound) as refusal:
            map_columns(card.number, scope=cast.scope(Role.PLANNER), mapping={"甲": "household_count"}, now=NOW)
        assert refusal.value.params["reason"] == "“户数”列已经对到它"

    def test_what_an_office_settled_is_proposed_again(self, take, cast) -> None:
        first = take("小区编码,甲\nT-1,4\n")
        assert first.mapping["甲"] == ""
        map_columns(first.number, scope=cast.scope(Role.PLANNER), mapping={"甲": "household_count"}, now=NOW)
        again = take("小区编码,甲\nT-2,5\n")
        assert (again.mapping["甲"], again.notes["reasons"]["甲"]["reason"]) == ("household_count", "REMEMBERED")

    def test_a_count_under_the_wrong_heading_is_seen_by_its_unit(self, preview) -> None:
        _card, rows = preview("小区编码,小区名称,楼栋数\nT-1,竹影里,580户\n")
        assert rows[0].faults == ("“楼栋数”应以栋计，实际是“580户”，可能错列。核对后重传",)

    def test_a_range_is_no_count_but_a_measure(self, preview) -> None:
        _card, rows = preview("小区编码,小区名称,户数,占地面积(亩)\nT-1,竹影里,100至200户,\nT-2,荷风里,,30至40\n")
        assert rows[0].faults == ("“户数”应为一个整数，实际是区间“100至200户”。写明一个数后重传",)
        assert rows[1].values["land_area"] == {"value": "23333.45", "original": "30至40"}
        assert rows[1].warnings == ("“占地面积(亩)”原值“30至40”是区间，取中值 23333.45",)


@pytest.mark.usefixtures("known")
class TestScope:
    @pytest.mark.parametrize("role", [Role.AUDITOR, Role.WORKER, Role.LEADER, Role.DEPARTMENT, Role.ADMIN])
    def test_only_importing_posts_import(self, take, role: Role) -> None:
        with pytest.raises(NotPermitted):
            take("小区编码,户数\nX-0001,3\n", role=role)
        assert ImportBatch.objects.count() == 0

    def test_communities_are_the_districts(self, take) -> None:
        with pytest.raises(OutsideYourArea):
            take("区划代码,社区名称\n990101001003,荷塘社区\n", "community", Role.SUBDISTRICT)

    def test_a_subdistrict_updates_its_own_and_founds_only_at_home(self, preview) -> None:
        text = "小区编码,小区名称,户数,所属社区\nX-0001,金桂花园,310,\nT-1,竹影里,90,石井社区\nT-2,荷风里,90,\n"
        _card, rows = preview(text, role=Role.SUBDISTRICT)
        assert [row.verdict for row in rows] == ["CHANGED", "NEW", "REFUSED"]
        assert rows[2].faults == (
            "新增的小区应写明或位于本岗位管辖的社区，实际不在。核对所属社区和坐标，或交由区里导入",
        )

    def test_another_offices_import_is_not_to_be_seen(self, take, cast) -> None:
        card = take("小区编码,户数\nX-0001,310\n")
        with pytest.raises(ImportUnknown):
            preview_import(card.number, scope=cast.scope(Role.SUBDISTRICT), now=NOW)
