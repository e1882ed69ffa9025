import json

import pytest

from linli.engine.districting import Plan, search
from linli.engine.errors import PlanNotReadable


@pytest.fixture
def plan(draw) -> Plan:
    return search(draw("AAAA.BB", "2222122")).plan


class TestPlan:
    def test_is_read_back_to_the_same_bytes(self, plan):
        again = Plan.from_json(plan.to_json())
        assert again.to_json() == plan.to_json()
        assert again.plan_hash == plan.plan_hash

    def test_keeps_the_run_outside_the_hash(self, plan):
        with_run = plan.to_json(run={"seconds": 1.5})
        assert json.loads(with_run)["run"] == {"seconds": 1.5}
        assert Plan.from_json(with_run).plan_hash == plan.plan_hash

    def test_names_every_community_it_uses(self, plan):
        record = json.loads(plan.to_json())
        assert record["communities"] == ["A", "B", "new-1"]
        assert (record["k"], record["totals"]["min"] >= 30, record["feasible"]) == (3, True, True)
        assert len(record["assignment"]) == len(record["ids"]) == 7

    @pytest.mark.parametrize("text", [b"", b"{}", b"[]", b'{"format":"another/1"}', b"\xff"])
    def test_refuses_other_text(self, text):
        with pytest.raises(PlanNotReadable):
            Plan.from_json(text)
