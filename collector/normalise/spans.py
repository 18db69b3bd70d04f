"""From a frame of spans to the rows the store keeps."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from collector.decode.frame import Frame, Ids, Ints, Longs, Mask, fixed_bytes
from collector.decode.pivot import VOCABULARY, Pivot, Vocabulary, pivot
from collector.decode.values import utf8
from collector.dialects.emitters import Emitter, emitter_of
from collector.dialects.fields import OTHER_USAGE_COLUMNS
from collector.dialects.kinds import Kind
from collector.dialects.measures import CHUNKS_COLUMN
from collector.dialects.versions import OWN_VERSIONS, SERVICE_VERSION
from collector.normalise.attribution import attributed
from collector.normalise.calls import Told, call_table
from collector.normalise.chunks import chunk_column
from collector.normalise.events import EventFacts, event_facts
from collector.normalise.kind import as_words, is_call, is_kind, kind_codes
from collector.normalise.measures import measure_table
from collector.normalise.usage import Traits, Usage, usage_of

_REMOTE_PARENT = 0x300
"""Span flags: bit 8 says that bit 9 is meant, bit 9 that the parent is in another process."""
_STATUS_ERROR = 2
_FUTURE_NS = 3_600_000_000_000
"""More than an hour ahead of the receiver's clock is suspect; clocks of one fleet differ by seconds."""
_SUSPECTS = ("ends_before_start", "in_the_future", "no_start")


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one group of bodies, in wire order; ``body`` and the ids tell the intake what came from where."""

    body: Ints
    trace_id: npt.NDArray[np.uint8]
    span_id: Ids
    start_ns: Longs
    spans: pa.Table
    calls: pa.Table
    """Subset of the spans; column ``row`` is the span's position."""
    attributions: pa.Table
    measures: pa.Table
    """Figures that spans tell; column ``row`` is the span's position."""


def rows_of(frame: Frame, *, received_ns: int, vocabulary: Vocabulary = VOCABULARY) -> Rows:
    """Canonical rows of every span of the frame, kept or not: the intake takes the ones it keeps."""
    spans = pivot(frame.attributes, len(frame), vocabulary)
    resources = pivot(frame.resource_attributes, frame.resource_count, vocabulary)
    emitters = [emitter_of(name) for name in utf8(frame.scope_names).to_pylist()]
    facts = event_facts(frame)
    failed = _failed(frame, spans)
    traits, kinds = _traits(spans, emitters, frame.scope, failed)
    usage = usage_of(spans, traits)
    who = attributed(spans, resources, frame.resource)
    trace_id, span_id = fixed_bytes(frame.trace_id, 16), _ids(fixed_bytes(frame.span_id, 8))
    start_ns, duration_ns, suspect = _times(frame, received_ns)
    words = as_words(kinds)
    table = _span_table(frame, spans, facts, emitters, resources)
    table |= {
        "first_chunk_ms": _first_chunk_ms(spans, failed),
        "trace_id": _uuids(trace_id),
        "span_id": pa.array(span_id),
        "started_at": pa.array(start_ns).cast(pa.timestamp("ns")),
        "duration_ns": pa.array(duration_ns),
        "suspect": suspect,
        "kind": words,
        "status": _either(failed, "error", "ok"),
        "attribution_id": pa.array(who.ids),
        CHUNKS_COLUMN.name: chunk_column(spans.text(CHUNKS_COLUMN.name)),
    }
    call_rows = _call_rows(spans, usage, traits)
    region = resources.text("region").take(pa.array(frame.resource))
    told = Told(spans, usage, facts, region)
    calls = call_table(call_rows, told)
    measures = measure_table(spans, words, start_ns + duration_ns)
    return Rows(frame.body, trace_id, span_id, start_ns, pa.table(table), calls, who.table, measures)


def _traits(spans: Pivot, emitters: list[Emitter], scope: Ints, failed: Mask) -> tuple[Traits, npt.NDArray[np.int8]]:
    has_usage = spans.number("input_tokens").known | spans.number("output_tokens").known
    names_a_model = has_usage & _present(spans.text("request_model"), spans.text("response_model"))
    kinds = kind_codes(spans, names_a_model=names_a_model)
    call = is_call(kinds)
    stream = _streams(spans)
    traits = Traits(
        call=call,
        embedding=is_kind(kinds, Kind.EMBEDDING),
        failed=failed,
        excludes_cache=_by_emitter([emitter.input_excludes_cache for emitter in emitters], scope),
        zero_means_unknown=_by_emitter([emitter.zero_means_unknown for emitter in emitters], scope),
        estimates=stream & _by_emitter([emitter.estimates_streams for emitter in emitters], scope),
        loses_cache=stream & _by_emitter([emitter.streams_lose_cache for emitter in emitters], scope),
        other_usage=_other_usage(spans),
    )
    return traits, kinds


