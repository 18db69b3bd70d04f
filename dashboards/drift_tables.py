"""Drift as a table: pure functions from JSON."""

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from dashboards.figures import clock
from dashboards.grid import grid

Row = Mapping[str, Any]
_VERDICTS = {
    "drifted": "drifted",
    "too_small": "certain, but small",
    "steady": "steady",
    "insufficient_data": "insufficient data",
}
_AGAINST = {"weekdays": "the same weekdays", "before": "what came right before", "pinned": "the chosen window"}


def drift_table(answer: Row) -> RenderableType:
    """Swapped models, and one line a stream: what drifted first."""
    return Group(_head(answer), *_swaps(answer["swaps"]), *_streams(answer["streams"]))


def _head(answer: Row) -> Text:
    against = f"{_AGAINST[answer['against']]}, {clock(answer['reference_start'])} to {clock(answer['reference_until'])}"
    told = f"{answer['drifted']} of {answer['tested']} distributions drifted"
    return Text(f"{clock(answer['start'])} to {clock(answer['until'])} against {against}: {told}.")


def _swaps(rows: list[Row]) -> list[RenderableType]:
    if not rows:
        return []
    columns = grid(
        ("swapped at (UTC)", [clock(row["at"]) for row in rows]),
        ("until", ["" if row["until"] is None else clock(row["until"]) for row in rows]),
        ("model", [row["model"] for row in rows]),
        ("from", [row["before"] or "" for row in rows]),
        ("to", [row["after"] or "" for row in rows]),
        ("told", ["yes" if row["told"] else "no" for row in rows]),
        ("tokens", [_pair(row["calls_before"]["output_tokens"], row["calls_since"]["output_tokens"]) for row in rows]),
        ("USD a day", [row["per_day_usd"] or "not known" for row in rows]),
        ("trace", [row["trace_ids"][0] if row["trace_ids"] else "" for row in rows]),
        numbers=("tokens", "USD a day"),
    )
    return [columns, Text("")]


def _streams(rows: list[Row]) -> list[RenderableType]:
    if not rows:
        return [Text("No distribution was asked for that there is.")]
    columns = grid(
        ("verdict", [_VERDICTS[row["verdict"]] for row in rows]),
        ("what", [row["measure"] for row in rows]),
        ("of", [f"{row['dimension']} {row['value']}".rstrip() for row in rows]),
        ("before and since", [_moved(row) for row in rows]),
        ("n", [f"{row['before_count']:,} / {row['since_count']:,}" for row in rows]),
        ("effect", [_number(row["effect"]) for row in rows]),
        ("p", [_number(row["p_value"]) for row in rows]),
        ("adjusted", [_number(row["adjusted_p_value"]) for row in rows]),
        ("began (UTC)", ["" if row["began_at"] is None else clock(row["began_at"]) for row in rows]),
        ("because", [_because(row["split"]) for row in rows]),
        ("changed nearby", [", ".join(map(_change, row["changes"])) for row in rows]),
        numbers=("n", "effect", "p", "adjusted"),
    )
    return [columns]


def _moved(row: Row) -> str:
    if row["moved"] is not None:
        return f"{row['moved'] or '(none)'}: {_percent(row['moved_before'])} → {_percent(row['moved_since'])}"
    return f"{_pair(row['before'], row['since'])} {row['unit']}".rstrip()


def _because(split: Row | None) -> str:
    if split is None:
        return ""
    if split["by"] is None:
        return str(split["because"])
    return f"{split['because']}: {split['by']} {split['value'] or '(none)'} {_percent(split['share_since'])}"


def _change(one: Row) -> str:
    minutes = round(one["lag_s"] / 60)
    when = f"{minutes:,} min before" if minutes >= 0 else f"{-minutes:,} min after"
    return f"{one['kind']} {one['name']} {one['from']} → {one['to']} ({when})"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _pair(before: float | None, since: float | None) -> str:
    return f"{_number(before)} → {_number(since)}" if before is not None or since is not None else ""


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits are read at a glance
