"""Experiments in a terminal: the list of them, and one with what can be said of each measure."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from dashboards.figures import UNKNOWN, aligned, clock, count, duration, ratio, usd
from dashboards.grid import grid, plain

Row = Mapping[str, Any]
_STYLE = {"better": "green", "worse": "red", "same": "cyan"}


def experiments_table(answer: Row) -> RenderableType:
    """One line an experiment, the one seen last first."""
    rows = answer["experiments"]
    if not rows:
        return Text("No span named an experiment in the window. Say which variant serves a request: burnline.variant.")
    return grid(
        ("name", [row["name"] for row in rows]),
        ("variants", [", ".join(row["variants"]) for row in rows]),
        ("requests", [count(row["requests"]) for row in rows]),
        ("first (UTC)", [clock(row["first_at"]) for row in rows]),
        ("last (UTC)", [clock(row["last_at"]) for row in rows]),
        numbers=("requests",),
    )


def experiment_table(answer: Row) -> RenderableType:
    """What was split and how it went, then one line a measure of each variant."""
    return Group(*_head(answer), _variants(answer["variants"]), *_comparisons(answer))


def _head(answer: Row) -> Iterator[RenderableType]:
    window = f"{clock(answer['start'])} to {clock(answer['until'])} UTC"
    yield Text(plain(f"{answer['name']}: by {answer['unit']}, {window}"), "bold")
    split = answer["split"]
    if split is not None and split["verdict"] == "mismatch":
        said = f"Units do not come to the variants as planned (chi-square {split['chi_square']:.1f}, p"
        yield Text(f"{said} {split['p_value']:.1g}): find out why before believing anything below.", "red")


def _variants(rows: list[Row]) -> RenderableType:
    return grid(
        ("variant", [row["variant"] + (" (control)" if row["control"] else "") for row in rows]),
        ("units", [count(row["units"]) for row in rows]),
        ("planned", [ratio(row["planned_ratio"]) for row in rows]),
        ("requests", [count(row["requests"]) for row in rows]),
        ("left out", [count(row["mixed_requests"]) for row in rows]),
        ("cost", aligned([usd(row["cost_usd"]) for row in rows])),
        ("of one", aligned([usd(row["cost_per_request_usd"]) for row in rows])),
        ("p95", [duration(row["p95_ms"]) for row in rows]),
        ("models", [", ".join(row["models"]) for row in rows]),
        numbers=("units", "planned", "requests", "left out", "cost", "of one", "p95"),
    )


def _comparisons(answer: Row) -> Iterator[RenderableType]:
    rows = answer["comparisons"]
    if not rows:
        yield Text("\nNothing to compare yet: it takes two variants.", "yellow")
        return
    yield Text()
    yield grid(
        ("variant", [row["variant"] for row in rows]),
        ("measure", [row["measure"] for row in rows]),
        ("control", [_written(row)(row["control_value"]) for row in rows]),
        ("variant has", [_written(row)(row["value"]) for row in rows]),
        ("difference", [_interval(row) for row in rows]),
        ("verdict", [Text(row["verdict"].replace("_", " "), _STYLE.get(row["verdict"], "")) for row in rows]),
        ("more requests", [_more(row) for row in rows]),
        numbers=("control", "variant has", "more requests"),
    )
    sure = ratio(1 - answer["alpha"])
    yield Text(f"Intervals hold at every look at once with {sure}; more requests: until a verdict could come.", "dim")


def _written(row: Row) -> Callable[[float], str]:
    """How a figure of this measure is written."""
    named = {"cost_usd": _usd, "latency_ms": _ms}
    score = row["measure"].startswith("evaluation:")
    return named.get(row["measure"], _score if score else ratio)


def _interval(row: Row) -> str:
    written = _written(row)
    if row["low"] is None:
        return f"{_signed(written, row['difference'])} (too few requests)"
    return f"{_signed(written, row['difference'])} ({_signed(written, row['low'])} to {_signed(written, row['high'])})"


def _signed(written: Callable[[float], str], figure: float) -> str:
    return f"{'-' if figure < 0 else '+'}{written(abs(figure))}"


def _more(row: Row) -> str:
    return UNKNOWN if row["more_requests"] is None else count(row["more_requests"])


def _usd(figure: float) -> str:
    return usd(f"{figure:.12f}")


def _ms(figure: float) -> str:
    return duration(figure)


def _score(figure: float) -> str:
    return f"{figure:.3f}"
