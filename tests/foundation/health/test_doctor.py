from __future__ import annotations

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.db import OperationalError, connection, transaction
from tests.factories.organisation import DISTRICT, NOW, make_cast

from linli.cli.main import main
from linli.foundation import clock, trail
from linli.foundation.backups.operations import TAKEN
from linli.foundation.health import surroundings, within
from linli.foundation.health.queries import examine
from linli.foundation.health.rules import Level, disk
from linli.foundation.jobs import schedule
from linli.foundation.trail import seal


def levels(checks):
    return {check.code: check.level.value for check in checks}


@pytest.fixture
def sound(timetable, settings, tmp_path):
    """A district with cast, whose worker has just looked, sealed and backed up an hour ago."""
    from django_q.models import Schedule

    settings.LINLI_VAR = tmp_path
    settings.LINLI_TRAIL_KEY_FILE = tmp_path / "trail.key"
    settings.LINLI_SEALS = tmp_path / "seals"
    settings.SECRET_KEY = "of its own"
    make_cast()
    Schedule.objects.filter(name="jobs.requeue-lost").update(next_run=NOW + timedelta(minutes=1))
    for district in (DISTRICT, "990102"):
        seal(district, now=NOW - timedelta(hours=1), folder=settings.LINLI_SEALS)
    backed_up(NOW - timedelta(hours=1))


def backed_up(at):
    with transaction.atomic():
        trail.record(TAKEN, subject=trail.Subject("operation.backup", "1"), by=trail.SYSTEM, at=at, district=DISTRICT)


class TestDoctor:
    def test_finds_a_sound_desk_sound_but_for_its_settings(self, sound) -> None:
        found = levels(examine(NOW))
        assert found.pop("configuration") == "WARN"
        # PostgreSQL is asked for its own time, which is far from that of the tests.
        assert found.pop("clock") == ("OK" if connection.vendor == "sqlite" else "WARN")
        assert found == dict.fromkeys(
            ["disk", "keys", "fonts", "database", "migrations", "worker", "seals", "backups"], "OK"
        )

    def test_finds_what_has_been_missed(self, sound) -> None:
        schedule("linli.registry.jobs.run_audit", by=trail.SYSTEM, now=NOW, title="核查", district=DISTRICT)
        found = levels(examine(NOW + timedelta(hours=40)))
        assert (found["worker"], found["seals"], found["backups"]) == ("BAD", "WARN", "WARN")
        assert levels(examine(NOW + timedelta(minutes=3)))["worker"] == "OK"

    def test_finds_a_clock_behind_the_trail(self, sound) -> None:
        # PostgreSQL is asked for its own time, so the moment is the real one there.
        moment = NOW if connection.vendor == "sqlite" else clock.now()
        backed_up(moment + timedelta(days=2))
        assert levels(within.clock(moment)) == {"clock": "BAD"}

    def test_finds_keys_that_others_may_read(self, sound, settings) -> None:
        settings.LINLI_TRAIL_KEY_FILE.write_text("a key that lies open for all", encoding="ascii")
        settings.LINLI_TRAIL_KEY_FILE.chmod(0o644)
        assert levels(surroundings.keys()) == {"keys": "BAD"}
        settings.LINLI_TRAIL_KEY_FILE.chmod(0o600)
        assert levels(surroundings.keys()) == {"keys": "OK"}
        settings.LINLI_TRAIL_KEY = "short"
        assert levels(surroundings.keys()) == {"keys": "BAD"}

    def test_finds_page_files_that_were_not_collected(self, settings, tmp_path) -> None:
        settings.WHITENOISE_USE_FINDERS, settings.STATIC_ROOT = False, tmp_path
        assert levels(surroundings.page_files()) == {"page-files": "BAD"}
        (tmp_path / "staticfiles.json").write_text("{}", encoding="ascii")
        assert levels(surroundings.page_files()) == {"page-files": "OK"}

    def test_stops_at_a_database_that_does_not_answer(self, sound, monkeypatch) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(connection, "cursor", _refusing)
            found = levels(examine(NOW))
        assert found["database"] == "BAD"
        assert "worker" not in found

    def test_answers_as_text_and_json_with_an_exit_code(self, sound) -> None:
        result = CliRunner().invoke(main, ["doctor", "--json", "-"])
        answer = json.loads(result.stdout)
        assert result.exit_code == {"WARN": 3, "BAD": 1}[answer["level"]]
        assert {"code", "level", "words", "advice"} == set(answer["checks"][0])
        assert "用的是单机设置" in CliRunner().invoke(main, ["doctor"]).stdout


class TestDisk:
    @pytest.mark.parametrize(
        ("free", "level"),
        [(50 * 10**9, Level.OK), (9 * 10**9, Level.WARN), (5 * 10**8, Level.BAD)],
        ids=["half free", "a tenth", "full"],
    )
    def test_is_judged_by_what_is_free(self, free, level) -> None:
        assert disk(name="/srv", total=100 * 10**9, free=free).level is level


class TestHealthAddresses:
    def test_says_alive_without_the_database(self, client) -> None:
        answer = client.get("/health/live")
        assert (answer.status_code, answer.json()) == (200, {"live": True})

    @pytest.mark.django_db
    def test_says_ready(self, client) -> None:
        answer = client.get("/health/ready")
        assert (answer.status_code, answer.json()) == (200, {"ready": True, "missing": []})

    @pytest.mark.django_db
    def test_says_what_is_missing_in_codes_alone(self, client, monkeypatch) -> None:
        monkeypatch.setattr(within, "unapplied", lambda: ["registry.0099_later"])
        answer = client.get("/health/ready")
        assert (answer.status_code, answer.json()) == (503, {"ready": False, "missing": ["migrations"]})
        with monkeypatch.context() as patched:
            patched.setattr(connection, "cursor", _refusing)
            answer = client.get("/health/ready")
        assert (answer.status_code, answer.json()) == (503, {"ready": False, "missing": ["database"]})


def _refusing(*_args, **_kwargs):
    raise OperationalError("could not connect to 10.0.0.5")
