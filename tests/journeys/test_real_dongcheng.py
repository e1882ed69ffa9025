"""A real district from its files alone, end to end; the known answers stand in the README of the data folder."""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import shapely

from linli.engine.geometry import audit_coverage, geometries_to_zone
from linli.foundation.trail import SYSTEM, verify
from linli.layout.plans.errors import HouseholdsMissing
from linli.layout.plans.models import AdjustmentPlan
from linli.layout.plans.operations import request_plan
from linli.layout.plans.operations.export import export_plan
from linli.layout.plans.rules.assumptions import Assumption, AssumptionKind
from linli.organisation.access import Scope, scope_of_post
from linli.organisation.operations import OfficeRow, appoint, create_person, load_offices
from linli.organisation.rules import OfficeKind, Role
from linli.registry.errors import CoordinatesUndecided, RowsUndecided
from linli.registry.models import Community, Compound, CompoundParcel, District, LayoutMember, Parcel, Subdistrict
from linli.registry.operations.audit import run_audit
from linli.registry.operations.derivation import accept_first_layout, derive_parcels, found_district_from_outline
from linli.registry.operations.imports import (
    answer_questions,
    commit_import,
    preview_import,
    settle_system,
    take_back_import,
    upload_import,
)
from linli.registry.queries.imports import ImportCard, RowCard, rows_of
from linli.registry.queries.places import district_by_code
from linli.registry.queries.proposals import propose_homes
from linli.registry.rules.importing.questions import Answer, Ask

pytestmark = [pytest.mark.real_data, pytest.mark.django_db]

DISTRICT = "110101"
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
START = date(2020, 1, 1)


@pytest.fixture
def folder(real_data: Path) -> Path:
    return real_data / "dongcheng"


@pytest.fixture
def planner(db: None) -> Scope:
    """A post of the district's department that looks after its communities."""
    load_offices(
        [
            OfficeRow(code=DISTRICT, name="东城区", kind=OfficeKind.DISTRICT, valid_from_on=START),
            OfficeRow(
                code=f"{DISTRICT}-mz",
                name="区民政局",
                kind=OfficeKind.DEPARTMENT,
                parent=DISTRICT,
                valid_from_on=START,
            ),
        ],
        by=SYSTEM,
        now=NOW,
    )
    create_person(
        username="planner",
        password="quiet-river-bend-7",
        district=DISTRICT,
        must_change_password=False,
        by=SYSTEM,
        now=NOW,
    )
    return scope_of_post(
        appoint(
            "planner",
            office=f"{DISTRICT}-mz",
            role=Role.PLANNER,
            title="布局规划岗",
            valid_from_on=START,
            by=SYSTEM,
            now=NOW,
        )
    )


class Journey:
    """The steps of an officer, each built on the one before."""

    def __init__(self, scope: Scope, folder: Path) -> None:
        self.scope, self.folder, self.now = scope, folder, NOW

    def later(self) -> datetime:
        self.now += timedelta(minutes=10)
        return self.now

    def found(self) -> Any:
        content = (self.folder / "outline_gcj02.json").read_bytes()
        return found_district_from_outline(
            scope=self.scope, content=content, file_name="outline.json", system="GCJ02", now=self.later()
        )

    def upload(self, name: str, kind: str, **more: Any) -> ImportCard:
        content = (self.folder / name).read_bytes()
        return upload_import(scope=self.scope, kind=kind, content=content, file_name=name, now=self.later(), **more)

    def preview(self, number: str) -> tuple[ImportCard, tuple[RowCard, ...]]:
        card = preview_import(number, scope=self.scope, now=self.later())
        return card, rows_of(number)

    def commit(self, number: str, **more: Any) -> None:
        commit_import(number, scope=self.scope, now=self.later(), **more)

    def compounds(self) -> None:
        card = self.upload("compounds.csv", "compound")
        self.preview(card.number)
        self.commit(card.number)

    def communities(self) -> None:
        card = self.upload("communities_2016.csv", "community")
        self.preview(card.number)
        self.commit(card.number)

    def attributes(self) -> str:
        card = self.upload("compound_attributes.csv", "attributes", meaning="规划户数", as_of_on=date(2018, 11, 3))
        self.preview(card.number)
        # Both years are shown; the officer takes the file's, which is the newer survey.
        (asked,) = rows_of(card.number, verdict="DOUBTFUL")
        answer_questions(card.number, scope=self.scope, rows=[asked.row], answer=Answer.SAME, now=self.later())
        self.commit(card.number)
        return card.number


