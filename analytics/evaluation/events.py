"""Results as ``gen_ai.evaluation.result`` events over OTLP/HTTP: a server stores them, and objectives count them.

One event for each item and metric, with the score, and `pass` or `fail` where it is yes or no; about the span or the
response that the answer named. Its instant is the start of the run and a microsecond for each item before: a run told
twice is stored once, and items that name no trace are not taken for each other.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from analytics.evaluation.run import ItemResult, Run, RunMetric
from instrumentation import names
from instrumentation.evaluating import EVENT

RUN_ID = "burnline.evaluation.run_id"
ITEM_ID = "burnline.evaluation.item_id"
SOURCE = "burnline.evaluation.source"
"""`run`, or `human` for what people said."""
SCOPE = "burnline.eval"
NS_BETWEEN = 1_000
"""Between the instants of two items."""
_NS_PER_US = 1_000


@dataclass(frozen=True, slots=True)
class Event:
    """One result."""

    name: str
    at_ns: int
    score: float | None = None
    label: str | None = None
    explanation: str | None = None
    trace_id: str | None = None
    span_id: str | None = None
    response_id: str | None = None
    run_id: str | None = None
    item_id: str | None = None
    source: str = "run"


def run_events(run: Run) -> Iterator[Event]:
    """Every score of a run."""
    at_ns = instant_ns(run.started_at)
    run_id = run.run_id
    for place, item in enumerate(run.items):
        for metric in run.metrics:
            if metric.name in item.scores:
                yield _event(run_id, at_ns + place * NS_BETWEEN, item, metric)


def instant_ns(text: str) -> int:
    """Nanoseconds since 1970 of an instant with a zone.

    >>> instant_ns("1970-01-01T00:00:01.5Z")
    1500000000
    """
    since = datetime.fromisoformat(text) - datetime.fromisoformat("1970-01-01T00:00:00Z")
    return ((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds) * _NS_PER_US


def export_request(events: Iterable[Event]) -> ExportLogsServiceRequest:
    """One request with these events."""
    request = ExportLogsServiceRequest()
    scope = request.resource_logs.add().scope_logs.add()
    scope.scope.name = SCOPE
    for event in events:
        record = scope.log_records.add(event_name=EVENT, time_unix_nano=event.at_ns)
        if event.trace_id is not None:
            record.trace_id = bytes.fromhex(event.trace_id)
            record.span_id = bytes.fromhex(event.span_id or "")
        for key, value in _said(event).items():
            item = record.attributes.add(key=key)
            if isinstance(value, float):
                item.value.double_value = value
            else:
                item.value.string_value = value
    return request


def _event(run_id: str, at_ns: int, item: ItemResult, metric: RunMetric) -> Event:
    score = item.scores[metric.name]
    label = ("pass" if score == 1 else "fail") if metric.yes_or_no and score in {0.0, 1.0} else None
    return Event(
        name=metric.name,
        at_ns=at_ns,
        score=score,
        label=label,
        trace_id=item.trace_id,
        span_id=item.span_id,
        response_id=item.response_id,
        run_id=run_id,
        item_id=item.item_id,
    )


def _said(event: Event) -> dict[str, float | str]:
    said = {
        names.EVALUATION_NAME: event.name,
        names.EVALUATION_SCORE: event.score,
        names.EVALUATION_LABEL: event.label,
        names.EVALUATION_EXPLANATION: event.explanation,
        names.RESPONSE_ID: event.response_id,
        RUN_ID: event.run_id,
        ITEM_ID: event.item_id,
        SOURCE: event.source,
    }
    return {key: value for key, value in said.items() if value is not None}
