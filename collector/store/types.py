"""Arrow types as the rest of the house knows them.

Ids have to come back as 16 bytes, for which DuckDB's lossless mode is on; the same mode wraps booleans and 128-bit sums
into extension types that no Arrow function computes with. Those two are unwrapped here, without touching the bytes.
"""

from collections.abc import Callable

import pyarrow as pa

_SUM = pa.decimal128(38, 0)


def plain_types(table: pa.Table) -> pa.Table:
    """The same columns; booleans as Arrow's own, 128-bit integers as decimals without digits after the point."""
    for i, field in enumerate(table.schema):
        unwrap = _UNWRAP.get(_wrapping(field.type))
        if unwrap is not None:
            table = table.set_column(i, field.name, unwrap(table.column(i)))
    return table


def _wrapping(kind: pa.DataType) -> str:
    name = getattr(kind, "extension_name", "")
    return f"{name}/{kind.type_name}" if name == "arrow.opaque" else name


def _booleans(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.int8()).cast(pa.bool_())


def _sums(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Both sides keep 16 bytes, little end first, two's complement."""
    chunks = [
        pa.Array.from_buffers(_SUM, len(chunk), chunk.storage.buffers(), offset=chunk.storage.offset)
        for chunk in column.chunks
    ]
    return pa.chunked_array(chunks, _SUM)


_UNWRAP: dict[str, Callable[[pa.ChunkedArray], pa.ChunkedArray]] = {
    "arrow.bool8": _booleans,
    "arrow.opaque/hugeint": _sums,
    "arrow.json": lambda column: column.cast(pa.string()),
}
