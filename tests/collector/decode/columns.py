"""The rows of the columnar path in the shape of the reference: one dictionary a span."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from collector.decode.frame import read_frame
from collector.dialects.fields import ATTRIBUTION_COLUMNS
from collector.normalise.spans import Rows, rows_of
from tests.collector.decode.sending import NOON

_WORDS = tuple(column.name for column in ATTRIBUTION_COLUMNS)


def columnar_rows(bodies: Sequence[bytes], *, received_ns: int = NOON) -> list[dict[str, Any]]:
    rows = rows_of(read_frame(bodies), received_ns=received_ns)
    calls = _calls(rows)
    measures = rows.measures.drop_columns(["measured_at"]).to_pylist()
    words = {row["attribution_id"]: row for row in rows.attributions.to_pylist()}
    return [
        _spanning(row)
        | {name: words[row["attribution_id"]][name] for name in _WORDS}
        | {"body": int(rows.body[i]), "trace_id": bytes(rows.trace_id[i]), "call": calls.get(i)}
        | {"measures": {fact["measure"]: fact["value"] for fact in measures if fact["row"] == i}}
        for i, row in enumerate(_plain(rows.spans.drop_columns(["trace_id"])))
    ]


def call_of(body: bytes) -> dict[str, Any]:
    """The model call of a request of one span."""
    (row,) = columnar_rows([body])
    assert row["call"] is not None
    return row["call"]


def _spanning(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "attribution_id"}


def _calls(rows: Rows) -> dict[int, dict[str, Any]]:
    return {row.pop("row"): row for row in _plain(rows.calls)}


def _plain(table: pa.Table) -> list[dict[str, Any]]:
    if "started_at" in table.column_names:
        at = table.schema.get_field_index("started_at")
        table = table.set_column(at, "started_at", table["started_at"].cast(pa.int64()))
    return table.to_pylist()
