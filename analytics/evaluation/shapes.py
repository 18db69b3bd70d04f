"""The shapes of answers about evaluations, exactly as JSON shows them."""

from typing import Any

from analytics.notation import Instant
from analytics.request_shapes import Answer


class SampleAnswer(Answer):
    """Questions drawn from stored requests."""

    start: Instant
    """The window used, start included."""
    until: Instant
    """The window used, until excluded."""
    seed: int
    """Decided the order; the same seed over the same requests draws the same."""
    items: tuple[dict[str, Any], ...]
    """Lines of a golden set: id, question, class, provenance."""
    requests: dict[str, int]
    """Class -> requests of it in the window; `rare` are of none."""
    left_out: dict[str, int]
    """Reason -> requests that were drawn and made no item."""


class EvaluationRow(Answer):
    """One evaluation by its name and who says it."""

    name: str
    """A metric, or what an evaluator calls itself."""
    source: str | None
    """run (over a golden set), human, or null: an evaluator of traffic."""
    results: int
    """How many were told."""
    scored: int
    """How many have a score."""
    mean_score: float | None
    """Of those; null without any."""
    low: float | None
    """Lower end of its 95 % interval; null where it cannot be told."""
    high: float | None
    """Upper end."""
    passed: int
    """Labelled pass."""
    failed: int
    """Labelled fail."""
    about_requests: int
    """How many are about a request that is stored."""
    first_at: Instant
    """The earliest."""
    last_at: Instant
    """The latest."""


class EvaluationPage(Answer):
    """What was evaluated in a window."""

    start: Instant
    """The window used, start included."""
    until: Instant
    """The window used, until excluded."""
    evaluations: tuple[EvaluationRow, ...]
    """By name and source."""
    next: str | None
    """Pass it as cursor for the page after this one; null at the end."""


class RunRow(Answer):
    """One metric of one run over a golden set, as it was sent."""

    run_id: str
    """32 hex digits, as in the reports of the gate."""
    started_at: Instant
    """When its questions began to be asked."""
    name: str
    """The metric."""
    items: int
    """Results."""
    scored: int
    """Results with a score."""
    mean_score: float | None
    """Of those; null without any."""
    traces: int
    """Different traces they are about."""


class RunPage(Answer):
    """Runs that were sent, the newest first."""

    start: Instant
    """The window used, start included."""
    until: Instant
    """The window used, until excluded."""
    runs: tuple[RunRow, ...]
    """The newest first; a row for each metric."""
    next: str | None
    """Pass it as cursor for the page after this one; null at the end."""
