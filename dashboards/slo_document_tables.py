"""Objectives as documents as tables: pure functions from JSON to something rich can print."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from dashboards.figures import UNKNOWN, clock, count, ratio
from dashboards.grid import grid

Row = Mapping[str, Any]
_STYLE = {"in_force": "green", "waiting": "yellow", "superseded": "dim", "withdrawn": "dim"}
_SHOWN_CHANGES = 3


def documents_table(answer: Row) -> RenderableType:
    """One line an objective."""
    rows = answer["documents"]
    if not rows:
        return Text("No objective was promised. A server records the objectives of its configuration when it starts.")
    return grid(
        ("objective", [row["name"] for row in rows]),
        ("sli", [row["definition"]["sli"] for row in rows]),
        ("target", [ratio(row["definition"]["target"]) for row in rows]),
        ("period", [_period(row["definition"]) for row in rows]),
        ("owner", [row["owner"] or UNKNOWN for row in rows]),
        ("version", [count(row["version"]) for row in rows]),
        ("since (UTC)", [clock(row["recorded_at"]) for row in rows]),
        ("status", [_status(row["status"]) for row in rows]),
        ("approved by", [_approved(row) for row in rows]),
        ("sha256", [row["sha256"][:12] for row in rows]),
        numbers=("target", "version"),
    )


def history_table(rows: Sequence[Row]) -> RenderableType:
    """One line a version, the newest first."""
    return grid(
        ("version", [count(row["version"]) for row in rows]),
        ("since (UTC)", [clock(row["recorded_at"]) for row in rows]),
        ("status", [_status(row["status"]) for row in rows]),
        ("approved by", [_approved(row) for row in rows]),
        ("sha256", [(row["sha256"] or UNKNOWN)[:12] for row in rows]),
        ("changed", [_changes(row) for row in rows]),
        numbers=("version",),
    )


def changes_table(answer: Row) -> RenderableType:
    """One line a value that differs."""
    changes = answer["changes"]
    before = f"version {answer['before']}" if answer["before"] is not None else "nothing"
    head = Text(f"{answer['name']}: {before} against version {answer['after']}", "bold")
    if not changes:
        return Group(head, Text("The definitions are the same."))
    table = grid(
        ("key", [change["path"] for change in changes]),
        ("before", [UNKNOWN if change["before"] is None else change["before"] for change in changes]),
        ("after", [UNKNOWN if change["after"] is None else change["after"] for change in changes]),
    )
    return Group(head, table)


def shown_document(row: Row, text: str) -> RenderableType:
    """One version, whole."""
    head = Text.assemble(
        (row["name"], "bold"), f", version {row['version']} since {clock(row['recorded_at'])} UTC: ",
        _status(row["status"]), f", approved by {_approved(row)}",
    )  # fmt: skip
    return Group(
        head,
        Text(f"sha256 {row['sha256']}" if row["sha256"] else "withdrawn", "dim"),
        Text(text.rstrip(), no_wrap=True, overflow="ignore"),
    )


def approved_text(row: Row, by: str, *, revoked: bool) -> RenderableType:
    """What was approved, or taken back."""
    what = f"version {row['version']} of {row['name']} ({row['sha256'][:12]})"
    return Text(f"{by} took back the approval of {what}." if revoked else f"{by} approved {what}.")


def _period(definition: Row) -> str:
    calendar = definition.get("calendar")
    return str(definition["period"]) if calendar is None else f"{calendar} ({definition['time_zone']})"


def _approved(row: Row) -> str:
    return UNKNOWN if row["approval"] is None else str(row["approval"]["by"])


def _changes(row: Row) -> str:
    paths = [change["path"] for change in row["changes"]]
    if row["version"] == 1 or row["definition"] is None:
        return "the first" if row["version"] == 1 else "withdrawn"
    more = f" and {len(paths) - _SHOWN_CHANGES} more" if len(paths) > _SHOWN_CHANGES else ""
    return ", ".join(paths[:_SHOWN_CHANGES]) + more


def _status(word: str) -> Text:
    return Text(word.replace("_", " "), _STYLE.get(word, ""))
