"""How a reader is doing is there for health checks and as OpenTelemetry metrics."""

import pytest
from opentelemetry import metrics
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from instrumentation import reader_status
from instrumentation.downgrade import Scope
from tests.instrumentation.decisions import decision, eventually, fresh_board, publish, publishing
from tests.instrumentation.test_reader import reading


@pytest.fixture
def collected(monkeypatch):
    """What is measured from here on: name to the points of it."""
    store = InMemoryMetricReader()
    provider = MeterProvider([store], shutdown_on_exit=False)
    monkeypatch.setattr(metrics._internal, "_METER_PROVIDER", provider)
    reader_status._READERS.clear()
    reader_status._instruments.cache_clear()

    def points():
        data = store.get_metrics_data()
        scopes = [scope for resource in data.resource_metrics for scope in resource.scope_metrics] if data else []
        return {metric.name: list(metric.data.data_points) for scope in scopes for metric in scope.metrics}

    yield points
    provider.shutdown()
    reader_status._instruments.cache_clear()


def test_a_reader_is_measured_for_as_long_as_it_lives(collected):
    board = fresh_board()
    with publishing(board) as url, reading(url, name="pod-7") as reader:
        publish(board, decision(), decision(scope=Scope("acme")))
        assert eventually(lambda: reader.status().decisions == 2)
        found = collected()
    assert found["burnline.reader.decisions"][0].value == 2
    assert found["burnline.reader.sequence"][0].value == 1
    assert 0 <= found["burnline.reader.age"][0].value < 5
    assert dict(found["burnline.reader.age"][0].attributes) == {"burnline.reader": "pod-7"}


def test_errors_are_counted_by_kind(collected):
    with reading("http://127.0.0.1:9", name="pod-7") as reader:
        assert eventually(lambda: reader.status().errors.get("unreachable"))
        [point] = collected()["burnline.reader.errors"]
    assert dict(point.attributes) == {"burnline.reader": "pod-7", "error.type": "unreachable"}
    assert point.value >= 1


def test_before_the_first_answer_there_is_no_age(collected):
    with reading("http://127.0.0.1:9"):
        assert "burnline.reader.age" not in collected()
