"""What downgrades saved and cost, in a terminal: pure functions from JSON."""

from collections.abc import Mapping
from typing import Any

from rich.console import RenderableType

from dashboards.figures import UNKNOWN, aligned, clock, duration, ratio, usd
from dashboards.grid import narrated
from dashboards.terminal import nothing

Row = Mapping[str, Any]
_AGAINST = {
    "by_share": "the share left at {0} by chance",
    "same_time": "others at {0} meanwhile, not by chance",
    "nothing": "nothing: too few at {0}",
}
_SIZES = {"latency_ms": duration, "error_ratio": ratio}
_NAMES = {"latency_ms": "latency", "error_ratio": "errors"}


def effect_table(answer: Row) -> RenderableType:
    """One line a downgrade, the newest first, with what it is held against below."""
    rows = answer["effects"]
    if not rows:
        return nothing("No route was stepped down", answer, "Widen it with --start.")
    return narrated(
        ("since (UTC)", [clock(row["start"]) for row in rows]),
        ("until (UTC)", ["goes on" if row["until"] is None else clock(row["until"]) for row in rows]),
        ("scope", [_scope(row) for row in rows]),
        ("served at", [f"{row['tier']} {ratio(row['share'])}" for row in rows]),
        ("lower", [ratio(row["degraded_ratio"]) for row in rows]),
        ("saved", aligned([usd(row["saved_usd"]) for row in rows])),
        *((_NAMES[name], [_change(_figure(row, name)) for row in rows]) for name in _NAMES),
        numbers=("lower", "saved"),
        sentence=("held against", [_sentence(row) for row in rows]),
    )


def _scope(row: Row) -> str:
    return row["route"] or "everything" if row["tenant"] is None else f"{row['route']} of {row['tenant']}"


def _figure(row: Row, name: str) -> Row:
    return next(one for one in row["changes"] if one["figure"] == name)


def _change(one: Row) -> str:
    """How a figure changed, with its interval."""
    size = _SIZES[one["figure"]]
    if one["change"] is None:
        return UNKNOWN
    return f"{_signed(one['change'], size)} ({_signed(one['low'], size)} to {_signed(one['high'], size)})"


def _signed(number: float, size: Any) -> str:  # noqa: ANN401 - any of the functions of `figures`
    return f"{'-' if number < 0 else '+'}{size(abs(number))}"


def _sentence(row: Row) -> str:
    kinds = {one["kind"]: None for one in row["changes"]}
    told = "; ".join(_AGAINST[kind].format(row["instead_of"]) for kind in kinds)
    unknown = row["unknown_requests"]
    return f"{told}; {unknown:,} requests are in no sum of money" if unknown else told
