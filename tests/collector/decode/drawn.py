"""Trace requests as hypothesis draws them: every dialect's keys, values of every type, and what should not be there."""

import json
from typing import Any

from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue, KeyValueList
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status

from collector.dialects.embedded import EMBEDDED, Embedded
from collector.dialects.emitters import EMITTERS
from collector.dialects.fields import COLUMNS, USAGE_COLUMNS
from collector.dialects.kinds import KIND_WORDS
from collector.dialects.measures import ALL_COLUMNS
from tests.collector.decode.sending import NOON, S

BROKEN = "\ue000"
"""Stands for a character whose bytes are made invalid on the wire; as long as three bytes that are no UTF-8."""
_INVALID, _MENDED = b"\xff\xfe\xff", "\ufffd" * 3

KEYS = sorted({source.key for column in ALL_COLUMNS for source in column.sources if "->" not in source.key})
_COUNT_KEYS = [source.key for column in USAGE_COLUMNS for source in column.sources if "->" not in source.key]
_KIND_KEYS = [(column.sources[0].key, list(KIND_WORDS[column.name])) for column in COLUMNS if column.name in KIND_WORDS]
_OUTERS = {row.outer: row for row in EMBEDDED}
_EVENTS = ["exception", "First Token Stream Event", "gen_ai.content.completion.chunk", "else"]

_counts = st.one_of(st.integers(0, 40), st.sampled_from([-1, 10**15, 10**15 + 1, 2**63 - 1, -(2**63)]))
_reals = st.one_of(
    st.integers(0, 9).map(float),
    st.floats(width=32),
    st.sampled_from([-0.0, 1e15, 1e16, 1e308, 5e-324, 999_999_999_999.5]),
)
_words = st.one_of(
    st.sampled_from(
        ["", "0", "7", " 8 ", "2.0", "2.5", "1e3", "nan", "inf", "x", "TRUE", "no", "ERROR", "true", "openai.chat"]
    ),
    st.sampled_from(
        [
            "gpt-4o",
            "LangChain",
            "chatcmpl-1",
            "stop",
            "SAFETY,stop",
            '["length", 1, "a,b"]',
            "\x00",
            "a\x1fb",
            "None",
            "\uff11\uff12",
            "1_000",
            BROKEN,
            "ö" + BROKEN,
        ]
    ),
    st.text(max_size=6),
)
_scalars = st.one_of(
    _counts.map(lambda item: AnyValue(int_value=item)),
    _reals.map(lambda item: AnyValue(double_value=item)),
    _words.map(lambda item: AnyValue(string_value=item)),
    st.booleans().map(lambda item: AnyValue(bool_value=item)),
    st.just(AnyValue()),
)
_values = st.one_of(
    _scalars,
    _scalars,
    st.binary(max_size=4).map(lambda item: AnyValue(bytes_value=item)),
    st.lists(_scalars, max_size=2).map(lambda items: AnyValue(array_value=ArrayValue(values=items))),
    _scalars.map(lambda item: AnyValue(kvlist_value=KeyValueList(values=[KeyValue(key="k", value=item)]))),
)


@st.composite
def _hidden_text(draw: Any, row: Embedded) -> str:
    """The text of an attribute that hides others: some of its paths, as JSON or as Python, or garbage."""
    if draw(st.integers(0, 7)) == 0:
        return draw(
            st.sampled_from(
                ["", "{", "null", "[1]", "{[]: 1}", "'\\ud800'", '{"id": "\\ud800"}', '"x"', "-" * 400 + "1"]
            )
        )
    leaves = st.one_of(
        st.integers(0, 30),
        st.sampled_from([2**63, 2**70, -(2**63), 1.5, True, None, "", "12", "chatcmpl-9", "msg_1", "\ud800"]),
    )
    whole: Any = {}
    for path in draw(st.lists(st.sampled_from(row.paths), max_size=4, unique=True)):
        if not path:
            whole = draw(leaves)
        elif isinstance(whole, dict):
            _put(whole, path.split("."), draw(leaves))
    if draw(st.integers(0, 5)) == 0:
        whole = {"generations": [whole]}
    return repr(whole) if draw(st.integers(0, 3)) == 0 else json.dumps(whole)


def _put(whole: dict[str, Any], path: list[str], leaf: Any) -> None:
    for step in path[:-1]:
        inner = whole.setdefault(step, {})
        if not isinstance(inner, dict):
            return
        whole = inner
    whole[path[-1]] = leaf


