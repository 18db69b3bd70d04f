"""One derivation: from newly committed batches to requests, ledger lines and roll-ups, in one transaction.

Every run takes whole traces, works out what they are now, takes back what they were, and moves the mark of progress,
all or nothing. So a late span, a span before its parent, a crash in the middle or a trace told twice end in the same
rows as everything arriving at once.
"""

import time
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from analytics.derive.attributions import Attributions
from analytics.derive.bounds import Bounds
from analytics.derive.counted import Changed, counted, counted_figures
from analytics.derive.facts import facts
from analytics.derive.figures import figures
from analytics.derive.folding import Folding
from analytics.derive.gather import Touched, gather
from analytics.derive.memory import Memory
from analytics.derive.rating import Rater
from analytics.derive.resolve import Resolved, resolve
from analytics.derive.slices import next_slice
from analytics.derive.span_facts import span_facts
from analytics.derive.spans import Spans, read_spans
from analytics.derive.stages import stages
from analytics.derive.tree import Mask
from analytics.derive.waiting import Waiting
from analytics.prices import PriceBook
from analytics.runs.run import Run, View
from analytics.runs.runs import OneBook, Runs
from analytics.slo.judging import judge
from collector.intake.repeats import raw_ids
from collector.store import Params, Step, Store, queries_of

_QUERIES = queries_of("analytics")
_NOWHEN: Params = {"from_ns": 0, "until_ns": 0}


@dataclass(frozen=True, slots=True)
class DeriveSettings:
    """The section ``derive`` of the configuration."""

    spans: int = 40_000
    """Spans one derivation takes at most: about a third of a second, so that answers stay fresh under load."""
    settle_s: float = 30.0
    """How long a request waits for its entry span before the top-most span it has stands for it."""


@dataclass(frozen=True, slots=True)
class Derived:
    """What one run did."""

    until: int
    """Last batch that is derived now."""
    spans: int
    requests: int


@dataclass(frozen=True, slots=True)
class _Goal:
    """What is to be so once a change is committed."""

    until: int
    """Last batch that is derived."""
    view: View
    """Runs that then rate."""
    due: AbstractSet[bytes] = frozenset()
    """Requests to settle."""
    more: Sequence[Step] = ()


