"""Which figures are watched, and how each follows from the sums of a step.

A figure is a sum of the step, or a sum for each of what it is counted over. Where too little was counted there is no
figure, and nothing is judged.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure."""

    name: str
    unit: str
    title: str
    """As people read it."""
    of: str
    """The sum it is made of: a column of ``finding_steps.sql``."""
    over: str | None
    """What the sum is divided by, which is what has to be enough; None: the sum of the step itself."""
    ready: bool = False
    """``of`` is the figure already; ``over`` only counts."""

    def figure(self, sums: Mapping[str, Any], least: int) -> float | None:
        """Make the figure of a step; None where too little was counted.

        >>> MEASURES["error_ratio"].figure({"errors": 3, "requests": 60}, least=10)
        0.05
        >>> MEASURES["error_ratio"].figure({"errors": 3, "requests": 9}, least=10)
        """
        value = sums[self.of]
        if value is None:
            return None
        if self.over is None:
            return float(value)
        counted = sums[self.over]
        if counted is None or counted < least:
            return None
        return float(value) if self.ready else float(value) / float(counted)


_ALL = (
    Measure("cost", "USD", "cost", "cost_usd", None),
    Measure("cost_per_request", "USD", "cost of a request", "cost_usd", "priced_requests"),
    Measure("input_tokens", "tokens", "input tokens of a request", "input_tokens", "telling_requests"),
    Measure("output_tokens", "tokens", "length of an answer", "output_tokens", "telling_requests"),
    Measure("p95_ms", "ms", "p95 of the latency", "p95_ms", "requests", ready=True),
    Measure("error_ratio", "ratio", "share of errors", "errors", "requests"),
    Measure("refusal_ratio", "ratio", "share of refusals", "refusals", "requests"),
)
MEASURES: Mapping[str, Measure] = {one.name: one for one in _ALL}
TOLD = "told:"
"""Before the name of a figure that spans or evaluations tell: ``told:cache.hit``, ``told:retrieval.score`` ..."""


def measure_of(name: str) -> Measure:
    """Find a measure, also of what is told.

    >>> measure_of("told:cache.hit").title
    'cache.hit'
    """
    found = MEASURES.get(name)
    return found or Measure(name, "", name.removeprefix(TOLD), "value", "events")


def figures_of(sums: Mapping[str, Any], least: int) -> Iterator[tuple[str, float]]:
    """Every figure that a step of a scope has."""
    for measure in _ALL:
        value = measure.figure(sums, least)
        if value is not None:
            yield measure.name, value