def _span_table(
    frame: Frame, spans: Pivot, facts: EventFacts, emitters: list[Emitter], resources: Pivot
) -> dict[str, pa.Array]:
    parent = _ids(fixed_bytes(frame.parent_span_id, 8))
    no_parent = parent == 0
    remote = (frame.flags & _REMOTE_PARENT) == _REMOTE_PARENT
    degraded = spans.number("degraded")
    of_resource, of_scope = pa.array(frame.resource), pa.array(frame.scope)
    return {
        "parent_span_id": pa.array(parent, mask=no_parent),
        "name": utf8(frame.name),
        "error_type": pc.coalesce(spans.text("error_type"), facts.exception_type),
        "entry": pa.array(no_parent | remote),
        "degraded": pa.array(degraded.values.astype(np.bool_), mask=~degraded.known),
        "user_id": pc.coalesce(spans.text("user_id"), resources.text("user_id").take(of_resource)),
        "session_id": spans.text("session_id"),
        "verdict": spans.text("verdict"),
        "service": resources.text("service").dictionary_encode().take(of_resource),
        SERVICE_VERSION.name: resources.text(SERVICE_VERSION.name).dictionary_encode().take(of_resource),
        **{column.name: spans.text(column.name) for column in OWN_VERSIONS},
        "scope": utf8(frame.scope_names).dictionary_encode().take(of_scope),
        "dialect": pa.array([emitter.dialect for emitter in emitters], pa.string()).dictionary_encode().take(of_scope),
    }


def _streams(spans: Pivot) -> Mask:
    asked = spans.number("stream")
    found: Mask = asked.known & (asked.values != 0)
    return found


def _first_chunk_ms(spans: Pivot, failed: Mask) -> pa.Array:
    """Milliseconds to the first chunk; infinite for a stream that failed before one came, null where nobody told."""
    waited = spans.number("ttft_ms")
    never = ~waited.known & failed & _streams(spans)
    return pa.array(np.where(never, np.inf, waited.values.astype(np.float64)), mask=~(waited.known | never))


def _failed(frame: Frame, spans: Pivot) -> Mask:
    """An error status, an ``error.type`` (set only when an operation ended with an error), or Langfuse's level."""
    failed: Mask = np.asarray(frame.status_code == _STATUS_ERROR, np.bool_)
    if "error_type" in spans.texts:
        failed = failed | _present(spans.text("error_type"))
    if "level" in spans.texts:
        level: Mask = pc.equal(spans.text("level"), "ERROR").fill_null(False).to_numpy(zero_copy_only=False)
        failed = failed | level
    return failed


def _times(frame: Frame, received_ns: int) -> tuple[Longs, Longs, pa.Array]:
    """Start, duration and what is wrong with them; a span without a start begins when it was received."""
    no_start = frame.start_ns == 0
    start = np.where(no_start, received_ns, frame.start_ns)
    ends_before = ~no_start & (frame.end_ns < start)
    duration = np.where(no_start | ends_before, 0, frame.end_ns - start)
    future = ~no_start & ~ends_before & (start > received_ns + _FUTURE_NS)
    index = np.select((ends_before, future, no_start), (0, 1, 2), -1).astype(np.int8)
    suspect = pa.DictionaryArray.from_arrays(pa.array(index, mask=index < 0), pa.array(_SUSPECTS))
    return start, duration, suspect


def _call_rows(spans: Pivot, usage: Usage, traits: Traits) -> Ints:
    known = usage.known | traits.call
    known = known | _present(spans.text("response_id"), spans.text("response_model")) | traits.other_usage
    return np.flatnonzero(known).astype(np.int32)


def _other_usage(spans: Pivot) -> Mask:
    told = [spans.numbers[column.name].known for column in OTHER_USAGE_COLUMNS if column.name in spans.numbers]
    any_told: Mask = np.logical_or.reduce([np.zeros(spans.rows, np.bool_), *told])
    return any_told


def _present(*columns: pa.Array) -> Mask:
    present: Mask = np.logical_or.reduce([column.is_valid().to_numpy(zero_copy_only=False) for column in columns])
    return present


def _by_emitter(flags: list[bool], scope: Ints) -> Mask:
    return np.asarray(np.array([*flags, False], np.bool_)[scope])


def _either(mask: Mask, yes: str, no: str) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(mask.astype(np.int8)), pa.array([no, yes]))


def _ids(raw: npt.NDArray[np.uint8]) -> Ids:
    """Eight big-endian bytes as one integer."""
    ids: Ids = np.ascontiguousarray(raw).view(">u8").reshape(-1).astype(np.uint64)
    return ids


def _uuids(raw: npt.NDArray[np.uint8]) -> pa.Array:
    storage = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(16), len(raw), [None, pa.py_buffer(np.ascontiguousarray(raw))]
    )
    return pa.ExtensionArray.from_storage(pa.uuid(), storage)
