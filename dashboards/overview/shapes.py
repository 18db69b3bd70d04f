"""The shape of ``/v1/overview``, exactly as JSON shows it."""

from analytics.notation import Instant, Usd
from analytics.request_shapes import Answer
from dashboards.history import Step
from dashboards.overview.standing import RouteStanding


class Figures(Answer):
    """How one window went; the same figures as ``/v1/cost`` and ``/v1/latency`` say for it."""

    start: Instant
    """Included."""
    until: Instant
    """Excluded."""
    requests: int
    """Requests that ended in the window."""
    errors: int
    """Of these, the failed ones."""
    error_ratio: float | None
    """errors / requests; null without requests."""
    degraded_requests: int
    """Of these, the ones that were served degraded."""
    degraded_ratio: float | None
    """degraded / requests; null without requests."""
    unpriced_requests: int
    """Of these, the ones that could not be priced, or only in part: with any, the cost is a lower bound."""
    cost_usd: Usd | None
    """Exact sum of the priced ledger lines of the window; null when none has a price."""
    cost_per_request_usd: Usd | None
    """Of the requests that ended in the window, to 15 places; null when there are none or none is priced."""
    p50_ms: float | None
    """Of whole minutes, as ``/v1/latency`` widens the window; null without requests. So for the next two."""
    p95_ms: float | None
    """Nearest rank, from log buckets."""
    p99_ms: float | None
    """Nearest rank, from log buckets."""


class PeriodSpend(Answer):
    """What a calendar period has cost so far."""

    start: Instant
    """Start of the UTC day or month."""
    cost_usd: Usd | None
    """Exact sum of its priced ledger lines; null when none has a price."""
    unpriced_lines: int
    """Ledger lines without a price."""


class RouteNow(Answer):
    """One route in the window."""

    route: str | None
    """Null: requests that name no route."""
    requests: int
    """Requests that ended in the window."""
    errors: int
    """Of these, the failed ones."""
    degraded_requests: int
    """Of these, the ones that were served degraded."""
    cost_usd: Usd | None
    """Exact sum of its priced ledger lines."""
    p95_ms: float | None
    """Nearest rank, from log buckets; null without requests."""


class ObjectiveNow(Answer):
    """One objective, in short; ``/v1/slos`` has the windows."""

    name: str
    """As configured."""
    sli: str
    """availability, latency, first_chunk, cost, tokens, refusals or measure"""
    tenant: str | None
    """Null: every tenant."""
    route: str | None
    """Null: every route."""
    target: float
    """Share of requests that has to be good."""
    good_ratio: float | None
    """good / total in the period so far; null without requests."""
    remaining_ratio: float | None
    """Share of the error budget that is left, negative when overspent."""
    burn: float | None
    """In the window that pages soonest: error ratio / what the objective allows."""
    factor: float | None
    """Burn above which that window fires; null for an objective without windows."""
    exhausted_at: Instant | None
    """When the budget is gone at that pace; null when unknown or never."""
    status: str
    """firing (a page), ticket, ok or insufficient_data"""
    in_words: str
    """The same in one sentence."""
    in_force: bool
    """False while its definition waits for an approval."""


class BudgetNow(Answer):
    """One spend budget, in short; ``/v1/budgets`` has the plan."""

    name: str
    """As configured."""
    period: str
    """day, week, month, quarter or year"""
    amount_usd: Usd
    """What may be spent in the period."""
    spent_usd: Usd | None
    """Exact; null when there are lines and none has a price."""
    planned_usd: Usd
    """What would be spent by now if spend followed the plan."""
    exhausted_at: Instant | None
    """When the amount is gone if it goes on as it went so far; null when it lasts the period."""
    overrun_probability: float | None
    """That the period ends above its amount; null without a history."""
    status: str
    """within_plan, over_plan, exhausted or unknown"""


class Overview(Answer):
    """How the service does now, and what to look at."""

    evaluated_at: Instant
    """The window ends here."""
    now: Figures
    """The window asked for."""
    before: Figures
    """The window of the same length before it."""
    today: PeriodSpend
    """The UTC day so far."""
    month: PeriodSpend
    """The UTC month so far."""
    routes: tuple[RouteNow, ...]
    """Routes with requests or cost in the window, dearest first; at most 50."""
    standings: tuple[RouteStanding, ...]
    """Every steered route that the filters concern, in the order of the configuration."""
    steps: tuple[Step, ...]
    """The newest ten steps of the window."""
    slos: tuple[ObjectiveNow, ...] | None
    """Every objective, the loudest first; null where goals were not asked for."""
    budgets: tuple[BudgetNow, ...] | None
    """Every spend budget, in the order of the configuration; null where goals were not asked for."""
    next: str | None
    """Always null: there is one page."""


class GoalsNow(Answer):
    """Objectives and spend budgets, in short."""

    evaluated_at: Instant
    """Their windows end here."""
    slos: tuple[ObjectiveNow, ...]
    """Every objective, the loudest first."""
    budgets: tuple[BudgetNow, ...]
    """Every spend budget, in the order of the configuration."""
    next: str | None
    """Always null: there is one page."""
