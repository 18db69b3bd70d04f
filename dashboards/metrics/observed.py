"""Histograms as Prometheus reads them: each bucket holds all below its bound."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from prometheus_client.samples import Exemplar
from prometheus_client.utils import floatToGoString

from dashboards.metrics.families import Labels

Bucket = tuple[str, float] | tuple[str, float, Exemplar]


@dataclass(slots=True)
class Observed:
    """One series: how many fell into each bucket, by its upper bound, and their sum."""

    counts: defaultdict[float, float] = field(default_factory=lambda: defaultdict(float))
    amount: float = 0.0

    def add(self, bound: float, count: float, amount: float) -> None:
        """Count some more."""
        self.counts[bound] += count
        self.amount += amount

    def buckets(self, bounds: Sequence[float], unit: float, examples: Mapping[float, Exemplar]) -> list[Bucket]:
        """What is at or below each bound, infinity the last; labels are bounds / ``unit``.

        What was counted below a bound that there no longer is belongs to the next one.

        >>> observed = Observed()
        >>> observed.add(50.0, 2, 60.0); observed.add(200.0, 1, 150.0)
        >>> observed.buckets([100.0, 500.0], 1000.0, {})
        [('0.1', 2.0), ('0.5', 3.0), ('+Inf', 3.0)]
        """
        waiting, reached, found = sorted(self.counts.items(), reverse=True), 0.0, []
        for bound in (*bounds, float("inf")):
            while waiting and waiting[-1][0] <= bound:
                reached += waiting.pop()[1]
            le = floatToGoString(bound / unit)  # type: ignore[no-untyped-call]  # the library has no types there
            found.append((le, reached, examples[bound]) if bound in examples else (le, reached))
        return found


@dataclass(frozen=True, slots=True)
class Histograms:
    """Every series of a family, the bounds it is told by, and what stands for its buckets."""

    bounds: Sequence[float]
    unit: float
    """Bounds in one of Prometheus' units: 1,000 milliseconds are a second."""
    amount_unit: float
    """The same of sums: a billion nanoseconds are a second."""
    series: Mapping[Labels, Observed]
    examples: Mapping[Labels, Mapping[float, Exemplar]] = field(default_factory=dict)

    def samples(self) -> Iterable[tuple[Labels, list[Bucket], float]]:
        """Labels, buckets and sum of each."""
        for labels, one in self.series.items():
            buckets = one.buckets(self.bounds, self.unit, self.examples.get(labels, {}))
            yield labels, buckets, one.amount / self.amount_unit
