"""``/v1/prices/runs``: which prices rate which spans, and repricing over HTTP.

Comparing takes seconds for millions of lines, so it is begun as work of somebody else's (``begin``), who answers where
it can be waited for. Applying answers at once: the deriver goes on from there, and the run says how far it is.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from analytics.answering import as_json, said_once
from analytics.notation import instant_ns
from analytics.questions import BadParameter
from analytics.request_shapes import Answer
from analytics.runs.diff import Progress, diff, run_answer
from analytics.runs.policy import PolicyOf, no_policy
from analytics.runs.repricing import apply, propose, reprice_run
from analytics.runs.shapes import DiffReport, RunAnswer, RunList
from analytics.runs.table import instant, read_runs
from collector.store import Store

Work = Callable[[Progress], Answer]
Begin = Callable[[str, str, Work], Response]
"""Starts work of a kind about something, and answers; ``at_once`` does it in the request."""
Clock = Callable[[], int]
Noted = Callable[[str, Mapping[str, object]], None]
"""Told of what was changed for good: a kind and a body, for the journal."""
_RUN = Path(description="the number of a run", ge=1, le=2**31 - 1)


def unnoted(_kind: str, _body: Mapping[str, object]) -> None:
    """Write down nothing."""


class RepriceAsk(BaseModel):
    """What to reprice."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    as_of: str | None = Field(None, description="RFC 3339: prices and rules as they were known then; now when left out")
    start: str | None = Field(None, description="RFC 3339: spans that started from here on; all when left out")
    until: str | None = Field(None, description="RFC 3339: spans that started before; all when left out")
    note: str | None = Field(None, max_length=500, description="why")


def at_once(kind: str, about: str, work: Work) -> Response:  # noqa: ARG001 - the names of a job
    """Do the work in the request."""
    return as_json(work(lambda *_: None))


def router(
    store: Store,
    now: Clock,
    *,
    policy_of: PolicyOf = no_policy,
    begin: Begin = at_once,
    begun: dict[int | str, dict[str, Any]] | None = None,
    noted: Noted = unnoted,
) -> APIRouter:
    """Build the routes; ``begun`` describes for ``/openapi.json`` what ``begin`` answers when it is no report.

    ``noted`` is told of a run that is put in force.
    """
    routes = APIRouter(prefix="/v1/prices/runs", dependencies=[Depends(said_once)], tags=["prices"])

    @routes.get("", response_model=RunList, summary="Runs of prices and attribution rules")
    def list_runs() -> Response:
        """Answer every run, newest first: live ones began with a server, reprices were asked for."""
        return as_json(RunList(runs=tuple(run_answer(run) for run in read_runs(store)), next=None))

    @routes.post("", response_model=DiffReport, responses=begun or {}, summary="Propose a reprice")
    def propose_run(ask: RepriceAsk) -> Response:
        """Write a run that nobody has put in force, and compare the ledger with what it would be by it."""
        at = instant(now())
        between = _instant("start", ask.start), _instant("until", ask.until)
        run = propose(store, _instant("as_of", ask.as_of) or at, between, ask.note, at)
        return begin("reprice", f"run {run.run_id}", lambda progress: diff(store, run, policy_of, progress))

    @routes.get("/{run_id}", response_model=RunAnswer, summary="One reprice, and how far it is")
    def show_run(run_id: Annotated[int, _RUN]) -> Response:
        """Answer a reprice."""
        return as_json(run_answer(reprice_run(read_runs(store), run_id)))

    @routes.post("/{run_id}/diff", response_model=DiffReport, responses=begun or {}, summary="Compare once more")
    def compare_run(run_id: Annotated[int, _RUN]) -> Response:
        """Compare the ledger as it stands now with what it would be by a reprice."""
        run = reprice_run(read_runs(store), run_id)
        return begin("reprice", f"run {run.run_id}", lambda progress: diff(store, run, policy_of, progress))

    @routes.post("/{run_id}/apply", response_model=RunAnswer, summary="Put a reprice in force")
    def apply_run(run_id: Annotated[int, _RUN]) -> Response:
        """Let it rate its window from now on; `rerated_until` of the run says how far that has come."""
        known = reprice_run(read_runs(store), run_id)
        applied = apply(store, run_id)
        if applied.status is not known.status:
            noted("reprice_applied", {"run_id": run_id, "edition_id": str(applied.edition_id), "note": applied.note})
        return as_json(run_answer(applied))

    return routes


def _instant(parameter: str, text: str | None) -> datetime | None:
    try:
        return None if text is None else instant(instant_ns(text))
    except ValueError as error:
        raise BadParameter(parameter, text, str(error)) from error
