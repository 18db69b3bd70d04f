"""``/metrics``: what Burnline knows about itself and about the traffic it watches, for Prometheus.

Families are a table (:mod:`dashboards.metrics.families`). Totals about requests and cost come from
the store, so they survive a restart. The truth may step back for a moment, when a late span moves a request to another
route; a counter that steps back reads as a restart in Prometheus, so a total waits until the truth has caught up.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response
from prometheus_client.core import (
    CollectorRegistry,
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder

from analytics.answering import Clock
from analytics.api import Goals
from analytics.notation import NS_PER_S
from analytics.totals import request_totals, stored_rows
from collector.accounts import Accounts
from collector.store import Store
from dashboards.metrics.families import FAMILIES, Kind, Labels, Samples
from dashboards.metrics.goal_metrics import counter_samples, spend_samples

_METRICS = {
    Kind.COUNTER: CounterMetricFamily,
    Kind.GAUGE: GaugeMetricFamily,
    Kind.HISTOGRAM: HistogramMetricFamily,
}


def _nothing() -> float:
    return 0.0


@dataclass(frozen=True, slots=True)
class Vitals:
    """What only the running process can say about itself; each is asked at every scrape."""

    ingest_queue_depth: Callable[[], float] = _nothing
    """Requests that wait for their commit."""
    derivation_lag_s: Callable[[], float] = _nothing
    """Age of the oldest stored batch that answers do not show yet, in seconds; 0 when there is none."""
    store_bytes: Callable[[], float] = _nothing
    """Size of the data directory."""


@dataclass(slots=True, eq=False)
class BurnlineCollector:
    """Gathers the families at a scrape."""

    store: Store
    accounts: Accounts
    vitals: Vitals
    now: Clock
    goals: Goals = field(default_factory=Goals)
    told: Callable[[], Iterable[tuple[str, Samples]]] = tuple
    """What the parts that tell say about themselves."""
    _reached: dict[tuple[str, Labels], float] = field(default_factory=dict)

    def collect(self) -> Iterator[Metric]:
        """Yield every family once."""
        started_ns = self.now()
        missing = dict(FAMILIES)
        for gather in (self._accounts, self._traffic, self._goals, self._store, self._process, self.told):
            for name, samples in gather():
                missing.pop(name)
                yield self._family(name, samples)
        yield from (self._family(name, ()) for name in missing if name != "burnline_scrape_duration_seconds")
        yield self._family("burnline_scrape_duration_seconds", _one((self.now() - started_ns) / NS_PER_S))

    def _accounts(self) -> Iterator[tuple[str, Samples]]:
        lines = self.accounts.lines()
        kept = [((c.signal, c.outcome, c.reason), float(c.value)) for c in lines if c.outcome != "refused"]
        yield "burnline_records", kept
        refused = [((c.signal, c.reason), float(c.value)) for c in lines if c.outcome == "refused"]
        yield "burnline_refused_requests", refused

    def _traffic(self) -> Iterator[tuple[str, Samples]]:
        totals = request_totals(self.store)
        by_status: Counter[Labels] = Counter()
        for row in totals:
            by_status[row.tenant or "", row.route or "", "ok"] += row.requests - row.errors
            by_status[row.tenant or "", row.route or "", "error"] += row.errors
        yield "burnline_requests", [(labels, float(value)) for labels, value in by_status.items()]
        named = [((row.tenant or "", row.route or ""), row) for row in totals]
        yield "burnline_unpriced_requests", [(labels, float(row.unpriced_requests)) for labels, row in named]
        yield "burnline_cost_usd", [(labels, float(row.cost_usd)) for labels, row in named]

    def _goals(self) -> Iterator[tuple[str, Samples]]:
        yield from counter_samples(self.store, self.goals.objectives)
        yield from spend_samples(self.goals.spending, self.now())

    def _store(self) -> Iterator[tuple[str, Samples]]:
        yield "burnline_stored_rows", [((table,), float(count)) for table, count in stored_rows(self.store).items()]
        health = self.store.health()
        yield "burnline_store_free_bytes", _one(health.free_bytes)
        yield "burnline_store_readable", _one(health.readable)
        yield "burnline_store_writable", _one(health.writable)
        yield "burnline_store_quarantined_logs", _one(len(health.quarantined))

    def _process(self) -> Iterator[tuple[str, Samples]]:
        yield "burnline_ingest_queue_depth", _one(self.vitals.ingest_queue_depth())
        yield "burnline_derivation_lag_seconds", _one(self.vitals.derivation_lag_s())
        yield "burnline_store_bytes", _one(self.vitals.store_bytes())

    def _family(self, name: str, samples: Samples) -> Metric:
        family = FAMILIES[name]
        metric = _METRICS[family.kind](family.name, family.text, labels=family.labels)
        for labels, value in samples:
            told = self._never_back(name, labels, value) if family.kind is Kind.COUNTER else value
            metric.add_metric(labels, told)
        gathered: Metric = metric
        return gathered

    def _never_back(self, name: str, labels: Labels, value: float) -> float:
        reached = max(value, self._reached.get((name, labels), 0.0))
        self._reached[name, labels] = reached
        return reached


def router(collector: BurnlineCollector) -> APIRouter:
    """Build ``/metrics``: OpenMetrics for who accepts it, else the Prometheus text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(collector)
    routes = APIRouter(tags=["operation"])

    @routes.get("/metrics", response_class=Response, summary="Metrics for Prometheus")
    def metrics(request: Request) -> Response:
        """Gather every family now."""
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(registry), headers={"Content-Type": content_type})

    return routes


def directory_bytes(directory: Path) -> int:
    """Add up the sizes of the files in a directory; one that goes meanwhile counts as nothing."""
    return sum(_size(entry) for entry in directory.rglob("*"))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except FileNotFoundError:
        return 0


def _one(value: float) -> Sequence[tuple[Labels, float]]:
    return [((), float(value))]