@pytest.fixture
def journey(planner: Scope, folder: Path) -> Journey:
    walk = Journey(planner, folder)
    walk.found()
    return walk


class TestOutline:
    def test_founds_the_district(self, planner: Scope, folder: Path) -> None:
        founded = Journey(planner, folder).found()
        assert (founded.code, founded.name, founded.zone) == (DISTRICT, "东城区", 4548)
        # 41.83 were measured on the shifted outline with the scale of UTM; this is the area on the ground.
        assert founded.area_km2 == pytest.approx(41.887, abs=0.001)


class TestCommunities:
    def test_brings_streets_and_communities_of_2016_from_one_table(self, journey: Journey) -> None:
        card = journey.upload("communities_2016.csv", "community")
        assert (card.finding.detected, card.finding.share, card.system) == ("GCJ02", 1.0, "GCJ02")
        card, rows = journey.preview(card.number)
        assert card.counts == {
            "NEW": 199, "CHANGED": 0, "UNCHANGED": 1, "DOUBTFUL": 0, "REFUSED": 0, "cells": 0, "warned": 1,
        }  # fmt: skip
        assert rows[0].warnings == ("这一行是区本身，不导入",)
        journey.commit(card.number)
        assert Subdistrict.objects.count() == 17
        assert Community.objects.count() == 182
        assert Community.objects.exclude(office_point=None).count() == 123

    def test_the_list_of_2023_is_no_table_of_the_same_codes(self, journey: Journey) -> None:
        """Of 158 common codes 9 carry another name: a rename or another community, which only a person can tell."""
        journey.communities()
        _card, rows = journey.preview(journey.upload("communities_2023.csv", "community").number)
        verdicts = [row.verdict for row in rows]
        assert (verdicts.count("UNCHANGED"), verdicts.count("REFUSED"), verdicts.count("NEW")) == (149, 9, 11)
        taken = next(row for row in rows if row.code == "110101017004")
        assert taken.faults[0] == (
            "编码“110101017004”在台账里是“革新里社区”，表里给了“百荣嘉园社区”，"
            "而“革新里社区”在表里的编码是“110101017020”：编码被改用。改正编码后重传"
        )


class TestCompounds:
    def test_are_seen_to_be_in_bd09(self, journey: Journey) -> None:
        card = journey.upload("compounds.csv", "compound")
        assert (card.finding.detected, card.finding.share, card.system) == ("BD09", 508 / 512, "BD09")
        assert card.finding.shares["GCJ02"] == 354 / 512
        assert card.finding.shares["CGCS2000"] == 265 / 512

    def test_declared_otherwise_the_officer_is_asked(self, journey: Journey) -> None:
        card = journey.upload("compounds.csv", "compound", system="WGS84")
        with pytest.raises(CoordinatesUndecided) as asked:
            journey.preview(card.number)
        assert asked.value.message == (
            "坐标写明是 WGS84，按它只有 51.8% 的点在区内；按 BD09 有 99.2% 在区内。请在“坐标”一步选定坐标系"
        )
        settle_system(card.number, scope=journey.scope, system="BD09", now=journey.later())
        card, _rows = journey.preview(card.number)
        assert card.counts["NEW"] == 511

    def test_the_repeated_row_and_the_four_at_the_border_are_named(self, journey: Journey) -> None:
        card, rows = journey.preview(journey.upload("compounds.csv", "compound").number)
        assert card.counts == {
            "NEW": 511, "CHANGED": 0, "UNCHANGED": 1, "DOUBTFUL": 0, "REFUSED": 0, "cells": 0, "warned": 5,
        }  # fmt: skip
        repeated = next(row for row in rows if row.verdict == "UNCHANGED")
        assert (repeated.code, repeated.name) == ("1111027382017", "玉石胡同")
        assert repeated.warnings[0].startswith("与第 ")
        outside = {row.name: row.warnings[0] for row in rows if row.warnings and row.verdict == "NEW"}
        assert set(outside) == {"凯景铭座", "砖角楼北里", "朝阳门北大街", "民旺园十九号院"}
        # The farthest lies 69 m from the border's nearest point in plain degrees, which on the ground is 63 m.
        assert outside["凯景铭座"] == "位置在区界外 63 米，画地块时吸附到区界"
        assert outside["民旺园十九号院"] == "位置在区界外 1 米，画地块时吸附到区界"

    def test_taken_back_leave_nothing(self, journey: Journey) -> None:
        card = journey.upload("compounds.csv", "compound")
        journey.preview(card.number)
        journey.commit(card.number)
        assert Compound.objects.filter(ended_at=None).count() == 511
        done = take_back_import(card.number, scope=journey.scope, now=journey.later())
        assert (done.entries, done.kept) == (511, ())
        assert Compound.objects.filter(ended_at=None).count() == 0


