"""Decisions, steps and standings as tables: pure functions from JSON to something rich can print."""

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from dashboards.figures import UNKNOWN, clock, ratio
from dashboards.grid import narrated
from dashboards.terminal import nothing
from instrumentation.downgrade import ENFORCED

Row = Mapping[str, Any]
_TIME = slice(11, None)
"""Of an instant, its time of the day: leases are short."""
_STYLE = {
    **dict.fromkeys(("degraded", "probing"), "yellow"),
    **dict.fromkeys(("hold", "manual"), "bold magenta"),
    **dict.fromkeys(("pending", "shadow"), "dim"),
}


def decision_table(answer: Row) -> RenderableType:
    """One line a decision; what nobody obeys is dim, and a line below says so."""
    decisions = answer["decisions"]
    if not decisions:
        return Text("No decision is in force: every route is served at its best tier. --history shows earlier steps.")
    table = narrated(
        ("scope", [_scope(decision["scope"]) for decision in decisions]),
        ("serve at", [Text(decision["tier"], _STYLE.get(decision["mode"], "")) for decision in decisions]),
        ("share", [ratio(decision["share"]) if decision["share"] else UNKNOWN for decision in decisions]),
        ("mode", [Text(decision["mode"], _STYLE.get(decision["mode"], "")) for decision in decisions]),
        ("since (UTC)", [clock(decision["issued_at"]) for decision in decisions]),
        ("lease until", [clock(decision["expires_at"])[_TIME] for decision in decisions]),
        numbers=("share", "lease until"),
        sentence=("why", [decision["reason"] for decision in decisions]),
    )
    shown_only = sorted({decision["mode"] for decision in decisions} - set(ENFORCED))
    if not shown_only:
        return table
    return Group(table, Text(f"{' and '.join(shown_only)}: shown, and obeyed by nobody.", "dim"))


def step_table(answer: Row) -> RenderableType:
    """One line a change."""
    steps = answer["transitions"]
    if not steps:
        return nothing("No route stepped down or up", answer, "Widen it with --since 24h.")
    return narrated(
        ("at (UTC)", [clock(step["noted_at"]) for step in steps]),
        ("scope", [_scope(step) for step in steps]),
        ("step", [_step(step) for step in steps]),
        ("share", [ratio(step["share"]) for step in steps]),
        ("because", [step["why"].replace("_", " ") for step in steps]),
        numbers=("share",),
        sentence=("why", [step["sentence"] for step in steps]),
    )


def standing_table(answer: Row) -> RenderableType:
    """One line a route, as it stood at an instant."""
    standings = answer["standings"]
    if not standings:
        return Text(f"No route had ever stepped by {clock(answer['at'])} UTC: each was served at its best tier.")
    return narrated(
        ("scope", [_scope(one) for one in standings]),
        ("served at", [one["tier"] for one in standings]),
        ("share", [ratio(one["share"]) for one in standings]),
        ("since (UTC)", [clock(one["since"]) for one in standings]),
        ("because", [one["why"].replace("_", " ") for one in standings]),
        numbers=("share",),
        sentence=("why", [one["sentence"] for one in standings]),
    )


def _step(step: Row) -> str:
    """The way of a change; one that moves a share of the same tier, or nothing, stays where it is."""
    before, after = step["from_tier"], step["to_tier"]
    return f"at {after}" if before == after else f"{before} → {after}"


def _scope(row: Row) -> str:
    named = [f"{word} {row[word]}" for word in ("tenant", "route", "model") if row.get(word)]
    return ", ".join(named) or "everything"