class Deriver:
    """Derives; used by one thread."""

    def __init__(
        self,
        store: Store,
        prices: PriceBook | Runs,
        settings: DeriveSettings | None = None,
        *,
        clock_ns: Callable[[], int] = time.time_ns,
        bounds: Bounds | None = None,
    ) -> None:
        """``prices`` are the runs of the store, or one book for everything; ``clock_ns`` gives unix nanoseconds.

        ``bounds`` are those of the histograms that scrapes read.
        """
        self._bounds = bounds or Bounds()
        self._store = store
        self._settings = settings or DeriveSettings()
        self._runs: Runs = OneBook(prices) if isinstance(prices, PriceBook) else prices
        self._clock_ns = clock_ns
        self._nothing_before: tuple[pa.Table, pa.Table] | None = None
        """Empty answers of the right shape: most runs touch no trace a second time, and two questions cost 5 ms."""
        self._unsure = True
        self._slices_turn = False
        self._learn()

    @property
    def derived_seq(self) -> int:
        """Last batch that is derived."""
        return self._after

    def run(self, *, rerate: bool = True) -> Derived | None:
        """Derive the next batches, settle requests that have waited long enough, or go on with a reprice.

        None if there is nothing to do. New batches and a reprice take turns; without ``rerate`` only the first two.
        """
        if self._unsure:
            self._learn()
        self._unsure = True  # until every memory says what the store holds: a commit that failed may have happened
        self._runs.refresh()
        done = self._run_once(rerate=rerate)
        self._unsure = False
        return done

    def _run_once(self, *, rerate: bool) -> Derived | None:
        waiting = self._runs.under_way() if rerate else None
        if waiting is not None and self._slices_turn:
            return self._rerate(waiting)
        done = self._run()
        self._slices_turn = True
        return self._rerate(waiting) if done is None and waiting is not None else done

    def _learn(self) -> None:
        """Take everything that is remembered about the store from the store itself."""
        now_ns = self._clock_ns()
        self._memory = Memory(self._store, now_ns=now_ns)
        self._rater = Rater(self._store, self._runs)
        self._attributions = Attributions(self._store, self._runs)
        self._folding = Folding(self._store, _QUERIES)
        self._waiting = Waiting(self._store, int(self._settings.settle_s * 1e9), now_ns=now_ns)
        self._after: int = self._store.run(_QUERIES["derive_progress"])["derived_seq"][0].as_py()
        self._unsure = False

    def _run(self) -> Derived | None:
        until = self._next_bound()
        now_ns = self._clock_ns()
        due = self._waiting.due(now_ns)
        if until is None and not due:
            return None
        until = self._after if until is None else until
        touched = gather(self._store, self._memory, self._after, until, due)
        return self._change(touched, _Goal(until, self._runs.view, due), now_ns)

    def _rerate(self, run: Run) -> Derived:
        """Derive again what started in the next slice of a reprice, by the prices that now hold for it."""
        self._slices_turn = False
        piece = next_slice(self._store, run, self._after, self._settings.spans)
        view = self._runs.view.with_progress(run.run_id, piece.until_ns)
        touched = gather(self._store, self._memory, self._after, self._after, (), piece=piece)
        return self._change(touched, _Goal(self._after, view, more=(piece.step(run),)), self._clock_ns())

    def _change(self, touched: Touched, goal: _Goal, now_ns: int) -> Derived:
        """Reach a goal for what is touched."""
        spans = read_spans(touched.tables)
        if not len(spans):
            return self._advance(touched, spans, goal)
        now = self._derive(touched, spans, goal)
        self._note(spans, now, goal.until, now_ns)
        return Derived(goal.until, touched.fresh.num_rows, now.num_rows)

    def _advance(self, touched: Touched, spans: Spans, goal: _Goal) -> Derived:
        """Go on where no span came: at most there are evaluations of what is derived already."""
        nothing, _ = self._before(touched, _NOWHEN)
        told = figures(self._store, nothing, touched.again, spans, after=self._after, until=goal.until)
        counts = counted_figures(told.tables["fresh_figures"], self._attributions.named)
        tables = {
            "counts": counts,
            "fresh": _signed(nothing, 1),
            "fresh_spans": span_facts(spans, spans.attribution, nothing, 0),
            **told.tables,
        }
        advance = Step(_QUERIES["derive_advance"], {"until": goal.until})
        counting = [
            Step(_QUERIES["derive_metric_totals"], {"until": goal.until}),
            *self._folding.steps(counts.num_rows),
        ]
        judging = [*counting, *judge(self._store)] if told.steps() else ()
        self._store.change([*told.steps(), *judging, advance, *goal.more], tables=tables)
        self._folding.written()
        self._after = goal.until
        return Derived(goal.until, 0, 0)

    def _derive(self, touched: Touched, spans: Spans, goal: _Goal) -> pa.Table:
        """Change the store; returns the requests as they are now."""
        bounds = _bounds(spans)
        old, old_lines = self._before(touched, bounds)
        resolved = resolve(spans, touched.made_up)
        chosen = goal.view.of(spans.batch_seq, spans.start_ns)
        of_request, of_span = self._attributions.of(spans, resolved.forest.trace, resolved.root, chosen)
        rated = self._rater.rate(spans, resolved, of_span, chosen)
        now = self._requests(facts(spans, resolved, of_request, _settled(spans, resolved, old, goal.due)), rated.costs)
        told = figures(self._store, now, touched.again, spans, after=self._after, until=goal.until)
        of_its_request = of_request[resolved.forest.trace]
        fresh = _both(_signed(now, 1), _signed(old, -1))
        lines = _both(_signed(rated.lines, 1), _signed(old_lines, -1))
        counts = counted(
            Changed(fresh, touched.fresh, lines, told.tables["fresh_figures"]), self._bounds, self._attributions.named
        )
        tables = {
            "now": now,
            "rated": rated.lines,
            "again": touched.again,
            "old_lines": old_lines,
            "fresh": fresh,
            "counts": counts,
            "stages": stages(spans, of_span, touched.tables[1:], self._attributions, self._runs.view),
            "fresh_spans": span_facts(spans, of_its_request, old, len(spans) - touched.fresh.num_rows),
            **told.tables,
        }
        self._store.add_dimensions({"rates": self._rater.new_rates(), "attributions": self._attributions.new_rows()})
        last = [*self._folding.steps(counts.num_rows), *judge(self._store)]
        steps = [*told.steps(), *_steps(bounds, goal.until, last, again=touched.again.num_rows > 0), *goal.more]
        self._store.change(steps, tables=tables)
        return now

    def _next_bound(self) -> int | None:
        bound = {"after": self._after, "spans": self._settings.spans}
        until: int | None = self._store.run(_QUERIES["derive_bound"], bound)["until"][0].as_py()
        return until

    def _requests(self, rows: pa.Table, costs: pa.Table) -> pa.Table:
        return self._store.run(_QUERIES["derive_requests"], tables={"facts": rows, "rated": costs})

    def _before(self, touched: Touched, bounds: Params) -> tuple[pa.Table, pa.Table]:
        """Requests and lines of the touched traces as they stand."""
        if not touched.again.num_rows and self._nothing_before is not None:
            return self._nothing_before
        tables = {"again": touched.again}
        before = (
            self._store.run(_QUERIES["derive_old_requests"], bounds, tables=tables),
            self._store.run(_QUERIES["derive_old_lines"], bounds, tables=tables),
        )
        if not touched.again.num_rows:
            self._nothing_before = before
        return before

    def _note(self, spans: Spans, now: pa.Table, until: int, now_ns: int) -> None:
        self._after = until
        self._rater.written()
        self._folding.written()
        self._attributions.written()
        responses = spans.table["response_key"].drop_null().to_numpy()
        self._memory.note(np.unique(spans.trace_key), np.unique(responses), now_ns=now_ns)
        self._waiting.note(now, now_ns)


