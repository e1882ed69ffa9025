from __future__ import annotations

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path
from tests.factories.organisation import DISTRICT, NOW, PASSWORD, TODAY, WEST, make_person, make_post, told

from linli.foundation.trail import SYSTEM
from linli.organisation.access import require
from linli.organisation.operations import (
    end_post,
    enrol_second_factor,
    lock_person,
    set_password,
    unlock_person,
)
from linli.organisation.rules import Permission, Role
from linli.organisation.web import signed_in
from linli.organisation.web.session import PENDING_KEY, POST_KEY

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

SIGN_IN, SECOND, POST, CHANGE = "/sign-in/", "/sign-in/second-step/", "/account/post/", "/account/password/"
NEW_PASSWORD = "other-river-bend-8"


@signed_in
def drafting(request, office):
    require(request.scope, Permission.PLAN, office=office)
    return HttpResponse("drafted")


@signed_in
def desk(request):
    return HttpResponse(f"{request.scope.post.code} {request.user.username}")


urlpatterns = [
    path("", desk),
    path("desk", desk),
    path("drafting/<office>", drafting),
    path("", include("linli.organisation.urls")),
    path("ui/", include("linli.foundation.ui.urls")),
]


@pytest.fixture(autouse=True)
def bare_frame(settings):
    # These are the pages of the door; the navigation around them is the portal's and tested there.
    settings.LINLI_NAVIGATION = ""
    settings.LINLI_DEMO = False
    cache.clear()


def enter(client, username="planner", password=PASSWORD, **more):
    return client.post(SIGN_IN, {"username": username, "password": password, **more})


def code_now(secret, *, shift=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + shift))


def words(response):
    return response.context["words"]


class TestFirstStep:
    def test_asks_for_account_and_password(self, client):
        response = client.get(SIGN_IN)
        assert response.status_code == 200
        assert "账号" in response.content.decode()
        assert "no-store" in response.headers["Cache-Control"]

    def test_leads_to_the_page_that_was_wanted(self, cast, client):
        assert client.get("/desk?layout=now").headers["Location"] == "/sign-in/?next=%2Fdesk%3Flayout%3Dnow"
        response = enter(client, next="/desk?layout=now")
        assert (response.status_code, response.headers["Location"]) == (302, "/desk?layout=now")
        assert client.get("/desk").content.decode() == "990101-mz-01 planner"

    def test_takes_a_username_however_typed(self, cast, client):
        assert enter(client, username=" ＰLANNER ").status_code == 302
        assert client.get("/desk").status_code == 200

    @pytest.mark.parametrize(
        "wanted",
        [
            "https://evil.example/",
            "//evil.example/",
            "javascript:alert(1)",
            "http:///evil.example",
            "\\\\evil.example",
            "",
        ],
    )
    def test_never_leads_to_another_site(self, cast, client, wanted):
        assert enter(client, next=wanted).headers["Location"] == "/"

    def test_gives_the_session_a_new_key(self, cast, client):
        client.get(SIGN_IN)
        session = client.session
        session["seen"] = 1
        session.save()
        before = session.session_key
        enter(client)
        assert client.session.session_key != before

    def test_is_written_to_the_trail(self, cast, client):
        enter(client)
        entry = told()[0]
        assert (entry.verb, entry.actor.code, entry.actor.post) == (
            "organisation.person.signed-in",
            "planner",
            "990101-mz-01",
        )

    def test_leads_on_who_is_signed_in(self, cast, client):
        enter(client)
        assert client.get(SIGN_IN + "?next=/desk").headers["Location"] == "/desk"

    @pytest.mark.parametrize("missing", ["username", "password"])
    def test_says_what_was_left_empty(self, cast, client, missing):
        response = enter(client, **{missing: ""})
        assert response.status_code == 422
        assert response.context["form"].errors[missing] == [
            {"username": "没有填账号", "password": "没有填密码"}[missing]
        ]

    def test_needs_the_token_of_the_form(self, cast):
        assert enter(Client(enforce_csrf_checks=True)).status_code == 403

    def test_never_writes_the_password_back(self, cast, client):
        page = enter(client, password="not-the-password").content.decode()
        assert "not-the-password" not in page
        assert 'value="planner"' in page


