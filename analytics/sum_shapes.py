"""The shapes of sums and percentiles, exactly as JSON shows them."""

from analytics.notation import Instant, Usd
from analytics.request_shapes import Answer


class Group(Answer):
    """What a row is about: only the dimensions named in ``by`` are there, and null among these means unallocated."""

    tenant: str | None = None
    """Who the request was for."""
    team: str | None = None
    """The team that owns the feature."""
    feature: str | None = None
    """The feature that asked."""
    route: str | None = None
    """The route it took."""
    tier: str | None = None
    """The tier it was served at."""
    environment: str | None = None
    """deployment.environment.name"""
    cost_center: str | None = None
    """Who pays."""
    project: str | None = None
    """The provider's project or workspace."""
    provider: str | None = None
    """The provider of the model."""
    model: str | None = None
    """The model."""
    usage_class: str | None = None
    """The disjoint kind of billed quantity."""
    purpose: str | None = None
    """What it was for: answer, retry, fallback, failed_attempt, embedding, rerank, judge, guardrail, tool ..."""
    price_id: str | None = None
    """The price that rated it: /v1/prices/rows/{price_id} has the row; null: unpriced."""
    stage: str | None = None
    """request (the whole of it) or the kind of a span."""
    day: str | None = None
    """UTC day, 2026-11-21."""
    hour: Instant | None = None
    """The start of a UTC hour."""


class Coverage(Answer):
    """How much of what was billed has a price."""

    lines: int
    """Ledger lines."""
    unpriced_lines: int
    """Of these, the lines without a price."""
    priced_ratio: float | None
    """Priced lines / lines; null without lines. A line that a resource of one's own served counts as priced."""
    tokens: str
    """Billed tokens, whatever they cost."""
    unpriced_tokens: str
    """Of these, tokens of lines without a price."""
    priced_token_ratio: float | None
    """Priced tokens / tokens; null without tokens."""
    priced_request_ratio: float | None
    """Requests that could be priced in full / requests; null without requests, and where they cannot be counted."""


class CostSums(Answer):
    """Sums over ledger lines and, where it can be said, over requests."""

    cost_usd: Usd | None
    """Exact sum of the priced lines whose spans started in the window; null when no line has a price."""
    list_cost_usd: Usd | None
    """The same at public prices; null when no line has one."""
    coverage: Coverage
    """Below 1 the cost is a lower bound."""
    quantities: dict[str, str]
    """Billed quantity by usage class, unpriced included."""
    requests: int | None
    """Requests that ended in the window; null where a request has no single value of the grouping or filter."""
    errors: int | None
    """Of these, the failed ones."""
    refusals: int | None
    """Of the requests, those that were given no answer: a model declined, or a filter or a guardrail stepped in."""
    degraded_requests: int | None
    """Of these, the ones that were served degraded."""
    unpriced_requests: int | None
    """Of these, the ones that could not be priced, or only in part."""
    cost_per_1000_requests_usd: Usd | None
    """Of the requests that ended in the window, to 15 places; null when there are none or none is priced."""
    cost_per_ok_request_usd: Usd | None
    """All their cost / those that did not fail: failures make every answer dearer. Null as above."""


class CostRow(CostSums, Group):
    """The sums of one group."""


class CostAnswer(Answer):
    """Cost in a window, by group."""

    start: Instant
    """The window used, start included."""
    until: Instant
    """The window used, until excluded."""
    by: tuple[str, ...]
    """The dimensions of the rows."""
    rows: tuple[CostRow, ...]
    """By time where asked for, then dearest first."""
    totals: CostSums
    """Over all groups, on every page."""
    next: str | None
    """Pass it as cursor for the page after this one; null at the end."""


class LatencySums(Answer):
    """Durations of one group, read from log buckets."""

    count: int
    """Durations observed."""
    errors: int
    """Of these, the failed ones."""
    refusals: int
    """Of the durations, those of what was given no answer: a model declined, or a filter or a guardrail stepped in."""
    p50_ms: float | None
    """Nearest rank; null without observations."""
    p95_ms: float | None
    """Nearest rank; null without observations."""
    p99_ms: float | None
    """Nearest rank; null without observations."""


class LatencyRow(LatencySums, Group):
    """The percentiles of one group."""


class LatencyAnswer(Answer):
    """Latency in a window, by group."""

    start: Instant
    """The window used: widened to the whole minute."""
    until: Instant
    """The window used: widened to the whole minute."""
    by: tuple[str, ...]
    """The dimensions of the rows."""
    stage: str | None
    """What was timed: request, or the kind of a span; null when the rows say it."""
    error_ratio: float
    """How far a percentile can be off, from the width of the buckets (for durations from one microsecond up)."""
    rows: tuple[LatencyRow, ...]
    """By time where asked for, then most observations first."""
    next: str | None
    """Pass it as cursor for the page after this one; null at the end."""
