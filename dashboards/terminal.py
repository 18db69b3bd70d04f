"""Answers as tables a person likes to read: pure functions from JSON to something rich can print."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from dashboards.figures import aligned, clock, count, duration, many, ratio, tokens, usd
from dashboards.grid import grid

Row = Mapping[str, Any]
Answer = Mapping[str, Any]
UNALLOCATED = "(unallocated)"
_STATUS_STYLE = {"ok": "green", "error": "bold red"}


def status(word: str) -> Text:
    """Colour a status."""
    return Text(word, _STATUS_STYLE.get(word, "yellow"))


def requests_table(answer: Answer) -> RenderableType:
    """One line a request, newest first."""
    rows = answer["requests"]
    if not rows:
        return nothing("No request started", answer, "Widen it with --since 24h, or send spans to the OTLP port.")
    table = grid(
        ("started (UTC)", [clock(row["started_at"]) for row in rows]),
        ("trace", [row["trace_id"] for row in rows]),
        ("status", [status(row["status"]) for row in rows]),
        ("took", aligned([duration(row["duration_ms"]) for row in rows])),
        ("cost", aligned([_cost(row["cost"]) for row in rows])),
        ("tokens", [tokens(row["usage"]) for row in rows]),
        ("tier", [_tier(row) for row in rows]),
        ("route", [row["route"] or UNALLOCATED for row in rows]),
        ("tenant", [row["tenant"] or UNALLOCATED for row in rows]),
        ("feature", [row["feature"] or UNALLOCATED for row in rows]),
        numbers=("took", "cost", "tokens"),
    )
    return Group(table, _more(answer, len(rows), "request"))


def cost_table(answer: Answer) -> RenderableType:
    """One line a group, and their total."""
    rows = [*answer["rows"], answer["totals"]]
    if not answer["rows"]:
        return nothing("Nothing was spent", answer, "Widen it with --since 24h.")
    columns: list[tuple[str, Sequence[RenderableType]]] = [
        *_names(answer, "total"),
        ("cost", aligned([usd(row["cost_usd"]) for row in rows])),
        ("share", [_share(row["cost_usd"], answer["totals"]["cost_usd"]) for row in rows]),
        ("priced", [ratio(row["coverage"]["priced_ratio"]) for row in rows]),
        ("lines", [count(row["coverage"]["lines"]) for row in rows]),
    ]
    if answer["totals"]["requests"] is not None:
        columns += [
            ("requests", [count(row["requests"]) for row in rows]),
            ("per 1,000", aligned([usd(row["cost_per_1000_requests_usd"]) for row in rows])),
            ("per ok answer", aligned([usd(row["cost_per_ok_request_usd"]) for row in rows])),
        ]
    table = grid(*columns, numbers=[title for title, _ in columns[len(answer["by"]) or 1 :]])
    table.rows[-1].style = "bold"
    return Group(table, _unpriced(answer["totals"]), _more(answer, len(answer["rows"]), "group"))


def latency_table(answer: Answer) -> RenderableType:
    """One line a group."""
    rows = answer["rows"]
    if not rows:
        return nothing("Nothing was timed", answer, "Widen it with --since 24h.")
    measured = {f"p{percent}": [duration(row[f"p{percent}_ms"]) for row in rows] for percent in (50, 95, 99)}
    columns: list[tuple[str, Sequence[RenderableType]]] = [
        *_names(answer),
        ("count", [count(row["count"]) for row in rows]),
        ("errors", [count(row["errors"]) for row in rows]),
        ("refused", [count(row["refusals"]) for row in rows]),
        *((title, cells) for title, cells in measured.items()),
    ]
    table = grid(*columns, numbers=("count", "errors", "refused", *measured))
    stage = "" if answer["stage"] is None else f" of stage {answer['stage']}"
    note = f"Durations{stage}, {_window(answer)}, from log buckets: at most {answer['error_ratio']:.1%} off."
    return Group(table, Text(note, "dim"), _more(answer, len(rows), "group"))


def nothing(what: str, answer: Answer, remedy: str) -> Text:
    """Say in a sentence that an answer is empty, and what to try."""
    return Text(f"{what} {_window(answer)}. {remedy}")


def _window(answer: Answer) -> str:
    return f"from {clock(answer['start'])} to {clock(answer['until'])} UTC"


def _cost(cost: Row) -> str:
    if cost["usd"] is None:
        return str(cost["status"])
    return f"{usd(cost['usd'])}{'+' if cost['status'] == 'partial' else ''}"


def _tier(row: Row) -> Text:
    return Text(f"{row['tier'] or '-'}{' (degraded)' if row['degraded'] else ''}", "yellow" if row["degraded"] else "")


def _names(answer: Answer, *last: str) -> list[tuple[str, Sequence[RenderableType]]]:
    """Make a column for each dimension; ``last`` names the rows after the groups in the first of them."""
    by, rows = list(answer["by"]), answer["rows"]
    if not by:
        return [("", [*("all" for _ in rows), *last])]
    return [
        (name, [*(_name(name, row[name]) for row in rows), *(word if name == by[0] else "" for word in last)])
        for name in by
    ]


def _name(dimension: str, value: str | None) -> str:
    if value is None:
        return UNALLOCATED
    return clock(value) if dimension == "hour" else value


def _share(part: str | None, whole: str | None) -> str:
    return ratio(float(part) / float(whole)) if part and whole and float(whole) else "-"


def _unpriced(totals: Row) -> Text:
    lines = totals["coverage"]["unpriced_lines"]
    if not lines:
        return Text("Every ledger line has a price.", "dim")
    of = count(totals["coverage"]["lines"])
    return Text(f"{count(lines)} of {of} ledger lines have no price: the cost is a lower bound.", "yellow")


def _more(answer: Answer, shown: int, what: str) -> Text:
    said = many(shown, what)
    text = f"{said}." if answer["next"] is None else f"{said}, there are more: --limit"
    cursor = "" if answer["next"] is None else f" or --cursor {answer['next']}"
    return Text(text + cursor, "dim", overflow="fold")
