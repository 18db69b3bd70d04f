"""What a reprice would change, as tables: pure functions from JSON to something rich can print."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from dashboards.figures import aligned, clock, count, usd
from dashboards.grid import grid
from dashboards.terminal import UNALLOCATED

Row = Mapping[str, Any]
_SHOWN = 30


def reprice_view(report: Row) -> RenderableType:
    """What was booked, what it would be, and where the difference is."""
    run, totals = report["run"], report["totals"]
    window = f"{_instant(run['start'], 'the beginning')} to {_instant(run['until'], 'the newest span')}"
    known = f"prices as known at {_instant(run['as_of'], 'their recording')}"
    parts: list[RenderableType] = [
        Text(f"run {run['run_id']} ({run['status']}): {window}, {known}", "bold"),
        Text(
            f"{count(totals['changed_lines'])} of {count(totals['lines'])} ledger lines change; "
            f"{count(totals['newly_priced_lines'])} get a price, {count(totals['newly_unpriced_lines'])} lose theirs."
        ),
        Text(""),
        _by_price([*report["by_price"][:_SHOWN]], totals),
    ]
    more = len(report["by_price"]) - _SHOWN
    parts += [Text(f"{count(more)} rows more: --json shows them.", "dim")] if more > 0 else []
    if report["by_owner"]:
        parts += [Text(""), _by_owner(report["by_owner"])]
    if report["rules_differ"]:
        parts.append(Text("Attribution rules were others then: applying it may move lines between owners.", "yellow"))
    return Group(*parts)


def _by_price(rows: Sequence[Row], totals: Row) -> RenderableType:
    return grid(
        ("day", [*(row["day"] for row in rows), "in all"]),
        ("seller", [*(row["seller"] or "-" for row in rows), ""]),
        ("model", [*(row["model"] or "-" for row in rows), ""]),
        ("usage class", [*(row["usage_class"] for row in rows), ""]),
        *_sums([*rows, totals]),
        numbers=_NUMBERS,
    )


def _by_owner(rows: Sequence[Row]) -> RenderableType:
    return grid(
        ("tenant", [row["tenant"] or UNALLOCATED for row in rows]),
        ("team", [row["team"] or UNALLOCATED for row in rows]),
        *_sums(rows),
        numbers=_NUMBERS,
    )


_NUMBERS = ("lines", "booked", "would be", "difference")


def _sums(rows: Sequence[Row]) -> list[tuple[str, Sequence[RenderableType]]]:
    return [
        ("lines", [count(row["lines"]) for row in rows]),
        ("booked", aligned([_usd(row["booked_cost_usd"]) for row in rows])),
        ("would be", aligned([_usd(row["cost_usd"]) for row in rows])),
        ("difference", aligned([_signed(row["difference_usd"]) for row in rows])),
    ]


def _usd(amount: str | None) -> str:
    return "unpriced" if amount is None else usd(amount)


def _signed(amount: str) -> str:
    return usd(amount) if amount.startswith("-") else f"+{usd(amount)}"


def _instant(at: str | None, otherwise: str) -> str:
    return otherwise if at is None else f"{clock(at)} UTC"
