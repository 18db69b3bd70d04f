"""Whole traces: every stored span as it was sent, with what the ledger knows about it.

The rows of the store say which spans there are, the stored requests say everything about them. A span whose request has
expired or cannot be read is told from its columns, and says so: ``burnline.attributes_status`` is ``missing``.

Attributes that are added, beside those that were sent:

    burnline.cost_usd, burnline.cost_status            what the span cost, from the ledger, as decimal text
    burnline.input_tokens, output_tokens, ...          what its model call used, in one vocabulary
    burnline.request.cost_usd, .tenant, .route, ...    on the root: the whole request, and whom it was for
    burnline.spans_left_out                            on the root: that the trace has more than an answer may
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import pyarrow as pa
from opentelemetry.proto.trace.v1.trace_pb2 import Span, TracesData

from analytics.notation import usd_text
from collector.store import Store, queries_of
from dashboards.trace_apis.limits import SPANS_PER_ANSWER
from dashboards.trace_apis.sent import Origin, Sent, from_columns, sent_spans

_QUERIES = queries_of("dashboards.trace_apis")
_USAGE = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens")
_OF_REQUEST = ("tenant", "team", "feature", "route", "tier", "cost_status", "input_tokens", "output_tokens")
_LEFT_OUT = "burnline.spans_left_out"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WholeSpan:
    """One span: its columns, and its OTLP message with what the ledger knows."""

    row: Row
    span: Span
    origin: Origin


@dataclass(frozen=True, slots=True)
class WholeTrace:
    """One trace; its root comes first, the others in the order they started. There is always one span."""

    trace_id: str
    spans: Sequence[WholeSpan]
    left_out: int = 0
    """Spans that are stored and are not here."""


def whole_traces(store: Store, trace_ids: Sequence[str]) -> list[WholeTrace]:
    """Read traces, in the order of their ids; what is not stored is left out, and so is what an answer has no room for.

    The first trace is always there, at worst without its last spans.
    """
    by_trace, left_out = _fitting(store, trace_ids)
    rows = [row for of_trace in by_trace.values() for row in of_trace]
    sent = sent_spans(store, rows)
    requests = _requests(store, list(by_trace))
    return [
        _whole(trace_id, of_trace, sent, _of_request(requests.get(trace_id), left_out.get(trace_id, 0)))
        for trace_id, of_trace in by_trace.items()
    ]


def traces_data(trace: WholeTrace) -> TracesData:
    """One OTLP message of a trace; spans that share resource and scope stand together."""
    message = TracesData()
    resources: dict[bytes, Any] = {}
    scopes: dict[tuple[bytes, bytes], Any] = {}
    for one in trace.spans:
        origin = one.origin
        key = (origin.resource_key, origin.scope_key)
        if key not in scopes:
            if origin.resource_key not in resources:
                resources[origin.resource_key] = message.resource_spans.add(
                    resource=origin.resource, schema_url=origin.resource_schema
                )
            scopes[key] = resources[origin.resource_key].scope_spans.add(
                scope=origin.scope, schema_url=origin.scope_schema
            )
        scopes[key].spans.append(one.span)
    return message


def summaries(store: Store, trace_ids: Sequence[str]) -> dict[str, Row]:
    """Say of each stored trace when it began and ended, and the service and name of its root."""
    tables = {"wanted": pa.table({"trace_id": pa.array(trace_ids, pa.string())})}
    (extent,) = store.run(_QUERIES["extent"], tables=tables).to_pylist()
    return {row["trace_id"]: row for row in store.run(_QUERIES["summaries"], extent, tables=tables).to_pylist()}


def _fitting(store: Store, trace_ids: Sequence[str]) -> tuple[dict[str, list[Row]], dict[str, int]]:
    """Rows by trace, of as many traces as there is room for, and how many spans of the first there is none for."""
    wanted, left_out = list(dict.fromkeys(trace_ids)), dict[str, int]()
    rows = _rows(store, wanted)
    if sum(map(len, rows.values())) == SPANS_PER_ANSWER:  # there may be more
        counts = {trace_id: row["spans"] for trace_id, row in summaries(store, wanted).items()}
        stored = [trace_id for trace_id in wanted if trace_id in counts]
        room = list(accumulate(counts[trace_id] for trace_id in stored))
        wanted = stored[: max(1, bisect_right(room, SPANS_PER_ANSWER))]
        left_out = {trace_id: max(0, counts[trace_id] - SPANS_PER_ANSWER) for trace_id in wanted}
        rows = _rows(store, wanted)
    return {trace_id: rows[trace_id] for trace_id in wanted if trace_id in rows}, left_out


def _rows(store: Store, trace_ids: Sequence[str]) -> dict[str, list[Row]]:
    tables = {"wanted": pa.table({"trace_id": pa.array(trace_ids, pa.string())})}
    (extent,) = store.run(_QUERIES["extent"], tables=tables).to_pylist()
    by_trace: dict[str, list[Row]] = defaultdict(list)
    for row in store.run(_QUERIES["rows"], extent | {"limit": SPANS_PER_ANSWER}, tables=tables).to_pylist():
        by_trace[row["trace_id"]].append(row)
    return by_trace


def _requests(store: Store, trace_ids: Sequence[str]) -> dict[str, Row]:
    tables = {"wanted": pa.table({"trace_id": pa.array(trace_ids, pa.string())})}
    return {row["trace_id"]: row for row in store.run(_QUERIES["requests"], tables=tables).to_pylist()}


def _whole(
    trace_id: str, rows: Sequence[Row], sent: Mapping[tuple[str, str], Sent], of_root: Mapping[str, str | int]
) -> WholeTrace:
    spans = []
    for i, row in enumerate(_root_first(rows)):
        found = sent.get((trace_id, row["span_id"])) or from_columns(row)
        _tell(found.span, {**dict(_of_span(row)), **(of_root if i == 0 else {})})
        spans.append(WholeSpan(row, found.span, found.origin))
    return WholeTrace(trace_id, spans, int(of_root.get(_LEFT_OUT, 0)))


def _root_first(rows: Sequence[Row]) -> list[Row]:
    """Put the true root first: without a parent, or whose parent is not here, best the one a request entered by."""
    known = {row["span_id"] for row in rows}

    def place(row: Row) -> tuple[bool, bool, bool, int, int]:
        parent = row["parent_span_id"]
        return parent is not None, parent in known, not row["entry"], row["started_at_ns"], -row["duration_ns"]

    root = min(rows, key=place)
    others = sorted((row for row in rows if row is not root), key=lambda row: (row["started_at_ns"], row["span_id"]))
    return [root, *others]


def _of_span(row: Row) -> Iterable[tuple[str, str | int]]:
    if row["cost_usd"] is not None:
        yield "burnline.cost_usd", usd_text(row["cost_usd"])
    for name in ("cost_status", *_USAGE):
        if row[name] is not None:
            yield f"burnline.{name}", row[name]


def _of_request(request: Row | None, left_out: int) -> Mapping[str, str | int]:
    """What the root says about the whole request."""
    told: dict[str, str | int] = {_LEFT_OUT: left_out} if left_out else {}
    if request is None:
        return told
    told |= {f"burnline.request.{name}": request[name] for name in _OF_REQUEST if request[name] is not None}
    if request["cost_usd"] is not None:
        told["burnline.request.cost_usd"] = usd_text(request["cost_usd"])
    return told


def _tell(span: Span, told: Mapping[str, str | int]) -> None:
    """Add attributes; what the ledger says replaces what somebody sent under the same name, so that none is twice."""
    if any(pair.key in told for pair in span.attributes):
        kept = [pair for pair in span.attributes if pair.key not in told]
        del span.attributes[:]
        span.attributes.extend(kept)
    for name, value in told.items():
        pair = span.attributes.add(key=name)
        if isinstance(value, str):
            pair.value.string_value = value
        else:
            pair.value.int_value = value
