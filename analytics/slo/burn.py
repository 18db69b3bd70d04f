"""How fast budgets burn: counts per objective and window from the store, and what they mean.

A window ``[at - length, at)`` is exact to the nanosecond at both edges. Whole minutes come from ``objective_minutes``;
the ragged beginning and end come from the requests. One query answers for all objectives and all windows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from analytics.slo.arithmetic import Counts
from analytics.slo.composing import composed
from analytics.slo.judging import stored_kinds
from collector.store import Store, queries_of

MINUTE_NS = 60_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNJUDGED = queries_of("analytics.slo")["objective_unjudged"]
_INSTANTS = ("start_at", "head_until", "whole_from", "whole_until", "tail_from", "until")

Asked = tuple[int, float] | tuple[int, float, int]
"""An objective id, the length of a window in seconds and, of an objective with ``per``, a group; else all of them."""


@dataclass(frozen=True, slots=True)
class TierQuestion:
    """Asks what requests at this tier did to this objective in the last ``window_s`` seconds."""

    objective_id: int
    tier: str
    window_s: float


def nanoseconds(at: datetime) -> int:
    """Nanoseconds since 1970 of an aware instant, exactly.

    >>> nanoseconds(datetime(1970, 1, 1, 0, 1, 0, 1, tzinfo=UTC))
    60000001000
    """
    return (at - _EPOCH) // timedelta(microseconds=1) * 1000


def window_counts(store: Store, asked: Iterable[Asked], at: datetime) -> Mapping[Asked, Counts]:
    """What each objective judged in each window ending at ``at``, which is excluded."""
    wanted = list(dict.fromkeys(asked))
    if not wanted:
        return {}
    rows = [_edges(nanoseconds(at), round(question[1] * 1e6) * 1_000) for question in wanted]
    windows = pa.table(
        {
            "window_row": pa.array(range(len(wanted)), pa.int64()),
            "objective_id": pa.array([question[0] for question in wanted], pa.uint64()),
            "group_id": pa.array([question[2] if len(question) > 2 else None for question in wanted], pa.int32()),  # noqa: PLR2004 - the third is the group
        }
        | {name: _instants(row[name] for row in rows) for name in _INSTANTS}
    )
    earliest = min(row["start_at"] for row in rows)
    since = _instant(earliest - earliest % MINUTE_NS)
    kinds = stored_kinds(store)
    if not kinds:
        return dict.fromkeys(wanted, Counts())
    answer = store.run(composed(kinds)["objective_counts"], {"since": since}, tables={"windows": windows})
    return {wanted[row]: counts for row, counts in _counted(answer, "window_row").items()}


def tier_counts(store: Store, asked: Sequence[TierQuestion], at: datetime) -> Mapping[TierQuestion, Counts]:
    """What the requests served at one tier did to an objective: a burn that a downgrade does not hide."""
    if not asked:
        return {}
    until = nanoseconds(at)
    starts = [until - round(question.window_s * 1e9) for question in asked]
    table = pa.table(
        {
            "asked_row": pa.array(range(len(asked)), pa.int64()),
            "objective_id": pa.array([question.objective_id for question in asked], pa.uint64()),
            "tier": pa.array([question.tier for question in asked], pa.string()),
            "start_at": _instants(starts),
            "until": _instants(until for _ in asked),
        }
    )
    kinds = stored_kinds(store)
    if not kinds:
        return dict.fromkeys(asked, Counts())
    answer = store.run(composed(kinds)["objective_at_tier"], {"since": _instant(min(starts))}, tables={"asked": table})
    return {asked[row]: counts for row, counts in _counted(answer, "asked_row").items()}


def unjudged(store: Store, start: datetime, until: datetime) -> Mapping[int, int]:
    """Requests per objective id that could not be judged, in the whole minutes of the window."""
    params = {"start": _instant(nanoseconds(start)), "until": _instant(nanoseconds(until))}
    answer = store.run(_UNJUDGED, params)
    return dict(zip(answer.column("objective_id").to_pylist(), answer.column("unjudged").to_pylist(), strict=True))


def _edges(until: int, length: int) -> Mapping[str, int]:
    """Cut a window at minutes; one that holds no whole minute is all head.

    >>> cut = _edges(130_000_000_000, 100_000_000_000)  # from second 30 to second 130
    >>> [cut[name] // 1_000_000_000 for name in ("start_at", "head_until", "whole_until", "until")]
    [30, 60, 120, 130]
    """
    start = until - length
    first, last = -(-start // MINUTE_NS) * MINUTE_NS, until // MINUTE_NS * MINUTE_NS
    if first > last:
        first = last = until
    cuts = (start, first, first, last, last, until)
    return dict(zip(_INSTANTS, cuts, strict=True))


def _counted(answer: pa.Table, key: str) -> Mapping[int, Counts]:
    return {row[key]: _counts(row) for row in answer.sort_by(key).to_pylist()}


def _counts(row: Mapping[str, Any]) -> Counts:
    """Slices where slices are counted; otherwise requests, or their weights and how many they are worth."""
    if row.get("slices") is not None:
        return Counts(row["slices"], _number(row["good_slices"]))
    total, good, squares = row["total"], row["good"], row["weight_square_sum"]
    effective = None if squares == total else float(total * total / squares)
    return Counts(_number(total), _number(good), effective)


def _number(value: Decimal | float) -> float:
    """A whole number where it is one, so that nothing unweighted is ever rounded.

    >>> _number(Decimal("3.000000")), _number(Decimal("2.500000"))
    (3, 2.5)
    """
    return int(value) if value == int(value) else float(value)


def _instants(values: Iterable[int]) -> pa.Array:
    return pa.array(values, pa.timestamp("ns"))


def _instant(nanos: int) -> datetime:
    """The microsecond at or before, without a zone, as the store binds it."""
    return (_EPOCH + timedelta(microseconds=nanos // 1000)).replace(tzinfo=None)
