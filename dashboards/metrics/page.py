"""``/metrics``: gathers every family at a scrape, for Prometheus."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock

from fastapi import APIRouter, Request
from fastapi.responses import Response
from prometheus_client.exposition import choose_encoder

from alerts.journal import Journal
from analytics.answering import Clock
from analytics.api import Goals
from analytics.changes.history import History
from analytics.derive.bounds import Bounds
from analytics.notation import NS_PER_S
from analytics.totals import last_ingested_ns, stored_rows, totals
from collector.accounts import Accounts
from collector.store import Store
from dashboards.metrics.capping import Caps
from dashboards.metrics.change_metrics import change_samples
from dashboards.metrics.columns import Columns
from dashboards.metrics.encoding import encoded
from dashboards.metrics.examples import examples
from dashboards.metrics.families import FAMILIES, Family, Samples
from dashboards.metrics.finding_metrics import finding_samples
from dashboards.metrics.goal_metrics import counter_samples, spend_samples
from dashboards.metrics.ledger import period_samples
from dashboards.metrics.observed import Histograms
from dashboards.metrics.process import Vitals, process_samples
from dashboards.metrics.settings import MetricsSettings
from dashboards.metrics.steering import Steps
from dashboards.metrics.traffic import traffic

Told = Samples | Columns | Histograms
Gathered = Iterator[tuple[str, Told]]
Page = Sequence[tuple[Family, Told]]
_SCRAPE = "burnline_scrape_duration_seconds"


@dataclass(slots=True, eq=False)
class BurnlineCollector:
    """Gathers the families at a scrape, one scrape at a time."""

    store: Store
    accounts: Accounts
    vitals: Vitals
    now: Clock
    goals: Goals = field(default_factory=Goals)
    told: Callable[[], Iterable[tuple[str, Samples]]] = tuple
    """What the parts that tell and steer say about themselves."""
    settings: MetricsSettings = field(default_factory=MetricsSettings)
    history: History | None = None
    """What changed; none: not told."""
    _bounds: Bounds = field(init=False)
    _steps: Steps = field(init=False)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._bounds = Bounds.of(self.goals.objectives)
        self._steps = Steps(Journal(self.store))

    def page(self, *, with_examples: bool) -> Page:
        """Every family once; examples are for who can read them."""
        with self._lock:
            started_ns = self.now()
            with ThreadPoolExecutor(1) as beside:  # a fifth less: 145 for 180 ms on two cores
                others = beside.submit(lambda: _kept(self._others()))
                found = _kept(self._traffic(with_examples)) | others.result()
            found[_SCRAPE] = [((), (self.now() - started_ns) / NS_PER_S)]
            return [(family, found.get(name, ())) for name, family in FAMILIES.items()]

    def _others(self) -> Gathered:
        """All that does not come from the totals."""
        yield from self._accounts()
        yield from self._steps.samples()
        yield from change_samples(self.history, self.now())
        yield from finding_samples(self.store, self.now())
        yield from counter_samples(self.store, self.goals.objectives)
        yield from spend_samples(self.goals.spending, self.now())
        yield from self._store()
        yield from self.vitals.samples()
        yield from process_samples()
        yield from self.told()

    def _accounts(self) -> Gathered:
        lines = self.accounts.lines()
        kept = [((c.signal, c.outcome, c.reason), float(c.value)) for c in lines if c.outcome != "refused"]
        yield "burnline_records", kept
        refused = [((c.signal, c.reason), float(c.value)) for c in lines if c.outcome == "refused"]
        yield "burnline_refused_requests", refused

    def _traffic(self, with_examples: bool) -> Gathered:  # noqa: FBT001 - one flag, passed on
        series, now_ns = totals(self.store), self.now()
        caps = Caps.of(series, self.settings)
        shown = examples(self.store, caps, self._bounds, now_ns) if with_examples else {}
        yield from traffic(series, caps, self._bounds, shown)
        yield from period_samples(self.store, caps, datetime.fromtimestamp(now_ns / NS_PER_S, UTC))

    def _store(self) -> Gathered:
        yield "burnline_stored_rows", [((table,), float(count)) for table, count in stored_rows(self.store).items()]
        last_ns = last_ingested_ns(self.store)
        last = [] if last_ns is None else [((), last_ns / NS_PER_S)]
        yield "burnline_last_span_ingested_timestamp_seconds", last
        health = self.store.health()
        yield "burnline_store_free_bytes", [((), float(health.free_bytes))]
        yield "burnline_store_readable", [((), float(health.readable))]
        yield "burnline_store_writable", [((), float(health.writable))]
        yield "burnline_store_quarantined_logs", [((), float(len(health.quarantined)))]


def _kept(gathered: Gathered) -> dict[str, Told]:
    return {name: told if isinstance(told, Columns | Histograms) else list(told) for name, told in gathered}


def router(collector: BurnlineCollector) -> APIRouter:
    """Build ``/metrics``: OpenMetrics for who accepts it, else the Prometheus text format."""
    routes = APIRouter(tags=["operation"])

    @routes.get("/metrics", response_class=Response, summary="Metrics for Prometheus")
    def metrics(request: Request) -> Response:
        """Gather every family now."""
        _, content_type = choose_encoder(request.headers.get("accept", ""))
        open_metrics = content_type.startswith("application/openmetrics-text")
        page = collector.page(with_examples=open_metrics)
        return Response(encoded(page, open_metrics=open_metrics), headers={"Content-Type": content_type})

    return routes