class TestAttributes:
    def test_join_by_code_with_units_inside_the_values(self, journey: Journey) -> None:
        journey.compounds()
        card, rows = journey.preview(journey.upload("compound_attributes.csv", "attributes").number)
        assert (card.counts["CHANGED"], card.counts["DOUBTFUL"], card.counts["REFUSED"]) == (119, 1, 0)
        (differing,) = [row for row in rows if "completion_year" in row.changes]
        assert (differing.code, differing.name) == ("1111027374075", "民安小区东直门内北小街")
        assert differing.changes["completion_year"] == ["2003", "1931"]
        (asked,) = differing.questions
        assert (asked.ask, asked.answer) == (Ask.CONTRADICTION, "")
        with pytest.raises(RowsUndecided):
            journey.commit(card.number)
        assert Compound.objects.get(code="1111027374075").current["completion_year"] == 2003
        assert not [row for row in rows if "compound_name" in row.changes]
        counts = [int(row.values["household_count"]["value"]) for row in rows]
        assert (min(counts), max(counts), sum(counts)) == (126, 5389, 134_643)
        assert sum(int(row.values["building_count"]["value"]) for row in rows) == 1099
        assert rows[0].values["household_count"]["original"] == "1124户"

    def test_leave_391_compounds_without_a_count(self, journey: Journey) -> None:
        journey.compounds()
        journey.attributes()
        assert Compound.objects.filter(household_count=None).count() == 391
        assert Compound.objects.filter(household_count__gt=3000).count() == 4

    def test_are_not_known_before_the_compounds(self, journey: Journey) -> None:
        card, rows = journey.preview(journey.upload("compound_attributes.csv", "attributes").number)
        assert card.counts["REFUSED"] == 120
        assert rows[0].faults[0].startswith("台账没有编码为“1111027375142”的小区，只能更新已有的")


class TestParcels:
    def test_cover_the_outline_exactly(self, journey: Journey) -> None:
        journey.compounds()
        before = District.objects.get().outline
        derived = derive_parcels(scope=journey.scope, now=journey.later())
        assert (derived.parcels, derived.empty) == (510, 0)
        names = dict(Compound.objects.values_list("code", "name"))
        assert sorted(names[code] for code in derived.shared) == ["交道口北三条", "交道口北头条"]
        assert sorted(names[code] for code in derived.snapped) == sorted(
            ["凯景铭座", "砖角楼北里", "朝阳门北大街", "民旺园十九号院"]
        )
        assert derived.refused == ()
        district = District.objects.get()
        assert district.outline.hausdorff_distance(before) < 5e-8
        parcels = Parcel.objects.filter(district=district)
        assert all(parcels.values_list("is_derived", flat=True))
        cells = geometries_to_zone(list(parcels.values_list("outline", flat=True)), district.zone)
        (outline,) = geometries_to_zone([district.outline], district.zone)
        assert shapely.coverage_is_valid(cells)
        found = audit_coverage(cells, outline=outline)
        assert (found.invalid, found.overlaps, found.voids, found.protrusions) == ((), (), (), ())
        assert CompoundParcel.objects.filter(is_shared=True).count() == 2


