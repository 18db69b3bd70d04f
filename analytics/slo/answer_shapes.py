"""The shapes of ``/v1/slos``, exactly as JSON shows them; the text under a field is its description there."""

from analytics.notation import Instant, Usd
from analytics.request_shapes import Answer


class WindowBurn(Answer):
    """One row of an objective's alert table, as it stands."""

    severity: str
    """page (moves the controller) or ticket"""
    budget_share: float
    """The share of the error budget whose loss within the long window fires."""
    long_s: float
    """Length of the long window, in seconds."""
    short_s: float
    """Length of the short window, in seconds."""
    factor: float
    """Burn above which it fires: budget share x period / long window."""
    long_burn: float | None
    """Error ratio in the long window / what the objective allows; null without requests."""
    short_burn: float | None
    """The same in the short window."""
    long_total: int | float
    """Judged in the long window: requests, spans, figures (by weight) or slices of time."""
    short_total: int | float
    """Judged in the short window."""
    posterior: float | None
    """Probability that the true burn in the long window is over the factor."""
    verdict: str
    """firing, ok or insufficient_data"""
    reason: str
    """Why the verdict is what it is."""
    rescaled: str | None
    """Why the factor is lower than the share asks for; null where it is not."""


class Standing(Answer):
    """How a budget stands."""

    total: int | float
    """Judged in the period so far: requests, spans, figures (by weight) or slices of time."""
    good: int | float
    """Of these, the good ones."""
    effective: float | None
    """How many equal figures would say as much as these weighted ones; null where nothing is weighted."""
    good_ratio: float | None
    """good / total; null without requests."""
    burn: float | None
    """Over the whole period so far: 1.0 spends the budget exactly."""
    remaining_ratio: float | None
    """Share of the error budget of the period that is left, negative when overspent."""
    exhausted_at: Instant | None
    """When it is gone at the burn of the shortest window with requests; null when unknown, never, or too far to say."""
    status: str
    """firing (a page), ticket, ok or insufficient_data; of an objective with groups the loudest of them"""
    in_words: str
    """The same in one sentence."""
    windows: tuple[WindowBurn, ...]
    """Every window that watches the burn."""


class SloGroup(Standing):
    """The budget of one value of the words an objective keeps budgets by."""

    name: str
    """Its values, or other: what has none, and what came after 200 groups were full."""
    tenant: str | None
    """Null where budgets are not by tenant, or nobody said one; so for the next seven."""
    team: str | None
    """The team."""
    feature: str | None
    """The feature."""
    route: str | None
    """The route."""
    environment: str | None
    """The environment."""
    stage: str | None
    """The kind of span."""
    provider: str | None
    """The provider."""
    model: str | None
    """The model."""


class Slo(Standing):
    """One objective over its period."""

    name: str
    """As configured."""
    objective_id: str
    """16 hex digits: the hash of what decides what is good."""
    sli: str
    """availability, latency, first_chunk, cost, tokens, refusals or measure"""
    unit: str
    """What is counted: request, span or measure."""
    target: float
    """Share of requests that has to be good."""
    tenant: str | None
    """Null: every tenant."""
    team: str | None
    """Null: every team."""
    feature: str | None
    """Null: every feature."""
    route: str | None
    """Null: every route."""
    environment: str | None
    """Null: every environment."""
    stage: str | None
    """Of spans: only this kind."""
    provider: str | None
    """Of spans: only this provider."""
    model: str | None
    """Of spans: only this model."""
    per: tuple[str, ...]
    """Words that every value seen of has a budget of its own."""
    threshold_ms: float | None
    """Of a latency or first_chunk objective: the longest good duration."""
    ceiling_usd: Usd | None
    """Of a cost objective: the highest good cost of one answer."""
    ceiling_tokens: int | None
    """Of a tokens objective: the most good tokens of one answer."""
    measure: str | None
    """Of a measure objective: the figure or evaluation."""
    at_least: float | None
    """The lowest good value."""
    at_most: float | None
    """The highest good value."""
    labels: tuple[str, ...]
    """The good labels."""
    times_baseline: float | None
    """The ceiling as a multiple of the median before; its figure of today is in the ceiling."""
    budgeting: str
    """occurrences, timeslices or ratio_timeslices"""
    time_slice_s: float
    """Length of a slice."""
    time_slice_target: float | None
    """The share of good requests that makes a slice good."""
    period_s: float
    """Length of the rolling period; of a calendar period the length that factors are derived from."""
    calendar: str | None
    """day, week, month, quarter or year; null: rolling."""
    time_zone: str
    """IANA zone of the calendar's edges."""
    period_start: Instant
    """Start of the period, included."""
    period_until: Instant | None
    """Start of the next; null: it rolls."""
    owner: str | None
    """Who answers for it."""
    description: str | None
    """What is promised, in words."""
    service: str | None
    """The service it is listed under."""
    runbook_url: str | None
    """What to do when it burns."""
    in_force: bool
    """Whether it pages and steers; false while its definition waits for an approval."""
    groups: tuple[SloGroup, ...]
    """Budgets by value; empty where there is one for all."""


class SloAnswer(Answer):
    """Every objective."""

    evaluated_at: Instant
    """Windows end here."""
    slos: tuple[Slo, ...]
    """In the order of the configuration."""
    next: str | None
    """Always null: there is one page."""
