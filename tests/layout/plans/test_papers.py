from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import docx
import pytest
import shapely
from tests.factories.organisation import NOW, told
from tests.factories.registry import grid_district

from linli.foundation.tables import read_features
from linli.layout.plans.errors import NothingToExport, PlanUnknown
from linli.layout.plans.models import AdjustmentPlan
from linli.layout.plans.operations import cancel_plan, rename_proposed_community, request_plan
from linli.layout.plans.operations.export import ExportedFiles, export_plan
from linli.layout.plans.rules.assumptions import Assumption, AssumptionKind
from linli.organisation.rules import Role
from linli.registry.models import TerrainLine

NAMES = [
    "plan.json",
    "qingshi.docx",
    "fangan.docx",
    "duizhaobiao.docx",
    "tables.xlsx",
    "plan.geojson",
    "map.pdf",
]


@pytest.fixture
def take_out(cast):
    def taken(plan: AdjustmentPlan, role: Role = Role.PLANNER, folder: Path | None = None) -> ExportedFiles:
        return export_plan(plan.number, scope=cast.scope(role), folder=folder, now=NOW)

    return taken


def words(content: bytes) -> str:
    """Return all text of a Word file, tables and heads included."""
    document = docx.Document(io.BytesIO(content))
    parts = [*document.element.body.iter("{*}t"), *document.sections[0].header._element.iter("{*}t")]
    return "".join(part.text or "" for part in parts)


class TestExportPlan:
    def test_gives_seven_files_and_one_archive(self, ask, take_out) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        taken = take_out(ask())
        assert list(taken.files) == NAMES
        assert taken.paths == ()
        with zipfile.ZipFile(io.BytesIO(taken.as_zip())) as archive:
            assert archive.namelist() == NAMES
            assert {name: archive.read(name) for name in NAMES} == taken.files

    def test_writes_separate_files_into_a_folder_that_it_makes(self, ask, take_out, tmp_path) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        taken = take_out(ask(), folder=tmp_path / "papers")
        assert [path.name for path in taken.paths] == NAMES
        assert all(path.read_bytes() == taken.files[path.name] for path in taken.paths)

    def test_makes_only_the_files_wanted(self, cast, ask) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        plan = ask()
        taken = export_plan(plan.number, scope=cast.scope(Role.PLANNER), only=["plan.json"], now=NOW)
        assert taken.files == {"plan.json": bytes(plan.revisions.get().document)}

    def test_gives_the_same_bytes_for_the_same_plan(self, ask, take_out) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        plan = ask()
        assert take_out(plan).as_zip() == take_out(plan).as_zip()

    def test_tells_the_trail_who_took_what(self, ask, take_out) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        plan = ask()
        take_out(plan, Role.AUDITOR)
        entry = told()[0]
        assert (entry.verb, entry.details["hash"], sorted(entry.details["files"]), entry.details["is_estimate"]) == (
            "plans.plan.exported",
            plan.revisions.get().content_hash,
            sorted(NAMES),
            False,
        )

    def test_refuses_a_plan_without_a_layout(self, cast, take_out, tmp_path) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        scope = cast.scope(Role.PLANNER)
        plan = request_plan(scope=scope, district="990101", now=NOW)
        cancel_plan(plan.number, scope=scope, now=NOW)
        plan.refresh_from_db()
        before = len(told())
        with pytest.raises(NothingToExport):
            take_out(plan, folder=tmp_path / "papers")
        assert not (tmp_path / "papers").exists()
        assert len(told()) == before

    def test_refuses_a_number_that_is_not_there(self, cast) -> None:
        with pytest.raises(PlanUnknown):
            export_plan("990101-2026-404", scope=cast.scope(Role.PLANNER), now=NOW)


