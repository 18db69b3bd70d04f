"""The figures of requests before and after changes, in equal windows of whole minutes.

The minute in which something changed is in neither window, unless it began with it. A change that is younger than the
windows asked for has shorter ones, on both sides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any

import pyarrow as pa

from analytics.changes.change import Change, Scope
from analytics.changes.comparing import Compared, Sums, Verdict, compared
from analytics.changes.interval import interval
from analytics.notation import NS_PER_MINUTE
from analytics.questions import Window
from collector.store import Store, queries_of

_SIDES = queries_of("analytics.changes")["change_sides"]
_PLACES = Decimal(1).scaleb(-15)
_WORDS = tuple(Scope.__dataclass_fields__)
_ASKED = pa.schema(
    [
        ("asked_row", pa.int64()),
        ("pair_row", pa.int64()),
        ("side", pa.string()),
        ("start_at", pa.timestamp("ns")),
        ("until", pa.timestamp("ns")),
        *((word, pa.string()) for word in _WORDS),
        ("routes", pa.list_(pa.string())),
    ]
)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Side:
    """Requests that ended in one window; figures are None where they are not known, also for no requests."""

    window: Window
    requests: int = 0
    errors: int = 0
    error_ratio: float | None = None
    p95_ms: float | None = None
    cost_per_request_usd: Decimal | None = None
    """Of all requests; None where none is priced."""
    tokens_per_request: float | None = None
    unpriced_requests: int = 0
    missing_usage_requests: int = 0


@dataclass(frozen=True, slots=True)
class Sides:
    """A change with its figures."""

    before: Side
    after: Side
    error_ratio: Compared
    p95_ms: Compared
    cost_per_request_usd: Compared
    tokens_per_request: Compared


def sides(store: Store, changes: Sequence[Change], compare_ns: int, now_ns: int) -> list[Sides | None]:
    """The figures of each change; None for one that no whole minute has followed yet."""
    windows = [windows_of(change.at_ns, compare_ns, now_ns) for change in changes]
    rows = [
        _asked(2 * place + side, place, change, window)
        for place, (change, pair) in enumerate(zip(changes, windows, strict=True))
        for side, window in enumerate(pair or ())
    ]
    if not rows:
        return [None] * len(changes)
    asked = pa.Table.from_pylist(rows, schema=_ASKED)
    found = {row["asked_row"]: row for row in store.run(_SIDES, tables={"asked": asked}).to_pylist()}
    return [
        None if pair is None else _sides(pair, found.get(2 * place), found.get(2 * place + 1))
        for place, pair in enumerate(windows)
    ]


def windows_of(at_ns: int, compare_ns: int, now_ns: int) -> tuple[Window, Window] | None:
    """The windows before and after an instant.

    >>> minute = 60 * 10**9
    >>> [(w.start_ns // minute, w.until_ns // minute) for w in windows_of(10 * minute + 1, 5 * minute, 100 * minute)]
    [(5, 10), (11, 16)]
    >>> [(w.start_ns // minute, w.until_ns // minute) for w in windows_of(10 * minute, 5 * minute, 12 * minute)]
    [(8, 10), (10, 12)]
    """
    last, first = at_ns // NS_PER_MINUTE, -(-at_ns // NS_PER_MINUTE)
    length = min(compare_ns // NS_PER_MINUTE, now_ns // NS_PER_MINUTE - first, last)
    if length < 1:
        return None
    cuts = [minute * NS_PER_MINUTE for minute in (last - length, last, first, first + length)]
    return Window(cuts[0], cuts[1]), Window(cuts[2], cuts[3])


def _asked(row: int, place: int, change: Change, window: Window) -> Row:
    return {
        "asked_row": row,
        "pair_row": place,
        "side": "after" if row % 2 else "before",
        "start_at": window.start_ns,
        "until": window.until_ns,
        **asdict(change.scope),
        "routes": None if change.routes is None else list(change.routes),
    }


def _sides(pair: tuple[Window, Window], before: Row | None, after: Row | None) -> Sides:
    rows = (before, after)
    known_cost = not any(row["unpriced_requests"] for row in rows if row is not None)
    known_usage = not any(row["missing_usage_requests"] for row in rows if row is not None)
    return Sides(
        before=_side(pair[0], before),
        after=_side(pair[1], after),
        error_ratio=_compared(rows, "errors"),
        p95_ms=_compared(rows, "slow"),
        cost_per_request_usd=_compared(rows, "cost") if known_cost else Compared(Verdict.UNKNOWN),
        tokens_per_request=_compared(rows, "tokens") if known_usage else Compared(Verdict.UNKNOWN),
    )


def _side(window: Window, row: Row | None) -> Side:
    if row is None:
        return Side(window)
    requests = row["requests"]
    priced = row["unpriced_requests"] < requests
    return Side(
        window=window,
        requests=requests,
        errors=row["errors"],
        error_ratio=row["errors"] / requests,
        p95_ms=row["p95_ms"],
        cost_per_request_usd=(Decimal(row["cost_usd"]) / requests).quantize(_PLACES) if priced else None,
        tokens_per_request=row["tokens"] / requests if row["missing_usage_requests"] < requests else None,
        unpriced_requests=row["unpriced_requests"],
        missing_usage_requests=row["missing_usage_requests"],
    )


def _compared(rows: Sequence[Row | None], figure: str) -> Compared:
    before, after = (None if row is None else _sums(row, figure) for row in rows)
    found = compared(before, after)
    if found.p_value is None or before is None or after is None:
        return found
    return replace(found, interval=interval(before, after))


def _sums(row: Row, figure: str) -> Sums:
    whole = "cost_usd" if figure == "cost" else figure
    return Sums(
        minutes=row["minutes"],
        n=row["requests"],
        nn=row["requests_squared"],
        x=float(row[whole]),
        xx=row[f"{figure}_squared"],
        nx=row[f"{figure}_requests"],
    )
