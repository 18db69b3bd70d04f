"""Objectives and budgets as tables: pure functions from JSON to something rich can print."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.text import Text

from analytics.spending.budget import SCOPE
from collector.configuration import duration_text
from dashboards.figures import UNKNOWN, aligned, clock, count, ratio, usd
from dashboards.grid import grid

Row = Mapping[str, Any]
_STYLE = {
    **dict.fromkeys(("ok", "within_plan"), "green"),
    **dict.fromkeys(("firing", "exhausted"), "bold red"),
    **dict.fromkeys(("ticket", "over_plan"), "yellow"),
}


def slo_table(answer: Row) -> RenderableType:
    """One line an objective, then one line a window."""
    slos = answer["slos"]
    if not slos:
        return Text("No objective is configured. Add one to the section `objectives` of burnline.yaml.")
    budget = grid(
        ("objective", [slo["name"] for slo in slos]),
        ("about", [_about(slo) for slo in slos]),
        ("target", [ratio(slo["target"]) for slo in slos]),
        ("good", [ratio(slo["good_ratio"]) for slo in slos]),
        ("requests", [count(slo["total"]) for slo in slos]),
        ("budget left", [ratio(slo["remaining_ratio"]) for slo in slos]),
        ("over", [duration_text(slo["period_s"]) for slo in slos]),
        ("gone at (UTC)", [_gone(slo["exhausted_at"], slo["remaining_ratio"]) for slo in slos]),
        ("status", [_status(slo["status"]) for slo in slos]),
        numbers=("target", "good", "requests", "budget left"),
    )
    return Group(budget, Text(""), _windows([(slo["name"], window) for slo in slos for window in slo["windows"]]))


def budget_table(answer: Row) -> RenderableType:
    """One line a spend budget."""
    budgets = answer["budgets"]
    if not budgets:
        return Text("No spend budget is configured. Add one to the section `budgets` of burnline.yaml.")
    table = grid(
        ("budget", [budget["name"] for budget in budgets]),
        ("about", [_scope(budget) for budget in budgets]),
        ("period", [_period(budget) for budget in budgets]),
        ("amount", aligned([usd(budget["amount_usd"]) for budget in budgets])),
        ("spent", aligned([_spent(budget) for budget in budgets])),
        ("reserved", aligned([usd(budget["reserved_usd"]) for budget in budgets])),
        ("plan by now", aligned([usd(budget["planned_usd"]) for budget in budgets])),
        ("burn", [_burn(budget["burn"]) for budget in budgets]),
        ("projected", aligned([usd(budget["projected_usd"]) for budget in budgets])),
        ("gone at (UTC)", [_gone(budget["exhausted_at"], budget["remaining_usd"]) for budget in budgets]),
        ("level", [budget["level"] or UNKNOWN for budget in budgets]),
        ("status", [_status(budget["status"]) for budget in budgets]),
        numbers=("amount", "spent", "reserved", "plan by now", "burn", "projected"),
    )
    unpriced = sum(budget["unpriced_lines"] for budget in budgets)
    note = "A + after spend: some ledger lines have no price, so it is a lower bound."
    return Group(table, Text(note, "yellow")) if unpriced else table


def _windows(rows: Sequence[tuple[str, Row]]) -> RenderableType:
    windows = [window for _, window in rows]
    return grid(
        ("objective", [name for name, _ in rows]),
        ("window", [f"{duration_text(w['long_s'])} and {duration_text(w['short_s'])}" for w in windows]),
        ("fires", [w["severity"] for w in windows]),
        ("above", [_burn(w["factor"]) for w in windows]),
        ("burn long", [_burn(w["long_burn"]) for w in windows]),
        ("burn short", [_burn(w["short_burn"]) for w in windows]),
        ("requests", [count(w["long_total"]) for w in windows]),
        ("verdict", [Text.assemble(_status(w["verdict"]), f" ({_words(w['reason'])})") for w in windows]),
        numbers=("above", "burn long", "burn short", "requests"),
    )


def _about(slo: Row) -> str:
    limit = {
        "latency": lambda: f" within {duration_text((slo['threshold_ms'] or 0) / 1_000)}",
        "cost": lambda: f" within {usd(slo['ceiling_usd'])}",
    }
    return f"{slo['sli']}{limit.get(slo['sli'], str)()} of {_scope(slo)}"


def _period(budget: Row) -> str:
    """Name the period by its first day where it begins."""
    first = datetime.fromisoformat(budget["period_start"]).astimezone(ZoneInfo(budget["zone"]))
    where = "" if budget["zone"] == "UTC" else f" ({budget['zone']})"
    return f"{budget['period']} from {first.date().isoformat()}{where}"


def _scope(row: Row) -> str:
    named = [f"{word} {row[word]}" for word in SCOPE if row.get(word)]
    return ", ".join(named) or "everything"


def _spent(budget: Row) -> str:
    return f"{usd(budget['spent_usd'])}{'+' if budget['unpriced_lines'] else ''}"


def _burn(burn: float | None) -> str:
    return UNKNOWN if burn is None else f"{burn:,.2f}x"


def _gone(instant: str | None, left: str | float | None) -> str:
    """Say when a budget is gone, or that it is."""
    if left is not None and float(left) <= 0:
        return "gone"
    return UNKNOWN if instant is None else clock(instant)


def _status(word: str) -> Text:
    return Text(_words(word), _STYLE.get(word, "yellow"))


def _words(word: str) -> str:
    return word.replace("_", " ")
