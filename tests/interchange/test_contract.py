"""The API keeps what its descriptions promise: generated requests, good and bad, against every operation."""

from __future__ import annotations

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case, Config

from linli.config.wsgi import application
from linli.foundation.api.paging import MOST
from linli.organisation.rules import Role

#: What a whole file says can be refused though the request is well-formed: no description can hold a table.
UPLOAD = {
    "include-name": "POST /api/v1/imports",
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", 403, 422]}},
}
#: No description can say that a box or a time ends after it begins, nor that February has no 30th.
ITEMS = {
    "include-path-regex": "/items$",
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", 400, 403]}},
}


def described(address: str, *, with_edges: bool):
    said = {"operations": [UPLOAD, ITEMS], "phases": {"coverage": {"enabled": with_edges}}}
    return schemathesis.openapi.from_wsgi(address, application, config=Config.from_dict(said))


def bounded(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


#: Every case at the edges of the descriptions; what the edges are does not hang on who asks, so one post asks them.
#: Lists with the same parameters are asked once; each of them is asked at random as well.
edges = described("/api/v1/openapi.json", with_edges=True).exclude(
    path_regex="/(communities|grids|facilities|parcels|exports/.*)$"
)
features_edges = described("/ogc/api", with_edges=True).exclude(
    path_regex="/(communities|grids|facilities|parcels)(/|$)"
)
#: Good and bad requests at random.
some = described("/api/v1/openapi.json", with_edges=False)
features_some = described("/ogc/api", with_edges=False)
# Whether the gate can be passed without a token is asked at random, twice for each request, not at each edge.
GATE = [schemathesis.checks.ignored_auth]


def let_off(case: Case):
    """Checks that the standard itself breaks: a limit beyond the maximum is no fault (fc-limit-response-1)."""
    limit = str((case.query or {}).get("limit", ""))
    return [schemathesis.checks.negative_data_rejection] if limit.isdigit() and int(limit) > MOST else []


@pytest.fixture(autouse=True)
def _one_connection():
    """Keep the connection of the test open between requests, as Django's own test client does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def bearer(call, settings):
    """The header of a token of a post that may ask more often than any caller does."""
    settings.LINLI_API_RATE = 10**9
    return lambda role: call(role).headers


@pytest.fixture
def planner(bearer):
    return bearer(Role.PLANNER)


@pytest.fixture
def worker(bearer):
    return bearer(Role.WORKER)


@edges.parametrize()
@bounded(1)
def test_operations_answer_at_their_edges(case: Case, planner):
    case.call_and_validate(headers=planner, excluded_checks=GATE)


@features_edges.parametrize()
@bounded(1)
def test_features_answer_at_their_edges(case: Case, planner):
    case.call_and_validate(headers=planner, excluded_checks=[*GATE, *let_off(case)])


@some.parametrize()
@bounded(3)
def test_operations_answer_a_planner(case: Case, planner):
    case.call_and_validate(headers=planner)


@some.parametrize()
@bounded(3)
def test_operations_answer_a_worker(case: Case, worker):
    case.call_and_validate(headers=worker)


@features_some.parametrize()
@bounded(3)
def test_features_answer_a_worker(case: Case, worker):
    case.call_and_validate(headers=worker, excluded_checks=let_off(case))
