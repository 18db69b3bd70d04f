"""Exemplars: a trace and a span for each bucket, the newest of the last minutes. Only OpenMetrics can say them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from prometheus_client.samples import Exemplar

from analytics.derive.bounds import CALLS_MS, Bounds
from analytics.exemplars import Example, call_examples, request_examples
from analytics.notation import NS_PER_S
from collector.store import Store
from dashboards.metrics.capping import Caps
from dashboards.metrics.families import Labels
from dashboards.metrics.observed import Examples

WITHIN_S = 120
"""How old a request may be to be shown: longer than a scrape interval, as Prometheus keeps what it once read."""
_OPERATIONS = {"model": "chat", "embedding": "embeddings"}


def examples(store: Store, caps: Caps, bounds: Bounds, now_ns: int) -> Mapping[str, Examples]:
    """By family what stands for the buckets of requests and calls."""
    from_ns = max(0, now_ns - WITHIN_S * NS_PER_S)
    requests = request_examples(store, from_ns, bounds.requests_ms)
    calls = call_examples(store, from_ns, CALLS_MS)
    return {
        "burnline_request_duration_seconds": _by_labels(
            ((caps.value("route", route), status), one) for one in requests for route, status in [one.words]
        ),
        "gen_ai_client_operation_duration_seconds": _by_labels(
            ((operation(stage), caps.value("provider", provider), *(caps.value("model", word) for word in models)), one)
            for one in calls
            for stage, provider, *models in [one.words]
        ),
    }


def operation(stage: str) -> str:
    """What the conventions call a kind of span; others keep their name."""
    return _OPERATIONS.get(stage, stage)


def _by_labels(found: Iterable[tuple[Labels, Example]]) -> Examples:
    told: defaultdict[Labels, dict[float, Exemplar]] = defaultdict(dict)
    for labels, one in found:
        ids = {"trace_id": one.trace_id, "span_id": one.span_id}
        told[labels][one.bound] = Exemplar(ids, one.duration_ns / NS_PER_S, one.ended_ns / NS_PER_S)
    return told
