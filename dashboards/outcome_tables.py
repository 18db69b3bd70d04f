"""What came of requests, in a terminal."""

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from dashboards.figures import UNKNOWN, aligned, clock, count, duration, many, ratio, usd
from dashboards.grid import grid

Row = Mapping[str, Any]
_UNALLOCATED = "(unallocated)"


def outcome_table(answer: Row) -> RenderableType:
    """One line a name of an outcome and group of requests."""
    rows, waiting = answer["rows"], answer["waiting"]
    window = f"from {clock(answer['start'])} to {clock(answer['until'])} UTC"
    told = [Text(f"{many(waiting, 'outcome')} of the window waiting for their request.", "yellow")] if waiting else []
    if not rows:
        none = Text(f"Nothing came of a request {window}. Widen it with --since 7d, or tell POST /v1/outcomes.")
        return Group(none, *told)
    table = grid(
        *((name, [_group(row, name) for row in rows]) for name in answer["by"]),
        ("outcome", [row["name"] for row in rows]),
        ("requests", [count(row["requests"]) for row in rows]),
        ("outcomes", [count(row["outcomes"]) for row in rows]),
        ("of requests", [_interval(row) for row in rows]),
        ("value", [row["value"] for row in rows]),
        ("cost of one", aligned([usd(row["cost_per_outcome_usd"]) for row in rows])),
        ("cost", aligned([usd(row["cost_usd"]) for row in rows])),
        ("p50", [duration(row["p50_ms"]) for row in rows]),
        ("p95", [duration(row["p95_ms"]) for row in rows]),
        ("late", [count(row["late_outcomes"]) for row in rows]),
        numbers=("requests", "outcomes", "value", "cost of one", "cost", "p50", "p95", "late"),
    )
    note = Text(
        f"Requests that ended {window}, with what came of them until now; shares with their 95 % interval.", "dim"
    )
    return Group(table, note, *told)


def _group(row: Row, name: str) -> str:
    value = row.get(name)
    if value is None:
        return _UNALLOCATED
    return clock(value) if name == "hour" else str(value)


def _interval(row: Row) -> str:
    if row["outcome_ratio"] is None:
        return UNKNOWN
    low, high = ratio(row["outcome_ratio_low"]), ratio(row["outcome_ratio_high"])
    return f"{ratio(row['outcome_ratio'])} ({low} to {high})"
