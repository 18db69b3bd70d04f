"""Objectives and budgets as tables: pure functions from JSON to something rich can print."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.text import Text

from analytics.slo.kinds import Dimension
from analytics.slo.verdicts import Reason
from analytics.spending.budget import SCOPE
from collector.configuration import duration_text
from dashboards.figures import UNKNOWN, aligned, clock, count, ratio, usd
from dashboards.grid import grid, narrated

Row = Mapping[str, Any]
_WORDS = tuple(map(str, Dimension))
_STYLE = {
    **dict.fromkeys(("ok", "within_plan"), "green"),
    **dict.fromkeys(("firing", "exhausted"), "bold red"),
    **dict.fromkeys(("ticket", "over_plan"), "yellow"),
}


def slo_table(answer: Row) -> RenderableType:
    """One line a budget, then one line a window, then what it means in words."""
    slos = answer["slos"]
    if not slos:
        return Text("No objective is configured. Add one to the section `objectives` of burnline.yaml.")
    budgets = _by_value(slos)
    table = grid(
        ("objective", [_called(slo, budget) for slo, budget in budgets]),
        ("about", [_about(slo) if budget is slo else "" for slo, budget in budgets]),
        ("target", [ratio(slo["target"]) for slo, _ in budgets]),
        ("good", [ratio(budget["good_ratio"]) for _, budget in budgets]),
        ("counted", [_counted(budget) for _, budget in budgets]),
        ("budget left", [ratio(budget["remaining_ratio"]) for _, budget in budgets]),
        ("over", [slo["calendar"] or duration_text(slo["period_s"]) for slo, _ in budgets]),
        ("gone at (UTC)", [_gone(budget["exhausted_at"], budget["remaining_ratio"]) for _, budget in budgets]),
        ("status", [_standing(slo, budget) for slo, budget in budgets]),
        numbers=("target", "good", "counted", "budget left"),
    )
    rows = [(_called(slo, budget), window) for slo, budget in budgets for window in budget["windows"]]
    words = narrated(
        ("objective", [_called(slo, budget) for slo, budget in budgets]),
        sentence=("in words", [budget["in_words"] for _, budget in budgets]),
    )
    told = [
        Text(f"{slo['name']}, {_lengths(window)}: {window['rescaled']}")
        for slo in slos
        for window in slo["windows"]
        if window["rescaled"]
    ]
    return Group(table, Text(""), _windows(rows), Text(""), words, *([Text(""), *told] if told else []))


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
        ("overrun", [ratio(budget["overrun_probability"]) for budget in budgets]),
        ("gone at (UTC)", [_gone(budget["exhausted_at"], budget["remaining_usd"]) for budget in budgets]),
        ("level", [budget["level"] or UNKNOWN for budget in budgets]),
        ("status", [_status(budget["status"]) for budget in budgets]),
        numbers=("amount", "spent", "reserved", "plan by now", "burn", "projected", "overrun"),
    )
    unpriced = sum(budget["unpriced_lines"] for budget in budgets)
    note = "A + after spend: some ledger lines have no price, so it is a lower bound."
    return Group(table, Text(note, "yellow")) if unpriced else table


def _windows(rows: Sequence[tuple[str, Row]]) -> RenderableType:
    windows = [window for _, window in rows]
    return grid(
        ("objective", [name for name, _ in rows]),
        ("window", [_lengths(window) for window in windows]),
        ("fires", [w["severity"] for w in windows]),
        ("above", [_burn(w["factor"]) for w in windows]),
        ("burn long", [_burn(w["long_burn"]) for w in windows]),
        ("burn short", [_burn(w["short_burn"]) for w in windows]),
        ("counted", [count(w["long_total"]) for w in windows]),
        ("verdict", [Text.assemble(_status(w["verdict"]), f" ({_reason(w)})") for w in windows]),
        numbers=("above", "burn long", "burn short", "counted"),
    )


def _counted(budget: Row) -> str:
    """How many; of sampled figures also how many whole ones would say as much."""
    many = count(budget["total"])
    return many if budget["effective"] is None else f"{many} (worth {count(budget['effective'])})"


def _reason(window: Row) -> str:
    """Why a verdict is what it is; of too few requests also how sure they make it."""
    words = _words(window["reason"])
    return f"{words}: {ratio(window['posterior'])} sure" if window["reason"] == Reason.TOO_FEW_REQUESTS else words


def _lengths(window: Row) -> str:
    return f"{duration_text(window['long_s'])} and {duration_text(window['short_s'])}"


def _by_value(slos: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Every objective, followed by its budgets of one value each that were ever asked for anything."""
    return [(slo, budget) for slo in slos for budget in (slo, *(group for group in slo["groups"] if group["total"]))]


def _called(slo: Row, budget: Row) -> str:
    return str(slo["name"]) if budget is slo else f"  {budget['name']}"


def _about(slo: Row) -> str:
    """What is promised: the measure, its limit, whose, by what there are budgets, and whether slices are counted."""
    chunk = duration_text((slo["threshold_ms"] or 0) / 1_000)
    limit = {
        "latency": lambda: f" within {chunk}",
        "first_chunk": lambda: f" within {chunk}",
        "cost": lambda: f" within {_ceiling(slo, usd(slo['ceiling_usd']))}",
        "tokens": lambda: f" within {_ceiling(slo, count(slo['ceiling_tokens']))}",
        "measure": lambda: f" {slo['measure']} {_bounds(slo)}",
    }
    whose = ", ".join(f"{word} {slo[word]}" for word in _WORDS if slo.get(word)) or "everything"
    per = f", per {' and '.join(slo['per'])}" if slo["per"] else ""
    return f"{_words(slo['sli'])}{limit.get(slo['sli'], str)()} of {whose}{per}{_slices(slo)}"


def _ceiling(slo: Row, figure: str) -> str:
    """A limit, and what it follows where it follows something."""
    if slo["times_baseline"] is None:
        return figure
    usual = f"{slo['times_baseline']:g}x the usual"
    return usual if figure == UNKNOWN else f"{figure} ({usual})"


def _slices(slo: Row) -> str:
    if slo["budgeting"] == "occurrences":
        return ""
    good = "" if slo["time_slice_target"] is None else f" with {ratio(slo['time_slice_target'])}"
    return f", in slices of {duration_text(slo['time_slice_s'])}{good}"


def _bounds(slo: Row) -> str:
    if slo["labels"]:
        return " or ".join(slo["labels"])
    limits = (("at least", slo["at_least"]), ("at most", slo["at_most"]))
    return " and ".join(f"{word} {value:g}" for word, value in limits if value is not None)


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


def _standing(slo: Row, budget: Row) -> Text:
    """How a budget stands, and that nobody acts on it where somebody has to approve the objective first."""
    status = _status(budget["status"])
    return status if slo["in_force"] else Text.assemble(status, (" (not approved)", "yellow"))


def _status(word: str) -> Text:
    return Text(_words(word), _STYLE.get(word, "yellow"))


def _words(word: str) -> str:
    return word.replace("_", " ")
