"""The rows of spans, one span at a time: what ``rows_of`` has to equal, written to be obvious.

The server never runs it; see ``collector/decode/reference.py``, which it is built on. A row is a dictionary: the
columns of ``spans``, the attribution words, and under ``call`` the columns of ``model_calls`` or None.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import orjson
import pyarrow as pa
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from collector.decode.frame import NEWEST_NS
from collector.decode.reference import Found, Sent, canonical, sent_spans
from collector.dialects.emitters import Emitter, emitter_of
from collector.dialects.fields import ATTRIBUTION_COLUMNS, OTHER_USAGE_COLUMNS, USAGE_COLUMNS
from collector.dialects.finishes import finish_of_all
from collector.dialects.kinds import CALL_KINDS, KIND_WORDS, Kind
from collector.dialects.measures import CHUNKS_COLUMN, MEASURE_COLUMNS
from collector.dialects.providers import provider_word
from collector.dialects.sources import Column, Reading, Source
from collector.dialects.versions import OWN_VERSIONS, SERVICE_VERSION
from collector.normalise.chunks import chunk_sizes
from collector.normalise.hashing import text_keys
from collector.normalise.usage import TOLD, UsageStatus

_HOUR_NS = 3_600_000_000_000
_REMOTE = 0x300
_EXCEPTION = Column("exception_type", (Source("exception.type", Reading.TEXT, "OpenTelemetry SDKs"),))
_FIRST_TOKEN = ("First Token Stream Event", "gen_ai.content.completion.chunk")
_TEXTS = ("request_model", "response_model", "response_id", "service_tier", "system_fingerprint", "finish_reasons")

Row = dict[str, object]
Counts = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class _Told:
    """One span and everything it says, asked by column name."""

    sent: Sent
    emitter: Emitter
    own: Mapping[str, Found]
    inherited: Mapping[str, Found]

    def get(self, name: str) -> object:
        """The span's own value."""
        found = self.own.get(name)
        return found.value if found else None

    def count(self, name: str) -> int | None:
        """The span's own whole number."""
        value = self.get(name)
        return value if isinstance(value, int) else None

    def or_resource(self, name: str) -> object:
        """The span's own value, else its resource's."""
        found = self.own.get(name) or self.inherited.get(name)
        return found.value if found else None


@dataclass(frozen=True, slots=True)
class _Usage:
    tokens: Counts
    status: UsageStatus
    convention: str | None


def reference_rows(requests: Iterable[ExportTraceServiceRequest], *, received_ns: int) -> list[Row]:
    """Rows of every span, kept or not, in wire order."""
    return [_row(_told(sent), received_ns) for sent in sent_spans(requests)]


def _told(sent: Sent) -> _Told:
    return _Told(sent, emitter_of(sent.scope), canonical(sent.span.attributes), canonical(sent.resource))


def _row(told: _Told, received_ns: int) -> Row:
    span = told.sent.span
    parent = _id(span.parent_span_id, 8)
    kind, failed = _kind(told), _failed(told)
    usage = _usage(told, kind, failed=failed)
    inherited, version = told.inherited.get("service"), told.inherited.get(SERVICE_VERSION.name)
    return {
        "body": told.sent.body,
        "trace_id": span.trace_id if len(span.trace_id) == 16 else bytes(16),  # noqa: PLR2004 - bytes of a trace id
        "span_id": _id(span.span_id, 8),
        "parent_span_id": parent or None,
        **_times(span, received_ns),
        "name": span.name,
        "kind": str(kind),
        "status": "error" if failed else "ok",
        "error_type": told.get("error_type") or _exception_type(span),
        "entry": not parent or span.flags & _REMOTE == _REMOTE,
        "degraded": told.get("degraded"),
        "first_chunk_ms": math.inf if failed and _never_came(told) else told.get("ttft_ms"),
        "user_id": told.or_resource("user_id"),
        "session_id": told.get("session_id"),
        "verdict": told.get("verdict"),
        "service": inherited.value if inherited else None,
        SERVICE_VERSION.name: version.value if version else None,
        **{column.name: told.get(column.name) for column in OWN_VERSIONS},
        CHUNKS_COLUMN.name: chunk_sizes(told.get(CHUNKS_COLUMN.name)),
        "scope": told.sent.scope,
        "dialect": told.emitter.dialect,
        **{column.name: told.or_resource(column.name) for column in ATTRIBUTION_COLUMNS},
        "call": _call(told, usage) if _is_told_of(told, usage, kind) else None,
        "measures": {column.name: told.get(column.name) for column in MEASURE_COLUMNS if column.name in told.own},
    }


