"""What lies outside a reader's area stands on no page, in no file and in no answer of the API."""

from __future__ import annotations

import io
import zipfile

import pytest
from tests.access.table import RULES, Rule
from tests.access.test_routes import ROUTES, ask, hash_seen_by
from tests.access.world import ABROAD_MARK, WEST_MARK, World

from linli.organisation.rules import Role

pytestmark = pytest.mark.django_db
#: Shows where the area ends: names of what lies beyond, no figures.
SHOWS_NAMES_BEYOND = {
    "registry:map-parcels": "the map draws the whole district",
    "registry:map-layout": "the map draws the whole district",
    "plans:layout-file": "a plan's map draws the whole district",
    "registry:map-card": "the card of a neighbour says its name",
    "registry:map-community": "the card of a neighbour says its name",
}
LOOKED_AT = [
    pytest.param(route, rule, id=f"{rule.method} {route}")
    for route in ROUTES
    for rule in RULES.get(route, ())
    if not rule.is_public and (rule.method == "GET" or "export" in route)
]


def text_of(answer) -> str:
    """Return what an answer holds, the sheets of a workbook and the files of an archive unpacked."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content[:2] != b"PK":
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


@pytest.mark.parametrize(("route", "rule"), LOOKED_AT)
def test_says_nothing_of_what_lies_elsewhere(world: World, route: str, rule: Rule) -> None:
    found = []
    for role in Role:
        if rule.is_api and not rule.allows(role):
            continue
        names = dict(world.names["OWN"])
        if rule.names == "plan":
            names["content_hash"] = hash_seen_by(world.scopes[role], str(names["plan"]))
        text = text_of(ask(world, role, route, rule, names, follow=True))
        marks = [ABROAD_MARK]
        if role in {Role.SUBDISTRICT, Role.WORKER} and route not in SHOWS_NAMES_BEYOND:
            marks.append(WEST_MARK)
        found += [f"{role}: {mark}" for mark in marks if mark in text]
    assert found == []
