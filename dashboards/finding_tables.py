"""Findings as a table: pure functions from JSON."""

from collections.abc import Mapping
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from dashboards.figures import clock
from dashboards.grid import grid

Row = Mapping[str, Any]
_OPEN = "goes on"
_ENDED = {"returned": "returned", "new_normal": "the new normal", "withdrawn": "taken back"}


def findings_table(answer: Row) -> RenderableType:
    """One line a finding, the newest first, with what explains it."""
    rows = answer["findings"]
    if not rows:
        return Text("Every figure was as usual in the window, as far as it was watched.")
    return grid(
        ("since (UTC)", [clock(row["start"]) for row in rows]),
        ("until", [_until(row) for row in rows]),
        ("what", ["; ".join((row["text"], *row["evidence"])) for row in rows]),
        ("also moved", [_also(row) for row in rows]),
        ("changed nearby", [_changes(row) for row in rows]),
        ("trace", [row["trace_ids"][0] if row["trace_ids"] else "" for row in rows]),
    )


def _until(row: Row) -> str:
    return _OPEN if row["until"] is None else f"{clock(row['until'])} {_ENDED[row['ended_as']]}"


def _also(row: Row) -> str:
    moved = (one["measure"] for one in row["also"] if one["kind"] == "figure")
    names = dict.fromkeys(measure for measure in moved if measure != row["measure"])
    return ", ".join(names)


def _changes(row: Row) -> str:
    return ", ".join(f"{one['kind']} {one['name']} {one['from']} → {one['to']}" for one in row["changes"])
