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
