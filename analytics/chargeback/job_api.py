"""``/v1/jobs``: how far long work is, and what it came to.

Work is begun where it belongs (closing a month at the month) and answered at once with 202 and the job's address.
"""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path
from fastapi.responses import Response
from pydantic import SerializeAsAny

from analytics.answering import as_json, said_once
from analytics.chargeback.jobs import Job, Jobs
from analytics.questions import NotFound
from analytics.request_shapes import Answer

_LONGEST_WAIT_S = 30.0


class JobAnswer(Answer):
    """Long work as it stands."""

    job_id: str
    """32 hex digits."""
    kind: str
    """What is done: close, export, verify, reconcile, reprice ..."""
    about: str
    """What it is done to: a month, a run."""
    state: str
    """waiting, running, done, refused (the reason says what to do) or failed"""
    stage: str
    """What it is busy with."""
    done: int
    """How much of the stage is done."""
    total: int
    """Of how much; 0: not known."""
    reason: str | None
    """Why it was refused or failed."""
    result: SerializeAsAny[Answer] | None
    """What it came to; its shape is that of the work."""


class JobList(Answer):
    """The jobs that are remembered."""

    jobs: tuple[JobAnswer, ...]
    """Newest first."""
    next: str | None
    """Always null: there is one page."""


BEGUN: dict[int | str, dict[str, Any]] = {
    202: {"model": JobAnswer, "description": "It was begun; the Location is that of the job."}
}
"""What a route that begins long work answers, for its description."""


def router(jobs: Jobs) -> APIRouter:
    """Build ``/v1/jobs``."""
    routes = APIRouter(prefix="/v1/jobs", dependencies=[Depends(said_once)], tags=["jobs"])

    @routes.get("", response_model=JobList, summary="Long work, newest first")
    def list_jobs() -> Response:
        """Answer the jobs of this process; what they did is in the store."""
        return as_json(JobList(jobs=tuple(job_answer(job) for job in jobs.newest_first()), next=None))

    @routes.get("/{job_id}", response_model=JobAnswer, summary="How far long work is")
    def show_job(
        job_id: Annotated[str, Path(description="32 hex digits")],
        prefer: Annotated[str | None, Header(description="wait=SECONDS answers once the job has ended")] = None,
    ) -> Response:
        """Answer at once, or with `Prefer: wait=SECONDS` once the job has ended."""
        job = jobs.wait(job_id, _wait_s(prefer))
        if job is None:
            raise NotFound(f"found no job {job_id}: the server was restarted since, or it is long over")
        return as_json(job_answer(job))

    return routes


def begun(job: Job) -> Response:
    """Answer 202 with the address of the job."""
    address = f"/v1/jobs/{job.job_id}"
    body = job_answer(job).model_dump_json()
    return Response(body, HTTPStatus.ACCEPTED, {"Location": address}, "application/json")


def job_answer(job: Job) -> JobAnswer:
    """Shape a job for an answer."""
    return JobAnswer(
        job_id=job.job_id,
        kind=job.kind,
        about=job.about,
        state=job.state,
        stage=job.stage,
        done=job.done,
        total=job.total,
        reason=job.reason,
        result=job.result,
    )


def _wait_s(prefer: str | None) -> float:
    for preference in (prefer or "").split(","):
        name, _, value = preference.strip().partition("=")
        if name == "wait" and value.isdecimal():
            return min(float(value), _LONGEST_WAIT_S)
    return 0.0
