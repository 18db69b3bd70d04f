"""sha256 over what was booked, in a form anybody can make again.

Lines: the canonical texts of one UTC day (``queries/line_texts.sql``), sorted by their bytes, a newline after each;
what ``LC_ALL=C sort | sha256sum`` says of that file is the digest of the day. The digest of all lines is the sha256 of
the rows "day, space, digest, newline" in the order of the days. Charges: the canonical texts in the order of their ids.
Texts pass through in batches; only the sort of one day is ever held, and DuckDB writes it to disk if it is too large.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256

import numpy as np
import pyarrow as pa

from analytics.ledger.months import day_bounds
from analytics.ledger.terms import Progress
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics.ledger")


def line_digests(store: Store, period: date, progress: Progress) -> dict[str, str]:
    """Return the sha256 of each day's booked lines, by the day as text."""
    days = store.run(_QUERIES["booked_days"], {"period_start": period})["day"].to_pylist()
    found: dict[str, str] = {}
    for done, day in enumerate(days):
        progress("digest", done, len(days))
        asked = {"period_start": period, **day_bounds(day)}
        found[str(day)] = _sha256(store.stream(_QUERIES["line_texts"], asked))
    return found


def digest_of_days(digests: Mapping[str, str]) -> str:
    """Return the one digest of all days.

    >>> digest_of_days({})[:8]
    'e3b0c442'
    """
    rows = (f"{day} {digests[day]}\n" for day in sorted(digests))
    return sha256("".join(rows).encode()).hexdigest()


def charge_digest(store: Store, period: date) -> str:
    """Return the sha256 of a month's booked charges."""
    return _sha256(store.stream(_QUERIES["charge_texts"], {"period_start": period}))


def _sha256(batches: Iterable[pa.RecordBatch]) -> str:
    digest = sha256()
    for batch in batches:
        digest.update(_bytes(batch.column(0)))
    return digest.hexdigest()


def _bytes(texts: pa.StringArray) -> memoryview:
    """The texts one after the other: Arrow keeps them so, and nothing has to be copied."""
    _, offsets, data = texts.buffers()
    at = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return memoryview(data)[at[0] : at[-1]]
