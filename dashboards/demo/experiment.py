"""An experiment of the past: another layout of the digest, drawn by user, is opened more often and costs the same.

Who gets which layout, and who opens a digest, follows from the trace: whatever else is drawn stays as it is.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

import httpx

NAME = "digest-layout"
CURRENT, OTHER = "current", "news-first"
LASTS = timedelta(days=20)
"""Up to the end of the past."""
OPENED, OUTCOME = {CURRENT: 0.40, OTHER: 0.47}, "digest_opened"
"""The share of digests that are opened, by layout."""
_USERS = 900
_AT_ONCE = 1_000
_PATIENCE_S = 30.0


def user(trace_id: bytes) -> str:
    """Whose digest it is."""
    return f"user-{_number(trace_id, 0) % _USERS}"


def variant(trace_id: bytes) -> str:
    """The layout; a user always gets the same.

    >>> variant(bytes(16)), variant(bytes([0, 1] + 14 * [0]))
    ('current', 'news-first')
    """
    return (CURRENT, OTHER)[_number(trace_id, 0) % _USERS % 2]


def opened(trace_id: bytes) -> bool:
    """Whether it was opened."""
    return _number(trace_id, 2) / 2**16 < OPENED[variant(trace_id)]


def said(trace_id: bytes) -> dict[str, str]:
    """What a digest of the experiment says of its layout."""
    return {"burnline.experiment": NAME, "burnline.variant": variant(trace_id)}


def outcomes(trace_ids: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """The outcomes of digests that were opened, as messages to ``/v1/outcomes``."""
    found = (one.hex() for one in trace_ids if opened(one))
    while some := [*islice(found, _AT_ONCE)]:
        yield {"outcomes": [{"id": f"opened {one}", "name": OUTCOME, "trace_id": one} for one in some]}


def tell(api_url: str, trace_ids: Iterable[bytes]) -> int:
    """Tell the server what was opened; how many."""
    many = 0
    with httpx.Client(base_url=api_url, trust_env=False, timeout=_PATIENCE_S) as client:
        for message in outcomes(trace_ids):
            client.post("/v1/outcomes", json=message).raise_for_status()
            many += len(message["outcomes"])
    return many


def _number(trace_id: bytes, place: int) -> int:
    return int.from_bytes(trace_id[place : place + 2], "big")
