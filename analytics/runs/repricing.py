"""Reprice: propose a run, see what it would change, put it in force. What was booked stays answerable at every step.

Proposing and comparing change no figure. Applying lets the deriver derive the window again, slice by slice, while
ingest goes on; a span that comes later than the proposal keeps the prices it arrives under.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

import pyarrow as pa

from analytics.prices.editions import EditionError, as_of, load
from analytics.questions import BadParameter, NotFound
from analytics.runs.candidates import Window, candidates
from analytics.runs.policy import NoPolicy, Policy
from analytics.runs.run import Run, RunKind, RunStatus
from analytics.runs.runs import last_seq
from analytics.runs.table import QUERIES, add_run, instant_ns, read_runs
from collector.store import Step, Store

Between = tuple[datetime | None, datetime | None]
"""Starts of spans, aware, half-open; None is open."""


def propose(store: Store, as_of_at: datetime, between: Between, note: str | None, at: datetime) -> Run:
    """Write a run by the prices and rules as they were known at ``as_of_at``; nothing is rated by it yet.

    ``between`` are the starts of the spans it is about; ``at`` is now. Raises
    :class:`~analytics.questions.BadParameter` where nothing was known then or then is not yet, or the window
    is empty.
    """
    start, until = between
    if start is not None and until is not None and start >= until:
        raise BadParameter("start", start.isoformat(), f"be before until ({until.isoformat()})")
    if as_of_at > at:
        raise BadParameter("as_of", as_of_at.isoformat(), f"be past: at {at.isoformat()} nobody knows later prices")
    return add_run(
        store,
        Run(
            run_id=0,
            kind=RunKind.REPRICE,
            status=RunStatus.PROPOSED,
            edition_id=_edition(store, as_of_at),
            rules_id=_rules(read_runs(store), as_of_at),
            recorded_ns=instant_ns(at),
            until_seq=last_seq(store) + 1,
            as_of_ns=instant_ns(as_of_at),
            start_ns=None if start is None else instant_ns(start),
            until_ns=None if until is None else instant_ns(until),
            note=note,
        ),
    )


def apply(store: Store, run_id: int) -> Run:
    """Put a proposed run in force; one that is in force already stays as it is.

    Raises NotFound for a number that no reprice has, BadParameter when a later one holds a part of its window.
    """
    runs = read_runs(store)
    run = reprice_run(runs, run_id)
    if run.status is RunStatus.APPLIED:
        return run
    later = next((other for other in runs if other.run_id > run_id and _overrules(other, run)), None)
    if later is not None:
        raise BadParameter("run_id", run_id, f"be proposed again: run {later.run_id} is newer and holds its window")
    store.change([Step(QUERIES["runs_apply"], {"run_id": run_id})])
    return reprice_run(read_runs(store), run_id)


def reprice_run(runs: tuple[Run, ...], run_id: int) -> Run:
    """Find a reprice by its number; raises NotFound."""
    found = next((run for run in runs if run.run_id == run_id), None)
    if found is None or found.kind is not RunKind.REPRICE:
        known = [str(run.run_id) for run in runs if run.kind is RunKind.REPRICE]
        raise NotFound(f"no reprice has number {run_id}; there are: {', '.join(reversed(known)) or 'none'}")
    return found


def rated_as_of(store: Store, edition: UUID, window: Window, policy: Policy | None = None) -> Iterator[pa.RecordBatch]:
    """Every ledger line of a window with what was booked for it and what it costs by an edition of the price book.

    ``policy`` says which calls a resource serves; none: every call has a price. One row: one line, in no order.
    """
    found = candidates(store, load(store, edition), policy or NoPolicy(), window)
    asked = {"start_ns": window[0], "until_ns": window[1]}
    return store.stream(QUERIES["reprice_lines"], asked, tables={"prices": found.prices})


def _edition(store: Store, at: datetime) -> UUID:
    try:
        return as_of(store, at).edition_id
    except EditionError as error:
        raise BadParameter("as_of", at.isoformat(), f"be an instant at which prices were known ({error})") from error


def _rules(runs: tuple[Run, ...], at: datetime) -> UUID:
    """The rules as they were known at an instant, the first ones before."""
    live = [run for run in runs if run.kind is RunKind.LIVE]
    if not live:
        raise NotFound("no span was rated by this store yet: start a server on it, then reprice")
    return next((run for run in live if run.recorded_ns <= instant_ns(at)), live[-1]).rules_id


def _overrules(other: Run, run: Run) -> bool:
    (start, until), (other_start, other_until) = run.window_ns, other.window_ns
    applied = other.kind is RunKind.REPRICE and other.status is RunStatus.APPLIED
    return applied and max(start, other_start) < min(until, other_until)
