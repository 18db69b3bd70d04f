"""GenAI log events are kept; every other record is answered honestly."""

import asyncio
from typing import Any

import orjson
import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord

from collector.dialects.events import KEPT_EVENTS
from collector.signals import Malformed, Receipt, Signal
from collector.store import DuckDBStore
from tests.collector.decode.sending import NOON, pairs
from tests.collector.intake.offering import Gated, offered, pipeline_on, receipt
from tests.collector.store.rows import asked

EVALUATION = "gen_ai.evaluation.result"
SCORED = {
    "gen_ai.evaluation.name": "faithfulness",
    "gen_ai.evaluation.score.value": 0.75,
    "gen_ai.evaluation.score.label": "pass",
    "gen_ai.evaluation.explanation": "all claims are in the sources",
    "gen_ai.response.id": "chatcmpl-1",
}


def record(event: str = EVALUATION, attributes: dict[str, Any] | None = None, **fields: Any) -> LogRecord:
    defaults = {"event_name": event, "time_unix_nano": NOON, "trace_id": b"\x01" * 16, "span_id": b"\x02" * 8}
    return LogRecord(**(defaults | fields), attributes=pairs(attributes or {}))


def logs(*records: LogRecord) -> bytes:
    request = ExportLogsServiceRequest()
    request.resource_logs.add().scope_logs.add().log_records.extend(records)
    return request.SerializeToString()


async def stored(*records: LogRecord) -> tuple[Receipt, list[dict[str, Any]]]:
    store = DuckDBStore(None)
    with pipeline_on(store) as pipeline:
        told = await receipt(pipeline, logs(*records), Signal.LOGS)
    sql = "select * exclude (occurred_at), epoch_ns(occurred_at) as at_ns from log_events order by record_index"
    return told, asked(store, sql)


async def test_an_evaluation_is_kept_with_its_score_and_what_it_judges():
    told, (row,) = await stored(record(attributes=SCORED))
    assert told == Receipt(received=1, stored=1)
    assert (row["evaluation_name"], row["score_value"], row["score_label"]) == ("faithfulness", 0.75, "pass")
    assert (row["response_id"], row["span_id"], row["at_ns"]) == ("chatcmpl-1", 0x0202020202020202, NOON)
    assert (row["explanation"], row["batch_seq"]) == ("all claims are in the sources", 1)
    assert orjson.loads(row["attributes"]) == SCORED


@pytest.mark.parametrize("event", KEPT_EVENTS)
async def test_every_genai_event_is_kept(event):
    told, (row,) = await stored(record(event))
    assert (told.stored, row["event_name"]) == (1, event)


async def test_an_event_named_in_an_attribute_is_kept_too():
    told, (row,) = await stored(record("", {"event.name": EVALUATION}))
    assert (told.stored, row["event_name"]) == (1, EVALUATION)


async def test_other_records_are_rejected_with_a_reason_and_the_events_beside_them_kept():
    told, rows = await stored(record("app.started"), record(), record(""))
    assert told == Receipt(received=3, stored=1, rejected={"not_a_genai_event": 2})
    assert [row["record_index"] for row in rows] == [1]


@pytest.mark.parametrize(("sent", "kept"), [(1, 1.0), (0, 0.0), ("0.5", None), (float("nan"), None), (None, None)])
async def test_a_score_is_a_finite_number_or_unknown(sent, kept):
    _, (row,) = await stored(record(attributes={"gen_ai.evaluation.score.value": sent}))
    assert row["score_value"] == kept


async def test_ids_of_the_wrong_length_name_nobody_and_the_event_is_kept():
    told, (row,) = await stored(record(trace_id=b"\x01", span_id=bytes(8)))
    assert (told.stored, row["trace_id"], row["span_id"]) == (1, None, None)


async def test_an_event_without_a_time_happened_when_it_was_observed():
    _, (row,) = await stored(record(time_unix_nano=0, observed_time_unix_nano=NOON + 1))
    assert row["at_ns"] == NOON + 1


async def test_a_time_beyond_the_store_is_cut_to_the_last_it_knows():
    _, (row,) = await stored(record(time_unix_nano=2**64 - 1))
    assert row["at_ns"] == 9_214_646_400 * 10**9


async def test_structured_content_is_kept_as_json():
    deep = AnyValue(string_value="end")
    for _ in range(40):
        outer = AnyValue()
        outer.array_value.values.append(deep)
        deep = outer
    _, (row,) = await stored(record(body=deep, attributes={"raw": b"\x00\xff"}))
    kept = orjson.loads(row["attributes"])
    assert kept["raw"] == "AP8="
    assert "nested too deeply" in orjson.dumps(kept["body"]).decode()


async def test_an_identical_retry_is_a_duplicate():
    store = DuckDBStore(None)
    sent = logs(record(), record("app.started"))
    with pipeline_on(store) as pipeline:
        await receipt(pipeline, sent, Signal.LOGS)
    with pipeline_on(store) as pipeline:
        again = await receipt(pipeline, sent, Signal.LOGS)
    assert again == Receipt(received=2, duplicate=1, rejected={"not_a_genai_event": 1})
    assert len(asked(store, "select * from log_events")) == 1


async def test_identical_requests_of_one_group_are_kept_once():
    store = Gated()
    with pipeline_on(store) as pipeline:
        first = asyncio.create_task(receipt(pipeline, logs(record("app.started")), Signal.LOGS))
        await store.is_reached()
        twins = asyncio.create_task(offered(pipeline, logs(record()), logs(record()), signal=Signal.LOGS))
        await asyncio.sleep(0)
        store.gate.set()
        await first
        assert [(told.stored, told.duplicate) for told in await twins] == [(1, 0), (0, 1)]
    assert len(asked(store, "select batch_seq from batches")) == 2
    assert len(asked(store, "select record_index from log_events")) == 1


async def test_garbage_is_refused():
    with pipeline_on(DuckDBStore(None)) as pipeline:
        (refused,) = await offered(pipeline, b"\xff", signal=Signal.LOGS)
    assert (type(refused), refused.reason) == (Malformed, "undecodable")


async def test_the_same_bytes_as_another_signal_are_another_request():
    store = DuckDBStore(None)
    with pipeline_on(store) as pipeline:
        await receipt(pipeline, b"", Signal.TRACES)
        await receipt(pipeline, b"", Signal.LOGS)
    assert asked(store, "select signal from batches order by signal") == [{"signal": "logs"}, {"signal": "traces"}]