class TestLockout:
    def test_counts_down_and_says_who_helps(self, cast, client):
        said = [words(enter(client, password="wrong")) for _ in range(4)]
        assert said == [f"账号或密码不对，还能试 {left} 次。忘了密码，找本单位管理岗重设" for left in (4, 3, 2, 1)]

    def test_shuts_after_the_fifth_even_for_the_right_password(self, cast, client):
        for _ in range(4):
            assert enter(client, password="wrong").status_code == 422
        fifth = enter(client, password="wrong")
        assert fifth.status_code == 429
        assert words(fifth) == "试错次数太多，账号已锁。30 分钟后再试，或找本单位管理岗重设密码"
        sixth = enter(client)
        assert (sixth.status_code, "_auth_user_id" in client.session) == (429, False)

    def test_tells_the_trail_once(self, cast, client):
        for _ in range(7):
            enter(client, password="wrong")
        entry = told()[0]
        assert (entry.verb, entry.subject.code, entry.actor) == ("organisation.person.locked-out", "planner", SYSTEM)
        assert [e.verb for e in told()].count("organisation.person.locked-out") == 1

    def test_says_the_same_of_an_account_that_nobody_has(self, cast, client):
        known, unknown = enter(client, password="wrong"), enter(client, username="nobody", password="wrong")
        assert words(known) == words(unknown)
        for _ in range(5):
            last = enter(client, username="nobody", password="wrong")
        assert last.status_code == 429
        assert "locked-out" not in told()[0].verb

    def test_says_the_same_of_a_locked_account(self, cast, client):
        lock_person("planner", by=SYSTEM, now=NOW)
        assert words(enter(client)) == "账号或密码不对，还能试 4 次。忘了密码，找本单位管理岗重设"

    def test_leaves_other_accounts_open(self, cast, client):
        for _ in range(5):
            enter(client, password="wrong")
        assert enter(client, username="worker").status_code == 302

    def test_starts_anew_after_success(self, cast, client):
        for _ in range(4):
            enter(client, password="wrong")
        enter(client)
        client.post("/sign-out/")
        assert "还能试 4 次" in words(enter(client, password="wrong"))

    @pytest.mark.parametrize("help_of", ["reset", "unlock"])
    def test_ends_with_the_help_of_the_admin(self, cast, client, help_of):
        for _ in range(5):
            enter(client, password="wrong")
        if help_of == "reset":
            set_password("planner", password=PASSWORD, must_change_password=False, by=SYSTEM, now=NOW)
        else:
            unlock_person("planner", by=SYSTEM, now=NOW)
        assert enter(client).headers["Location"] == "/"


class TestSecondStep:
    def test_asks_which_of_several_posts(self, cast, client):
        second = make_post("planner", Role.SUBDISTRICT, office=WEST, title="挂职", valid_to_on=TODAY.replace(year=2099))
        assert enter(client, next="/desk").headers["Location"] == SECOND
        assert "_auth_user_id" not in client.session
        page = client.get(SECOND)
        assert [(c.name, c.note) for c in page.context["form"].choices] == [
            ("区民政局 经办岗", "全区"),
            ("西园街道 挂职", "到 2099-11-22，只限西园街道"),
        ]
        assert client.post(SECOND, {"post": second.code}).headers["Location"] == "/desk"
        assert client.get("/desk").content.decode() == f"{second.code} planner"

    @pytest.mark.parametrize("post", ["", "990101-zz-01", "x"])
    def test_refuses_a_post_that_is_not_held(self, cast, client, post):
        make_post("planner", Role.SUBDISTRICT, office=WEST)
        enter(client)
        response = client.post(SECOND, {"post": post})
        assert response.status_code == 422
        assert "_auth_user_id" not in client.session

    def test_asks_an_enrolled_account_for_its_code(self, cast, client):
        enrolment = enrol_second_factor("planner", by=SYSTEM, now=NOW)
        assert enter(client, next="/desk").headers["Location"] == SECOND
        assert client.get("/desk").status_code == 302
        assert "6 位动态码" in client.get(SECOND).content.decode()
        assert client.post(SECOND, {"code": code_now(enrolment.secret)}).headers["Location"] == "/desk"
        assert client.get("/desk").status_code == 200

    def test_takes_each_code_once(self, cast, client):
        enrolment = enrol_second_factor("planner", by=SYSTEM, now=NOW)
        code = code_now(enrolment.secret)
        enter(client)
        assert client.post(SECOND, {"code": code}).status_code == 302
        # As in another process, whose memory knows nothing of the first use.
        cache.clear()
        other = Client()
        enter(other)
        again = other.post(SECOND, {"code": code})
        assert again.status_code == 422
        assert words(again) == "动态码不对或已用过，还能试 4 次。换下一个码，或用备用码"

    def test_takes_a_recovery_code(self, cast, client):
        enrolment = enrol_second_factor("planner", by=SYSTEM, now=NOW)
        enter(client)
        assert client.post(SECOND, {"code": enrolment.recovery_codes[3]}).status_code == 302

    def test_wrong_codes_lock_the_account_too(self, cast, client):
        enrolment = enrol_second_factor("planner", by=SYSTEM, now=NOW)
        enter(client)
        wrong = f"{(int(code_now(enrolment.secret)) + 500_000) % 1_000_000:06d}"
        answers = [client.post(SECOND, {"code": wrong}).status_code for _ in range(5)]
        assert answers == [422, 422, 422, 422, 429]
        assert client.post(SECOND, {"code": code_now(enrolment.secret)}).status_code == 429
        assert "_auth_user_id" not in client.session
        assert enter(Client()).status_code == 429
        assert told()[0].verb == "organisation.person.locked-out"

    def test_asks_no_code_in_a_demo(self, cast, client, settings):
        settings.LINLI_DEMO = True
        enrol_second_factor("planner", by=SYSTEM, now=NOW)
        assert enter(client).headers["Location"] == "/"

    def test_cannot_be_reached_without_the_first(self, cast, client):
        response = client.post(SECOND, {"code": "123456"})
        assert response.status_code == 200
        assert words(response) == "两步之间停得太久，或密码刚改过。从第一步重新登录"

    def test_gives_up_after_ten_minutes(self, cast, client):
        make_post("planner", Role.SUBDISTRICT, office=WEST)
        enter(client)
        session = client.session
        session[PENDING_KEY] = session[PENDING_KEY] | {"begun_at": "2020-01-01T00:00:00+00:00"}
        session.save()
        assert "停得太久" in words(client.post(SECOND, {"post": "990101-mz-01"}))
        assert "_auth_user_id" not in client.session

    @pytest.mark.parametrize("meanwhile", ["reset", "lock"])
    def test_ends_when_the_account_changes_meanwhile(self, cast, client, meanwhile):
        make_post("planner", Role.SUBDISTRICT, office=WEST)
        enter(client)
        if meanwhile == "reset":
            set_password("planner", password=NEW_PASSWORD, by=SYSTEM, now=NOW)
        else:
            lock_person("planner", by=SYSTEM, now=NOW)
        assert "从第一步重新登录" in words(client.post(SECOND, {"post": "990101-mz-01"}))
        assert "_auth_user_id" not in client.session


