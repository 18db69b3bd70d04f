"""Variables at the top of the boards: where the figures come from, and whose are shown."""

from typing import Any

from dashboards.grafana.model import PLUGINS, Source, Variable

CONSOLE = "http://127.0.0.1:8320"
"""Where the console answers, unless boards are written for another address."""
_ON_TIME_RANGE = 2


def _source(source: Source, label: str, uid: str) -> Variable:
    plugin = PLUGINS[source]
    return Variable(
        source,
        {
            "type": "datasource",
            "label": label,
            "query": plugin,
            "current": {"selected": False, "text": label, "value": uid},
            "hide": 0,
            "refresh": 1,
            "regex": "",
            "includeAll": False,
            "multi": False,
            "options": [],
        },
    )


def _values(name: str, label: str, query: str) -> Variable:
    """Values of a label; none chosen is every value, the empty one too."""
    return Variable(
        name,
        {
            "type": "query",
            "label": label,
            "datasource": {"type": PLUGINS[Source.METRICS], "uid": f"${{{Source.METRICS}}}"},
            "definition": query,
            "query": {"qryType": 1, "query": query, "refId": f"{name}-values"},
            "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
            "allValue": ".*",
            "includeAll": True,
            "multi": True,
            "refresh": _ON_TIME_RANGE,
            "regex": "",
            "sort": 1,
            "hide": 0,
            "options": [],
        },
    )


def options(name: str, label: str, values: tuple[str, ...]) -> Variable:
    """A choice of a few, the first to begin with."""
    told: list[dict[str, Any]] = [{"selected": value == values[0], "text": value, "value": value} for value in values]
    return Variable(
        name,
        {
            "type": "custom",
            "label": label,
            "query": ",".join(values),
            "options": told,
            "current": told[0],
            "includeAll": False,
            "multi": False,
            "hide": 0,
        },
    )


def address(console: str) -> Variable:
    """Where links to the console lead; nobody chooses it."""
    told = {"selected": False, "text": console, "value": console}
    hidden = {"type": "constant", "label": "Console", "hide": 2, "skipUrlSync": True}
    return Variable("console", hidden | {"query": console, "current": told, "options": [told]})


METRICS = _source(Source.METRICS, "Prometheus", "burnline-prometheus")
TRACES = _source(Source.TRACES, "Traces (Tempo API)", "burnline-tempo")
TENANT = _values("tenant", "Tenant", "label_values(burnline_requests_total, tenant)")
ROUTE = _values("route", "Route", "label_values(burnline_requests_total, route)")
MODEL = _values("model", "Model", "label_values(burnline_model_usage_total, model)")
OBJECTIVE = _values("slo", "Objective", "label_values(slo:objective:ratio, sloth_slo)")