class TestRequest:
    def test_asks_one_receiver_and_closes_in_the_fixed_words(self, ask, take_out) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        text = words(take_out(ask()).files["qingshi.docx"])
        assert "关于调整临溪区社区布局的请示" in text
        assert text.count("临溪区人民政府：") == 1
        assert "妥否，请批示。" in text
        assert "尚未征求居民意见。" in text
        assert "估算" not in text

    def test_comes_from_the_subdistrict_for_its_own_area(self, ask, take_out) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        text = words(take_out(ask(subdistrict="990101001")).files["qingshi.docx"])
        assert "临溪区东桥街道办事处文件" in text
        assert "临溪区人民政府：" in text

    def test_tells_both_sides_of_a_transfer_with_its_reason(self, ask, take_out) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        text = words(take_out(ask()).files["qingshi.docx"])
        assert "号院（600户、1,500人）划入石井社区。" in text
        assert "将原柳荫社区管辖的" in text
        assert "理由：柳荫社区现有3,600户，高于3,000户的上限；石井社区现有900户，低于1,000户的下限。" in text

    def test_names_a_new_community_as_it_is_called_now(self, cast, ask, take_out) -> None:
        grid_district("AAAA AAAA", "9999 9999")
        plan = ask()
        rename_proposed_community(
            plan.number, draft_id="new-1", name="听澜社区", scope=cast.scope(Role.PLANNER), now=NOW
        )
        text = words(take_out(plan).files["qingshi.docx"])
        assert "分设听澜社区居民委员会" in text
        assert "的办公用房待落实。" in text

    def test_lists_registered_exceptions_with_their_reasons(self, ask, take_out) -> None:
        grid_district("AABB", "6631")
        plan = ask(exceptions={"990101001002": "单位大院，界线难改"})
        assert "石井社区：单位大院，界线难改。" in words(take_out(plan).files["qingshi.docx"])


class TestProposal:
    def test_states_of_each_touched_community_what_approvals_state(self, ask, take_out) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        text = words(take_out(ask()).files["fangan.docx"])
        assert "东至荷塘街，南至槐荫路，西至翠屏街，北至晨光路" in text
        assert "3,600户，高于上限600户" in text
        assert "柳荫社区办事点，办公用房160.0平方米" in text
        assert "土地平衡：原0.240，划出0.040，划入0，调整后0.200（平方公里）。" in text
        assert text.count("调整前后示意图") == 2


class TestPoorLedger:
    def test_makes_all_papers_without_offices_lines_and_people(self, ask, take_out) -> None:
        codes = " ".join(f"X-{number:04d}" for number in range(1, 9))
        grid_district("AAAB AAAB", "6663 6666", without_office="AB", unknown_people=codes)
        TerrainLine.objects.all().delete()
        taken = take_out(ask())
        assert list(taken.files) == NAMES
        text = words(taken.files["fangan.docx"])
        assert "以附图界线为准" in text
        assert "8个小区缺常住人口，未计入。" in text
        assert "（600户、人口缺）" in text
        assert "柳荫社区、石井社区的办公用房待落实。" in text


class TestAssumption:
    def test_marks_every_paper_and_map(self, cast, ask, take_out) -> None:
        grid_district("AAAB AAAB", "666? 6666")
        assumption = Assumption(AssumptionKind.PER_COMPOUND, 300.0, "同期小区平均", cast.scope(Role.PLANNER).post.name)
        taken = take_out(ask(assumption=assumption))
        assert taken.is_estimate
        for name in ("qingshi.docx", "fangan.docx", "duizhaobiao.docx"):
            assert "估算，不得报批" in words(taken.files[name])
        assert "1个小区缺户数，按每个小区300户推算，共计300户；依据：同期小区平均" in words(taken.files["qingshi.docx"])
        assert "4,500户（含估算300户）" in words(taken.files["qingshi.docx"])
        assert "900（估）" in words(taken.files["duizhaobiao.docx"])
        assert "调整前后示意图（估算，不得报批）" in words(taken.files["fangan.docx"])
        assert json.loads(taken.files["plan.geojson"])["warning"] == "估算，不得报批"
        with zipfile.ZipFile(io.BytesIO(taken.files["tables.xlsx"])) as book:
            strings = book.read("xl/sharedStrings.xml").decode()
            sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/")]
        assert strings.count("（估算，不得报批）</t>") == len(sheets) == 7


class TestGeoJson:
    def test_covers_the_same_ground_with_parcels_and_with_communities(self, ask, take_out) -> None:
        grid_district("AA.B AAAB", "6663 6666")
        content = take_out(ask()).files["plan.geojson"]
        features = json.loads(content)["features"]
        shapes = {
            kind: shapely.union_all(
                [shapely.geometry.shape(one["geometry"]) for one in features if one["properties"]["kind"] == kind]
            )
            for kind in ("parcel", "community")
        }
        assert shapes["parcel"].symmetric_difference(shapes["community"]).area == 0
        assert [one["id"] for one in features if one["properties"]["kind"] == "community"] == [
            "990101001001",
            "990101001002",
        ]
        blind = next(one for one in features if one["id"] == "P-000003")
        assert blind["properties"]["community_before"] is None
        assert blind["properties"]["community"] is not None

    def test_names_its_system_of_coordinates(self, ask, take_out) -> None:
        grid_district("AAAB AAAB", "6663 6666")
        content = take_out(ask()).files["plan.geojson"]
        assert read_features(content, name="plan.geojson").crs_declared == 4490
