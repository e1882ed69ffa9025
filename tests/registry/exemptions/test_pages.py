from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from tests.factories.organisation import EAST_FIRST, EAST_SECOND, WEST_FIRST, Cast, told
from tests.registry.exemptions.conftest import LATER

from linli.foundation.tables import read_sheets
from linli.organisation.models import Person
from linli.organisation.rules import Role
from linli.registry.models import Custody, Exemption
from linli.registry.operations.exemptions import Asked, register_exemption
from linli.registry.rules.exempting import ExemptionKind

pytestmark = pytest.mark.usefixtures("audited")
NEW = "/exemptions/new/"
SignIn = Callable[[Role], Client]


@pytest.fixture
def signed_in_as(cast: Cast) -> SignIn:
    def client_of(role: Role) -> Client:
        client = Client()
        client.force_login(Person.objects.get(username=role.value.lower()))
        return client

    return client_of


def register(cast: Cast, kind: ExemptionKind = ExemptionKind.BAND, subject: str = EAST_SECOND) -> None:
    register_exemption(Asked(kind, subject, "孤立库区"), by=cast.scope(Role.PLANNER), now=LATER)


class TestForm:
    def test_opens_from_a_finding_and_registers_it(self, signed_in_as: SignIn) -> None:
        planner = signed_in_as(Role.PLANNER)
        address = f"{NEW}?kind=CONTIGUITY&amp;subject={EAST_FIRST}"
        assert address in planner.get("/map/").content.decode()
        form = planner.get(address.replace("&amp;", "&"))
        assert "柳荫社区 分成 2 片" in form.content.decode()
        answer = planner.post(
            address.replace("&amp;", "&"),
            {"kind": "CONTIGUITY", "subject": EAST_FIRST, "reason": "旧粮库隔河", "until_on": "2027-06-30"},
        )
        assert answer.status_code == 302
        stored = Exemption.objects.get()
        assert (stored.kind, stored.subject_code, stored.reason) == ("CONTIGUITY", EAST_FIRST, "旧粮库隔河")
        listed = planner.get(answer["Location"]).content.decode()
        assert "已登记例外，正在重新核查" in listed
        assert f"/exemptions/CONTIGUITY/{EAST_FIRST}/end/" in listed

    def test_opens_from_every_list_of_findings_for_those_who_plan(self, signed_in_as: SignIn) -> None:
        address = f"{NEW}?kind=CONTIGUITY&amp;subject={EAST_FIRST}"
        pages = ("/findings/", "/map/", f"/map/communities/{EAST_FIRST}/", f"/ledger/communities/{EAST_FIRST}/")
        for page in pages:
            assert address in signed_in_as(Role.SUBDISTRICT).get(page).content.decode(), page
            assert NEW not in signed_in_as(Role.AUDITOR).get(page).content.decode(), page

    def test_keeps_what_was_typed_when_it_is_refused(self, signed_in_as: SignIn) -> None:
        answer = signed_in_as(Role.PLANNER).post(
            f"{NEW}?subject={EAST_FIRST}",
            {"kind": "BAND", "subject": EAST_FIRST, "reason": "库区", "until_on": "2020-01-01"},
        )
        assert answer.status_code == 422
        text = answer.content.decode()
        assert "期限不能早于今天 2026-11-23" in text
        assert "库区</textarea>" in text
        assert not Exemption.objects.exists()

    def test_registers_a_custody_from_the_page_of_a_compound(self, signed_in_as: SignIn) -> None:
        officer = signed_in_as(Role.SUBDISTRICT)
        assert f"{NEW}?subject=X-0005&amp;kind=CUSTODY" in officer.get("/ledger/compounds/X-0005/").content.decode()
        officer.post(
            f"{NEW}?subject=X-0005&kind=CUSTODY",
            {
                "kind": "CUSTODY",
                "subject": "X-0005",
                "custodian": EAST_FIRST,
                "since_on": "2026-11-01",
                "until_on": "2027-06-30",
                "reason": "就近代管",
            },
        )
        assert Custody.objects.get().custodian.code == EAST_FIRST
        assert "就近代管" in officer.get("/ledger/compounds/X-0005/").content.decode()

    def test_says_what_stands_already(self, cast: Cast, signed_in_as: SignIn) -> None:
        register(cast)
        answer = signed_in_as(Role.PLANNER).post(NEW, {"kind": "BAND", "subject": EAST_SECOND, "reason": "又一次"})
        assert answer.status_code == 422
        assert "已经登记，现在有效" in answer.content.decode()

    @pytest.mark.parametrize(
        ("role", "subject", "status"),
        [(Role.WORKER, EAST_FIRST, 403), (Role.AUDITOR, EAST_FIRST, 403), (Role.SUBDISTRICT, WEST_FIRST, 422)],
    )
    def test_is_not_for_everybody(self, signed_in_as: SignIn, role: Role, subject: str, status: int) -> None:
        answer = signed_in_as(role).post(NEW, {"kind": "BAND", "subject": subject, "reason": "试试"})
        assert answer.status_code == status
        assert not Exemption.objects.exists()

    def test_is_not_found_for_a_place_of_others(self, signed_in_as: SignIn) -> None:
        address = f"{NEW}?kind=BAND&subject={WEST_FIRST}"
        answer = signed_in_as(Role.SUBDISTRICT).post(address, {"kind": "BAND", "subject": WEST_FIRST, "reason": "试试"})
        shown = signed_in_as(Role.SUBDISTRICT).get(address)
        assert (answer.status_code, shown.status_code) == (404, 404)
        assert "梅亭社区" not in shown.content.decode()


