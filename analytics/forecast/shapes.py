"""The shapes of ``/v1/forecast``, exactly as JSON shows them; the text under a field is its description there.

Amounts are decimal strings whatever the figure: dollars to the millionth, requests and tokens whole. What was seen is
exact; what is forecast is an estimate.
"""

from analytics.notation import Instant, Usd
from analytics.request_shapes import Answer


class BacktestAnswer(Answer):
    """How such forecasts would have done: from earlier days, each with what was known then, as many steps ahead."""

    origins: int
    """Days, or hours, from which it was forecast again."""
    wape: float | None
    """Sum of absolute errors of steps / sum of what came; null where nothing came."""
    naive_wape: float | None
    """The same, had the last week simply come again."""
    pinball: float | None
    """Mean loss of the 10 %, 50 % and 90 % quantiles of steps / mean of what came: centre and intervals in one."""
    naive_pinball: float | None
    """The same of the last week, with intervals made the same way."""
    coverage_ratio: float | None
    """Share of steps that were in their 80 % interval."""
    sum_coverage_ratio: float | None
    """Share of sums of all steps that were in theirs."""


class ForecastRow(Answer):
    """One step: as it was, or as it may be."""

    start: Instant
    """Start of the step, included."""
    until: Instant
    """Its end, excluded; of the last one the end asked for."""
    days: tuple[str, ...]
    """What is known of its day: names of events, and which of the days around the end of a month it is."""
    seen: Usd | None
    """What was seen of it; null for steps to come."""
    expected: Usd | None
    """Of the whole step, what is seen included; null for steps that are over."""
    low: Usd | None
    """One in ten such steps is below."""
    high: Usd | None
    """One in ten such steps is above."""
    total_seen: Usd | None
    """Since the start, by the end of the step or by now; null for steps to come."""
    total_expected: Usd | None
    """Since the start, by the end of the step."""
    total_low: Usd | None
    """The same: one time in ten it is below. Not the sum of the steps' bounds, which are about single steps."""
    total_high: Usd | None
    """The same: one time in ten it is above."""


class ScenarioRow(Answer):
    """The end, if something grew or cost differently from now on."""

    scenario: str
    """As asked for; `as_is` comes first."""
    factor: float
    """What is still to come is so many times as much."""
    expected: Usd
    """At the end."""
    low: Usd | None
    """One time in ten it is below."""
    high: Usd | None
    """One time in ten it is above."""
    overrun_probability: float | None
    """That the end is above the amount; null without a budget."""
    exhausted_at: Instant | None
    """When the amount is gone, or was, to a quarter of an hour; null when it lasts, or without a budget."""
    exhausted_earliest_at: Instant | None
    """One time in ten it is gone before; null when even then it lasts."""
    exhausted_latest_at: Instant | None
    """One time in ten it is gone later; null when it may last."""


class ForecastAnswer(Answer):
    """A figure by the end of a period."""

    status: str
    """forecast or cannot_forecast"""
    reason: str | None
    """Of cannot_forecast: nothing_seen, too_little_history, too_far, unpriced or over."""
    explanation: str | None
    """The same in a sentence, with what would do."""
    figure: str
    """cost_usd, requests, input_tokens or output_tokens"""
    budget: str | None
    """The budget asked for; null: filters."""
    amount_usd: Usd | None
    """What may be spent in the period; null without a budget."""
    start: Instant
    """What was seen since counts as so far."""
    until: Instant
    """The end asked for, of the period when nothing is."""
    zone: str
    """IANA time zone of days and periods."""
    evaluated_at: Instant
    """Seen up to here."""
    step: str
    """day or hour: what a row is"""
    history_start: Instant | None
    """The oldest whole step looked at; null when nothing was seen."""
    history_steps: int
    """Whole steps looked at."""
    so_far: Usd | None
    """Exact, since the start; null when there are ledger lines and none has a price."""
    unpriced_lines: int
    """Ledger lines of the history without a price: above 0 everything here is a lower bound."""
    level: float
    """Of the intervals: the share of what comes that is within."""
    expected: Usd | None
    """At the end; null with cannot_forecast, as everything below."""
    low: Usd | None
    """One time in ten the end is below."""
    high: Usd | None
    """One time in ten the end is above."""
    overrun_probability: float | None
    """That the end is above the amount, between 0.005 and 0.995 as long as it is open; null without a budget."""
    exhausted_at: Instant | None
    """When the amount is gone, as expected, or was, to a quarter of an hour; null when it lasts the period, or without
    a budget."""
    exhausted_earliest_at: Instant | None
    """One time in ten it is gone before; null when even then it lasts."""
    exhausted_latest_at: Instant | None
    """One time in ten it is gone later; null when it may last."""
    backtest: BacktestAnswer | None
    """How good such forecasts were."""
    scenarios: tuple[ScenarioRow, ...]
    """Empty when none was asked for."""
    rows: tuple[ForecastRow, ...]
    """Steps since the start, and those to come; oldest first."""
    next: str | None
    """Always null: there is one page."""
