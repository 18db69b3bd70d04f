"""The epoch of a publisher: higher with every start, whatever its clock says.

Readers drop what has a lower epoch than they have seen. So an epoch is the start in milliseconds, or one more than the
last where the clock went back in between; the journal remembers the last.
"""

from datetime import datetime

from alerts.journal import Journal, Note
from analytics.slo.burn import nanoseconds

EPOCH = "epoch"
_NS_PER_MS = 1_000_000


def next_epoch(journal: Journal, at: datetime) -> int:
    """The epoch of a start at this instant; it is on record before any document can carry it."""
    last = max((_told(entry.content["epoch"]) for entry in journal.entries(EPOCH)), default=0)
    epoch = max(nanoseconds(at) // _NS_PER_MS, last + 1)
    journal.append([Note(EPOCH, {"epoch": epoch})], at)
    return epoch


def _told(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(f"found the epoch {value!r} in the journal; expected a whole number")
    return value
