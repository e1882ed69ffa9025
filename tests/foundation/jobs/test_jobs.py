"""A job runs after its transaction, tells its progress, can be cancelled, and says clearly why it failed."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from linli.foundation.jobs import Progress, cancel, requeue_lost, run_card, runs, schedule
from linli.foundation.jobs.configuration import cluster_settings
from linli.foundation.jobs.errors import JobAlreadyFinished, JobArgumentsNotPlain, JobNameMalformed, JobUnknown
from linli.foundation.jobs.execution import execute, resolve
from linli.foundation.jobs.models import JobRun, Stage
from linli.foundation.jobs.operations import claim, finish
from linli.foundation.trail import Actor

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
DISTRICT = "990101"
CHORES = "tests.foundation.jobs.chores"
OFFICER = Actor("person", "P-0001", "C-0002")


def ask(chore, **arguments):
    return schedule(f"{CHORES}.{chore}", by=OFFICER, now=NOW, title="清点小区", district=DISTRICT, **arguments)


@pytest.fixture
def waiting():
    """A run that waits in the queue."""
    return JobRun.objects.create(
        public_id="J-waiting", kind=f"{CHORES}.count_up", arguments={"total": 2}, district_code=DISTRICT,
        title="清点小区", requested_by="person:P-0001", created_at=NOW,
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
class TestSchedule:
    def test_does_the_job_and_keeps_its_result(self):
        card = run_card(ask("count_up", total=3).public_id)
        assert (card.stage, card.result, card.done, card.total, card.percent) == ("DONE", {"counted": 3}, 3, 3, 100)
        assert (card.requested_by, card.attempts, card.words) == ("person:P-0001:C-0002", 1, "已完成")

    def test_waits_for_the_commit(self):
        with transaction.atomic():
            run = ask("count_up", total=1)
            assert run_card(run.public_id).stage == Stage.QUEUED
        assert run_card(run.public_id).stage == Stage.DONE

    def test_leaves_nothing_when_the_act_is_undone(self):
        with pytest.raises(RuntimeError), transaction.atomic():
            ask("count_up", total=1)
            raise RuntimeError
        assert not JobRun.objects.exists()

    def test_puts_the_message_into_the_same_transaction(self, settings):
        from django_q.models import OrmQ

        settings.Q_CLUSTER = settings.Q_CLUSTER | {"sync": False}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("django_q.conf.Conf.SYNC", False)
            with pytest.raises(RuntimeError), transaction.atomic():
                ask("count_up", total=1)
                assert OrmQ.objects.count() == 1
                raise RuntimeError
            assert OrmQ.objects.count() == 0
            ask("count_up", total=1)
        assert OrmQ.objects.count() == 1
        assert JobRun.objects.get().stage == Stage.QUEUED

    @pytest.mark.parametrize("kind", ["count_up", "linli.layout.plans.make", "os.system", "a.jobs.", "a.jobs.b c"])
    def test_refuses_a_name_outside_a_jobs_module(self, kind):
        with pytest.raises(JobNameMalformed):
            schedule(kind, by=OFFICER, now=NOW, title="甲", district=DISTRICT)
        assert not JobRun.objects.exists()

    def test_refuses_arguments_that_are_not_plain(self):
        with pytest.raises(JobArgumentsNotPlain):
            ask("count_up", total=object())
        assert not JobRun.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestFailure:
    def test_tells_a_refusal_in_its_own_words(self):
        card = run_card(ask("refuse").public_id)
        assert (card.stage, card.error_code, card.error) == (
            "FAILED",
            "tests.road-closed",
            "道路 甲路 封闭，请改日再办",
        )

    @pytest.mark.parametrize("chore", ["break_down", "answer_too_much", "not_there"])
    def test_tells_a_fault_of_the_program_without_its_inside(self, chore):
        card = run_card(ask(chore).public_id)
        assert (card.stage, card.error_code, card.result) == ("FAILED", "jobs.unexpected-fault", None)
        assert card.number in card.error

    def test_tells_that_the_time_was_over(self, waiting):
        JobRun.objects.update(kind=f"{CHORES}.run_too_long", arguments={})
        with pytest.raises(SystemExit):
            execute(waiting.public_id)
        assert run_card(waiting.public_id).error_code == "jobs.time-exceeded"


@pytest.mark.django_db(transaction=True)
class TestCancel:
    def test_ends_a_waiting_run_at_once(self, waiting):
        cancel(waiting.public_id, now=NOW)
        assert run_card(waiting.public_id).stage == Stage.CANCELLED
        execute(waiting.public_id)
        assert run_card(waiting.public_id).attempts == 0

    @pytest.mark.parametrize("chore", ["until_stopped", "end_early"])
    def test_reaches_a_running_job(self, chore):
        assert run_card(ask(chore).public_id).stage == Stage.CANCELLED

    def test_is_refused_after_the_end(self):
        run = ask("count_up", total=1)
        with pytest.raises(JobAlreadyFinished, match="已完成"):
            cancel(run.public_id, now=NOW)
        assert run_card(run.public_id).stage == Stage.DONE

    def test_is_refused_for_an_unknown_run(self):
        with pytest.raises(JobUnknown):
            cancel("J-nothing", now=NOW)


@pytest.mark.django_db(transaction=True)
class TestAttempts:
    def test_are_claimed_once(self, waiting):
        assert claim(waiting.public_id, now=NOW).attempts == 1
        assert claim(waiting.public_id, now=NOW + timedelta(seconds=30)) is None

    def test_are_taken_over_from_a_silent_worker_who_then_writes_no_more(self, waiting):
        silent = claim(waiting.public_id, now=NOW)
        taken = claim(waiting.public_id, now=NOW + timedelta(seconds=61))
        assert taken.attempts == 2
        assert not finish(silent, stage=Stage.DONE, now=NOW, result="old")
        assert Progress(silent).stop_requested()
        assert not Progress(silent).beat()
        assert finish(taken, stage=Stage.DONE, now=NOW, result="new")
        assert run_card(waiting.public_id).result == "new"

    def test_are_repeated_after_a_killed_worker(self, waiting):
        claim(waiting.public_id, now=NOW)
        assert requeue_lost(now=NOW + timedelta(seconds=59)) == 0
        assert requeue_lost(now=NOW + timedelta(seconds=61)) == 1
        card = run_card(waiting.public_id)
        assert (card.stage, card.attempts, card.result) == ("DONE", 2, {"counted": 2})

    def test_are_repeated_at_once_where_the_process_is_known_to_be_gone(self, waiting):
        claim(waiting.public_id, now=NOW, worker="process of before")
        soon = NOW + timedelta(seconds=1)
        assert requeue_lost(now=soon, is_gone=lambda worker: worker == "another") == 0
        assert run_card(waiting.public_id).stage == Stage.RUNNING
        assert requeue_lost(now=soon, is_gone=lambda worker: worker == "process of before") == 1
        card = run_card(waiting.public_id)
        assert (card.stage, card.attempts) == ("DONE", 2)

    def test_end_after_three(self, waiting):
        for attempt in range(3):
            claim(waiting.public_id, now=NOW + timedelta(minutes=2 * attempt))
        assert requeue_lost(now=NOW + timedelta(minutes=6)) == 0
        card = run_card(waiting.public_id)
        assert (card.stage, card.error_code) == ("FAILED", "jobs.worker-lost")

    def test_end_when_cancelling_was_asked_for(self, waiting):
        claim(waiting.public_id, now=NOW)
        cancel(waiting.public_id, now=NOW)
        assert requeue_lost(now=NOW + timedelta(minutes=2)) == 0
        assert run_card(waiting.public_id).stage == Stage.CANCELLED


@pytest.mark.django_db(transaction=True)
class TestProgress:
    def test_is_written_at_most_twice_a_second_and_at_the_end(self, waiting, django_assert_num_queries):
        moment = iter([0.0, 0.1, 0.2, 0.6, 0.7])
        progress = Progress(claim(waiting.public_id, now=NOW), seconds=lambda: next(moment))
        with django_assert_num_queries(3):
            for done in range(1, 6):
                progress.advance(done, 5, f"正在清点 {done}/5 个小区")
        card = run_card(waiting.public_id)
        assert (card.done, card.percent, card.words) == (5, 100, "正在清点 5/5 个小区")

    def test_is_unknown_without_a_total(self, waiting):
        assert run_card(waiting.public_id).percent is None


@pytest.mark.django_db(transaction=True)
class TestRuns:
    def test_of_one_district_come_newest_first(self, waiting):
        done = ask("count_up", total=1)
        assert [card.number for card in runs(district=DISTRICT)] == [done.public_id, waiting.public_id]
        assert [card.number for card in runs(district=DISTRICT, unfinished=True)] == [waiting.public_id]
        assert runs(district="990102") == ()


class TestClusterSettings:
    def test_deliver_again_only_after_the_longest_run(self):
        found = cluster_settings(workers=2, timeout_seconds=100)
        assert (found["timeout"], found["retry"], found["orm"], found["ack_failures"]) == (100, 160, "default", False)

    def test_refuse_to_run_work_twice_side_by_side(self):
        with pytest.raises(ValueError, match="exceed"):
            cluster_settings(timeout_seconds=100, retry_seconds=100)


@pytest.mark.usefixtures("timetable")
def test_the_queue_looks_for_lost_runs_each_minute():
    from django_q.models import Schedule

    line = Schedule.objects.get(name="jobs.requeue-lost")
    assert (line.schedule_type, line.minutes, line.repeats) == (Schedule.MINUTES, 1, -1)
    assert callable(resolve(line.func))
