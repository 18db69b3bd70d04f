"""Metrics are not kept, and nobody is told otherwise."""

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

from collector.accounts import Accounts
from collector.intake.metrics import refuse_metrics
from collector.signals import Malformed, Receipt, Signal
from collector.store import DuckDBStore
from tests.collector.intake.offering import pipeline_on, receipt


def metrics() -> bytes:
    request = ExportMetricsServiceRequest()
    sent = request.resource_metrics.add().scope_metrics.add().metrics
    for kind, points in (("gauge", 1), ("sum", 2), ("histogram", 3), ("exponential_histogram", 4), ("summary", 5)):
        data = getattr(sent.add(name=kind), kind)
        for _ in range(points):
            data.data_points.add()
    sent.add(name="without data")
    return request.SerializeToString()


async def test_every_data_point_is_rejected_with_a_reason_and_counted():
    accounts = Accounts()
    with pipeline_on(DuckDBStore(None), accounts) as pipeline:
        told = await receipt(pipeline, metrics(), Signal.METRICS)
    assert told == Receipt(received=15, rejected={"metrics_not_kept": 15})
    assert [(line.outcome, line.value) for line in accounts.lines()] == [("received", 15), ("rejected", 15)]


def test_an_empty_request_is_a_success():
    assert refuse_metrics(b"") == Receipt()


def test_garbage_is_refused():
    with pytest.raises(Malformed, match="not an ExportMetricsServiceRequest"):
        refuse_metrics(b"\xff")
