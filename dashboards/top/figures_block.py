"""The head of a frame: each figure with what it was in the window before, and its course."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from dashboards.figures import count, duration, many, ratio, usd
from dashboards.sparkline import sparkline
from dashboards.top.gathering import Frame, Row

_LEAST_COURSE = 8
"""Characters below which a course says nothing."""
_GAP = 2
_MOVED_PERCENT, _TENFOLD = 20, 10


@dataclass(frozen=True, slots=True)
class Figure:
    """One line: its title, its key in a window, how it is written, and where its steps are."""

    title: str
    key: str
    written: Callable[[Row], str]
    step: Callable[[Row], float | None]
    worse_above: bool | None = None
    """Whether more of it is worse; None: neither."""


def _part(row: Row, key: str) -> float | None:
    return row[key] / row["requests"] if row["requests"] else None


FIGURES = (
    Figure("requests", "requests", lambda row: count(row["requests"]), lambda row: row["requests"]),
    Figure("errors", "error_ratio", lambda row: ratio(row["error_ratio"]), lambda row: _part(row, "failed"), True),
    Figure("p95", "p95_ms", lambda row: duration(row["p95_ms"]), lambda row: row["p95_ms"], True),
    Figure("p50", "p50_ms", lambda row: duration(row["p50_ms"]), lambda row: row["p50_ms"], True),
    Figure("spend", "cost_usd", lambda row: usd(row["cost_usd"]), lambda row: _float(row["cost_usd"]), True),
)
"""Every figure with a course; money is drawn as a float and written exactly."""


def figures_block(frame: Frame, width: int) -> RenderableType:
    """One line a figure."""
    now, before = frame.overview["now"], frame.overview["before"]
    written = [figure.written(now) for figure in FIGURES]
    changes = [change(now[figure.key], before[figure.key]) for figure in FIGURES]
    widths = [max(map(len, column)) for column in ([f.title for f in FIGURES], written, [text for text, _ in changes])]
    room = width - sum(widths) - _GAP * len(widths)
    table = Table.grid(padding=(0, _GAP, 0, 0))
    table.add_column()
    table.add_column(justify="right")
    table.add_column(justify="right")
    if room >= _LEAST_COURSE:
        table.add_column()
    for figure, text, (moved, sign) in zip(FIGURES, written, changes, strict=True):
        worse = figure.worse_above is not None and sign == (1 if figure.worse_above else -1)
        course = [Text(_course(figure, frame.steps, room), "cyan")] if room >= _LEAST_COURSE else []
        table.add_row(Text(figure.title, "dim"), Text(text, "bold"), Text(moved, "yellow" if worse else "dim"), *course)
    return table


def spend_line(overview: Row) -> Text:
    """What the calendar periods have cost so far, what that leaves out, and how much was served degraded."""
    line = Text("  ".join(f"{name} {usd(overview[name]['cost_usd'])}" for name in ("today", "month")))
    unpriced, served = overview["month"]["unpriced_lines"], overview["now"]["degraded_ratio"]
    line.append(f"  without {many(unpriced, 'unpriced line')}" if unpriced else "", "yellow")
    return line.append(f"  degraded {ratio(served)}" if served else "", "yellow")


def change(now: object, before: object) -> tuple[str, int]:
    """How a figure moved against the window before, and in which direction; a fifth and more counts as moved.

    >>> change(12, 10), change(10, 10.5), change("0.5", "0.25"), change(5, 0), change(None, 3), change(300, 10)
    (('+20 %', 1), ('-5 %', 0), ('+100 %', 1), ('new', 0), ('', 0), ('30x', 1))
    >>> change(1000, 1001)
    ('±0 %', 0)
    """
    if now is None or before is None:
        return "", 0
    latest, earlier = Decimal(str(now)), Decimal(str(before))
    if not earlier:
        return ("new", 0) if latest else ("", 0)
    times = latest / earlier
    moved = (times - 1) * 100
    sign = 0 if abs(moved) < _MOVED_PERCENT else (1 if moved > 0 else -1)
    if times >= _TENFOLD:
        return f"{times:.0f}x", sign
    return f"{moved:+.0f} %".replace("+0 ", "±0 ").replace("-0 ", "±0 "), sign


def _course(figure: Figure, steps: Sequence[Row], room: int) -> str:
    return sparkline([figure.step(row) for row in steps], room)


def _float(amount: str | None) -> float | None:
    return None if amount is None else float(amount)