class TestPlan:
    @pytest.fixture
    def taken_over(self, journey: Journey) -> Journey:
        journey.communities()
        journey.compounds()
        journey.attributes()
        derive_parcels(scope=journey.scope, now=journey.later())
        accept_first_layout(scope=journey.scope, now=journey.later())
        return journey

    def test_is_refused_naming_what_is_missing_and_what_is_too_large(self, taken_over: Journey) -> None:
        with pytest.raises(HouseholdsMissing) as refusal:
            request_plan(scope=taken_over.scope, district=DISTRICT, now=taken_over.later())
        assert len(refusal.value.params["missing"]) == 391
        assert len(refusal.value.params["above"]) == 4
        assert {households for _code, _name, households in refusal.value.params["above"]} == {
            row.household_count for row in Compound.objects.filter(household_count__gt=3000)
        }
        assert AdjustmentPlan.objects.count() == 0

    def test_follows_on_an_assumption_that_the_officer_signs(
        self, taken_over: Journey, django_capture_on_commit_callbacks: Any
    ) -> None:
        assumption = Assumption(AssumptionKind.PER_COMPOUND, 330.0, "同类小区户数的中位数", taken_over.scope.post.name)
        with django_capture_on_commit_callbacks(execute=True):
            plan = request_plan(
                scope=taken_over.scope, district=DISTRICT, assumption=assumption, seed=1, now=taken_over.later()
            )
        plan.refresh_from_db()
        assert plan.stage == AdjustmentPlan.Stage.DRAFT
        assert plan.assumption["households"] == 330.0
        revision = plan.revisions.get()
        assert json.loads(bytes(revision.document))["ids"]
        exported = export_plan(plan.number, scope=taken_over.scope, now=taken_over.later())
        assert exported.is_estimate
        for name in ("qingshi.docx", "fangan.docx", "duizhaobiao.docx"):
            paper = zipfile.ZipFile(io.BytesIO(exported.files[name])).read("word/document.xml").decode()
            assert "估算，不得报批" in paper, name
        assert "估算，不得报批" in exported.files["plan.geojson"].decode()

    def test_is_preceded_by_an_audit_that_names_what_is_missing(self, taken_over: Journey) -> None:
        now = taken_over.later()
        run = run_audit(district=DISTRICT, by=taken_over.scope, now=now)
        found = Counter(run.findings.values_list("kind", flat=True))
        missing = set(run.findings.filter(kind="MISSING_FIGURE").values_list("subject_code", flat=True))
        assert sum(code.endswith(":household_count") for code in missing) == 391
        del found["MISSING_FIGURE"]
        assert found == {"EXCLAVE": 2, "OUTSIDE_DISTRICT": 4, "OVERSIZE": 14, "UNDERSIZE": 1}


class TestProposal:
    def test_gives_each_compound_the_nearest_centre_with_a_confidence(self, journey: Journey) -> None:
        journey.communities()
        journey.compounds()
        derive_parcels(scope=journey.scope, now=journey.later())
        proposed = propose_homes(district_by_code(DISTRICT))
        assert len(proposed.homes) == 511
        assert len(proposed.without_centre) == 59
        without = {code for code, _name in proposed.without_centre}
        assert not without & {home.community_code for home in proposed.homes}
        assert all(0.0 <= home.confidence <= 1.0 for home in proposed.homes)
        number = accept_first_layout(scope=journey.scope, now=journey.later())
        assert number == 1
        members = LayoutMember.objects.filter(layout__number=1)
        assert members.exclude(community=None).count() == members.count() == 510
        assert verify(DISTRICT).is_intact
