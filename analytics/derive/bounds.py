"""The upper bounds of histograms, ascending. Thresholds of objectives are among those of requests.

So the share of requests within a threshold is exact: bucket / count. A bound that comes later takes its part from then
on: what was counted before stays in the bucket above it, and no sum ever falls.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.slo.kinds import Sli, Unit
from analytics.slo.objective import Objective

REQUESTS_MS = (50.0, 100.0, 250.0, 500.0, 1e3, 2.5e3, 5e3, 1e4, 3e4, 6e4, 12e4)
STAGES_MS = (1.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1e3, 2.5e3, 5e3, 1e4, 3e4, 6e4)
CALLS_MS = tuple(10.0 * 2**doubled for doubled in range(14))
"""The bounds of the conventions for gen_ai.client.operation.duration, as milliseconds."""
MEASURES = (*(tenth / 10 for tenth in range(11)), 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0, 1e3, 1e4, 1e5, 1e6)
"""Scores from 0 to 1, counts of documents, and ages in seconds are all told as figures; 0 is a bound of its own."""
TOKENS = tuple(float(4**power) for power in range(14))
"""The bounds of the conventions for gen_ai.client.token.usage."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The bounds of histograms that follow from what was promised."""

    requests_ms: Sequence[float] = REQUESTS_MS
    first_chunks_ms: Sequence[float] = REQUESTS_MS

    @classmethod
    def of(cls, objectives: Sequence[Objective]) -> "Bounds":
        """With the threshold of every objective about the duration of requests, or their first chunk, among them.

        >>> Bounds.of([Objective("fast", Sli.LATENCY, target=0.95, threshold_ms=2_000.0)]).requests_ms[4:7]
        (1000.0, 2000.0, 2500.0)
        """
        return cls(_with(objectives, Sli.LATENCY), _with(objectives, Sli.FIRST_CHUNK))


def _with(objectives: Sequence[Objective], sli: Sli) -> tuple[float, ...]:
    thresholds = {
        one.threshold_ms
        for one in objectives
        if one.sli is sli and one.unit is Unit.REQUEST and one.threshold_ms is not None
    }
    return tuple(sorted({*REQUESTS_MS, *thresholds}))
