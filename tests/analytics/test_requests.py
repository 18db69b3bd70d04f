"""Lists that stay put, filters that filter, attributes as they were sent."""

import random

import pyarrow as pa
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue, KeyValueList

from analytics.paging import page_of
from analytics.questions import BadParameter, NotFound
from analytics.requests import RequestParams, request, request_page
from tests.analytics.stored import MINUTE, NOON, Line, S, Stored, put, store_with

NOW = NOON + 60 * MINUTE


def numbers(page) -> list[int]:
    return [int(found.trace_id, 16) for found in page.requests]


def listed(store, **params) -> list[int]:
    return numbers(request_page(store, RequestParams(**params), NOW))


def test_pages_together_are_the_whole_window_newest_first():
    spread = [Stored(number=n, started_at=NOON + (n // 3) * S) for n in range(1, 24)]  # three share each instant
    store = store_with(*random.Random(7).sample(spread, len(spread)))
    seen, cursor = [], None
    while True:
        page = request_page(store, RequestParams(limit=5, cursor=cursor), NOW)
        seen, cursor = seen + numbers(page), page.next
        if cursor is None:
            break
    assert seen == sorted(range(1, 24), reverse=True)


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({"model": "small"}, range(1, 25, 3)),
        ({"provider": "openai", "status": "ok"}, range(1, 25)),
        ({"model": "nothing"}, ()),
    ],
)
def test_pages_by_what_calls_name_are_the_whole_window_however_long_it_is(asked, wanted):
    spread = [
        Stored(number=n, started_at=NOON - n * 300 * MINUTE, model="small" if n % 3 == 1 else "gpt-4o")
        for n in range(1, 25)  # five hours between two: the first page reaches beyond a day
    ]
    store, seen, cursor = store_with(*spread), [], None
    while True:
        page = request_page(store, RequestParams(start=NOON - 6_000 * S * 100, limit=3, cursor=cursor, **asked), NOW)
        seen, cursor = seen + numbers(page), page.next
        if cursor is None:
            break
    assert seen == list(wanted)


@pytest.mark.parametrize("called", [{}, {"provider": "openai"}])
@pytest.mark.parametrize(("sort", "largest_first"), [("cost", [2, 4, 3]), ("duration", [5, 1, 4, 3, 2])])
def test_pages_of_another_order_are_the_whole_window_the_largest_first(sort, largest_first, called):
    cost_usd = {1: None, 2: "0.03", 3: "0.01", 4: "0.01", 5: None}  # 3 and 4 are equal: their ids decide
    duration_ns = {1: 4 * S, 2: S, 3: 2 * S, 4: 2 * S, 5: 5 * S}
    store = store_with(
        *[
            Stored(number=n, started_at=NOON + n * S, duration_ns=duration_ns[n], lines=(Line(unit_price_usd=price),))
            for n, price in cost_usd.items()
        ]
    )
    seen, cursor = [], None
    while True:
        page = request_page(store, RequestParams(sort=sort, limit=1, cursor=cursor, **called), NOW)
        seen, cursor = seen + numbers(page), page.next
        if cursor is None:
            break
    assert seen == largest_first


def test_a_cursor_of_another_order_is_refused():
    store = store_with(Stored(number=1), Stored(number=2))
    cursor = request_page(store, RequestParams(sort="cost", limit=1), NOW).next
    with pytest.raises(BadParameter, match="start without a cursor"):
        request_page(store, RequestParams(sort="duration", cursor=cursor), NOW)


@pytest.mark.parametrize(("sort", "after"), [("cost", 1), ("cost", "NaN"), ("cost", "1e99"), ("duration", -1)])
def test_a_made_up_key_of_another_order_is_refused(sort, after):
    forged = page_of(RequestParams(sort=sort), None, NOW).next((after, "0" * 32))
    with pytest.raises(BadParameter, match="unchanged"):
        request_page(store_with(), RequestParams(sort=sort, cursor=forged), NOW)


def test_a_request_that_arrives_between_two_pages_moves_neither():
    store = store_with(*[Stored(number=n, started_at=NOON + n * S) for n in range(1, 9)])
    first = request_page(store, RequestParams(limit=4), NOW)
    put(store, Stored(number=99, started_at=NOON + 30 * S))
    later = NOW + MINUTE
    second = request_page(store, RequestParams(limit=4, cursor=first.next), later)
    assert numbers(first) + numbers(second) == [8, 7, 6, 5, 4, 3, 2, 1]
    assert (second.start, second.until) == (first.start, first.until)
    assert second.next is None


def test_a_cursor_of_another_question_is_refused():
    store = store_with(*[Stored(number=n, started_at=NOON + n * S) for n in range(1, 4)])
    cursor = request_page(store, RequestParams(limit=1), NOW).next
    for other in ({"tenant": "acme"}, {"start": NOON + S}):
        with pytest.raises(BadParameter, match="start without a cursor"):
            request_page(store, RequestParams(cursor=cursor, **other), NOW)


@pytest.mark.parametrize("after", [(1,), ("x", "y"), (1, "not hex"), (2**70, "0" * 32), (1, 2)])
def test_a_cursor_with_a_made_up_key_is_refused(after):
    forged = page_of(RequestParams(), None, NOW).next(after)
    with pytest.raises(BadParameter, match="unchanged"):
        request_page(store_with(), RequestParams(cursor=forged), NOW)


def test_the_window_includes_its_start_and_excludes_its_end():
    store = store_with(*[Stored(number=n, started_at=NOON + n * S) for n in range(1, 5)])
    assert listed(store, start=NOON + 2 * S, until=NOON + 4 * S) == [3, 2]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"tenant": "globex"}, [2]),
        ({"tenant": ""}, [3]),
        ({"route": "search"}, [2]),
        ({"model": "small"}, [2]),
        ({"model": "small-2024"}, [2]),
        ({"status": "error"}, [3]),
        ({"min_cost_usd": "0.00025"}, [2, 1]),
        ({"min_cost_usd": "0.000250000000001"}, [2]),
        ({"min_latency_ms": 1500}, [3]),
        ({"team": "nobody"}, []),
        ({"tier": "economy"}, [2]),
        ({"environment": "prod"}, [3, 2, 1]),
        ({"environment": "staging"}, []),
        ({"cost_center": "CC-2"}, [2]),
        ({"cost_center": ""}, [3, 1]),
        ({"project": "proj-2"}, [2]),
        ({"project": "proj-3"}, []),
        ({"provider": "anthropic"}, [2]),
        ({"provider": ""}, [3]),
        ({"provider": "openai", "model": "gpt-4o"}, [1]),
        ({"provider": "openai", "model": "small"}, []),
        ({"user_id": ""}, [3, 2, 1]),
        ({"user_id": "u-1"}, []),
        ({"error_type": ""}, [3, 2, 1]),
        ({"error_type": "timeout"}, []),
        ({"degraded": True}, [2]),
        ({"finish_reason": "content_filter"}, [2]),
        ({"finish_reason": ""}, [3]),
        ({"refused": True}, [2]),
        ({"refused": False, "finish_reason": "length"}, [1]),
        ({"cost_status": "none"}, [3]),
        ({"trace": "0" * 31 + "2"}, [2]),
        ({"trace": "0"}, [3, 2, 1]),
        ({"trace": "f"}, []),
    ],
)
def test_a_filter_leaves_only_what_it_names(asked, found):
    dear = Line(unit_price_usd="0.01")
    store = store_with(
        Stored(number=1, started_at=NOON, finish_reason="length"),
        Stored(
            number=2,
            started_at=NOON + S,
            finish_reason="content_filter",
            tenant="globex",
            route="search",
            tier="economy",
            degraded=True,
            model="small",
            provider="anthropic",
            cost_center="CC-2",
            project="proj-2",
            lines=(dear,),
        ),
        Stored(
            number=3,
            started_at=NOON + 2 * S,
            tenant=None,
            status="error",
            duration_ns=2 * S,
            provider=None,
            lines=(),
        ),
    )
    assert listed(store, **asked) == found


