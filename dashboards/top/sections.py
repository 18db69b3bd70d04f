"""What stands below the head of a frame: what fires, routes, objectives, budgets, steps. Each is a table of JSON rows.

Most of it is cut where a terminal is too low for it; what is loudest stands first and is cut last.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.console import RenderableType
from rich.text import Text

from dashboards.figures import UNKNOWN, clock, count, duration, ratio, usd
from dashboards.grid import Column, grid
from dashboards.top.gathering import Frame, Row

_TIME = slice(11, 19)
_DATE = slice(5, 16)
LOUD = "bold red"
STATUS_STYLE = {
    **dict.fromkeys(("firing", "page", "exhausted"), LOUD),
    **dict.fromkeys(("ticket", "over_plan", "degraded", "probing"), "yellow"),
    **dict.fromkeys(("hold", "manual"), "bold magenta"),
    **dict.fromkeys(("ok", "within_plan"), "green"),
    **dict.fromkeys(("insufficient_data", "unknown", "info", "pending", "shadow"), "dim"),
}


@dataclass(frozen=True, slots=True)
class Section:
    """A title, its rows, and how some of them are drawn; ``wide`` is whether there is room for every column."""

    title: str
    rows: Sequence[Row]
    drawn: Callable[[Sequence[Row], bool], RenderableType]
    nothing: str
    """What is said where there are none; empty: the section is left out."""


def sections(frame: Frame) -> list[Section]:
    """All of them, in the order of their weight."""
    overview = frame.overview
    return [
        Section("fires", frame.alerts, _alerts, "Nothing fires."),
        Section("routes", _routes(overview), _route_table, "No request and no steered route in this window."),
        Section("objectives", overview["slos"], _objectives, "No objective is configured."),
        Section("budgets", overview["budgets"], _budgets, ""),
        Section("steps", overview["steps"], _steps, ""),
    ]


def word(text: str) -> Text:
    """A word of a closed set, in the colour of how loud it is."""
    return Text(text.replace("_", " "), STATUS_STYLE.get(text, ""))


def _alerts(rows: Sequence[Row], wide: bool) -> RenderableType:  # noqa: FBT001 - every table is drawn so
    columns: list[Column] = [
        ("severity", [word(row["severity"] or UNKNOWN) for row in rows]),
        ("since", [clock(row["since"])[_DATE if wide else _TIME] for row in rows]),
        ("alert", [row["alertname"].removeprefix("Burnline") for row in rows]),
        ("says", [row["summary"] or row["objective"] or "" for row in rows]),
    ]
    return grid(*columns)


def _routes(overview: Row) -> list[Row]:
    """Every route of the window with its standing, and steered routes that nobody asked."""
    standings = {one["route"]: one for one in overview["standings"] if one["tenant"] is None}
    asked = [{**row, "standing": standings.get(row["route"])} for row in overview["routes"]]
    silent = [{**_SILENT, "route": name, "standing": one} for name, one in standings.items()]
    seen = {row["route"] for row in asked}
    alone = [one for one in overview["standings"] if one["tenant"] is not None]
    theirs = [{**_SILENT, "route": f"{one['route']} of {one['tenant']}", "standing": one} for one in alone]
    return [*asked, *theirs, *(row for row in silent if row["route"] not in seen)]


_SILENT: Row = {"requests": None, "errors": None, "p95_ms": None, "cost_usd": None}


def _route_table(rows: Sequence[Row], wide: bool) -> RenderableType:  # noqa: FBT001 - every table is drawn so
    stands = [row["standing"] for row in rows]
    columns: list[Column] = [
        ("route", [row["route"] or "(none)" for row in rows]),
        ("mode", [UNKNOWN if one is None else word(one["mode"]) for one in stands]),
        ("tier", [UNKNOWN if one is None else _tier(one) for one in stands]),
        ("requests", [count(row["requests"]) for row in rows]),
        ("p95", [duration(row["p95_ms"]) for row in rows]),
        ("spend", [usd(row["cost_usd"]) for row in rows]),
    ]
    if wide:
        errors = [_share(row["errors"], row["requests"]) for row in rows]
        columns.insert(4, ("errors", errors))
        columns.append(("because", ["" if one is None else one["reason"] for one in stands]))
    return grid(*columns, numbers=("requests", "errors", "p95", "spend"))


def _tier(standing: Row) -> Text:
    below = standing["ladder"][:1] != [standing["tier"]]
    share = f" {standing['share']:.0%}" if below and standing["share"] < 1 else ""
    return Text(f"{standing['tier']}{share}", "yellow" if below else "")


def _objectives(rows: Sequence[Row], wide: bool) -> RenderableType:  # noqa: FBT001 - every table is drawn so
    columns: list[Column] = [
        ("objective", [row["name"] for row in rows]),
        ("status", [word(row["status"]) for row in rows]),
        ("left", [_left(row["remaining_ratio"]) for row in rows]),
        ("burn", [UNKNOWN if row["burn"] is None else f"{row['burn']:.1f}x" for row in rows]),
        ("fires at", [UNKNOWN if row["factor"] is None else f"{row['factor']:.1f}x" for row in rows]),
    ]
    if wide:
        columns.append(("gone at (UTC)", [_gone(row) for row in rows]))
        columns.append(("target", [ratio(row["target"]) for row in rows]))
        columns.append(("good", [ratio(row["good_ratio"]) for row in rows]))
    return grid(*columns, numbers=("left", "burn", "fires at", "target", "good"))


def _left(remaining: float | None) -> Text:
    loud = remaining is not None and remaining <= 0
    return Text(ratio(remaining), LOUD if loud else "")


def _gone(row: Row) -> str:
    return UNKNOWN if row["exhausted_at"] is None else clock(row["exhausted_at"])[_DATE]


def _budgets(rows: Sequence[Row], wide: bool) -> RenderableType:  # noqa: FBT001 - every table is drawn so
    columns: list[Column] = [
        ("budget", [row["name"] for row in rows]),
        ("status", [word(row["status"]) for row in rows]),
        ("spent", [usd(row["spent_usd"]) for row in rows]),
        ("amount", [f"{usd(row['amount_usd'])} a {row['period']}" for row in rows]),
    ]
    if wide:
        columns.insert(3, ("planned", [usd(row["planned_usd"]) for row in rows]))
        columns.append(("gone at (UTC)", [_gone(row) for row in rows]))
    return grid(*columns, numbers=("spent", "planned", "amount"))


def _steps(rows: Sequence[Row], wide: bool) -> RenderableType:  # noqa: FBT001 - every table is drawn so
    columns: list[Column] = [
        ("at (UTC)", [clock(row["noted_at"])[_DATE if wide else _TIME] for row in rows]),
        ("route", [row["route"] or "(every)" for row in rows]),
        ("step", [f"{row['from_tier']} → {row['to_tier']}" for row in rows]),
        ("share", [ratio(row["share"]) for row in rows]),
    ]
    if wide:
        columns.append(("says", [row["sentence"] for row in rows]))
    return grid(*columns, numbers=("share",))


def _share(part: int | None, whole: int | None) -> str:
    return ratio(part / whole) if part is not None and whole else UNKNOWN
