"""The live view: pure functions from what the server said to something rich can print."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from alerts.wording import percent
from dashboards.demo.course import is_down
from dashboards.demo.incidents import Incident
from dashboards.demo.watching import Burn, Row, Snapshot
from dashboards.figures import UNKNOWN, duration, ratio
from dashboards.sparkline import sparkline

_CELLS = 46
_BURN_CELLS = 24


class Stage(StrEnum):
    """Where a run is; the value is the headline."""

    HEALTHY = "healthy"
    INCIDENT = "incident"
    OVER = "incident over"
    AFTER = "recovered"


_SAID: Mapping[Stage, tuple[str, str]] = {
    Stage.HEALTHY: ("green", "the premium model answers what the caches do not know"),
    Stage.INCIDENT: ("bold red", "{}"),
    Stage.OVER: ("yellow", "all is well again; the route waits until the best tier would be calm"),
    Stage.AFTER: ("green", "the route is back at premium"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the view shows: the stage, its incident, and every snapshot so far, oldest first."""

    stage: Stage
    incident: Incident | None
    """The one that is on, or was on last."""
    began_at: datetime
    expected_s: float
    snapshots: Sequence[Snapshot]

    @property
    def elapsed_s(self) -> float:
        """Seconds of traffic so far."""
        return (self.snapshots[-1].at - self.began_at).total_seconds() if self.snapshots else 0.0


def view(shown: Shown) -> RenderableType:
    """Draw everything."""
    headline = _headline(shown)
    if not shown.snapshots:
        return headline
    now = shown.snapshots[-1]
    return Group(headline, Text(""), _series(shown.snapshots), Text(""), _burns(now.burns), Text(""), _served(now))


def line(shown: Shown) -> str:
    """Say the same in one line, for a log."""
    now, stage = shown.snapshots[-1], shown.stage
    burns = ", ".join(f"{burn.objective} {_times(burn.burn)}" for burn in now.burns)
    return (
        f"{shown.elapsed_s:3.0f} s {stage:13} {now.requests_per_s:4.1f} requests/s, p95 {duration(now.recent.p95_ms)}, "
        f"{money(now.recent.cost_per_request_usd)} a request, spent {money(now.cost_usd)}, "
        f"{served(now.tier, now.share)}, burn: {burns}"
    )


def step_line(step: Row) -> Text:
    """One step of the route, with its time and reason."""
    arrow, style = ("▼", "yellow") if is_down(step) else ("▲", "green")
    return Text.assemble((step["noted_at"][11:19], "dim"), " ", (f"{arrow} ", style), step["sentence"])


def served(tier: str, share: float) -> str:
    """Say where requests are to go.

    >>> served("premium", 1.0), served("standard", 0.5)
    ('premium', '50 % standard')
    """
    return tier if share == 1 else f"{percent(share)} {tier}"


def money(amount: Decimal | None) -> str:
    """Write money with four digits after the point: what moves, or stands above its sum, keeps its places.

    >>> money(Decimal("0.0021")), money(Decimal(12)), money(None)
    ('$0.0021', '$12.0000', '-')
    """
    return UNKNOWN if amount is None else f"${amount:,.4f}"


def _headline(shown: Shown) -> RenderableType:
    style, said = _SAID[shown.stage]
    clock = f"{shown.elapsed_s:2.0f} of about {shown.expected_s:.0f} s  "
    return Text.assemble((clock, "dim"), (f"● {shown.stage.upper()}", style), f"  {said.format(_trouble(shown))}")


def _trouble(shown: Shown) -> str:
    return "" if shown.incident is None else shown.incident.said


_SERIES: Sequence[tuple[str, Callable[[Snapshot], Any], Callable[[Any], str], str]] = (
    ("requests/s", lambda s: s.requests_per_s, lambda v: f"{v:.1f}", "cyan"),
    ("p95", lambda s: s.recent.p95_ms, duration, "magenta"),
    ("cost a request", lambda s: s.recent.cost_per_request_usd, money, "yellow"),
    ("failed", lambda s: s.recent.error_ratio, ratio, "red"),
    ("spent so far", lambda s: s.cost_usd, money, "blue"),
)
"""What is drawn over time: title, value, how it reads, colour."""


_TIER_STYLE: Mapping[str, str] = {"premium": "magenta", "standard": "cyan", "economy": "yellow"}


def _series(snapshots: Sequence[Snapshot]) -> RenderableType:
    table = _table()
    for title, value, words, style in _SERIES:
        values = [value(snapshot) for snapshot in snapshots]
        drawn = sparkline([None if found is None else float(found) for found in values[-_CELLS:]], _CELLS)
        table.add_row(title, words(values[-1]), Text(drawn, style))
    table.add_row("served by", _served_by(snapshots[-1]) or UNKNOWN, _ribbon(snapshots))
    return table


def _served_by(snapshot: Snapshot) -> str | None:
    """The tier that served most requests."""
    return snapshot.recent.tiers[0][0] if snapshot.recent.tiers else None


def _ribbon(snapshots: Sequence[Snapshot]) -> Text:
    """Draw the tier that served most, second by second."""
    tiers = [_served_by(snapshot) for snapshot in snapshots[-_CELLS:]]
    return Text.assemble(*((" " if tier is None else "█", _TIER_STYLE.get(tier or "", "white")) for tier in tiers))


def _burns(burns: Sequence[Burn]) -> RenderableType:
    table = _table()
    for burn in burns:
        table.add_row(f"burn of {burn.objective}", _times(burn.burn), _burn_bar(burn))
    return table


def _burn_bar(burn: Burn) -> Text:
    """Draw a bar on which the limit stands in the middle."""
    half = _BURN_CELLS // 2
    filled = min(_BURN_CELLS, round((burn.burn or 0.0) / burn.factor * half))
    cells = "━" * filled + "·" * (_BURN_CELLS - filled)
    drawn = f"{cells[:half]}┃{cells[half:]}"
    fires = f"  fires above {burn.factor:g}x" if not burn.firing else f"  above {burn.factor:g}x: FIRES"
    return Text.assemble((drawn, "red" if burn.firing else "green"), (fires, "red" if burn.firing else "dim"))


def _served(now: Snapshot) -> RenderableType:
    table = _table()
    shares = [(f"{tier} {ratio(n / now.recent.requests)}  ", _TIER_STYLE.get(tier, "")) for tier, n in now.recent.tiers]
    table.add_row("to be served by", served(now.tier, now.share), Text.assemble(("served: ", "dim"), *shares))
    return Group(table, *(step_line(step) for step in now.steps[-2:]))


def _table() -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(width=21, no_wrap=True)
    table.add_column(width=13, justify="right", no_wrap=True, style="bold")
    table.add_column(no_wrap=True)
    return table


def _times(burn: float | None) -> str:
    return UNKNOWN if burn is None else f"{burn:.1f}x"
