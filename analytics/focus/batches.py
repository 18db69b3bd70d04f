"""Charges as they stream in: cut into batches of one size, held to their order, unpriced ones set apart.

The size is fixed, so the files are the same whatever batches the charges came in. What is wrong with the charges is
said before anything is written of the batch:

    ExportError
    `-- BadCharges   out of order, twice, of another month, or priced without a cost
"""

from collections.abc import Iterable, Iterator
from datetime import date

import polars as pl
import pyarrow as pa

from analytics.ledger.charge import CHARGES

BATCH_ROWS = 65_536
"""Rows of one batch, and of one row group of a Parquet file."""
MILLIONTHS = pa.decimal128(38, 6)


class ExportError(Exception):
    """An export could not be made; the folder has no manifest."""


class BadCharges(ExportError):
    """The charges cannot be what a ledger gives."""


def batches_of(charges: Iterable[pa.RecordBatch], month: date) -> Iterator[pl.DataFrame]:
    """The charges in batches of BATCH_ROWS, in their order, with ``quantity_millionths`` beside their columns."""
    last = ""
    for table in _cut(charges):
        frame = _frame(table)
        _check(frame, month, last)
        last = frame["charge_id"][-1]
        yield frame


def _cut(charges: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    waiting: list[pa.Table] = []
    rows = 0
    for batch in charges:
        waiting.append(pa.Table.from_batches([batch]).select(CHARGES.names).cast(CHARGES))
        rows += batch.num_rows
        if rows >= BATCH_ROWS:
            held = pa.concat_tables(waiting)
            whole = rows - rows % BATCH_ROWS
            yield from (held.slice(start, BATCH_ROWS) for start in range(0, whole, BATCH_ROWS))
            waiting, rows = [held.slice(whole)], rows - whole
    if rows:
        yield pa.concat_tables(waiting)


def _frame(table: pa.Table) -> pl.DataFrame:
    table = table.combine_chunks()
    frame = pl.DataFrame(pl.from_arrow(table))
    text = [name for name, kind in frame.schema.items() if kind == pl.String]
    absent = [pl.when(pl.col(name).str.strip_chars() != "").then(pl.col(name)).alias(name) for name in text]
    return frame.with_columns(*absent, quantity_millionths=_millionths(table.column("quantity").combine_chunks()))


def _millionths(quantity: pa.Array) -> pl.Series:
    """The same whole numbers read as millionths: exactly quantity / 1,000,000, without dividing."""
    array = quantity.chunk(0) if isinstance(quantity, pa.ChunkedArray) else quantity
    shared = pa.Array.from_buffers(MILLIONTHS, len(array), array.buffers(), array.null_count, array.offset)
    return pl.Series(pl.from_arrow(shared))


def _check(frame: pl.DataFrame, month: date, last: str) -> None:
    ids = frame["charge_id"]
    before = ids.shift(1, fill_value=last)
    if not (ids > before).all():
        at = int((ids <= before).arg_max() or 0)
        raise BadCharges(
            f"charge {ids[at]} stands behind {before[at]}; expected charges ordered by charge_id, each once"
        )
    _refuse(frame, pl.col("period_start") != month, f"is not of {month:%Y-%m}; expected the charges of one month")
    costless = (pl.col("status") == "priced") & pl.col("cost_usd").is_null()
    _refuse(frame, costless, "is priced and has no cost; expected a cost, or the status unpriced or amortised")
    unknown = (pl.col("status") == "unpriced") & pl.col("cost_usd").is_not_null()
    _refuse(frame, unknown, "is unpriced and has a cost; expected none")


def _refuse(frame: pl.DataFrame, broken: pl.Expr, why: str) -> None:
    found = frame.filter(broken).head(1)
    if len(found):
        raise BadCharges(f"charge {found['charge_id'][0]} {why}")
