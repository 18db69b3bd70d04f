"""What is marked on every graph: steps of the router and deployments at their exact times, alerts while they fire."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboards.grafana.model import PLUGINS, Source


@dataclass(frozen=True, slots=True)
class Marked:
    """One kind of mark; with ``exact`` its value is the instant in milliseconds, not when it was scraped.

    Marks of one series within a step of the graph merge, so each kind of change is a series of its own.
    """

    name: str
    expr: str
    title: str
    text: str
    tags: str
    colour: str
    exact: bool = False

    def json(self) -> Mapping[str, Any]:
        """As classic JSON has it."""
        told = {
            "name": self.name,
            "datasource": {"type": PLUGINS[Source.METRICS], "uid": f"${{{Source.METRICS}}}"},
            "enable": True,
            "hide": False,
            "iconColor": self.colour,
            "expr": self.expr,
            "titleFormat": self.title,
            "textFormat": self.text,
            "tagKeys": self.tags,
            "step": "60s",
        }
        return told | ({"useValueForTime": True} if self.exact else {})


MARKED = (
    Marked(
        "Router steps",
        "burnline_router_transition_timestamp_seconds * 1000",
        "{{tenant}} {{route}}: {{from}} -> {{to}}",
        "{{reason}}",
        "reason",
        "purple",
        exact=True,
    ),
    Marked(
        "Deployments",
        "burnline_change_timestamp_seconds * 1000",
        "{{kind}} {{name}}: {{from}} -> {{to}}",
        "{{route}}",
        "kind",
        "green",
        exact=True,
    ),
    Marked(
        "Findings",
        "burnline_finding_timestamp_seconds * 1000",
        "{{measure}} {{dimension}} {{value}} is not as usual",
        "{{measure}}",
        "measure",
        "orange",
        exact=True,
    ),
    Marked("Alerts", 'ALERTS{alertstate="firing"}', "{{alertname}}", "{{sloth_slo}} {{budget}}", "severity", "red"),
)


def annotations() -> Mapping[str, Any]:
    """Grafana's own marks, hidden, and ours."""
    own = {
        "builtIn": 1,
        "datasource": {"type": "grafana", "uid": "-- Grafana --"},
        "enable": True,
        "hide": True,
        "iconColor": "rgba(0, 211, 255, 1)",
        "name": "Annotations & Alerts",
        "type": "dashboard",
    }
    return {"list": [own, *(one.json() for one in MARKED)]}
