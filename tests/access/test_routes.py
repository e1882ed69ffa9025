"""Every address of the house, for every role and area: who gets in, and that a refusal changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.access.table import ADMIN, PARAMETERS, RULES, Rule
from tests.access.world import World, hash_seen_by, personal

from linli.organisation.rules import Role
from linli.portal.api import api

pytestmark = pytest.mark.django_db
#: What an address answers that lets somebody in: the thing, a way on, a form that lacks something, a wrong stage.
LETS_IN = {200, 201, 204, 302, 304, 400, 409, 422}
HIDDEN, REFUSED = 404, 403
#: What belongs to a post or person: everybody asks for their own.
PERSONAL = {"saved", "gone", "session", "token", "job"}


def names_of_routes() -> Iterator[str]:
    def walk(resolver: Any, space: str) -> Iterator[str]:
        for one in resolver.url_patterns:
            if isinstance(one, URLPattern):
                yield f"{space}{one.name}"
            elif isinstance(one, URLResolver):
                yield from walk(one, space + (f"{one.namespace}:" if one.namespace else ""))

    yield from walk(get_resolver(), "")


ROUTES = sorted({name for name in names_of_routes() if not name.startswith(ADMIN)})


def address_of(route: str, rule: Rule, names: dict[str, Any]) -> str:
    """Return the address of a route for one thing."""
    from django.urls import get_resolver as root

    space, _, name = route.partition(":")
    wanted: set[str] = set()
    for resolver in root().namespace_dict.values():
        if resolver[1].namespace == space:
            for possible, _pattern, _defaults, _converters in resolver[1].reverse_dict.getlist(name):
                wanted |= {parameter for _text, parameters in possible for parameter in parameters}
    filled = {one: names[PARAMETERS[rule.names, one]] for one in wanted if (rule.names, one) in PARAMETERS}
    return reverse(route, kwargs={**filled, **{k: v for k, v in rule.address.items() if k in wanted}})


def ask(world: World, role: Role | None, route: str, rule: Rule, names: dict[str, Any], *, follow: bool = False) -> Any:
    """Ask for an address as a role, or as somebody who has not signed in."""
    address = address_of(route, rule, names)
    body = {key: value.format(**names) if isinstance(value, str) else value for key, value in rule.body.items()}
    if rule.is_api:
        client, headers = Client(raise_request_exception=False), {} if role is None else world.tokens[role]
        more = {"content_type": "application/json"} if body else {}
    else:
        client = Client(raise_request_exception=False) if role is None else world.clients[role]
        headers, more = {}, {}
    # What an answer does to the session is undone with the savepoint around it: the cookie has to follow.
    cookies = deepcopy(client.cookies)
    if rule.method == "GET":
        answer = client.get(address, headers=headers, follow=follow)
    else:
        answer = client.post(address, body, headers=headers, **more)
    client.cookies = cookies
    return answer


def digest() -> str:
    """Return what all tables hold, but for sessions and counters that a mere visit writes."""
    found = hashlib.sha256()
    with connection.cursor() as cursor:
        for model in sorted(apps.get_models(), key=lambda one: one._meta.db_table):
            table = model._meta.db_table
            if table in {"django_session", "organisation_accesstoken"}:
                continue
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = sorted(map(repr, cursor.fetchall()))
            found.update(repr((table, rows)).encode())
    return found.hexdigest()


class TestTheTable:
    def test_has_a_rule_for_every_address(self) -> None:
        missing = sorted(set(ROUTES) - set(RULES))
        assert missing == [], f"add a rule to RULES in tests/access/table.py for {missing}"

    def test_holds_no_rule_of_an_address_that_is_gone(self) -> None:
        assert sorted(set(RULES) - set(ROUTES)) == []

    def test_knows_every_operation_that_the_api_describes(self) -> None:
        described = {
            (method.upper(), path) for path, how in api.get_openapi_schema()["paths"].items() for method in how
        }
        known = set()
        for route, (rule, *_more) in RULES.items():
            if route.startswith("api:") and rule.is_api:
                pattern = get_resolver().namespace_dict["api"][1].reverse_dict.getlist(route.partition(":")[2])
                path = pattern[0][0][0][0]
                for parameter in pattern[0][0][0][1]:
                    path = path.replace(f"%({parameter})s", f"{{{parameter}}}")
                known.add((rule.method, f"/api/v1/{path}"))
        assert known == described


ASKED = [pytest.param(route, rule, id=f"{rule.method} {route}") for route in ROUTES for rule in RULES.get(route, ())]


@pytest.mark.parametrize(("route", "rule"), ASKED)
class TestAnAddress:
    def test_is_closed_to_those_who_have_not_signed_in(self, world: World, route: str, rule: Rule) -> None:
        before = digest() if rule.method == "POST" else ""
        answer = ask(world, None, route, rule, dict(world.names["OWN"]))
        if rule.is_public:
            assert answer.status_code < 500
        elif rule.is_api:
            assert answer.status_code == 401
        else:
            assert answer.status_code == 302
            assert answer.headers["Location"].startswith("/sign-in/?next=")
        assert rule.is_public or rule.method == "GET" or digest() == before

    def test_lets_in_who_may_and_nobody_else(self, world: World, route: str, rule: Rule) -> None:
        if rule.is_public:
            return
        wrong, changes = [], rule.method == "POST"
        for role in Role:
            point = transaction.savepoint()
            names = dict(world.names["OWN"])
            if rule.names in PERSONAL:
                names |= personal(world.scopes[role])
            if rule.names == "plan" and rule.method == "GET" and "content_hash" in names:
                names["content_hash"] = hash_seen_by(world.scopes[role], str(names["plan"]))
            before = digest() if changes and not rule.allows(role) else ""
            status = ask(world, role, route, rule, names).status_code
            if rule.is_absent:
                is_right = status == HIDDEN
            elif rule.allows(role):
                is_right = status in LETS_IN
            else:
                is_right = status in {REFUSED, HIDDEN} and (not changes or digest() == before)
            if not is_right:
                wrong.append(f"{role}: {status}, {'may' if rule.allows(role) else 'may not'}")
            transaction.savepoint_rollback(point)
        assert wrong == []

    def test_hides_what_is_not_the_readers(self, world: World, route: str, rule: Rule) -> None:
        if not rule.names:
            return
        wrong, before = [], digest() if rule.method == "POST" else ""
        for role in Role:
            outside = ["ABROAD", *(["ANOTHERS"] if lies_outside(role, rule) else [])]
            nowhere = ask(world, role, route, rule, dict(world.names["NOWHERE"])).status_code
            for place in outside:
                status = ask(world, role, route, rule, dict(world.names[place])).status_code
                if status != nowhere or status not in ({HIDDEN} if rule.allows(role) else {HIDDEN, REFUSED}):
                    wrong.append(f"{role}: {place} {status}, what is not there {nowhere}")
        assert wrong == []
        assert rule.method == "GET" or digest() == before


def lies_outside(role: Role, rule: Rule) -> bool:
    """Say whether what belongs to the west subdistrict lies outside what a role may see."""
    if rule.is_personal:
        return role is not rule.tended_by
    return role in {Role.SUBDISTRICT, Role.WORKER} and not rule.on_border
