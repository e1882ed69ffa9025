"""What an ill-meaning reader tries beyond addresses: headers, forms with more fields, leads elsewhere, files."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from django.test import Client
from tests.access.table import RULES, Rule
from tests.access.test_routes import ROUTES, ask
from tests.access.world import World
from tests.factories.organisation import PASSWORD

from linli.foundation.errors import LinliError
from linli.organisation.models import Person, Post
from linli.organisation.rules import Role
from linli.registry.models import Fact
from linli.registry.rules.importing.sources import read_source

pytestmark = pytest.mark.django_db
PAGES = [
    pytest.param(route, rule, id=f"{rule.method} {route}")
    for route in ROUTES
    for rule in RULES.get(route, ())
    if rule.method == "GET"
]
ELSEWHERE = (
    "https://elsewhere.test/",
    "//elsewhere.test",
    "/\\elsewhere.test",
    "javascript:alert(1)",
    "https:elsewhere",
)


@pytest.mark.parametrize(("route", "rule"), PAGES)
def test_every_page_runs_and_loads_nothing_but_our_own(world: World, route: str, rule: Rule) -> None:
    answer = ask(world, Role.ADMIN if "accounts" in route else Role.PLANNER, route, rule, dict(world.names["OWN"]))
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        page = answer.content.decode()
        assert not re.search(r"<[^>]+\s(style|on\w+)\s*=", re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL))
        for script in re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", page):
            assert "nonce=" in script


class TestLeadingElsewhere:
    @pytest.mark.parametrize("wanted", ELSEWHERE)
    def test_is_not_done_after_the_sign_in(self, world: World, wanted: str) -> None:
        said = {"username": "worker", "password": PASSWORD, "next": wanted}
        assert Client().post("/sign-in/", said).headers["Location"] == "/"

    @pytest.mark.parametrize("wanted", ELSEWHERE)
    @pytest.mark.parametrize("address", ["/ui/preferences/theme", "/ui/preferences/language"])
    def test_is_not_done_after_a_choice(self, world: World, address: str, wanted: str) -> None:
        said = {"theme": "dark", "language": "en", "next": wanted}
        assert "elsewhere" not in Client().post(address, said).headers["Location"]

    def test_is_not_done_by_the_page_that_a_fragment_names(self, world: World) -> None:
        headers = {"HX-Request": "true", "HX-Current-URL": "https://elsewhere.test/"}
        lead = Client().get("/standards/", headers=headers).headers["HX-Redirect"]
        assert lead.startswith("/sign-in/?next=")
        after = Client().post(lead, {"username": "worker", "password": PASSWORD, "next": "https://elsewhere.test/"})
        assert after.headers["Location"] == "/"


class TestAnotherHost:
    def test_is_refused(self, world: World) -> None:
        assert world.clients[Role.PLANNER].get("/standards/", headers={"host": "elsewhere.test"}).status_code == 400

    def test_is_not_taken_from_a_forwarding_header(self, world: World) -> None:
        answer = Client().get("/ledger/", headers={"x-forwarded-host": "elsewhere.test"})
        assert answer.headers["Location"] == "/sign-in/?next=%2Fledger%2F"


class TestMoreFieldsThanAForm:
    """Fields that a form does not have change nothing."""

    MORE = {
        "is_staff": "on",
        "is_active": "",
        "role": "ADMIN",
        "district_code": "990102",
        "area_office": "1",
        "verified_by": "我",
        "stage": "VERIFIED",
        "community": "990101002001",
        "code": "X-0008",
    }

    def test_give_no_rights_with_a_new_password(self, world: World) -> None:
        people = list(Person.objects.order_by("pk").values("username", "is_staff", "is_active", "district_code"))
        said = {"present": PASSWORD, "new": "other-river-bend-9", "again": "other-river-bend-9", **self.MORE}
        client = Client()
        client.force_login(Person.objects.get(username="worker"), "django.contrib.auth.backends.ModelBackend")
        assert client.post("/account/password/", said).status_code == 302
        now = list(Person.objects.order_by("pk").values("username", "is_staff", "is_active", "district_code"))
        assert now == people

    def test_give_no_other_post(self, world: World) -> None:
        posts = list(Post.objects.order_by("pk").values())
        world.clients[Role.WORKER].post("/account/post/", {"post": "no-such-post", **self.MORE})
        assert list(Post.objects.order_by("pk").values()) == posts
        assert world.clients[Role.WORKER].get("/plans/new/").status_code == 403

    def test_verify_no_figure_and_touch_no_other_entry(self, world: World) -> None:
        others = list(Fact.objects.filter(subject_code="X-0008").order_by("pk").values())
        said = {"building_count": "7", "as_of_on": "2026-11-20", "source": "社区摸底", **self.MORE}
        world.clients[Role.WORKER].post("/ledger/compounds/X-0001/edit/", said)
        assert list(Fact.objects.filter(subject_code="X-0008").order_by("pk").values()) == others
        assert not Fact.objects.filter(subject_code="X-0001").exclude(verified_by="").exists()

    def test_of_an_import_take_no_other_office(self, world: World) -> None:
        said = {"kind": "compound", "source": "", "office_code": "990101002", "number": "x", **self.MORE}
        file = io.BytesIO("小区编码,户数\nX-0001,31\n".encode())
        file.name = "摸底表.csv"
        answer = world.clients[Role.SUBDISTRICT].post("/imports/new/", {**said, "file": file})
        assert answer.status_code == 302
        from linli.registry.models import ImportBatch

        newest = ImportBatch.objects.order_by("-pk").first()
        assert (newest.office_code, newest.district.code) == ("990101001", "990101")


def zipped(**files: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def refused(content: bytes, name: str) -> str:
    with pytest.raises(LinliError) as told:
        read_source(content, file_name=name)
    return str(told.value.message)


class TestAFileThatPointsElsewhere:
    """An import takes bytes, no address; what a file itself names is not fetched."""

    @pytest.mark.parametrize("name", ["../../x.shp", "/etc/x.shp", "a/../../x.shp", "C:\\x.shp"])
    def test_leaves_no_file_outside(self, name: str, tmp_path, monkeypatch) -> None:
        monkeypatch.setenv("TMPDIR", str(tmp_path / "inner"))
        (tmp_path / "inner").mkdir()
        refused(zipped(**{name: b"x" * 200, "x.dbf": b"x" * 200, "x.shx": b"x" * 200}), "边界.zip")
        assert [found for found in tmp_path.rglob("*") if found.name != "inner"] == []

    @pytest.mark.parametrize(
        "address", ["/vsicurl/http://127.0.0.1:9/x.geojson", "/vsizip//etc/passwd", "http://127.0.0.1:9/x.geojson"]
    )
    def test_opens_no_address_as_a_map(self, address: str) -> None:
        source = f"<SrcDataSource>{address}</SrcDataSource>"
        virtual = f'<OGRVRTDataSource><OGRVRTLayer name="x">{source}</OGRVRTLayer></OGRVRTDataSource>'
        refused(virtual.encode(), "边界.geojson")
        refused(virtual.encode(), "边界.kml")

    def test_follows_no_link_of_a_kml(self) -> None:
        link = b"<NetworkLink><Link><href>http://127.0.0.1:9/x.kml</href></Link></NetworkLink>"
        refused(b'<kml xmlns="http://www.opengis.net/kml/2.2">' + link + b"</kml>", "边界.kml")

    def test_reads_no_file_of_the_machine_through_an_entity(self) -> None:
        told = refused(
            b'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
            b"<kml><Placemark><name>&x;</name></Placemark></kml>",
            "边界.kml",
        )
        assert "root:" not in told
