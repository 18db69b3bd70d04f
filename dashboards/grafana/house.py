"""Panels of one look: units, colours and limits are chosen here, once.

Colours mean the same everywhere: green is good, red is bad, orange is between them, blue counts, purple is money.
"""

from collections.abc import Mapping
from string import ascii_uppercase
from typing import Any

from dashboards.grafana.model import Kind, Link, Panel, Source, Step, Target
from dashboards.grafana.promql import named

SECONDS, SHARE, USD, COUNT, PER_S, BYTES = "s", "percentunit", "currencyUSD", "short", "reqps", "bytes"
BLUE, PURPLE = "blue", "purple"
GOOD, FAIR, BAD = "green", "orange", "red"
STATUS = {"ok": GOOD, "error": BAD}
TIERS = {
    "premium": "dark-purple",
    "standard": "semi-dark-blue",
    "economy": "light-blue",
    "cached_only": "light-orange",
    "sources_only": FAIR,
    "human_handoff": BAD,
}
PERCENTILES = {"p50": "light-blue", "p95": "semi-dark-blue", "p99": "dark-purple"}
PLAIN = (Step(None, BLUE),)
MONEY = (Step(None, PURPLE),)
_SCALE = {"scale": "exponential", "exponent": 0.5, "fill": "dark-blue"}
_TABLE = {"frameIndex": 0, "cellHeight": "sm", "showHeader": True}
_CELLS = {"align": "auto", "cellOptions": {"type": "auto"}, "inspect": False}
_LEGEND = {"displayMode": "table", "placement": "bottom", "showLegend": True, "calcs": ["lastNotNull", "max"]}


def above(fair: float, bad: float) -> tuple[Step, ...]:
    """Good below ``fair``, bad from ``bad`` on."""
    return (Step(None, GOOD), Step(fair, FAIR), Step(bad, BAD))


def below(bad: float, fair: float) -> tuple[Step, ...]:
    """Bad below ``bad``, good from ``fair`` on."""
    return (Step(None, BAD), Step(bad, FAIR), Step(fair, GOOD))


def stat(title: str, text: str, unit: str, expr: str, **more: Any) -> Panel:  # noqa: ANN401 - fields of a panel
    """One figure, coloured by its limits."""
    options = {
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "colorMode": "value",
        "graphMode": "none",
        "justifyMode": "auto",
        "orientation": "auto",
        "textMode": "value",
        "wideLayout": True,
        "showPercentChange": False,
        "percentChangeColorMode": "standard",
    }
    given: dict[str, Any] = {"width": 3, "height": 4, "steps": PLAIN, "options": options} | more
    return Panel(Kind.STAT, title, text, unit, (Target(expr, instant=True),), **given)


def graph(title: str, text: str, unit: str, *targets: Target, stacked: bool = False, **more: Any) -> Panel:  # noqa: ANN401 - fields of a panel
    """Lines over time, or areas that add up; a step that is not the lowest is drawn as a limit."""
    limits = any(step.at is not None for step in more.get("steps", ()))
    custom = {
        "drawStyle": "line",
        "lineWidth": 1 if stacked else 2,
        "fillOpacity": 40 if stacked else 0,
        "showPoints": "auto",
        "spanNulls": False,
        "stacking": {"mode": "normal" if stacked else "none", "group": "A"},
        "thresholdsStyle": {"mode": "dashed" if limits else "off"},
    }
    options = {"legend": _LEGEND, "tooltip": {"mode": "multi", "sort": "desc"}}
    given: dict[str, Any] = {"lowest": 0.0, "custom": custom, "options": options} | more
    return Panel(Kind.GRAPH, title, text, unit, targets, **given)


def each(expr: str, label: str, **more: Any) -> Target:  # noqa: ANN401 - fields of a target
    """A line for every value of a label; who names none is one of them."""
    return Target(named(expr, label), f"{{{{{label}}}}}{{{{nobody}}}}", **more)


def heatmap(title: str, text: str, unit: str, expr: str, **more: Any) -> Panel:  # noqa: ANN401 - fields of a panel
    """How many fell between which bounds over time; ``expr`` sums buckets by ``le``."""
    options = {
        "calculate": False,
        "cellGap": 1,
        "color": {"mode": "scheme", "scheme": "Blues", "steps": 64, "reverse": False} | _SCALE,
        "filterValues": {"le": 1e-9},
        "showValue": "never",
        "exemplars": {"color": "rgba(255,120,10,0.9)"},
        "legend": {"show": True},
        "rowsFrame": {"layout": "auto"},
        "tooltip": {"mode": "single", "yHistogram": True},
        "yAxis": {"axisPlacement": "left", "unit": unit},
    }
    found = (Target(expr, "{{le}}", exemplar=more.pop("exemplar", False)),)
    return Panel(Kind.HEATMAP, title, text, unit, found, **({"steps": PLAIN, "options": options} | more))


def timeline(title: str, text: str, *targets: Target, words: Mapping[str, str], **more: Any) -> Panel:  # noqa: ANN401 - fields of a panel
    """States over time, in words."""
    options = {
        "alignValue": "left",
        "mergeValues": True,
        "rowHeight": 0.8,
        "showValue": "auto",
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
        "tooltip": {"mode": "single", "sort": "none"},
    }
    custom = {"fillOpacity": 80, "lineWidth": 0}
    given: dict[str, Any] = {"words": words, "options": options, "custom": custom} | more
    return Panel(Kind.TIMELINE, title, text, "none", targets, **given)


def table(
    title: str,
    text: str,
    labels: Mapping[str, str],
    *figures: tuple[str, str, str],
    **more: Any,  # noqa: ANN401 - fields of a panel
) -> Panel:
    """Rows that share their labels, each under its heading; figures are a heading, a unit and an expression each."""
    targets = tuple(Target(expr, instant=True) for _, _, expr in figures)
    values = ["Value"] if len(figures) == 1 else [f"Value #{letter}" for letter in ascii_uppercase[: len(figures)]]
    columns = {label: (heading, "none") for label, heading in labels.items()}
    columns |= {value: (heading, unit) for value, (heading, unit, _) in zip(values, figures, strict=True)}
    given: dict[str, Any] = {"columns": columns, "options": _TABLE, "custom": _CELLS, "steps": PLAIN} | more
    return Panel(Kind.TABLE, title, text, "none", targets, **given)


def traces(title: str, text: str, query: str, **more: Any) -> Panel:  # noqa: ANN401 - fields of a panel
    """Traces that fulfil conditions, newest first; a click opens one."""
    found = (Target(query, source=Source.TRACES),)
    given: dict[str, Any] = {"options": _TABLE, "custom": _CELLS, "steps": PLAIN} | more
    return Panel(Kind.TABLE, title, text, "none", found, **given)


def to_console(title: str, page: str) -> Link:
    """A link into the console, for the time the board shows."""
    sign = "&" if "?" in page else "?"
    return Link(title, f"${{console}}{page}{sign}start=${{__from:date:iso}}&until=${{__to:date:iso}}")