@st.composite
def _hidden(draw: Any) -> KeyValue:
    row = _OUTERS[draw(st.sampled_from(sorted(_OUTERS)))]
    text = draw(_hidden_text(row)).replace("\ud800", "?")
    return KeyValue(key=row.outer, value=AnyValue(string_value=text))


_kinds = st.sampled_from(_KIND_KEYS).flatmap(
    lambda row: st.sampled_from(row[1]).map(lambda word: KeyValue(key=row[0], value=AnyValue(string_value=word)))
)
_anything = st.builds(KeyValue, key=st.one_of(st.sampled_from(KEYS), _words), value=_values)
_usage = st.builds(KeyValue, key=st.sampled_from(_COUNT_KEYS), value=_counts.map(lambda item: AnyValue(int_value=item)))
attributes = st.lists(
    st.one_of(_anything, _anything, _usage, _usage, _kinds, _hidden(), st.just(KeyValue(key="only"))), max_size=9
)

_instants = st.sampled_from([0, 1, NOON, NOON + 1, NOON + S, NOON - S, NOON + 7_200 * S, 2**63 - 1, 2**63, 2**64 - 1])


def _ids(width: int) -> st.SearchStrategy[bytes]:
    return st.one_of(
        st.integers(1, 4).map(lambda number: number.to_bytes(width, "big")),
        st.sampled_from([b"", bytes(width), b"\x01", bytes(width - 1), b"\xff" * width, b"\x01" * (width + 1)]),
    )


_events = st.builds(
    Span.Event,
    name=st.sampled_from(_EVENTS),
    time_unix_nano=_instants,
    attributes=st.lists(
        st.builds(KeyValue, key=st.sampled_from(["exception.type", "exception.message"]), value=_values), max_size=2
    ),
)
spans = st.builds(
    Span,
    trace_id=_ids(16),
    span_id=_ids(8),
    parent_span_id=_ids(8),
    name=_words,
    start_time_unix_nano=_instants,
    end_time_unix_nano=_instants,
    attributes=attributes,
    events=st.lists(_events, max_size=3),
    status=st.one_of(st.none(), st.builds(Status, code=st.integers(0, 2))),
    flags=st.sampled_from([0, 1, 0x100, 0x200, 0x300, 0x3FF]),
)


@st.composite
def _scope_spans(draw: Any) -> ScopeSpans:
    message = ScopeSpans(spans=draw(st.lists(spans, max_size=3)))
    if draw(st.booleans()):
        message.scope.name = draw(st.one_of(st.sampled_from([row.scope for row in EMITTERS]), _words))
    return message


@st.composite
def _resource_spans(draw: Any) -> ResourceSpans:
    message = ResourceSpans(scope_spans=draw(st.lists(_scope_spans(), max_size=2)))
    if draw(st.booleans()):
        message.resource.attributes.extend(draw(attributes))
    return message


requests = st.lists(_resource_spans(), max_size=2).map(lambda items: ExportTraceServiceRequest(resource_spans=items))


def on_the_wire(request: ExportTraceServiceRequest) -> bytes:
    """The request's bytes, with what is to be broken broken."""
    return request.SerializeToString().replace(BROKEN.encode(), _INVALID)


def mended(request: ExportTraceServiceRequest) -> ExportTraceServiceRequest:
    """What the receiver has to understand of those bytes."""
    copy = ExportTraceServiceRequest()
    copy.CopyFrom(request)
    for resource in copy.resource_spans:
        _mend_all(resource.resource.attributes)
        for scope in resource.scope_spans:
            if scope.HasField("scope"):
                scope.scope.name = scope.scope.name.replace(BROKEN, _MENDED)
            for span in scope.spans:
                span.name = span.name.replace(BROKEN, _MENDED)
                _mend_all(span.attributes)
                for event in span.events:
                    _mend_all(event.attributes)
    return copy


def _mend_all(items: Any) -> None:
    for item in items:
        item.key = item.key.replace(BROKEN, _MENDED)
        _mend(item.value)
        for inner in item.value.array_value.values:
            _mend(inner)


def _mend(value: AnyValue) -> None:
    if value.WhichOneof("value") == "string_value":
        value.string_value = value.string_value.replace(BROKEN, _MENDED)
