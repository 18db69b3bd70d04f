"""The way up after a reader had lost sight of its publisher: at most one tier per dwell.

While connected, a reader follows every step at once, because it sees each. After an interruption the next document may
lie any number of steps above the last, for all readers of a fleet in the same second, and the better tier may be what
has just recovered. So what was in force goes up by itself, a tier each dwell, along the way the decision came down, and
a request gets the lower of that and of what the document says. Downwards everything counts at once; so does what an
operator decided by hand.

The way is made of rows with an end each, computed once: economy until 9:05, standard until 9:10, then the top.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from instrumentation.decision_rows import Parts, Row, Rows, Verdict, rank
from instrumentation.downgrade import LADDER, Decision, Mode, Tier


@dataclass(frozen=True, slots=True)
class WayUp:
    """What still restrains requests, until ``until_s`` (POSIX, of the publisher's clock)."""

    rows: Rows
    until_s: float

    def lower(self, verdict: Verdict, own: Verdict) -> Verdict:
        """Return the lower of a document's verdict and our own; an operator's word stands."""
        if verdict.decision is not None and verdict.decision.mode is Mode.MANUAL:
            return verdict
        return own if rank(own.tier) > rank(verdict.tier) else verdict


def way_up(
    before: Rows, at_s: float, *, up_dwell_s: float, next_up_s: Mapping[Parts, float], on_the_way: bool
) -> WayUp | None:
    """Plan the way up from what is in force at ``at_s``; None when nothing is below the top.

    The first tier is taken at once, unless the scope went up shortly before (``next_up_s`` says when it may again) or
    is ``on_the_way`` already. ``up_dwell_s`` counts for decisions that say none.
    """
    alive = {parts: [row for row in rows if at_s < row.until_s] for parts, rows in before.by_parts.items()}
    plans = {
        parts: [
            step
            for row in rows
            for step in _steps(
                row, at_s, dwell_s(row, up_dwell_s), waits=on_the_way or at_s < next_up_s.get(parts, at_s)
            )
        ]
        for parts, rows in alive.items()
    }
    # A dwell longer than its last step, so that a further interruption finds that step within its dwell.
    ends_s = [step.until_s + dwell_s(step, up_dwell_s) for steps in plans.values() for step in steps]
    until_s = max(ends_s, default=at_s)
    if until_s <= at_s:
        return None
    # A way ends at the top, so that rows of wider scopes do not reach what this scope was exempted from.
    tops = {p: [r._replace(until_s=until_s, verdict=_at(LADDER[0], r)) for r in rows] for p, rows in alive.items()}
    return WayUp(Rows.of({parts: [*plans[parts], *tops[parts]] for parts in plans if tops[parts]}), until_s)


def tiers_up(decision: Decision) -> tuple[Tier, ...]:
    """Return the tiers above a decision's, nearest first: its own path back, else every rung of the ladder.

    >>> from datetime import datetime, timedelta, UTC
    >>> from instrumentation.downgrade import OnExpiry, Scope
    >>> at = datetime(2026, 11, 21, tzinfo=UTC)
    >>> economy = Decision("d", 1, 1, Scope(), Tier.ECONOMY, 1.0, "s", Mode.DEGRADED, at, at + timedelta(1),
    ...     OnExpiry.HOLD, "why", path=(Tier.PREMIUM,))
    >>> [tier.value for tier in tiers_up(economy)]
    ['premium']
    """
    way: list[Tier] = []
    for tier in reversed(decision.path or LADDER):
        if rank(tier) < rank(way[-1] if way else decision.tier):
            way.append(tier)
    return tuple(way)


def dwell_s(row: Row, otherwise_s: float) -> float:
    """Return the shortest time between two steps up of a row's decision, in seconds."""
    said = None if row.verdict.decision is None else row.verdict.decision.up_dwell_s
    return otherwise_s if said is None else said


def _steps(row: Row, at_s: float, dwell_s: float, *, waits: bool) -> Iterator[Row]:
    """One decision's tiers below the top, each with the instant at which it is left."""
    if row.verdict.decision is not None:
        leaves_at_s = at_s if waits else at_s - dwell_s
        for n, tier in enumerate((row.verdict.decision.tier, *tiers_up(row.verdict.decision)), start=1):
            if rank(tier) > 0:
                yield row._replace(until_s=leaves_at_s + n * dwell_s, verdict=_at(tier, row))


def _at(tier: Tier, row: Row) -> Verdict:
    return Verdict(tier, row.verdict.decision)