def test_what_is_not_known_is_said_to_be_missing():
    with pytest.raises(NotFound, match="retention"):
        request(store_with(), "a" * 32)


def test_an_unpriced_line_has_no_cost_and_the_rest_is_summed():
    store = store_with(Stored(lines=(Line(), Line(usage_class="output", quantity=7, unit_price_usd=None))))
    found = request(store, f"{1:032x}").cost
    assert (str(found.usd), found.status) == ("0.000250000000000", "partial")
    assert [(line.usage_class, line.cost_usd) for line in found.lines][1] == ("output", None)


def sent(attributes: list[KeyValue]) -> ExportTraceServiceRequest:
    """One OTLP request with the call of the first stored request, and a neighbour of another trace."""
    message = ExportTraceServiceRequest()
    resource = message.resource_spans.add()
    resource.resource.attributes.add(key="service.name", value=AnyValue(string_value="chat"))
    spans = resource.scope_spans.add().spans
    for trace in (2, 1):
        span = spans.add(trace_id=trace.to_bytes(16, "big"), span_id=(2).to_bytes(8, "big"), attributes=attributes)
        span.status.message = "slow"
        span.events.add(name="first token", time_unix_nano=NOON)
    return message


def payload(message: ExportTraceServiceRequest, **changed: object) -> dict[str, pa.Table]:
    body = message.SerializeToString()
    columns = {
        "batch_seq": 1,
        "received_at": pa.scalar(NOON, pa.timestamp("ns")),
        "signal": "traces",
        "codec": "zstd",
        "raw_bytes": len(body),
        "body": pa.Codec("zstd").compress(body, asbytes=True),
    }
    return {"payloads": pa.table({name: pa.array([value]) for name, value in {**columns, **changed}.items()})}


