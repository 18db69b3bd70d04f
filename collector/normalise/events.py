"""What only span events tell: the type of an exception, and when the first token came."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from collector.decode.frame import Frame
from collector.decode.pivot import Vocabulary, pivot
from collector.decode.values import utf8
from collector.dialects.sources import Column, Reading, Source

_EXCEPTION = Vocabulary((Column("exception_type", (Source("exception.type", Reading.TEXT, "OpenTelemetry SDKs"),)),))
_FIRST_TOKEN = frozenset({"First Token Stream Event", "gen_ai.content.completion.chunk"})
"""Event names of OpenInference and Traceloop; the earliest of a span counts."""


@dataclass(frozen=True, slots=True)
class EventFacts:
    """Per span; null or nan where no event tells."""

    exception_type: pa.Array
    first_token_ms: npt.NDArray[np.float64]


def event_facts(frame: Frame) -> EventFacts:
    """Facts of the events of every span."""
    spans, events = len(frame), frame.events
    first_token = np.full(spans, np.nan)
    if not len(events.owner):
        return EventFacts(pa.nulls(spans, pa.string()), first_token)
    names = utf8(events.name)
    chunk = np.array([name in _FIRST_TOKEN for name in names.to_pylist()])
    owners = events.owner[chunk]
    start_ns = frame.start_ns[owners]
    waited_ms = (events.time_ns[chunk] - start_ns) / 1e6
    np.fmin.at(first_token, owners, np.where((waited_ms >= 0) & (start_ns > 0), waited_ms, np.nan))
    return EventFacts(_exception_type(frame), first_token)


def _exception_type(frame: Frame) -> pa.Array:
    events = frame.events
    types = pivot(events.attributes, len(events.owner), _EXCEPTION).text("exception_type")
    has_type = np.flatnonzero(types.is_valid().to_numpy(zero_copy_only=False))
    at = np.full(len(frame), -1, np.int32)
    at[events.owner[has_type[::-1]]] = has_type[::-1]  # reversed, so that a span's first exception stays
    return types.take(pa.array(at, mask=at < 0))
