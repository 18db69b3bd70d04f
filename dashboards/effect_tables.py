"""What downgrades saved and cost, in a terminal: pure functions from JSON."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rich.console import RenderableType

from dashboards.figures import UNKNOWN, aligned, clock, count, duration, ratio, usd
from dashboards.grid import narrated
from dashboards.terminal import nothing

Row = Mapping[str, Any]
_AGAINST = {
    "by_share": "the share left at {0} by chance",
    "same_time": "others at {0} meanwhile, not by chance",
    "before_and_others": "the time before, less what changed for others",
    "before": "the time before alone",
    "nothing": "nothing: too few at {0}",
}
_OWN = {"latency_ms": "latency", "error_ratio": "errors"}


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
        *((title, [_own(row, name) for row in rows]) for name, title in _OWN.items()),
        numbers=("lower", "saved"),
        sentence=("held against", [_sentence(row) for row in rows]),
    )


def month_table(answer: Row) -> RenderableType:
    """One line a month and scope."""
    rows = answer["months"]
    if not rows:
        return nothing("No route was stepped down", answer, "Widen it with --start.")
    return narrated(
        ("month", [row["month"] for row in rows]),
        ("scope", [_scope(row) for row in rows]),
        ("downgrades", [count(row["downgrades"]) for row in rows]),
        ("requests", [count(row["degraded_requests"]) for row in rows]),
        ("saved", aligned([usd(row["saved_usd"]) for row in rows])),
        ("of", aligned([usd(row["instead_usd"]) for row in rows])),
        ("final", ["yes" if row["settled"] else "not yet" for row in rows]),
        numbers=("downgrades", "requests", "saved", "of"),
        sentence=("what else", ["; ".join(_totals(row)) for row in rows]),
    )


def _scope(row: Row) -> str:
    return row["route"] or "everything" if row["tenant"] is None else f"{row['route']} of {row['tenant']}"


def _own(row: Row, name: str) -> str:
    found = next((one for one in row["changes"] if one["figure"] == name), None)
    return UNKNOWN if found is None else _change(found)


def _change(one: Row) -> str:
    """How a figure changed, with its interval."""
    size = _size(one["figure"])
    if one["change"] is None:
        return UNKNOWN
    return f"{_signed(one['change'], size)} ({_signed(one['low'], size)} to {_signed(one['high'], size)})"


def _size(figure: str) -> Callable[[float], str]:
    if figure == "latency_ms":
        return duration
    return ratio if figure.endswith("_ratio") else "{:.3g}".format


def _signed(number: float, size: Callable[[float], str]) -> str:
    return f"{'-' if number < 0 else '+'}{size(abs(number))}"


def _sentence(row: Row) -> str:
    kinds = dict.fromkeys(one["kind"] for one in row["changes"])
    told = [_AGAINST[kind].format(row["instead_of"]) for kind in kinds]
    told += [f"{one['name']} {_change(one)}" for one in row["changes"] if one["name"] and one["change"] is not None]
    if row["unknown_requests"]:
        told.append(f"{row['unknown_requests']:,} requests are in no sum of money")
    return "; ".join(told)


def _totals(row: Row) -> Iterator[str]:
    for one in row["totals"]:
        low, high = (_signed(one[end], "{:,.0f}".format) for end in ("total_low", "total_high"))
        yield f"{one['name'] or 'failures'} {_signed(one['total'], '{:,.0f}'.format)} ({low} to {high})"
    if row["unknown_requests"]:
        yield f"{row['unknown_requests']:,} requests are in no sum of money"
