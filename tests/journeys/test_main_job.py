"""优化社区布局 end to end through HTTP: see what is wrong, ask for a plan, take its papers; others are kept out."""

from __future__ import annotations

import io
import json
import re
import zipfile

from tests.journeys.conftest import FOUNDED_AT, SignIn

from linli.foundation import trail
from linli.registry.operations.audit import run_audit

DISTRICT = "990101"
PAPERS = {
    "plan.json", "qingshi.docx", "fangan.docx", "duizhaobiao.docx", "tables.xlsx", "plan.geojson", "map.pdf",
}  # fmt: skip


def ask_for_a_plan(client, capture, **wishes):
    form = {"subdistrict": "district", "title": "", "low": "1000", "high": "3000", "seed": "1", **wishes}
    with capture(execute=True):
        return client.post("/plans/new/", form)


class TestThePlannersJob:
    def test_goes_from_the_ledger_to_the_papers(self, sign_in: SignIn, founded, django_capture_on_commit_callbacks):
        run_audit(district=DISTRICT, by=trail.SYSTEM, now=FOUNDED_AT)
        planner = sign_in("planner")

        home = planner.get("/").context["home"]
        assert (home.overview.communities, home.overview.compounds) == (96, 650)
        assert (home.overview.over_band, home.overview.under_band) == (9, 12)
        assert home.overview.compounds - home.overview.assigned_compounds == 6
        assert home.todos[0].title == "盲区问题 9 个"

        page = planner.get("/map/").content.decode()
        files = set(re.findall(r"/map/files/1/(?:parcels|layout)-[0-9a-f]+\.json", page))
        assert len(files) == 2
        read = {address: json.loads(planner.get(address).content) for address in files}
        ground = next(content for content in read.values() if "parcels" in content)
        layout = next(content for content in read.values() if "member" in content)
        assert len(ground["parcels"]) == len(layout["member"]) == len(founded.parcels)
        assert layout["member"].count(-1) == 9 + sum(
            len(c.parcel_codes) - 1 for c in founded.compounds if founded.membership[c.parcel_codes[0]][0] is None
        )

        asked = ask_for_a_plan(planner, django_capture_on_commit_callbacks)
        assert asked.status_code == 302, asked.content.decode()[:2000]
        address = asked.headers["Location"]
        plan = planner.get(address)
        assert plan.status_code == 200
        content = plan.content.decode()
        for verb in ("划转", "归属"):
            assert verb in content
        assert "估算" not in content

        bundle = planner.post(f"{address}export/", {"file": "all.zip"})
        assert bundle.status_code == 200
        names = {name.rsplit("/", 1)[-1] for name in zipfile.ZipFile(io.BytesIO(bundle.content)).namelist()}
        assert names >= PAPERS

        assert trail.verify(DISTRICT).is_intact

    def test_is_kept_from_those_who_may_not_plan(self, sign_in: SignIn, django_capture_on_commit_callbacks):
        for username in ("worker", "auditor", "leader", "department"):
            before = trail.entries(DISTRICT, verb_starts="plans.").total
            assert ask_for_a_plan(sign_in(username), django_capture_on_commit_callbacks).status_code == 403, username
            assert trail.entries(DISTRICT, verb_starts="plans.").total == before == 0

    def test_refuses_a_band_that_cannot_be_met_and_writes_nothing(
        self, sign_in: SignIn, django_capture_on_commit_callbacks
    ):
        planner = sign_in("planner")
        answer = ask_for_a_plan(planner, django_capture_on_commit_callbacks, low="3000", high="1000")
        assert answer.status_code == 422
        assert "3000" in answer.content.decode().replace(",", "")
        assert trail.entries(DISTRICT, verb_starts="plans.").total == 0


class TestEveryRole:
    def test_signs_in_and_sees_its_first_page_map_and_ledger(self, sign_in: SignIn):
        for username in (
            "planner", "organiser", "subdistrict", "department", "worker", "leader", "auditor", "admin",
        ):  # fmt: skip
            client = sign_in(username)
            for address in ("/", "/map/", "/ledger/", "/plans/", "/inbox/", "/standards/"):
                assert client.get(address).status_code == 200, (username, address)
