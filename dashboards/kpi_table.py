"""The key figures of finance as a table: a pure function from JSON to something rich can print."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from dashboards.figures import UNKNOWN, ratio, usd
from dashboards.grid import grid
from dashboards.terminal import nothing

Row = Mapping[str, Any]


def kpi_table(answer: Row) -> RenderableType:
    """One line a figure, with what it is made of."""
    rows = answer["kpis"]
    if not any(row["value"] is not None for row in rows):
        return nothing("Nothing was used", answer, "Widen it with --since 24h.")
    table = grid(
        ("figure", [row["name"].replace("_", " ") for row in rows]),
        ("of", [row["of"] or "" for row in rows]),
        ("value", [_value(row) for row in rows]),
        ("unit", [row["unit"] for row in rows]),
        ("amount", [_amount(row) for row in rows]),
        ("", ["estimate" if row["estimate"] else "" for row in rows]),
        ("note", [row["note"] or "" for row in rows]),
        numbers=("value", "amount"),
    )
    return Group(
        table,
        Text(
            "Each is a ratio of sums, the amount is its numerator; --json has the denominator and what it says.", "dim"
        ),
    )


def _amount(row: Row) -> str:
    amount = row["amount_usd"]
    return "" if amount is None else usd(amount)


def _value(row: Row) -> str:
    value, unit = row["value"], row["unit"]
    if value is None:
        return UNKNOWN
    if "USD" in unit:
        return usd(value)
    return ratio(float(value)) if unit == "ratio" else f"{Decimal(value):,.6g}"
