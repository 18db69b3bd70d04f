"""``/v1/jobs``: how far long work is, and what it came to."""

import threading

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from analytics.chargeback import job_api
from analytics.chargeback.jobs import Jobs
from analytics.notation import Usd
from analytics.request_shapes import Answer
from dashboards import problems


class Sum(Answer):
    """A result."""

    cost_usd: Usd
    """Of all rows."""


@pytest.fixture
def jobs():
    found = Jobs()
    yield found
    found.close()


@pytest.fixture
def client(jobs):
    app = FastAPI()
    problems.install(app)
    app.include_router(job_api.router(jobs))
    return TestClient(app)


def waited(client: TestClient, job_id: str) -> httpx.Response:
    return client.get(f"/v1/jobs/{job_id}", headers={"Prefer": "wait=10"})


def test_whoever_waits_hears_the_result_with_money_as_text(client, jobs):
    job = jobs.start("export", "2026-10", lambda _: Sum(cost_usd="0.000000000000001"))
    answer = waited(client, job.job_id).json()
    assert (answer["state"], answer["result"]) == ("done", {"cost_usd": "0.000000000000001"})


def test_an_answer_without_waiting_tells_how_far_it_is(client, jobs):
    said, go_on = threading.Event(), threading.Event()

    def work(progress):
        progress("writing rows", 3, 9)
        said.set()
        assert go_on.wait(10)
        return Sum(cost_usd="1")

    job = jobs.start("export", "2026-10", work)
    assert said.wait(10)
    answer = client.get(f"/v1/jobs/{job.job_id}").json()
    go_on.set()
    assert (answer["state"], answer["stage"], answer["done"], answer["total"]) == ("running", "writing rows", 3, 9)
    assert answer["result"] is None


def test_work_that_begins_is_answered_with_its_address(jobs):
    job = jobs.start("close", "2026-10", lambda _: Sum(cost_usd="1"))
    answer = job_api.begun(job)
    assert (answer.status_code, answer.headers["location"]) == (202, f"/v1/jobs/{job.job_id}")


def test_an_unknown_job_is_not_found(client):
    answer = client.get("/v1/jobs/none")
    assert answer.status_code == 404
    assert "restarted" in answer.json()["detail"]


def test_jobs_are_listed_newest_first(client, jobs):
    for month in ("2026-09", "2026-10"):
        waited(client, jobs.start("verify", month, lambda _: Sum(cost_usd="1")).job_id)
    assert [job["about"] for job in client.get("/v1/jobs").json()["jobs"]] == ["2026-10", "2026-09"]
