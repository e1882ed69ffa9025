from __future__ import annotations

import json
import logging
import sys

import pytest
from django.db import DatabaseError, connection
from prometheus_client.parser import text_string_to_metric_families
from tests.factories.organisation import NOW, PASSWORD, make_cast

from linli.foundation.errors import LinliError
from linli.foundation.trail.queries import lengths
from linli.foundation.watching.configuration import logging_settings
from linli.foundation.watching.logs import JsonLines
from linli.foundation.watching.metrics import exposition
from linli.foundation.watching.numbers import current_number, numbered

NAME = "欧阳娜娜"


def samples(text: bytes) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


@pytest.fixture
def lines():
    """Everything that is logged anywhere, as the JSON lines that a server would write."""
    written: list[str] = []

    class Collecting(logging.Handler):
        def emit(self, record):
            written.append(self.format(record))

    handler = Collecting()
    handler.setFormatter(JsonLines())
    root, ours = logging.getLogger(), logging.getLogger("linli.requests")
    before = root.level, ours.level
    root.addHandler(handler)
    root.setLevel("INFO")
    ours.setLevel("INFO")
    yield written
    root.removeHandler(handler)
    root.setLevel(before[0])
    ours.setLevel(before[1])


class TestLogs:
    @pytest.mark.django_db
    def test_say_route_status_and_number_but_nobody(self, client, lines) -> None:
        make_cast()
        client.raise_request_exception = False
        client.get("/search/", {"q": NAME})
        client.post("/sign-in/", {"username": NAME, "password": NAME, "login": NAME})
        client.get(f"/{NAME}/")
        client.post("/sign-in/", {"login": "planner", "password": PASSWORD})
        answer = client.get("/sign-in/", headers={"X-Request-ID": "from-the-proxy-1"})
        assert answer.headers["X-Request-ID"] == "from-the-proxy-1"
        text = "\n".join(lines)
        assert NAME not in text
        assert "planner" not in text
        assert PASSWORD not in text
        found = [json.loads(line) for line in lines]
        last = [line for line in found if line["logger"] == "linli.requests"][-1]
        assert {name: last[name] for name in ("method", "route", "status", "number")} == {
            "method": "GET",
            "route": "/sign-in/",
            "status": 200,
            "number": "from-the-proxy-1",
        }
        assert last["ms"] >= 0

    def test_take_no_number_that_carries_words(self, client) -> None:
        answer = client.get("/health/live", headers={"X-Request-ID": "me\tand my words"})
        assert len(answer.headers["X-Request-ID"]) == 16

    def test_tell_of_a_fault_its_kind_and_place_not_its_words(self) -> None:
        def refuse():
            raise DatabaseError(f"Key (display_name)=({NAME}) already exists")

        try:
            refuse()
        except DatabaseError:
            record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, "Internal Server Error: %s",
                                       (f"/people/{NAME}/",), sys.exc_info())  # fmt: skip
        with numbered("J-0001"):
            line = JsonLines().format(record)
        assert NAME not in line
        found = json.loads(line)
        assert found["message"] == "Internal Server Error: %s"
        assert found["number"] == "J-0001"
        assert found["fault"]["kind"] == "django.db.utils.DatabaseError"
        assert found["fault"]["frames"][-1].endswith("refuse")
        assert current_number() == ""

    def test_tell_the_code_of_a_refusal(self) -> None:
        try:
            raise LinliError()
        except LinliError:
            record = logging.LogRecord("linli.jobs", logging.ERROR, __file__, 1, "job %s", ("J-1",), sys.exc_info())
        found = json.loads(JsonLines().format(record))
        assert (found["message"], found["fault"]["code"]) == ("job J-1", "linli.fault")

    def test_refuse_an_unknown_form(self) -> None:
        with pytest.raises(ValueError, match="LINLI_LOG_FORMAT"):
            logging_settings(form="xml", level="INFO")


@pytest.mark.django_db
class TestMetrics:
    def test_count_requests_by_route_and_status(self, client) -> None:
        key = ("linli_requests_total", (("method", "GET"), ("route", "/health/live"), ("status", "200")))
        before = samples(exposition(NOW)).get(key, 0)
        client.get("/health/live")
        client.get("/health/live?name=" + NAME)
        assert samples(client.get("/metrics").content)[key] == before + 2

    def test_make_no_label_of_an_invented_address_or_method(self, client) -> None:
        client.get("/nowhere/" + NAME)
        client.generic("SHOUT", "/nowhere")
        labels = {labels for name, labels in samples(exposition(NOW)) if name == "linli_requests_total"}
        assert (("method", "GET"), ("route", "unmatched"), ("status", "404")) in labels
        assert (("method", "OTHER"), ("route", "unmatched"), ("status", "404")) in labels

    def test_tell_of_jobs_trail_and_refused_statements(self) -> None:
        make_cast()
        key = ("linli_database_errors_total", (("kind", "ProgrammingError" if connection.vendor == "postgresql"
                                                else "OperationalError"),))  # fmt: skip
        before = samples(exposition(NOW)).get(key, 0)
        from django.db import transaction

        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM nowhere")
        found = samples(exposition(NOW))
        assert found[key] == before + 1
        assert found["linli_up", ()] == 1
        assert found["linli_queue_age_seconds", ()] == 0
        assert found["linli_trail_entries", (("district", "990101"),)] == lengths()["990101"] > 0

    @pytest.mark.parametrize(
        ("token", "sent", "address", "status"),
        [
            pytest.param("", {}, "127.0.0.1", 200, id="from this machine"),
            pytest.param("", {}, "10.0.0.9", 404, id="from elsewhere"),
            pytest.param("", {"X-Forwarded-For": "10.0.0.9"}, "127.0.0.1", 404, id="through the proxy"),
            pytest.param("t0ken", {"Authorization": "Bearer t0ken"}, "10.0.0.9", 200, id="with the token"),
            pytest.param("t0ken", {"Authorization": "Bearer other"}, "127.0.0.1", 404, id="with another token"),
            pytest.param("", {"Authorization": "Bearer "}, "10.0.0.9", 404, id="with no token where none is set"),
        ],
    )
    def test_are_for_those_who_may(self, client, settings, token, sent, address, status) -> None:
        settings.LINLI_METRICS_TOKEN = token
        assert client.get("/metrics", headers=sent, REMOTE_ADDR=address).status_code == status
