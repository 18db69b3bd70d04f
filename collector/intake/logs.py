"""Log bodies to rows: GenAI events are kept, every other record is rejected and counted."""

import math
from collections.abc import Sequence
from decimal import Decimal

import orjson
import pyarrow as pa
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord

from collector.decode.frame import NEWEST_NS
from collector.decode.plain import plain
from collector.dialects.events import KEPT_EVENTS
from collector.dialects.measures import WEIGHT_COLUMN
from collector.intake.traces import batch_id
from collector.intake.unit import Body, packed
from collector.normalise.hashing import text_keys
from collector.normalise.measures import WEIGHT, exact_weight
from collector.signals import Malformed, Signal

NOT_KEPT = "not_a_genai_event"
_ID_BYTES = {"trace_id": 16, "span_id": 8}

_SCHEMA = pa.schema(
    [
        ("body", pa.int32()),
        ("record_index", pa.int32()),
        ("event_name", pa.string()),
        ("occurred_at", pa.timestamp("ns")),
        ("trace_id", pa.uuid()),
        ("span_id", pa.uint64()),
        ("response_id", pa.string()),
        ("evaluation_name", pa.string()),
        ("score_value", pa.float64()),
        ("score_label", pa.string()),
        ("explanation", pa.string()),
        ("error_type", pa.string()),
        ("attributes", pa.string()),
        ("weight", WEIGHT),
        ("response_key", pa.uint64()),
    ]
)


def read_logs(bodies: Sequence[bytes], *, received_ns: int) -> tuple[list[Body], pa.Table]:
    """Decode; raises :class:`~collector.signals.Malformed` if any body is undecodable."""
    decoded: list[Body] = []
    rows: list[dict[str, object]] = []
    for number, body in enumerate(bodies):
        try:
            request = ExportLogsServiceRequest.FromString(body)
        except DecodeError as error:
            raise Malformed("undecodable", f"not an ExportLogsServiceRequest: {error}") from error
        records = [
            record
            for resource in request.resource_logs
            for scope in resource.scope_logs
            for record in scope.log_records
        ]
        kept = [(i, record) for i, record in enumerate(records) if _event_name(record) in KEPT_EVENTS]
        rows.extend(_row(number, i, record, received_ns) for i, record in kept)
        others = len(records) - len(kept)
        rejected = {NOT_KEPT: others} if others else {}
        identity = batch_id(Signal.LOGS, body)
        decoded.append(Body(Signal.LOGS, identity, len(body), packed(body), len(records), rejected))
    return decoded, pa.Table.from_pylist(rows, schema=_SCHEMA)


def _event_name(record: LogRecord) -> str:
    """The event's name; emitters of 2024 put it into an attribute."""
    if record.event_name:
        return record.event_name
    named = (item.value.string_value for item in record.attributes if item.key == "event.name")
    return next(named, "")


def _row(number: int, index: int, record: LogRecord, received_ns: int) -> dict[str, object]:
    attributes = {item.key: plain(item.value) for item in record.attributes}
    response_id = _text(attributes.get("gen_ai.response.id"))
    score = attributes.get("gen_ai.evaluation.score.value")
    return {
        "body": number,
        "record_index": index,
        "event_name": _event_name(record),
        "occurred_at": min(record.time_unix_nano or record.observed_time_unix_nano or received_ns, NEWEST_NS),
        "trace_id": _id(record.trace_id, "trace_id"),
        "span_id": _span_id(record),
        "response_id": response_id,
        "evaluation_name": _text(attributes.get("gen_ai.evaluation.name")),
        "score_value": float(score) if isinstance(score, int | float) and math.isfinite(score) else None,
        "score_label": _text(attributes.get("gen_ai.evaluation.score.label")),
        "explanation": _text(attributes.get("gen_ai.evaluation.explanation")),
        "error_type": _text(attributes.get("error.type") or attributes.get("exception.type")),
        "attributes": orjson.dumps(attributes | _content(record), default=str).decode(),
        "weight": _weight(attributes.get(WEIGHT_COLUMN.sources[0].key)),
        "response_key": None if response_id is None else int(text_keys(pa.array([response_id]))[0]),
    }


def _weight(sent: object) -> Decimal | None:
    """The sampling weight of an evaluation; null where none is told."""
    return Decimal(str(exact_weight(float(sent)))) if isinstance(sent, int | float) else None


def _content(record: LogRecord) -> dict[str, object]:
    return {"body": plain(record.body)} if record.HasField("body") else {}


def _id(raw: bytes, name: str) -> bytes | None:
    return raw if len(raw) == _ID_BYTES[name] and any(raw) else None


def _span_id(record: LogRecord) -> int | None:
    raw = _id(record.span_id, "span_id")
    return None if raw is None else int.from_bytes(raw, "big")


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
