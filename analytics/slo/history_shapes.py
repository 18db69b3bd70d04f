"""The shapes of ``/v1/slos/{name}/history``, exactly as JSON shows them."""

from analytics.notation import Instant
from analytics.request_shapes import Answer


class HistoryWindow(Answer):
    """One row of the objective's alert table."""

    severity: str
    """page or ticket"""
    long_s: float
    """Length of the long window, in seconds."""
    short_s: float
    """Length of the short window, in seconds."""
    factor: float
    """Burn above which it fires."""


class HistoryRow(Answer):
    """How the budget stood at one instant, and what was judged since the row before."""

    at: Instant
    """Windows and the period end here, excluded."""
    total: int | float
    """Judged since the row before, or since `start`: requests, spans, figures (by weight) or slices of time."""
    bad: int | float
    """Of these, the bad ones."""
    burn: float | None
    """Over the whole period up to then: 1.0 spends the budget exactly; null when nothing was judged."""
    remaining_ratio: float | None
    """Share of the error budget of the period that was left, negative when overspent; null when nothing was judged."""
    long_burns: tuple[float | None, ...]
    """Burn in the long window of each of `windows`, in their order; null without anything judged."""
    short_burns: tuple[float | None, ...]
    """The same in the short windows."""


class SloHistory(Answer):
    """How one budget went."""

    name: str
    """The objective, as configured."""
    objective_id: str
    """16 hex digits: the hash of what decides what is good."""
    group: str | None
    """Of an objective with `per`: the value whose budget this is; null is everything."""
    target: float
    """Share that has to be good."""
    start: Instant
    """Start of the window shown; the start of the budget's period when left out."""
    until: Instant
    """Its end, cut to the whole minute."""
    step_s: int
    """Seconds between rows, whole slices where those are counted; the last row is at `until`."""
    period_s: float
    """Length of the rolling period; of a calendar period the length that factors are derived from."""
    calendar: str | None
    """day, week, month, quarter or year; null: rolling."""
    windows: tuple[HistoryWindow, ...]
    """Every window that watches the burn."""
    rows: tuple[HistoryRow, ...]
    """Oldest first."""
    next: str | None
    """Always null: there is one page."""
