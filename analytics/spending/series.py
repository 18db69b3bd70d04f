"""Spend of budgets in steps of time, asked from the roll-up of ledger lines."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise

import pyarrow as pa
import pyarrow.compute as pc

from analytics.notation import NS_PER_MINUTE
from analytics.spending.budget import SCOPE, SpendBudget
from analytics.spending.position import Sums
from collector.store import Store, queries_of

QUERIES = queries_of("analytics.spending")
STEP_NS = 15 * NS_PER_MINUTE
"""Steps of what is long over; every zone's hours begin on one."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ASKED = pa.schema(
    [
        ("budget_row", pa.int32()),
        ("start_at", pa.timestamp("us")),
        ("until_at", pa.timestamp("us")),
        *((word, pa.string()) for word in SCOPE),
    ]
)


@dataclass(frozen=True, slots=True)
class Series:
    """Sums by the instant their step begins, in order, with running totals."""

    at_ns: tuple[int, ...] = ()
    running: tuple[Sums, ...] = (Sums(),)

    @classmethod
    def of(cls, steps: Iterable[tuple[int, Sums]]) -> "Series":
        """Put steps, which come in order, one after the other."""
        found = tuple(steps)
        return cls(tuple(at for at, _ in found), tuple(accumulate((sums for _, sums in found), initial=Sums())))

    def between(self, start_ns: int, until_ns: int) -> Sums:
        """The steps that begin in a half-open window."""
        first, last = (self.running[bisect_left(self.at_ns, edge)] for edge in (start_ns, until_ns))
        return last - first

    def steps(self) -> Iterable[tuple[int, Sums]]:
        """Return every step again."""
        for at_ns, (before, after) in zip(self.at_ns, pairwise(self.running), strict=True):
            yield at_ns, after - before


@dataclass(frozen=True, slots=True)
class Asked:
    """A scope and a half-open span of time."""

    budget: SpendBudget
    start_ns: int
    until_ns: int


@dataclass(frozen=True, slots=True)
class Answered:
    """One series for each scope asked for, and how many rows the roll-up has before the window and in it."""

    series: tuple[Series, ...]
    rows_before: int
    rows_in: int


def spend_series(store: Store, asked: Sequence[Asked], window: tuple[int, int], step_ns: int) -> Answered:
    """Sum the ledger lines of scopes in the whole minutes of a window, each within its own span of time."""
    start, until = (instant(edge) for edge in window)
    params = {"start": start, "until": until, "step_ns": step_ns}
    rows = store.run(QUERIES["spend_buckets"], params, tables={"asked": _table(asked)}).to_pylist()
    steps: list[list[tuple[int, Sums]]] = [[] for _ in asked]
    for row in rows:
        if row["at_ns"] is not None:
            sums = Sums(row["cost_usd"], row["lines"], row["unpriced_lines"])
            steps[row["budget_row"]].append((row["at_ns"], sums))
    counted = rows[0] if rows else {"rows_before": 0, "rows_in": 0}
    return Answered(tuple(Series.of(found) for found in steps), counted["rows_before"], counted["rows_in"])


def spend_steps(store: Store, asked: Sequence[Asked], window: tuple[int, int], step_ns: int) -> list[pa.Table]:
    """The same sums as columns (at_ns, cost_usd, lines, unpriced_lines), a table for each scope, in order of time.

    For long windows: half a year of quarters of an hour is 17,000 rows, which take a tenth of a second as objects.
    """
    params = {"start": instant(window[0]), "until": instant(window[1]), "step_ns": step_ns}
    found = store.run(QUERIES["spend_buckets"], params, tables={"asked": _table(asked)})
    steps = found.filter(pc.is_valid(found["at_ns"]))
    return [steps.filter(pc.equal(steps["budget_row"], row)) for row in range(len(asked))]


def instant(at_ns: int) -> datetime:
    """Return the microsecond at or before, without a zone, as the store binds it."""
    return (_EPOCH + timedelta(microseconds=at_ns // 1_000)).replace(tzinfo=None)


def _table(asked: Sequence[Asked]) -> pa.Table:
    rows = [
        {"budget_row": row, "start_at": instant(one.start_ns), "until_at": instant(one.until_ns), **one.budget.scope}
        for row, one in enumerate(asked)
    ]
    return pa.Table.from_pylist(rows, schema=_ASKED)
