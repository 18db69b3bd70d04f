"""Every family on ``/metrics``: a table, so that the page of metric names cannot miss one."""

from collections.abc import Iterable
from dataclasses import dataclass

from alerts.delivery.vitals import FAMILIES as TOLD
from analytics.slo.rules.counters import COUNTERS, LABELS
from analytics.slo.rules.spend import GAUGES

Labels = tuple[str, ...]
Samples = Iterable[tuple[Labels, float]]


@dataclass(frozen=True, slots=True)
class Family:
    """One metric: name without ``_total``, its labels, and whether it only grows."""

    name: str
    text: str
    labels: Labels = ()
    grows: bool = False


FAMILIES = {
    family.name: family
    for family in (
        Family("burnline_records", "Records by what became of them.", ("signal", "outcome", "reason"), grows=True),
        Family("burnline_refused_requests", "OTLP requests refused whole.", ("signal", "reason"), grows=True),
        Family("burnline_requests", "Requests of the watched service.", ("route", "status"), grows=True),
        Family("burnline_unpriced_requests", "Requests not priced, or only in part.", ("tenant", "route"), grows=True),
        Family("burnline_cost_usd", "Cost of requests, rounded to a float.", ("tenant", "route"), grows=True),
        Family("burnline_stored_rows", "Rows by table.", ("table",)),
        Family("burnline_ingest_queue_depth", "OTLP requests waiting for their commit."),
        Family("burnline_derivation_lag_seconds", "Age of the oldest batch that answers do not show yet."),
        Family("burnline_store_bytes", "Size of the data directory."),
        Family("burnline_store_free_bytes", "Free space where the data lives."),
        Family("burnline_store_readable", "1 when a read of the store works."),
        Family("burnline_store_writable", "1 when a write to the store works."),
        Family("burnline_store_quarantined_logs", "Write-ahead logs set aside as unreadable."),
        *(Family(counter.name, counter.text, LABELS, grows=True) for counter in COUNTERS),
        *(Family(told.name, told.text, told.labels, told.grows) for told in TOLD),
        *(Family(gauge.name, gauge.text, gauge.labels) for gauge in GAUGES),
        Family("burnline_scrape_duration_seconds", "How long it took to gather this page."),
    )
}
"""Every family, by name."""
