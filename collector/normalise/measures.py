"""The figures that spans tell about themselves, one row each. Spans without any cost nothing."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from collector.decode.frame import Ints, Longs
from collector.decode.pivot import Pivot
from collector.dialects.measures import MEASURE_COLUMNS, WEIGHT_COLUMN
from collector.normalise.calls import providers

WEIGHT = pa.decimal128(18, 6)
LARGEST_WEIGHT = 1e6
"""A sample of one in a million; what weighs more would outvote everything else there is."""
_SCHEMA = pa.schema(
    [
        ("row", pa.int32()),
        ("measured_at", pa.timestamp("ns")),
        ("measure", pa.string()),
        ("value", pa.float64()),
        ("stage", pa.string()),
        ("provider", pa.string()),
        ("model", pa.string()),
        ("weight", WEIGHT),
    ]
)
_NONE = _SCHEMA.empty_table()


def measure_table(spans: Pivot, kinds: pa.Array, end_ns: Longs) -> pa.Table:
    """Rows of the table ``measures``; ``row`` is the position of the span, ``kinds`` are its words."""
    told = [column.name for column in MEASURE_COLUMNS if column.name in spans.numbers]
    if not told:
        return _NONE
    rows = [np.flatnonzero(spans.numbers[name].known).astype(np.int32) for name in told]
    at = np.concatenate(rows)
    where = pa.array(at)
    columns = {
        "row": where,
        "measured_at": pa.array(end_ns[at]).cast(pa.timestamp("ns")),
        "measure": pa.array(np.repeat(told, [len(part) for part in rows]), pa.string()),
        "value": pa.array(np.concatenate([_values(spans, name, part) for name, part in zip(told, rows, strict=True)])),
        "stage": kinds.take(where).cast(pa.string()),
        "provider": providers(spans.text("provider").take(where)),
        "model": pc.coalesce(spans.text("response_model").take(where), spans.text("request_model").take(where)),
        "weight": _weights(spans, at),
    }
    return pa.table(columns, schema=_SCHEMA)


def exact_weight(weight: float | None) -> float:
    """The weight as it is kept, in millionths; what is no sampling weight weighs 1.

    >>> exact_weight(1 / 0.3), exact_weight(0.0), exact_weight(None), exact_weight(-2.0), exact_weight(5e6)
    (3.333333, 1.0, 1.0, 1.0, 1.0)
    """
    usable = weight is not None and 0 < weight <= LARGEST_WEIGHT and round(weight, 6) > 0
    return round(weight, 6) if weight is not None and usable else 1.0


def _values(spans: Pivot, name: str, rows: Ints) -> npt.NDArray[np.float64]:
    return spans.numbers[name].values[rows].astype(np.float64)


def _weights(spans: Pivot, at: Ints) -> pa.Array:
    sent = spans.number(WEIGHT_COLUMN.name)
    told = [float(value) if known else None for value, known in zip(sent.values[at], sent.known[at], strict=True)]
    return pa.array([exact_weight(weight) for weight in told], pa.float64()).cast(WEIGHT)
