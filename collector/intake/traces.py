"""Trace bodies of one group to rows."""

from collections.abc import Sequence
from hashlib import blake2b
from uuid import UUID

import numpy as np

from collector.decode.frame import id_faults, read_frame
from collector.decode.pivot import VOCABULARY, Vocabulary
from collector.intake.unit import Body, Spans, packed
from collector.normalise.hashing import combined
from collector.normalise.spans import rows_of
from collector.signals import Signal


def batch_id(signal: Signal, body: bytes) -> UUID:
    """Content hash of a request: a retry of the same bytes has the same."""
    return UUID(bytes=blake2b(body, digest_size=16, person=signal.encode()).digest())


def read_traces(
    bodies: Sequence[bytes], *, received_ns: int, vocabulary: Vocabulary = VOCABULARY
) -> tuple[list[Body], Spans]:
    """Decode and normalise; raises :class:`~collector.signals.Malformed` if any body is undecodable."""
    frame = read_frame(bodies)
    rows = rows_of(frame, received_ns=received_ns, vocabulary=vocabulary)
    count = len(bodies)
    received = np.bincount(rows.body, minlength=count)
    rejected: list[dict[str, int]] = [{} for _ in range(count)]
    keep = np.ones(len(frame), np.bool_)
    for reason, fault in id_faults(frame).items():
        if fault.any():
            keep &= ~fault
            faults = np.bincount(rows.body[fault], minlength=count)
            for i in np.flatnonzero(faults):
                rejected[i][reason] = int(faults[i])
    halves = np.ascontiguousarray(rows.trace_id).view("<u8")
    keys = combined(halves[:, 0], halves[:, 1], rows.span_id)
    spans = Spans(
        rows.body,
        keys,
        rows.trace_id,
        rows.span_id,
        rows.start_ns,
        rows.spans,
        rows.calls,
        rows.attributions,
        rows.measures,
    )
    decoded = [
        Body(Signal.TRACES, batch_id(Signal.TRACES, body), len(body), packed(body), int(received[i]), rejected[i])
        for i, body in enumerate(bodies)
    ]
    return decoded, spans.taken(keep)
