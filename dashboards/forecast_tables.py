"""A forecast in a terminal: what it comes to, how it goes day by day, and how such forecasts did."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from dashboards.figures import UNKNOWN, aligned, clock, count, ratio, usd
from dashboards.grid import grid, plain

Row = Mapping[str, Any]
_ROWS = 9
_WIDTH = 90
_SEEN, _EXPECTED, _BAND, _NOTHING = "█", "▒", "░", " "
_KEY = f"{_SEEN} seen  {_EXPECTED} expected  {_BAND} one in ten above"


def forecast_table(answer: Row) -> RenderableType:
    """The end of the period in a line or a few, a drawing of the steps, and the back-test."""
    write = _writer(answer["figure"])
    about = plain(answer["budget"]) if answer["budget"] is not None else answer["figure"]
    said = Text(
        f"{about}: {write(answer['so_far'])} from {clock(answer['start'])} to {clock(answer['evaluated_at'])} UTC"
    )
    if answer["status"] != "forecast":
        return Group(said, Text(f"cannot forecast: {answer['explanation']}", "yellow"))
    parts = [
        said,
        Text(""),
        _ends(answer, write),
        Text(""),
        *chart(answer["rows"]),
        Text(_KEY),
        Text(""),
        *_backtest(answer),
    ]
    if answer["unpriced_lines"]:
        parts.append(Text("Some ledger lines have no price: more will be spent than is said.", "yellow"))
    return Group(*parts)


def chart(rows: Sequence[Row]) -> list[Text]:
    """Draw steps as columns, the largest one full: seen, expected of the rest, and up to the high end."""
    drawn = [_heights(row) for row in rows[-_WIDTH:]]
    top = max((max(heights) for heights in drawn), default=0.0)
    if not top:
        return [Text("nothing in any step")]
    lines = ("".join(_cell(heights, level, top) for heights in drawn) for level in range(_ROWS, 0, -1))
    return [Text(line.rstrip()) for line in lines]


def _heights(row: Row) -> tuple[float, float, float]:
    seen, expected, high = (float(row[name] or 0) for name in ("seen", "expected", "high"))
    return seen, max(seen, expected), max(seen, expected, high)


def _cell(heights: tuple[float, float, float], level: int, top: float) -> str:
    reached = [round(height / top * _ROWS) for height in heights]
    return next(
        (mark for mark, most in zip((_SEEN, _EXPECTED, _BAND), reached, strict=True) if level <= most), _NOTHING
    )


def _ends(answer: Row, write: Callable[[str | None], str]) -> RenderableType:
    rows: Sequence[Row] = answer["scenarios"] or [{**answer, "scenario": "as_is"}]
    columns = [
        ("if", [row["scenario"].replace("_", " ") for row in rows]),
        (f"by {clock(answer['until'])} (UTC)", aligned([write(row["expected"]) for row in rows])),
        ("low", aligned([write(row["low"]) for row in rows])),
        ("high", aligned([write(row["high"]) for row in rows])),
    ]
    if answer["amount_usd"] is not None:
        columns += [
            ("amount", [usd(answer["amount_usd"])] * len(rows)),
            ("overrun", [ratio(row["overrun_probability"]) for row in rows]),
            ("gone at (UTC)", [_instant(row["exhausted_at"]) for row in rows]),
            ("earliest (UTC)", [_instant(row["exhausted_earliest_at"]) for row in rows]),
        ]
    return grid(*columns, numbers=("low", "high", "amount", "overrun"))


def _backtest(answer: Row) -> Iterator[Text]:
    back, step = answer["backtest"], answer["step"]
    yield Text(
        f"back-test from {back['origins']} {step}s: off by {ratio(back['wape'])} of what came, the last week once more "
        f"by {ratio(back['naive_wape'])}; {ratio(back['coverage_ratio'])} of {step}s were in their 80 % interval"
    )


def _writer(figure: str) -> Callable[[str | None], str]:
    return usd if figure == "cost_usd" else lambda text: count(None if text is None else float(text))


def _instant(text: str | None) -> str:
    return UNKNOWN if text is None else clock(text)
