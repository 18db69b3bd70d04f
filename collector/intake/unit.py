"""What one group of request bodies became: rows of the store's tables, before repeats are taken out."""

from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from collector.decode.frame import Ids, Ints, Longs, Mask
from collector.signals import Signal

_CODEC = pa.Codec("zstd", compression_level=1)
CODEC_NAME = "zstd"
"""Level 1: 0.4 us a span of 500 bytes, and a tenth of the bytes through the write-ahead log."""


@dataclass(frozen=True, slots=True)
class Body:
    """One request, decoded."""

    signal: Signal
    batch_id: UUID
    raw_bytes: int
    packed: bytes
    """The canonical body, compressed."""
    received: int
    rejected: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Spans:
    """The spans of a group; all arrays have one entry per span that can be kept."""

    body: Ints
    keys: Ids
    """64-bit key of (trace_id, span_id)."""
    trace_id: npt.NDArray[np.uint8]
    span_id: Ids
    start_ns: Longs
    table: pa.Table
    calls: pa.Table
    attributions: pa.Table
    measures: pa.Table

    def taken(self, keep: Mask) -> "Spans":
        """Only the spans of the mask."""
        if keep.all():
            return self
        mask = pa.array(keep)
        renumbered = np.cumsum(keep, dtype=np.int32) - 1
        return Spans(
            self.body[keep],
            self.keys[keep],
            self.trace_id[keep],
            self.span_id[keep],
            self.start_ns[keep],
            self.table.filter(mask),
            _of_kept(self.calls, keep, renumbered),
            self.attributions,
            _of_kept(self.measures, keep, renumbered),
        )


def _of_kept(facts: pa.Table, keep: Mask, renumbered: Ints) -> pa.Table:
    """Facts about the spans that are kept, pointing to where these are now."""
    row = facts["row"].to_numpy()
    kept = facts.filter(pa.array(keep[row]))
    at = kept.schema.get_field_index("row")
    return kept.set_column(at, "row", pa.array(renumbered[row[keep[row]]], pa.int32()))


def packed(body: bytes) -> bytes:
    """A request body as it is kept."""
    compressed: bytes = _CODEC.compress(body, asbytes=True)
    return compressed


def unpacked(body: bytes, raw_bytes: int, *, codec: str = CODEC_NAME) -> bytes:
    """The request body again; raises ``OSError`` or ``ValueError`` when it cannot be read."""
    plain: bytes = pa.Codec(codec).decompress(body, decompressed_size=raw_bytes, asbytes=True)
    return plain