def _settled(spans: Spans, resolved: Resolved, old: pa.Table, due: AbstractSet[bytes]) -> Mask:
    """Requests that need no entry span any more: they have waited long enough, now or before."""
    was_complete = old.filter(old["complete"])
    done = {bytes(raw) for raw in raw_ids(was_complete["trace_id"])} | due
    if not done:
        return np.zeros(len(resolved.root), np.bool_)
    ids = raw_ids(spans.table["trace_id"])[resolved.root]
    return np.array([bytes(raw) in done for raw in ids])


def _steps(bounds: Params, until: int, last: Sequence[Step], *, again: bool) -> list[Step]:
    forget = [Step(_QUERIES["derive_forget_requests"], bounds), Step(_QUERIES["derive_forget_lines"], bounds)]
    keep = (
        "derive_keep_requests",
        "derive_keep_lines",
        "derive_request_minutes",
        "derive_request_latency",
        "derive_stage_latency",
        "derive_cost_minutes",
    )
    return [
        *(forget if again else []),
        *(Step(_QUERIES[name]) for name in keep),
        Step(_QUERIES["derive_metric_totals"], {"until": until}),
        *last,
        Step(_QUERIES["derive_advance"], {"until": until}),
    ]


def _bounds(spans: Spans) -> Params:
    """Starts of everything these traces may have in the store."""
    return {"from_ns": int(spans.start_ns.min()), "until_ns": int(spans.start_ns.max())}


def _signed(rows: pa.Table, sign: int) -> pa.Table:
    return rows.append_column("sign", pa.array(np.full(rows.num_rows, sign, np.int64)))


def _both(now: pa.Table, before: pa.Table) -> pa.Table:
    return pa.concat_tables([now, before], promote_options="permissive")