def _never_came(told: _Told) -> bool:
    return told.get("stream") is True and told.get("ttft_ms") is None


def _id(raw: bytes, width: int) -> int:
    return int.from_bytes(raw, "big") if len(raw) == width else 0


def _times(span: Span, received_ns: int) -> Row:
    start, end = min(span.start_time_unix_nano, NEWEST_NS), min(span.end_time_unix_nano, NEWEST_NS)
    if start == 0:
        return {"started_at": received_ns, "duration_ns": 0, "suspect": "no_start"}
    if end < start:
        return {"started_at": start, "duration_ns": 0, "suspect": "ends_before_start"}
    suspect = "in_the_future" if start > received_ns + _HOUR_NS else None
    return {"started_at": start, "duration_ns": end - start, "suspect": suspect}


def _failed(told: _Told) -> bool:
    is_error = told.sent.span.status.code == Status.STATUS_CODE_ERROR
    return is_error or told.get("error_type") is not None or told.get("level") == "ERROR"


def _exception_type(span: Span) -> object:
    told = [canonical(event.attributes, [_EXCEPTION]).get("exception_type") for event in span.events]
    return next((found.value for found in told if found), None)


def _kind(told: _Told) -> Kind:
    for column, words in KIND_WORDS.items():
        kind = words.get(str(told.get(column)).lower())
        if kind is not None:
            return kind
    has_usage = told.count("input_tokens") is not None or told.count("output_tokens") is not None
    names_a_model = told.get("request_model") is not None or told.get("response_model") is not None
    return Kind.MODEL if has_usage and names_a_model else Kind.OTHER


def _usage(told: _Told, kind: Kind, *, failed: bool) -> _Usage:
    raw = {column.name: told.count(column.name) for column in USAGE_COLUMNS}
    if kind is Kind.EMBEDDING and raw["input_tokens"] is None and raw["output_tokens"] is None:
        raw["input_tokens"] = raw["total_tokens"]
    cached = (raw["cache_read_tokens"] or 0) + (raw["cache_write_tokens"] or 0)
    convention = None
    if raw["input_tokens"] is not None and cached:
        convention = "exclusive" if _excludes_cache(told, raw, cached) else "inclusive"
    if raw["input_tokens"] is not None and convention == "exclusive":
        raw["input_tokens"] += cached
    status = _status(told, raw, kind, failed=failed)
    tokens = _parts_within_wholes(raw) if status in TOLD else dict.fromkeys(raw)
    return _Usage({name: count for name, count in tokens.items() if name != "total_tokens"}, status, convention)


def _excludes_cache(told: _Told, raw: Counts, cached: int) -> bool:
    tokens_in = raw["input_tokens"] or 0
    by_key = "input_tokens" in told.own and told.own["input_tokens"].source.input_excludes_cache
    by_total = raw["total_tokens"] == tokens_in + (raw["output_tokens"] or 0) + cached
    return cached > tokens_in or told.emitter.input_excludes_cache or by_key or by_total


