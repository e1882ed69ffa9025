"""Access tokens: who may make them, what they open, when they stop."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from tests.factories.organisation import DISTRICT, NOW, make_person, make_post, told

from linli.foundation.trail import SYSTEM
from linli.organisation.errors import (
    NotPermitted,
    PostUnknown,
    TokenEnded,
    TokenNameMissing,
    TokenRefused,
    TokenRightLacking,
    TokenRightsMissing,
    TokenTermWrong,
    TokenTooBusy,
    TokenUnknown,
)
from linli.organisation.models import AccessToken, Person
from linli.organisation.operations import admit, end_post, end_token, lock_person, make_token
from linli.organisation.queries import tokens_in, tokens_of
from linli.organisation.rules import Role, TokenRight

ENDS = date(2027, 1, 1)


@pytest.fixture
def make(cast):
    def made(role=Role.PLANNER, *, by=None, name="综合网格系统取数", rights=("ledger:read",), ends_on=ENDS):
        post = cast.posts[role].code
        return make_token(post=post, name=name, rights=rights, ends_on=ends_on, by=by or cast.scope(role), now=NOW)

    return made


class TestMakeToken:
    def test_gives_the_secret_once_and_keeps_its_hash_only(self, make):
        made = make()
        assert made.secret.startswith("linli_")
        assert len(made.secret) == 49
        stored = AccessToken.objects.get(number=made.card.number)
        assert made.secret not in str(stored.__dict__)
        assert len(stored.secret_hash) == 64

    def test_is_told_in_the_trail_without_the_secret(self, make):
        made = make(rights=["ledger:read", "imports:write"])
        entry = told(DISTRICT)[0]
        assert (entry.verb, entry.subject.code) == ("organisation.token.made", made.card.number)
        assert entry.details == {
            "post": made.card.post.code,
            "rights": ["ledger:read", "imports:write"],
            "ends_on": "2027-01-01",
        }

    def test_is_made_for_anyone_by_an_administrator(self, make, cast):
        assert make(Role.WORKER, by=cast.scope(Role.ADMIN)).card.post.role is Role.WORKER

    @pytest.mark.parametrize(
        ("wrong", "refusal"),
        [
            ({"name": "  "}, TokenNameMissing),
            ({"name": "长" * 61}, TokenNameMissing),
            ({"rights": ()}, TokenRightsMissing),
            ({"rights": ("ledger:read", "everything")}, TokenRightsMissing),
            ({"ends_on": date(2026, 11, 23)}, TokenTermWrong),
            ({"ends_on": date(2027, 11, 25)}, TokenTermWrong),
            ({"rights": ("trail:read",)}, NotPermitted),
        ],
    )
    def test_refuses_and_writes_nothing(self, make, wrong, refusal):
        before = len(told(DISTRICT))
        with pytest.raises(refusal):
            make(**wrong)
        assert AccessToken.objects.count() == 0
        assert len(told(DISTRICT)) == before

    def test_refuses_another_persons_post(self, make, cast):
        with pytest.raises(NotPermitted):
            make(Role.PLANNER, by=cast.scope(Role.LEADER))
        assert AccessToken.objects.count() == 0

    def test_refuses_a_post_that_is_none(self, cast):
        with pytest.raises(PostUnknown):
            make_token(post="x-01", name="取数", rights=["ledger:read"], ends_on=ENDS, by=SYSTEM, now=NOW)


class TestEndToken:
    def test_ends_at_once(self, make, cast):
        made = make()
        assert end_token(made.card.number, by=cast.scope(Role.PLANNER), now=NOW).ended_at == NOW
        with pytest.raises(TokenRefused):
            admit(made.secret, right=None, now=NOW)
        assert told(DISTRICT)[0].verb == "organisation.token.ended"

    def test_is_ended_by_an_administrator(self, make, cast):
        number = make().card.number
        assert end_token(number, by=cast.scope(Role.ADMIN), now=NOW).ended_at == NOW

    def test_is_unknown_to_others(self, make, cast):
        number = make().card.number
        with pytest.raises(TokenUnknown):
            end_token(number, by=cast.scope(Role.WORKER), now=NOW)
        assert AccessToken.objects.get(number=number).ended_at is None

    def test_refuses_a_second_time(self, make, cast):
        number = make().card.number
        end_token(number, by=SYSTEM, now=NOW)
        with pytest.raises(TokenEnded):
            end_token(number, by=SYSTEM, now=NOW)


class TestAdmit:
    def test_gives_the_scope_of_the_post_under_the_tokens_number(self, make, cast):
        made = make()
        scope, card = admit(made.secret, right=TokenRight.READ_LEDGER, now=NOW)
        assert scope.area_office_codes == cast.scope(Role.PLANNER).area_office_codes
        assert (scope.actor.kind, scope.actor.code) == ("token", card.number)

    def test_notes_the_day(self, make):
        made = make()
        admit(made.secret, right=None, now=NOW)
        assert tokens_in(DISTRICT)[0].last_used_on == date(2026, 11, 23)

    def test_refuses_what_it_was_not_made_for(self, make):
        with pytest.raises(TokenRightLacking):
            admit(make().secret, right=TokenRight.WRITE_IMPORTS, now=NOW)

    def test_refuses_an_unknown_secret(self, make):
        make()
        with pytest.raises(TokenRefused):
            admit("linli_guess", right=None, now=NOW)

    def test_stops_on_its_last_day(self, make):
        secret = make().secret
        last = NOW + timedelta(days=38)
        assert admit(secret, right=None, now=last)
        with pytest.raises(TokenRefused):
            admit(secret, right=None, now=last + timedelta(days=1))

    def test_stops_with_the_person(self, make):
        secret = make().secret
        lock_person("planner", by=SYSTEM, now=NOW)
        with pytest.raises(TokenRefused):
            admit(secret, right=None, now=NOW)

    def test_stops_with_the_post(self, make, cast):
        secret = make().secret
        end_post(cast.posts[Role.PLANNER].code, on=date(2026, 11, 23), by=SYSTEM, now=NOW)
        with pytest.raises(TokenRefused):
            admit(secret, right=None, now=NOW)

    def test_stops_a_flood_and_says_how_long(self, make, settings):
        settings.LINLI_API_RATE = 3
        secret, late = make().secret, NOW + timedelta(seconds=20)
        for _turn in range(3):
            admit(secret, right=None, now=late)
        with pytest.raises(TokenTooBusy) as refusal:
            admit(secret, right=None, now=late)
        assert refusal.value.params["wait_seconds"] == 41
        assert admit(secret, right=None, now=late + timedelta(minutes=1))


class TestTokenPages:
    @pytest.fixture
    def browser(self, cast, monkeypatch):
        monkeypatch.setattr("linli.foundation.clock.now", lambda: NOW)
        client = Client()
        client.force_login(Person.objects.get(username="planner"))
        return client

    def test_makes_one_and_shows_the_secret_once(self, browser):
        said = {"name": "取数", "rights": ["ledger:read"], "ends_on": "2027-01-01"}
        made = browser.post("/account/tokens/", said)
        assert made.status_code == 200
        secret = made.context["made"].secret
        assert secret in made.content.decode()
        assert "no-store" in made.headers["Cache-Control"]
        again = browser.get("/account/tokens/").content.decode()
        assert "取数" in again
        assert secret not in again

    def test_keeps_the_form_on_a_refusal(self, browser):
        said = {"name": "取数", "rights": ["ledger:read"], "ends_on": "2029-01-01"}
        answer = browser.post("/account/tokens/", said)
        assert answer.status_code == 422
        assert "到期日应在" in answer.content.decode()
        assert AccessToken.objects.count() == 0

    def test_ends_ones_own(self, browser, make):
        number = make().card.number
        assert browser.post(f"/account/tokens/{number}/end/").status_code == 302
        assert not tokens_of(Person.objects.get(username="planner"))[0].is_open_on(date(2026, 11, 23))

    def test_knows_no_token_of_others(self, browser, make):
        number = make(Role.WORKER).card.number
        assert browser.post(f"/account/tokens/{number}/end/").status_code == 404
        assert AccessToken.objects.get(number=number).ended_at is None

    def test_takes_the_post_one_works_in_and_no_other(self, browser, cast):
        other = make_post(make_person("second"), Role.ORGANISER).code
        said = {"name": "取数", "rights": ["ledger:read"], "ends_on": "2027-01-01", "post": other}
        browser.post("/account/tokens/", said)
        assert AccessToken.objects.get().post.code == cast.posts[Role.PLANNER].code
