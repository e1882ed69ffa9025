from __future__ import annotations

from dataclasses import replace

import pytest
from tests.factories.organisation import NOW
from tests.factories.registry import grid_district

from linli.layout.plans.queries.papers import PaperSource, paper_source
from linli.layout.plans.queries.papers.map_pdf import page_count
from linli.layout.plans.queries.papers.passages import exception_blocks, problem_words
from linli.layout.plans.queries.papers.request import request_paper
from linli.layout.plans.queries.papers.tallies import balance, change_words, tallies
from linli.layout.plans.queries.papers.words import reason, sentence


@pytest.fixture
def source(ask):
    def read(layout: str, households: str, **wishes: object) -> PaperSource:
        grid_district(layout, households)
        return paper_source(ask(**wishes), now=NOW)

    return read


class TestSentence:
    def test_splits_in_the_wording_of_approvals(self, source) -> None:
        plan = source("AAA AAA", "999 999")
        (act,) = plan.figures.adjustments
        assert act.verb == "SPLIT"
        assert sentence(plan, act).startswith("从柳荫社区管辖区域中分设")
        assert sentence(plan, act).endswith("柳荫社区其余区域不变。")
        assert reason(plan, act) == "柳荫社区现有5,400户，高于3,000户的上限。"

    def test_merges_with_the_name_that_is_kept(self, source) -> None:
        plan = source("AAB AAB", "661 661")
        (act,) = plan.figures.adjustments
        assert act.verb == "MERGE"
        assert sentence(plan, act) == (
            "将柳荫社区、石井社区整合，撤销石井社区建制，保留柳荫社区建制："
            "将原石井社区管辖的丁字3号院、庚字6号院（200户、500人）划入柳荫社区。"
        )
        assert reason(plan, act) == "石井社区现有200户，低于1,000户的下限。"

    def test_gives_a_blind_spot_its_community(self, source) -> None:
        plan = source("AA.BB", "56375")
        (act,) = plan.figures.adjustments
        assert sentence(plan, act) in {
            f"明确丁字3号院（300户、750人）由{name}管理。" for name in ("柳荫社区", "石井社区")
        }
        assert reason(plan, act) == "该处现无社区管理（管理盲区）。"

    def test_tells_land_without_homes_by_its_area(self, source) -> None:
        plan = source("A.B A.B", "606 606")
        assert {sentence(plan, act) for act in plan.figures.adjustments} <= {
            f"明确{count}个地块（无住户，{area}平方公里）由{name}管理。"
            for count, area in ((1, "0.040"), (2, "0.080"))
            for name in ("柳荫社区", "石井社区")
        }


class TestTallies:
    def test_adds_up_before_and_after(self, source) -> None:
        rows = {row.name: (row.before, row.after, row.change) for row in tallies(source("AA.BB", "56375"))}
        assert rows["社区（个）"] == ("2", "2", "不变")
        assert rows["户数（户）"] == ("2,300", "2,600", "+300")
        assert rows["面积（平方公里）"] == ("0.160", "0.200", "+0.040")
        assert rows["社区工作者（人）"] == ("18", "18", "不变")
        assert rows["网格（个）"] == ("缺", "缺", "—")

    def test_land_that_leaves_arrives(self, source) -> None:
        plan = source("AAAB AAAB", "6663 6666")
        sums = [sum(balance(plan, one)[place] for one in plan.touched) for place in range(4)]
        assert sums[0] == pytest.approx(sums[3], abs=0.2)
        assert sums[1] == sums[2]
        assert [change_words(plan, one) for one in plan.touched] == ["划出600户", "划入600户"]

    def test_counts_what_is_wrong_today(self, source) -> None:
        assert problem_words(source("AAAB AAAB", "6663 6666")) == "1个社区户数高于3,000户，1个社区户数低于1,000户"


class TestHigherTrack:
    def test_is_told_for_land_across_subdistricts(self, source) -> None:
        plan = source("AAAB AAAB", "6663 6666")
        across = replace(plan.figures.adjustments[0], is_across_subdistricts=True)
        marked = replace(plan, figures=replace(plan.figures, adjustments=(across,)))
        told = " ".join(block.text for block in exception_blocks(marked))
        assert "有1项调整跨街道界线" in told
        assert "《行政区划管理条例》" in told
        assert any("【跨街道，另行报批】" in getattr(block, "text", "") for block in request_paper(marked).body)


class TestPageCount:
    def test_takes_the_root_of_the_page_tree(self) -> None:
        pdf = b"1 0 obj <</Type/Pages/Kids[2 0 R]/Count 2>> endobj 3 0 obj <</Count 12/Type/Pages>> endobj"
        assert page_count(pdf) == 12