def _status(told: _Told, raw: Counts, kind: Kind, *, failed: bool) -> UsageStatus:
    known = raw["input_tokens"] is not None or raw["output_tokens"] is not None
    nothing = not raw["input_tokens"] and not raw["output_tokens"]
    stream = told.get("stream") is True
    no_cache_told = raw["cache_read_tokens"] is None and raw["cache_write_tokens"] is None
    if known and nothing and failed:
        return UsageStatus.NONE
    if known and nothing and told.emitter.zero_means_unknown:
        return UsageStatus.ZERO_SUSPECT
    if known and stream and told.emitter.estimates_streams and no_cache_told:
        return UsageStatus.ESTIMATED
    if known and stream and told.emitter.streams_lose_cache and not raw["cache_read_tokens"]:
        return UsageStatus.PARTIAL
    if known or _other_usage(told):
        return UsageStatus.REPORTED
    return UsageStatus.MISSING if kind in CALL_KINDS and not failed else UsageStatus.NONE


def _parts_within_wholes(raw: Counts) -> dict[str, int | None]:
    tokens = dict(raw)
    for part, whole in (("reasoning_tokens", "output_tokens"), ("audio_output_tokens", "output_tokens")):
        tokens[part] = _within(raw[part], raw[whole])
    for part in ("cache_read_tokens", "audio_input_tokens"):
        tokens[part] = _within(raw[part], raw["input_tokens"])
    writes = [count for count in (raw["cache_write_tokens"], raw["cache_write_1h_tokens"]) if count is not None]
    room = None if raw["input_tokens"] is None else raw["input_tokens"] - (tokens["cache_read_tokens"] or 0)
    tokens["cache_write_tokens"] = _within(max(writes, default=None), room)
    tokens["cache_write_1h_tokens"] = _within(raw["cache_write_1h_tokens"], tokens["cache_write_tokens"])
    return tokens


def _within(part: int | None, whole: int | None) -> int | None:
    """A part of an unknown whole is unknown."""
    return None if part is None or whole is None else min(part, whole)


def _other_usage(told: _Told) -> dict[str, object]:
    columns = [column.name for column in OTHER_USAGE_COLUMNS if column.name in told.own]
    return {name.removeprefix("usage_"): told.get(name) for name in columns}


def _is_told_of(told: _Told, usage: _Usage, kind: Kind) -> bool:
    has_tokens = usage.tokens["input_tokens"] is not None or usage.tokens["output_tokens"] is not None
    names_response = told.get("response_id") is not None or told.get("response_model") is not None
    return has_tokens or kind in CALL_KINDS or names_response or bool(_other_usage(told))


def _call(told: _Told, usage: _Usage) -> Row:
    provider, response_id, other = told.get("provider"), told.get("response_id"), _other_usage(told)
    return {
        **{name: told.get(name) for name in _TEXTS},
        "finish_reason": _finish(told.get("finish_reasons")),
        "provider": provider_word(provider) if isinstance(provider, str) else None,
        "region": told.or_resource("region"),
        "response_key": int(text_keys(pa.array([response_id]))[0]) if isinstance(response_id, str) else None,
        "usage_status": str(usage.status),
        "convention": usage.convention,
        **usage.tokens,
        "other_usage": orjson.dumps(other).decode() if other else None,
        "ttft_ms": _first_token_ms(told),
        "reported_cost_usd": _reported_cost(told, usage),
    }


def _finish(reasons: object) -> str | None:
    return finish_of_all(reasons).value if isinstance(reasons, str) else None


def _first_token_ms(told: _Told) -> object:
    span = told.sent.span
    if told.get("ttft_ms") is not None:
        return told.get("ttft_ms")
    start = min(span.start_time_unix_nano, NEWEST_NS)
    chunks = [min(event.time_unix_nano, NEWEST_NS) for event in span.events if event.name in _FIRST_TOKEN]
    waited = [chunk - start for chunk in chunks if chunk >= start > 0]
    return min(waited) / 1e6 if waited else None


def _reported_cost(told: _Told, usage: _Usage) -> object:
    cost = told.get("reported_cost_usd")
    has_tokens = usage.tokens["input_tokens"] is not None or usage.tokens["output_tokens"] is not None
    if not isinstance(cost, float) or abs(cost) >= 1e12 or (cost == 0 and has_tokens):  # noqa: PLR2004 - as in calls.py
        return None
    return pa.scalar(cost).cast(pa.decimal128(38, 15), safe=False).as_py()
