"""The evidence gate in the words of PromQL, which has no Beta distribution.

Ours asks for P(p > ratio) >= confidence under the posterior Beta(bad + 1/2, good + 1/2). That is so from a number of
bad events on, which grows with the number of events; here it is approximated by its normal limit and the first
correction for skew (Cornish and Fisher 1938), z being the quantile of the confidence:

    bad >= ratio x events + z x sqrt(ratio x (1 - ratio) x events) + (z^2 - 1) x (1 - 2 x ratio) / 6

Over 1 to 10,000 events and ratios of 0.001 to 0.9 this is never more than one event away from the posterior, and hardly
ever that far. A plain minimum of events would not do: with one that stops a single error of a hundred requests, a
service of ten requests an hour could be down for ever.

>>> gate = RatioGate.of(0.1344, Gate())
>>> [gate.least_bad(events) for events in (3, 20, 100)]  # the posterior says 2, 6 and 20
[2, 6, 20]
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

from analytics.slo.evidence import Gate
from analytics.slo.rules.promql import number


@dataclass(frozen=True, slots=True)
class RatioGate:
    """When so many bad events of so many show that the true ratio is above a limit."""

    ratio: float
    """The limit."""
    spread: float
    """Factor of the square root of the number of events."""
    offset: float
    minimum: int
    """Events that are needed in any case."""

    @classmethod
    def of(cls, ratio: float, gate: Gate) -> "RatioGate":
        """The gate of the configuration for one limit."""
        z = NormalDist().inv_cdf(gate.confidence)
        spread = z * math.sqrt(ratio * (1 - ratio))
        return cls(ratio, spread, (z * z - 1) * (1 - 2 * ratio) / 6, gate.minimum_requests)

    def least_bad(self, events: int) -> int:
        """The smallest number of bad events that is evidence; more than there are events: none is."""
        return math.ceil(self.ratio * events + self.spread * math.sqrt(events) + self.offset)

    def bound(self, events: str) -> str:
        """The error ratio that is evidence, over a series of numbers of events."""
        sign, offset = ("-" if self.offset < 0 else "+"), number(abs(self.offset))
        return f"({number(self.ratio)} + {number(self.spread)} / sqrt({events}) {sign} {offset} / {events})"