class TestSharedComputer:
    def test_signs_out_after_half_an_hour(self, cast, client):
        enter(client, is_shared="on")
        assert client.session.get_expiry_age() == 1800
        assert client.get("/desk").headers["Cache-Control"] == "no-store"

    def test_is_not_the_rule(self, cast, client, settings):
        enter(client)
        assert client.session.get_expiry_age() == settings.SESSION_COOKIE_AGE
        assert client.get("/desk").headers["Cache-Control"] == "private, no-cache"


class TestSignOut:
    def test_ends_the_session(self, cast, client):
        enter(client)
        assert client.post("/sign-out/").headers["Location"] == SIGN_IN
        assert client.get("/desk").status_code == 302
        assert told()[0].verb == "organisation.person.signed-out"

    def test_cannot_be_done_by_a_link(self, cast, client):
        enter(client)
        assert client.get("/sign-out/").status_code == 405
        assert client.get("/desk").status_code == 200

    def test_of_nobody_writes_nothing(self, cast, client):
        before = told()[0].sequence
        assert client.post("/sign-out/").status_code == 302
        assert told()[0].sequence == before


class TestChangeOfPost:
    def test_goes_on_in_another_under_a_new_key(self, cast, client):
        second = make_post("planner", Role.SUBDISTRICT, office=WEST)
        enter(client)
        client.post(SECOND, {"post": "990101-mz-01"})
        before = client.session.session_key
        response = client.post(POST, {"post": second.code, "next": "/desk"})
        assert response.headers["Location"] == "/desk"
        assert client.session.session_key != before
        assert client.get("/desk").content.decode().startswith(second.code)
        assert (told()[0].verb, told()[0].actor.post) == ("organisation.person.post-taken", second.code)

    def test_a_link_only_marks_it(self, cast, client):
        second = make_post("planner", Role.SUBDISTRICT, office=WEST)
        enter(client)
        client.post(SECOND, {"post": "990101-mz-01"})
        assert client.get(f"{POST}?post={second.code}").context["form"].chosen == second.code
        assert client.session[POST_KEY] == "990101-mz-01"

    def test_refuses_a_post_that_is_not_held(self, cast, client):
        make_post("planner", Role.SUBDISTRICT, office=WEST)
        enter(client)
        client.post(SECOND, {"post": "990101-mz-01"})
        assert client.post(POST, {"post": "990101-zz-01"}).status_code == 422
        assert client.session[POST_KEY] == "990101-mz-01"

    def test_is_for_people_signed_in(self, client):
        assert client.get(POST).headers["Location"] == "/sign-in/?next=/account/post/"


