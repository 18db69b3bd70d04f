"""What the books of closed months lack, found by comparing them with the ledger.

Days that differ are found first, by a count and a sum of hashes; only these are compared line by line, a day at a time:
one pass over a month whose every line was repriced takes minutes of spilling.
"""

from collections.abc import Iterable, Sequence
from datetime import date

import pyarrow as pa

from analytics.ledger.charge import QUANTITY, USD
from analytics.ledger.months import day_bounds, midnight_ns
from analytics.ledger.periods import SignOff, first_unclosed, first_usage
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics.ledger")
_SUMS = pa.schema(
    [
        ("entry", pa.string()),
        ("corrects_start", pa.date32()),
        ("day", pa.date32()),
        ("attribution_id", pa.uint64()),
        ("rate_id", pa.uint64()),
        ("purpose", pa.string()),
        ("quantity", QUANTITY),
        ("list_cost_usd", USD),
        ("cost_usd", USD),
        ("lines", pa.int64()),
    ]
)
NO_CORRECTIONS = _SUMS.empty_table()


def differing_days(store: Store, period: date) -> tuple[date, ...]:
    """UTC days before a month about which the books do not say what the ledger says."""
    found = store.stream(_QUERIES["differing_days"], {"until_ns": midnight_ns(period)})
    return tuple(day for batch in found for day in batch["day"].to_pylist())


def next_to_close(store: Store, signed: Sequence[SignOff]) -> date | None:
    """The month that takes what closed months lack: the first unclosed one with usage, else the one after them.

    None while no month is closed.
    """
    after = first_unclosed(signed)
    return after and (first_usage(store, after) or after)


def correction_sums(store: Store, days: Iterable[date]) -> pa.Table:
    """What the books lack about these days, summed by owner, rate and purpose."""
    batches = (store.stream(_QUERIES["correction_sums"], day_bounds(day)) for day in days)
    return pa.Table.from_batches((batch.cast(_SUMS) for found in batches for batch in found), _SUMS)