def test_attributes_come_back_as_they_were_sent():
    store = store_with(Stored())
    values = {
        "text": AnyValue(string_value="ä"),
        "zero": AnyValue(int_value=0),
        "big": AnyValue(int_value=2**63 - 1),
        "half": AnyValue(double_value=0.5),
        "endless": AnyValue(double_value=float("inf")),
        "no": AnyValue(bool_value=False),
        "nothing": AnyValue(),
        "bytes": AnyValue(bytes_value=b"\x00\xff"),
        "list": AnyValue(array_value=ArrayValue(values=[AnyValue(int_value=1), AnyValue(string_value="b")])),
        "map": AnyValue(kvlist_value=KeyValueList(values=[KeyValue(key="k", value=AnyValue(bool_value=True))])),
    }
    store.append(payload(sent([KeyValue(key=key, value=value) for key, value in values.items()])))
    root, call = request(store, f"{1:032x}").spans
    assert call.attributes == {
        "text": "ä",
        "zero": 0,
        "big": 2**63 - 1,
        "half": 0.5,
        "endless": "inf",
        "no": False,
        "nothing": None,
        "bytes": "AP8=",
        "list": [1, "b"],
        "map": {"k": True},
    }
    assert (call.attributes_status, call.status_message, call.resource) == ("kept", "slow", {"service.name": "chat"})
    assert call.events == ({"name": "first token", "occurred_at": "2026-11-18T12:00:00.000000Z", "attributes": {}},)
    assert root.attributes_status == "unreadable"  # the stored request does not hold it


def test_attributes_that_retention_dropped_are_said_to_be_expired():
    spans = request(store_with(Stored()), f"{1:032x}").spans
    assert [(span.attributes, span.attributes_status) for span in spans] == [({}, "expired")] * 2


@pytest.mark.parametrize("damage", [{"body": b"not zstd"}, {"codec": "unheard-of"}, {"raw_bytes": 1}])
def test_a_damaged_payload_is_said_and_the_rest_of_the_request_answered(damage):
    store = store_with(Stored())
    store.append(payload(sent([]), **damage))
    found = request(store, f"{1:032x}")
    assert {span.attributes_status for span in found.spans} == {"unreadable"}
    assert str(found.cost.usd) == "0.000250000000000"
