"""How long a session lasts, where one is signed in, and the second factor that posts of the district must show."""

from __future__ import annotations

import time
from datetime import timedelta
from html import unescape

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from tests.factories.organisation import EAST, NOW, PASSWORD, make_person, make_post, told

from linli.organisation.models import OpenSession
from linli.organisation.rules import Role
from linli.organisation.web.second_factor import SEED_KEY

pytestmark = pytest.mark.django_db
SET_UP = "/account/second-factor/"


class Watch:
    """The clock of a test."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self):
        return self.now

    def passes(self, **span) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def watch(monkeypatch, settings) -> Watch:
    settings.LINLI_SESSION_IDLE_MINUTES, settings.LINLI_SESSION_HOURS = 60, 12
    watch = Watch()
    monkeypatch.setattr("linli.foundation.clock.now", watch)
    return watch


def signed_in(username: str = "planner", agent: str = "Firefox/130 Linux") -> Client:
    client = Client(headers={"user-agent": agent})
    client.post("/sign-in/", {"username": username, "password": PASSWORD})
    client.get("/standards/")
    return client


def code_of(seed: str) -> str:
    return format_hotp_value(hotp_value(seed, int(time.time()) // 30))


class TestASession:
    def test_goes_on_while_it_is_used(self, cast, watch) -> None:
        client = signed_in()
        for _ in range(5):
            watch.passes(minutes=59)
            assert client.get("/standards/").status_code == 200

    def test_ends_when_it_was_idle(self, cast, watch) -> None:
        client = signed_in()
        watch.passes(minutes=61)
        assert client.get("/standards/").headers["Location"] == "/sign-in/?next=%2Fstandards%2F"
        assert not OpenSession.objects.exists()

    def test_ends_after_its_hours_however_busy(self, cast, watch) -> None:
        client = signed_in()
        for _ in range(14):
            watch.passes(minutes=50)
            client.get("/standards/")
        watch.passes(minutes=30)
        assert client.get("/standards/").status_code == 302


class TestTheListOfOnesSessions:
    def test_names_the_browsers_and_marks_the_present_one(self, cast, watch) -> None:
        signed_in(agent="Chrome/130 Windows")
        page = signed_in().get("/account/sessions/").content.decode()
        assert "Chrome · Windows" in page
        assert "Firefox · Linux" in page
        assert page.count("正在用") == 1
        assert "退出其他 1 处登录" in page

    def test_goes_with_a_session_that_gets_a_new_key(self, cast, watch) -> None:
        client = signed_in()
        client.post("/account/post/", {"post": cast.posts[Role.PLANNER].code})
        page = client.get("/account/sessions/").content.decode()
        assert page.count("正在用") == 1
        assert "退出这一处" not in page

    def test_shows_nobody_elses(self, cast, watch) -> None:
        signed_in("worker", agent="Edg/130 Windows")
        assert "Edge" not in signed_in().get("/account/sessions/").content.decode()

    def test_signs_out_everywhere_else(self, cast, watch) -> None:
        other, mine = signed_in(), signed_in()
        assert mine.post("/account/sessions/end-others/").status_code == 302
        assert other.get("/standards/").status_code == 302
        assert mine.get("/standards/").status_code == 200
        assert told()[0].verb == "organisation.person.sessions-ended"
        assert told()[0].details == {"count": 1}

    def test_ends_no_session_of_another_person(self, cast, watch) -> None:
        worker = signed_in("worker")
        number = OpenSession.objects.get(person__username="worker").number
        assert signed_in().post(f"/account/sessions/{number}/end/").status_code == 404
        assert worker.get("/standards/").status_code == 200


class TestTheSecondFactor:
    @pytest.fixture(autouse=True)
    def _required(self, settings, watch) -> None:
        settings.LINLI_SECOND_FACTOR = True
        cache.clear()

    def test_comes_before_every_page_of_a_post_of_the_district(self, cast) -> None:
        client = signed_in()
        for address in ("/standards/", "/ledger/", "/admin/", "/plans/"):
            assert client.get(address).headers["Location"].startswith(f"{SET_UP}?next=")

    def test_is_not_asked_of_a_subdistrict(self, cast) -> None:
        assert signed_in("subdistrict").get("/standards/").status_code == 200

    def test_is_asked_once_a_post_of_the_district_is_held_too(self, cast) -> None:
        make_post(make_person("both"), Role.SUBDISTRICT, office=EAST)
        make_post("both", Role.PLANNER)
        client = Client()
        client.post("/sign-in/", {"username": "both", "password": PASSWORD})
        client.post("/sign-in/second-step/", {"post": cast.posts[Role.SUBDISTRICT].code})
        assert client.get("/standards/").status_code == 302

    def test_is_set_up_with_the_first_code_and_opens_the_house(self, cast) -> None:
        client = signed_in()
        page = client.get(SET_UP).content.decode()
        seed = client.session[SEED_KEY]
        assert " ".join(seed[place : place + 4] for place in range(0, len(seed), 4)) in unescape(page)
        assert '<path d="M' in page
        done = client.post(SET_UP, {"code": code_of(seed)}).content.decode()
        assert "备用码" in done
        assert client.get("/standards/").status_code == 200
        assert SEED_KEY not in client.session

    def test_is_not_set_up_by_a_wrong_code(self, cast) -> None:
        client = signed_in()
        client.get(SET_UP)
        seed = client.session[SEED_KEY]
        right = code_of(seed)
        wrong = "000000" if right != "000000" else "111111"
        answer = client.post(SET_UP, {"code": wrong})
        assert answer.status_code == 422
        assert "动态码不对" in answer.content.decode()
        assert client.session[SEED_KEY] == seed
        assert client.get("/standards/").status_code == 302

    def test_is_asked_for_in_sessions_that_began_before_it(self, cast) -> None:
        older, client = signed_in(), signed_in()
        client.get(SET_UP)
        client.post(SET_UP, {"code": code_of(client.session[SEED_KEY])})
        assert older.get("/standards/").status_code == 302
        assert "这次登录还没有输过动态码" in older.get(SET_UP).content.decode()