class TestPasswordPage:
    def test_comes_first_for_a_password_set_by_others(self, cast, client):
        make_person("fresh", must_change_password=True)
        make_post("fresh", Role.WORKER)
        enter(client, username="fresh")
        assert client.get("/desk").headers["Location"] == f"{CHANGE}?next=%2Fdesk"
        wanted = {"present": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD, "next": "/desk"}
        assert client.post(CHANGE, wanted).headers["Location"] == "/desk"
        assert client.get("/desk").status_code == 200

    def test_ends_the_other_sessions(self, cast, client):
        other = Client()
        enter(client)
        enter(other)
        client.post(CHANGE, {"present": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD})
        assert (client.get("/desk").status_code, other.get("/desk").status_code) == (200, 302)

    @pytest.mark.parametrize(
        ("changes", "field", "said"),
        [
            ({"present": "wrong"}, "present", "现在的密码不对，没有改动。请重输现在的密码"),
            ({"again": "another"}, "again", "两次输入的新密码不一样，再输一次"),
            (
                {"new": "12345", "again": "12345"},
                "new",
                "密码不够强：不到 10 位，太常见，容易被猜中，全是数字。请换一个密码",
            ),
            ({"new": PASSWORD, "again": PASSWORD}, "new", "新密码和现在的密码相同，没有改动。请换一个密码"),
        ],
    )
    def test_refuses_and_changes_nothing(self, cast, client, changes, field, said):
        enter(client)
        wanted = {"present": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD} | changes
        response = client.post(CHANGE, wanted)
        assert response.status_code == 422
        assert response.context["form"].errors == {field: [said]}
        assert enter(Client()).status_code == 302


class TestGate:
    def test_tells_who_holds_no_post(self, cast, client):
        make_person("newcomer")
        assert enter(client, username="newcomer").status_code == 302
        response = client.get("/desk")
        assert response.status_code == 403
        assert "账号 newcomer 今天没有在任的岗位" in response.content.decode()
        assert 'action="/sign-out/"' in response.content.decode()

    @pytest.mark.parametrize(
        ("username", "answers"),
        [("planner", (200, 200)), ("subdistrict", (200, 403)), ("auditor", (403, 403)), ("worker", (403, 403))],
    )
    def test_turns_a_refusal_into_a_page(self, cast, client, username, answers):
        enter(client, username=username)
        found = [client.get(f"/drafting/{office}") for office in ("990101001001", "990101002001")]
        assert tuple(response.status_code for response in found) == answers
        assert all("编制调整方案" in r.content.decode() for r in found if r.status_code == 403)

    def test_takes_the_post_away_when_it_ends(self, cast, client):
        enter(client, username="worker")
        assert client.get("/desk").status_code == 200
        end_post(cast.posts[Role.WORKER].code, on=TODAY.replace(year=2021), by=SYSTEM, now=NOW)
        assert client.get("/desk").status_code == 403

    def test_asks_again_when_the_chosen_of_three_ends(self, cast, client):
        second = make_post("worker", Role.WORKER, office="990101002001")
        make_post("worker", Role.WORKER, office="990101001002")
        enter(client, username="worker")
        client.post(SECOND, {"post": second.code})
        end_post(second.code, on=TODAY.replace(year=2021), by=SYSTEM, now=NOW)
        assert client.get("/desk").headers["Location"] == f"{POST}?next=%2Fdesk"

    def test_ends_with_the_lock_of_the_account(self, cast, client):
        enter(client)
        lock_person("planner", by=SYSTEM, now=NOW)
        assert client.get("/desk").status_code == 302

    def test_leads_a_fragment_by_a_header(self, cast, client):
        response = client.get("/desk", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/ledger"})
        assert response.status_code == 200
        assert response.headers["HX-Redirect"] == "/sign-in/?next=http%3A%2F%2Ftestserver%2Fledger"

    def test_costs_four_queries(self, cast, client, django_assert_num_queries):
        enter(client)
        client.get("/desk")
        with django_assert_num_queries(4):
            client.get("/desk")


class TestAdminSignIn:
    def test_leads_to_the_one_door(self, client):
        assert client.get("/admin/login/?next=/admin/").headers["Location"] == "/sign-in/?next=%2Fadmin%2F"

    def test_turns_back_who_may_not(self, cast, client):
        enter(client)
        assert client.get("/admin/login/?next=/admin/").status_code == 403


def test_the_trail_of_the_door_holds_no_password(cast, client):
    enter(client, password="wrong-password-typed")
    enter(client)
    assert all(PASSWORD not in str(e.details) and "wrong-password" not in str(e.details) for e in told(DISTRICT))
