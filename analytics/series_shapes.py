"""The shapes of ``/v1/series``, exactly as JSON shows them; the text under a field is its description there."""

from analytics.notation import Instant, Usd
from analytics.request_shapes import Answer
from analytics.sum_shapes import Group


class SeriesRow(Group):
    """One step of time, or one value of a dimension in it."""

    start: Instant
    """Start of the step, included; of the first one the start of the window."""
    until: Instant
    """Its end, excluded; of the last one the end of the window."""
    other: bool = False
    """Only with `by`: whether this is the sum of all values that have no rows of their own."""
    requests: int | None
    """Requests that ended in it; null where a request has no single value of the dimension or a filter."""
    failed: int | None
    """Of these, the failed ones."""
    refusals: int | None
    """Of the requests, those that were given no answer: a model declined, or a filter or a guardrail stepped in."""
    unpriced_requests: int | None
    """Of these, the ones that could not be priced, or only in part."""
    p50_ms: float | None
    """Nearest rank; null without observations."""
    p95_ms: float | None
    """Nearest rank; null without observations."""
    cost_usd: Usd | None
    """Exact sum of the priced ledger lines whose spans started in it; null when no line has a price."""
    list_cost_usd: Usd | None
    """The same at public prices; null when no line has one."""
    lines: int
    """Ledger lines."""
    unpriced_lines: int
    """Of these, the lines without a price: above 0 the cost is a lower bound."""
    input_tokens: int | None
    """Billed input tokens, cached ones included; null when no line tells any."""
    output_tokens: int | None
    """Billed output tokens, reasoning included; null when no line tells any."""


class SeriesAnswer(Answer):
    """Figures of a window, step by step."""

    start: Instant
    """The window used, start included."""
    until: Instant
    """The window used, until excluded."""
    step_s: int
    """Length of a step, in seconds; steps begin at whole multiples of it since 1970."""
    by: str | None
    """The dimension of the rows; null: one row a step."""
    values: tuple[str | None, ...]
    """Values with rows of their own, dearest in the window first; null is what has none."""
    stage: str | None
    """What was timed: request, or model where the question names models or providers; null: nothing could be."""
    error_ratio: float
    """How far a percentile can be off, from the width of the buckets."""
    rows: tuple[SeriesRow, ...]
    """By time, then in the order of `values`, `other` last. Without `by` every step has a row."""
    next: str | None
    """Always null: there is one page."""
