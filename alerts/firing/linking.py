"""Where an alert leads: the section on what to do, and the page that explains it.

Addresses that came from elsewhere count only when a browser opens them as a page.

>>> linked(Alert({"alertname": "BurnlineBudgetBurn", "objective": "answers"}), Links()).annotations["explain_url"]
'http://127.0.0.1:8320/budgets/answers'
"""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from alerts.delivery.people import SCOPE_LABELS, Alert, Name
from analytics.links import Links

_SCOPE = ("tenant", "team", "feature", "route", "model")
_ABOUT_ROUTES = frozenset({Name.DEGRADED, Name.FLAPPING, Name.VETOED})


def linked(alert: Alert, links: Links) -> Alert:
    """An alert of ours with both addresses; a runbook of its own keeps its place."""
    own = alert.annotations.get("runbook_url")
    leads = {
        "runbook_url": links.runbook(alert.labels["alertname"]) if own is None else links.absolute(own),
        "explain_url": explained(alert.labels, links),
    }
    told = {name: address for name, address in leads.items() if address is not None}
    return replace(alert, annotations={**alert.annotations, **told})


def explained(labels: Mapping[str, str], links: Links) -> str | None:
    """The page of what the labels name: an objective, a budget, steps of routes, requests; None: they name nothing."""
    if labels.get("objective"):
        budget = {name: labels[name] for name in SCOPE_LABELS if labels.get(name)} if labels.get("group") else {}
        return links.objective(labels["objective"], **budget)
    if labels.get("budget"):
        return links.budgets()
    if labels.get("alertname") in _ABOUT_ROUTES:
        return links.routing()
    scope = {name: labels[name] for name in _SCOPE if labels.get(name)}
    return links.requests(**scope) if scope else None


def address(text: str | None) -> str | None:
    """Return an address that is one.

    >>> address("https://wiki.example/x"), address("javascript:alert(1)"), address(None)
    ('https://wiki.example/x', None, None)
    """
    try:
        parts = urlsplit(text or "")
    except ValueError:
        return None
    return text if parts.scheme in {"http", "https"} and parts.hostname else None
