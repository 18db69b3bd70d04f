"""What a dashboard is made of: boards of rows of panels, each with the questions it asks.

Records only; :mod:`~dashboards.grafana.house` makes panels of one look, :mod:`~dashboards.grafana.classic` writes them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """The panels of Grafana that are used, by their plugin."""

    STAT = "stat"
    GRAPH = "timeseries"
    HEATMAP = "heatmap"
    TABLE = "table"
    TIMELINE = "state-timeline"


class Source(StrEnum):
    """Where a question goes: a variable of every board that asks it."""

    METRICS = "datasource"
    TRACES = "traces"


PLUGINS: Mapping[Source, str] = {Source.METRICS: "prometheus", Source.TRACES: "tempo"}


@dataclass(frozen=True, slots=True)
class Target:
    """One question of a panel: PromQL, or TraceQL where it goes to the traces."""

    expr: str
    legend: str = ""
    instant: bool = False
    exemplar: bool = False
    source: Source = Source.METRICS


@dataclass(frozen=True, slots=True)
class Step:
    """From ``at`` on a value has this colour; None is the lowest step."""

    at: float | None
    colour: str


@dataclass(frozen=True, slots=True)
class Link:
    """Where a click leads."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel; a new one has the look of the house."""

    kind: Kind
    title: str
    text: str
    """What it shows, where it comes from, what to do about it."""
    unit: str
    targets: tuple[Target, ...]
    width: int = 12
    height: int = 8
    steps: tuple[Step, ...] = (Step(None, "green"),)
    decimals: int | None = None
    fixed: str = ""
    """One colour for everything; empty: a colour for each series."""
    named: Mapping[str, str] = field(default_factory=dict)
    """Colours of series, by what they are called."""
    words: Mapping[str, str] = field(default_factory=dict)
    """What is shown instead of a value."""
    columns: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Of a table: column -> title and unit, in their order; what is not named is hidden."""
    links: tuple[Link, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    """Of the plugin."""
    custom: Mapping[str, Any] = field(default_factory=dict)
    """Of its fields."""
    lowest: float | None = None
    highest: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """Panels under a heading; repeated for every value of a variable, where one is named."""

    title: str
    panels: Sequence[Panel]
    repeat: str = ""


@dataclass(frozen=True, slots=True)
class Variable:
    """A choice at the top of a board, as classic JSON has it."""

    name: str
    json: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Board:
    """One dashboard."""

    uid: str
    title: str
    text: str
    rows: Sequence[Row]
    variables: Sequence[Variable]
    since: str = "now-3h"
    """What it shows when it is opened."""
    tags: tuple[str, ...] = ("burnline",)
