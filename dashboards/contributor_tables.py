"""What made a budget burn, and what changed, in a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from dashboards.figures import UNKNOWN, aligned, clock, count, duration, ratio, usd
from dashboards.grid import grid, plain

Row = Mapping[str, Any]
_FIGURES = (
    ("errors", "error_ratio", ratio),
    ("p95", "p95_ms", duration),
    ("cost", "cost_per_request_usd", usd),
    ("tokens", "tokens_per_request", count),
)
"""Title, name in the answer, and how it is written."""
_STYLE = {"differs": "yellow"}
_ADVISED = {"roll_back": "red", "keep": "green"}


def contributors_table(answer: Row) -> RenderableType:
    """The sentence, the values that explain the burn, where it went wrong, and the worst traces."""
    window = f"{clock(answer['start'])} to {clock(answer['until'])} UTC"
    burn = UNKNOWN if answer["burn"] is None else f"{answer['burn']:.3g}x"
    head = Text(plain(f"{answer['name']}: burn {burn}, {window}"), "bold")
    return Group(head, Text(plain(answer["in_words"])), *_parts(answer))


def _parts(answer: Row) -> Iterator[RenderableType]:
    rows = answer["contributors"]
    if rows:
        yield Text()
        yield grid(
            ("explains", [ratio(row["share"]) for row in rows]),
            ("what", [f"{row['dimension']} {row['value']}" for row in rows]),
            ("bad", [count(row["bad"]) for row in rows]),
            ("of", [count(row["total"]) for row in rows]),
            ("ratio", [ratio(row["bad_ratio"]) for row in rows]),
            ("elsewhere", [ratio(row["rest_ratio"]) for row in rows]),
            ("also", [", ".join(f"{one['dimension']} {one['value']}" for one in row["also"]) for row in rows]),
            numbers=("explains", "bad", "of", "ratio", "elsewhere"),
        )
    if answer["origins"]:
        yield Text()
        yield grid(
            ("began", [ratio(row["share"]) for row in answer["origins"]]),
            ("in", [row["stage"] for row in answer["origins"]]),
            ("with", [row["error_type"] or UNKNOWN for row in answer["origins"]]),
            numbers=("began",),
        )
    if answer["traces"]:
        yield Text()
        yield _traces(answer["traces"])


def _traces(rows: Sequence[Row]) -> RenderableType:
    return grid(
        ("trace", [row["trace_id"] for row in rows]),
        ("started (UTC)", [clock(row["started_at"]) for row in rows]),
        ("took", [duration(row["duration_ms"]) for row in rows]),
        ("cost", [usd(row["cost_usd"]) for row in rows]),
        ("tenant", [row["tenant"] or UNKNOWN for row in rows]),
        ("route", [row["route"] or UNKNOWN for row in rows]),
        ("error", [row["error_type"] or UNKNOWN for row in rows]),
        numbers=("took", "cost"),
    )


def changes_table(answer: Row) -> RenderableType:
    """One line a change, the newest first, with its figures before and after."""
    rows = answer["changes"]
    if not rows:
        return Text("Nothing changed in the window, as far as was told and seen.")
    return grid(
        ("at (UTC)", [clock(row["at"]) for row in rows]),
        ("kind", [row["kind"] for row in rows]),
        ("name", [row["name"] or UNKNOWN for row in rows]),
        ("from", [row["from"] or UNKNOWN for row in rows]),
        ("to", [(row["to"] or UNKNOWN) + (" (again)" if row["again"] else "") for row in rows]),
        ("route", [row["route"] or UNKNOWN for row in rows]),
        ("requests", [_sides(row, "requests", count) for row in rows]),
        *((title, [_compared(row, name, written) for row in rows]) for title, name, written in _FIGURES),
        ("advice", [_advice(row) for row in rows]),
        ("at stake a day", aligned([_stake(row) for row in rows])),
        ("how", [row["source"] for row in rows]),
        numbers=("requests", *(title for title, _, _ in _FIGURES), "at stake a day"),
    )


def _advice(row: Row) -> Text:
    course = "" if row["advice"] is None else row["advice"]["course"]
    return Text(course.replace("_", " ") or UNKNOWN, _ADVISED.get(course, ""))


def _stake(row: Row) -> str:
    return UNKNOWN if row["advice"] is None else usd(row["advice"]["at_stake_per_day_usd"])


def _compared(row: Row, name: str, written: Any) -> Text:  # noqa: ANN401 - one of the functions above
    verdict = next((one["verdict"] for one in row["compared"] if one["figure"] == name), "")
    return Text(_sides(row, name, written), _STYLE.get(verdict, ""))


def _sides(row: Row, name: str, written: Any) -> str:  # noqa: ANN401 - the same
    before, after = row["figures_before"], row["figures_after"]
    return UNKNOWN if before is None or after is None else f"{written(before[name])} → {written(after[name])}"
