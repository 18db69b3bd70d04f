"""Swaps that were taken back: what answered before a swap answers again, and what came instead answers no more.

Between two calls of a version that answers with probability p, n others in a row come with probability (1 - p)^n: it is
gone where that is less than one in a thousand, by its share of the calls while it answered.
"""

from dataclasses import dataclass
from math import ceil, log, log1p

from collector.store import Store, queries_of

_QUERY = queries_of("analytics.drift")["drift_back"]
_LEAST = 10
"""Calls of what is back, of a version that answered all of them."""
_CHANCE = 0.001


@dataclass(frozen=True, slots=True)
class Versions:
    """What answered for a model before and since, by name or by fingerprint."""

    model: str
    before: str
    after: str
    fingerprint: bool = False


def back_ns(store: Store, versions: Versions, at_ns: int, until_ns: int) -> int | None:
    """When what came with a swap answered last, if what was there before is back; None while it goes on."""
    asked = {
        "model": versions.model,
        "before": versions.before,
        "after": versions.after,
        "fingerprint": versions.fingerprint,
        "start_ns": at_ns,
        "until_ns": until_ns,
    }
    rows = store.run(_QUERY, asked).to_pylist()
    if not rows or rows[0]["back_calls"] < needed(rows[0]["after_calls"] / rows[0]["calls"]):
        return None
    last_ns: int = rows[0]["last_ns"]
    return last_ns


def needed(share: float) -> int:
    """Calls in a row without a version that had this share of them, until it is gone.

    >>> needed(1.0), needed(0.5), needed(0.05)
    (10, 10, 135)
    """
    return _LEAST if share >= 1 else max(_LEAST, ceil(log(_CHANCE) / log1p(-share)))
