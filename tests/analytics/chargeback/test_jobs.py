"""Long work: one at a time, never twice, with progress, and with a reason when it comes to nothing."""

import threading

import pytest

from analytics.chargeback.jobs import Jobs, State
from analytics.request_shapes import Answer

PATIENCE_S = 10.0


class Sum(Answer):
    """A result."""

    total: int
    """Of all rows."""


class CannotClose(Exception):
    """Something a person can put right."""


@pytest.fixture
def jobs():
    found = Jobs(refusals=(CannotClose,))
    yield found
    found.close()


def test_a_job_ends_with_its_result(jobs):
    job = jobs.start("export", "2026-10", lambda _: Sum(total=7))
    ended = jobs.wait(job.job_id, PATIENCE_S)
    assert (ended.state, ended.result.total, ended.reason) == (State.DONE, 7, None)


def test_progress_can_be_read_while_it_runs(jobs):
    said, go_on = threading.Event(), threading.Event()

    def work(progress):
        progress("rows", 250, 1_000)
        said.set()
        assert go_on.wait(PATIENCE_S)
        return Sum(total=1)

    job = jobs.start("export", "2026-10", work)
    assert said.wait(PATIENCE_S)
    now = jobs.get(job.job_id)
    go_on.set()
    assert (now.state, now.stage, now.done, now.total) == (State.RUNNING, "rows", 250, 1_000)
    assert jobs.wait(job.job_id, PATIENCE_S).state is State.DONE


def test_the_same_work_under_way_is_not_begun_twice(jobs):
    go_on = threading.Event()

    def work(_):
        assert go_on.wait(PATIENCE_S)
        return Sum(total=1)

    first, second = (jobs.start("close", "2026-10", work) for _ in range(2))
    other = jobs.start("close", "2026-11", work)
    go_on.set()
    assert first.job_id == second.job_id != other.job_id
    assert jobs.wait(first.job_id, PATIENCE_S).state is State.DONE
    again = jobs.start("close", "2026-10", work)
    assert again.job_id != first.job_id


def test_one_job_runs_at_a_time(jobs):
    running, most = [], []

    def work(_):
        running.append(1)
        most.append(len(running))
        running.pop()
        return Sum(total=1)

    last = [jobs.start("export", str(n), work) for n in range(20)][-1]
    assert jobs.wait(last.job_id, PATIENCE_S).ended
    assert most == [1] * 20


def test_a_refusal_says_its_reason_and_a_failure_hides_its_own(jobs, caplog):
    def refuse(_):
        raise CannotClose("2026-11 has not ended")

    def fail(_):
        raise ZeroDivisionError("secret")

    refused = jobs.wait(jobs.start("close", "2026-11", refuse).job_id, PATIENCE_S)
    failed = jobs.wait(jobs.start("close", "2026-10", fail).job_id, PATIENCE_S)
    assert (refused.state, refused.reason) == (State.REFUSED, "2026-11 has not ended")
    assert failed.state is State.FAILED
    assert "secret" not in failed.reason
    assert "secret" in caplog.text


def test_waiting_ends_without_the_job_and_for_an_unknown_one(jobs):
    go_on = threading.Event()
    job = jobs.start("close", "2026-10", lambda _: Sum(total=int(go_on.wait(PATIENCE_S))))
    assert not jobs.wait(job.job_id, 0.01).ended
    go_on.set()
    assert jobs.wait("0" * 32, PATIENCE_S) is None


def test_only_the_last_ended_jobs_are_remembered(jobs):
    last = [jobs.start("export", str(n), lambda _: Sum(total=1)) for n in range(260)][-1]
    jobs.wait(last.job_id, PATIENCE_S)
    jobs.start("export", "one more", lambda _: Sum(total=1))
    assert len(jobs.newest_first()) <= 201
    assert jobs.get(last.job_id) is not None


def test_a_disk_that_is_full_is_told_and_no_mystery(jobs):
    def work(_):
        raise OSError(28, "No space left on device", "exports/2026-10")

    ended = jobs.wait(jobs.start("export", "2026-10", work).job_id, PATIENCE_S)
    assert ended.state is State.FAILED
    assert ended.reason == (
        "files could not be read or written: [Errno 28] No space left on device: 'exports/2026-10'; "
        "put that right and ask again"
    )
