"""How documents were found, in a terminal: a line a figure, with of how many it is."""

from collections.abc import Callable, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from dashboards.figures import UNKNOWN, clock, count, duration, many, ratio
from dashboards.grid import grid

Row = Mapping[str, Any]
_UNALLOCATED = "(unallocated)"
_MS = 1_000


def _number(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.4g}"


def _age(value_s: float | None) -> str:
    return duration(None if value_s is None else value_s * _MS)


_LINES: tuple[tuple[str, str, Callable[[Any], str], str], ...] = (
    ("nothing found", "empty_ratio", ratio, "documents_told"),
    ("repeated documents", "duplicate_ratio", ratio, "duplicates_told"),
    ("best score, p10", "score_p10", _number, "score_told"),
    ("best score, p50", "score_p50", _number, "score_told"),
    ("best score, p90", "score_p90", _number, "score_told"),
    ("before the second, p50", "gap_p50", _number, "gap_told"),
    ("oldest document, p50", "age_p50_s", _age, "age_told"),
    ("oldest document, p90", "age_p90_s", _age, "age_told"),
    ("older than its cadence", "stale_ratio", ratio, "cadence_told"),
    ("permissions checked", "permission_checked_ratio", ratio, "permission_told"),
    ("permission violations", "violations", count, "violations_told"),
    ("unusual lengths", "chunk_outlier_ratio", ratio, "chunks_judged"),
    ("claims with a source", "citation_coverage", ratio, "coverage_told"),
    ("citations that hold", "citation_valid", ratio, "valid_told"),
    ("answers citing what was not found", "invalid_answers", count, "valid_told"),
)
"""Title, figure, how it is written, and what says of how many it is."""


def retrieval_table(answer: Row) -> RenderableType:
    """Each group with its figures; a figure nobody says has no line."""
    window = f"from {clock(answer['start'])} to {clock(answer['until'])} UTC"
    if not answer["rows"]:
        return Text(f"No retrieval {window}. Widen it with --since 7d.")
    lines = [(row, *line) for row in answer["rows"] for line in _lines(row)]
    table = grid(
        *((name, [_group(row, name) for row, *_ in lines]) for name in answer["by"]),
        ("figure", [title for _, title, _, _ in lines]),
        ("value", [value for _, _, value, _ in lines]),
        ("of", [of for *_, of in lines]),
        numbers=("value", "of"),
    )
    note = Text(f"Retrievals that began {window}; each figure is of those that say it.", "dim")
    return Group(table, note, *_golden(answer["golden"]))


def _lines(row: Row) -> list[tuple[str, str, str]]:
    said = [(title, write(row[name]), count(row[told])) for title, name, write, told in _LINES if row[told]]
    return [("retrievals", count(row["retrievals"]), ""), *said]


def _golden(rows: list[Row]) -> list[RenderableType]:
    if not rows:
        return []
    told = ", ".join(f"{row['name']} {_number(row['mean_score'])} of {many(row['scored'], 'question')}" for row in rows)
    return [Text(f"Newest run over golden questions, {clock(rows[0]['started_at'])} UTC: {told}.", "dim")]


def _group(row: Row, name: str) -> str:
    value = row.get(name)
    if value is None:
        return _UNALLOCATED
    return clock(value) if name == "hour" else str(value)