class TestList:
    def test_says_what_to_do_where_there_is_none(self, signed_in_as: SignIn) -> None:
        assert "还没有登记例外" in signed_in_as(Role.AUDITOR).get("/exemptions/").content.decode()

    def test_filters_by_kind_standing_and_words(self, cast: Cast, signed_in_as: SignIn) -> None:
        register(cast)
        register(cast, ExemptionKind.CONTIGUITY, EAST_FIRST)
        planner = signed_in_as(Role.PLANNER)
        planner.post(f"/exemptions/BAND/{EAST_SECOND}/end/")

        def subjects(query: str) -> list[str]:
            return [card.subject for card, _may in planner.get(f"/exemptions/{query}").context["rows"]]

        assert subjects("") == [EAST_FIRST, EAST_SECOND]
        assert subjects("?standing=IN_FORCE") == [EAST_FIRST]
        assert subjects("?standing=ENDED") == [EAST_SECOND]
        assert subjects("?kind=BAND") == [EAST_SECOND]
        assert subjects("?q=柳荫") == [EAST_FIRST]
        assert subjects("?standing=EXPIRING") == []

    def test_is_taken_out_as_a_file_that_says_who_took_it(self, cast: Cast, signed_in_as: SignIn) -> None:
        register(cast)
        answer = signed_in_as(Role.AUDITOR).post("/exemptions/export/?kind=BAND", {"form": "csv"})
        text = answer.content.decode("utf-8-sig")
        assert "石井社区,户数规模,石井社区,孤立库区,2026-11-23" in text
        assert "条件：类型 户数规模；共 1 条" in text
        assert told()[0].verb == "registry.exemptions.exported"

    def test_is_taken_out_as_a_workbook(self, cast: Cast, signed_in_as: SignIn, tmp_path: Path) -> None:
        register(cast)
        answer = signed_in_as(Role.PLANNER).post("/exemptions/export/", {"form": "xlsx"})
        (tmp_path / "list.xlsx").write_bytes(answer.content)
        cells = [cell for sheet in read_sheets(tmp_path / "list.xlsx") for row in sheet.rows for cell in row]
        assert {"石井社区", "孤立库区", "户数规模"} <= set(cells)

    def test_ends_by_a_click_and_offers_to_take_it_back(self, cast: Cast, signed_in_as: SignIn) -> None:
        register(cast)
        planner = signed_in_as(Role.PLANNER)
        answer = planner.post(f"/exemptions/BAND/{EAST_SECOND}/end/")
        listed = planner.get(answer["Location"])
        undo = listed.context["undo_url"]
        assert "已终止例外" in listed.content.decode()
        assert planner.post(undo, headers={"HX-Request": "true"})["HX-Redirect"] == "/exemptions/"
        assert Exemption.objects.get().ended_at is None
        assert planner.post(undo).status_code == 409

    @pytest.mark.parametrize(
        "address",
        ["/exemptions/BAND/990101002001/end/", "/exemptions/BAND/990101002001/undo/1/", "/exemptions/NONE/X-1/end/"],
    )
    def test_does_not_know_what_others_registered(self, cast: Cast, signed_in_as: SignIn, address: str) -> None:
        register(cast, ExemptionKind.BAND, WEST_FIRST)
        officer = signed_in_as(Role.SUBDISTRICT)
        assert "梅亭社区" not in officer.get("/exemptions/").content.decode()
        assert officer.post(address).status_code == 404
        assert Exemption.objects.get().ended_at is None

    def test_gives_no_button_to_who_may_not(self, cast: Cast, signed_in_as: SignIn) -> None:
        register(cast)
        for role in (Role.AUDITOR, Role.WORKER, Role.LEADER):
            page = signed_in_as(role).get("/exemptions/").content.decode()
            assert "/end/" not in page
            assert NEW not in page
