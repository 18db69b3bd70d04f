"""Recommendations in a terminal."""

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from dashboards.figures import UNKNOWN, aligned, count, usd
from dashboards.grid import grid

Row = Mapping[str, Any]
_STYLE = {"switch": "green", "worse": "red"}


def recommendations_table(answer: Row) -> RenderableType:
    """One line a class of traffic and cheaper model, then what is not known."""
    rows = answer["rows"]
    if not rows:
        known = f"Classes of traffic with enough requests: {count(answer['classes'])}."
        return Text(f"No cheaper model answered enough of any class of traffic to compare. {known}")
    table = grid(
        ("route", [row["route"] or UNKNOWN for row in rows]),
        ("feature", [row["feature"] or UNKNOWN for row in rows]),
        ("size", [row["size"] or UNKNOWN for row in rows]),
        ("model", [row["model"] for row in rows]),
        ("cheaper", [row["candidate"] for row in rows]),
        ("verdict", [Text(row["verdict"].replace("_", " "), _STYLE.get(row["verdict"], "")) for row in rows]),
        ("saves a month", aligned([usd(row["saving_per_month_usd"]) for row in rows])),
        ("requests", [f"{count(row['requests'])} / {count(row['candidate_requests'])}" for row in rows]),
        ("quality", [", ".join(_said(one) for one in row["measures"]) or UNKNOWN for row in rows]),
        ("not known", ["; ".join(row["unknown"]) or UNKNOWN for row in rows]),
        numbers=("saves a month", "requests"),
    )
    whole = (
        f"Together {usd(answer['saving_per_month_usd'])} a month, where quality is proven to hold. A person decides."
    )
    return Group(table, Text(whole, "dim"))


def _said(one: Row) -> str:
    return f"{one['measure']} {one['value']:.3g} → {one['candidate_value']:.3g}"
