"""A real tracer provider with an in-memory exporter for each test, and a fault counter that begins at nothing."""

from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from instrumentation.fault_log import forget_faults


class Spans:
    """What was exported, in the order it ended."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        self.provider = TracerProvider(shutdown_on_exit=False)
        self.add(SimpleSpanProcessor(self._exporter))

    def add(self, processor: SpanProcessor) -> None:
        self.provider.add_span_processor(processor)

    def all(self) -> list[ReadableSpan]:
        return list(self._exporter.get_finished_spans())

    def one(self, kind: str | None = None) -> ReadableSpan:
        found = [span for span in self.all() if kind is None or span.attributes.get("burnline.kind") == kind]
        assert len(found) == 1, [span.name for span in self.all()]
        return found[0]

    def names(self) -> list[str]:
        return [span.name for span in self.all()]


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[Spans]:
    recorded = Spans()
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", recorded.provider)
    yield recorded
    recorded.provider.shutdown()


@pytest.fixture(autouse=True)
def _nothing_left_behind() -> Iterator[None]:
    forget_faults()
    yield
    forget_faults()
    assert trace.get_current_span() is trace.INVALID_SPAN, "a test left a span in the context"
