"""Whatever a span may hold comes back through both APIs."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue, KeyValueList
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status, TracesData

from tests.analytics.derive.house import NOON, S
from tests.dashboards.trace_apis.exported import Shop
from tests.dashboards.trace_apis.go_types import TRACES, strays

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
LONG = st.integers(-(2**63), 2**63 - 1)
SCALAR = st.one_of(
    st.just(AnyValue()),
    st.builds(lambda x: AnyValue(string_value=x), TEXT),
    st.builds(lambda x: AnyValue(bool_value=x), st.booleans()),
    st.builds(lambda x: AnyValue(int_value=x), LONG),
    st.builds(lambda x: AnyValue(double_value=x), st.floats(allow_nan=False)),
    st.builds(lambda x: AnyValue(bytes_value=x), st.binary(max_size=4)),
)
VALUE = st.one_of(
    SCALAR,
    st.builds(lambda xs: AnyValue(array_value=ArrayValue(values=xs)), st.lists(SCALAR, max_size=3)),
    st.builds(
        lambda xs: AnyValue(kvlist_value=KeyValueList(values=[KeyValue(key=key, value=x) for key, x in xs.items()])),
        st.dictionaries(TEXT, SCALAR, max_size=3),
    ),
)
ATTRIBUTES = st.dictionaries(TEXT.map("x.{}".format), VALUE, max_size=4).map(
    lambda said: [KeyValue(key=key, value=value) for key, value in said.items()]
)
SPANS = st.builds(
    Span,
    span_id=st.just(b"\1" * 8),
    trace_state=TEXT,
    name=TEXT,
    kind=st.integers(0, 5),
    flags=st.integers(0, 2**32 - 1),
    start_time_unix_nano=st.integers(NOON, NOON + 3_600 * S),
    end_time_unix_nano=st.integers(0, NOON + 7_200 * S),
    attributes=ATTRIBUTES,
    events=st.lists(st.builds(Span.Event, name=TEXT, time_unix_nano=st.just(NOON), attributes=ATTRIBUTES), max_size=2),
    links=st.lists(st.builds(Span.Link, trace_id=st.just(b"\2" * 16), span_id=st.just(b"\3" * 8)), max_size=2),
    dropped_attributes_count=st.integers(0, 2**32 - 1),
    status=st.builds(Status, code=st.integers(0, 2), message=TEXT),
)


@pytest.fixture(scope="module")
def numbered():
    """A shop, and the numbers of its traces."""
    with (opened := Shop()).house:
        yield opened, iter(range(1, 1_000))


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(span=SPANS, resource=ATTRIBUTES)
def test_any_span_comes_back_as_it_was_sent_and_is_read_by_go(numbered, span, resource):
    shop, numbers = numbered
    span.trace_id = next(numbers).to_bytes(16, "big")
    sent = ResourceSpans(scope_spans=[ScopeSpans(spans=[span])])
    sent.resource.attributes.extend(resource)
    assert shop.house.offer(ExportTraceServiceRequest(resource_spans=[sent]).SerializeToString()).stored == 1
    path = f"traces/{span.trace_id.hex()}"
    told = TracesData.FromString(shop.ask(f"/tempo/api/{path}", {"accept": "application/protobuf"}).content)
    sent.scope_spans[0].scope.SetInParent()
    assert list(told.resource_spans) == [sent]
    assert shop.ask(f"/tempo/api/{path}", {"accept": "application/json"}).status_code == 200
    answer = shop.ask(f"/jaeger/api/{path}").json()
    assert strays(answer, TRACES) == []
    assert answer["data"][0]["spans"][0]["duration"] >= 0
