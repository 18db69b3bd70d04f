"""What is compared: the measures of a request, and which way is better."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure as the store sums it."""

    unit: str
    lower_is_better: bool
    share: bool = False
    """Whether it counts requests that are so."""


MEASURES = {
    "cost_usd": Measure("USD a request", lower_is_better=True),
    "latency_ms": Measure("ms, mean", lower_is_better=True),
    "slow_ratio": Measure("of requests, slower than the p95 of all", lower_is_better=True, share=True),
    "error_ratio": Measure("of requests", lower_is_better=True, share=True),
    "evaluation": Measure("mean score", lower_is_better=False),
    "outcome": Measure("of requests", lower_is_better=False, share=True),
}
"""By the word that the query has for it; evaluations and outcomes have a name of their own behind it."""


def measure_name(kind: str, name: str) -> str:
    """The word for a measure in answers.

    >>> measure_name("cost_usd", ""), measure_name("evaluation", "faithful")
    ('cost_usd', 'evaluation:faithful')
    """
    return f"{kind}:{name}" if name else kind
