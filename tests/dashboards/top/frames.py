"""Frames as a server tells them, with what a test changes."""

from typing import Any

from dashboards.top.gathering import Frame

FIGURES = {
    "requests": 1_200,
    "errors": 12,
    "error_ratio": 0.01,
    "degraded_requests": 0,
    "degraded_ratio": 0.0,
    "unpriced_requests": 0,
    "cost_usd": "2.5",
    "cost_per_request_usd": "0.002083333333333",
    "p50_ms": 420.0,
    "p95_ms": 1_800.0,
    "p99_ms": 2_500.0,
}
OBJECTIVE = {
    "name": "answers",
    "sli": "availability",
    "tenant": None,
    "route": "answer",
    "target": 0.995,
    "good_ratio": 0.991,
    "remaining_ratio": -0.8,
    "burn": 20.04,
    "factor": 13.44,
    "exhausted_at": "2026-11-21T12:00:00.000000Z",
    "status": "firing",
    "in_words": "",
    "in_force": True,
}
BUDGET = {
    "name": "support-month",
    "period": "month",
    "amount_usd": "500",
    "spent_usd": "612.5",
    "planned_usd": "330",
    "exhausted_at": None,
    "status": "exhausted",
}
ROUTE = {"route": "answer", "requests": 1_200, "errors": 12, "p95_ms": 1_800.0, "cost_usd": "2.5"}
STANDING = {
    "tenant": None,
    "route": "answer",
    "mode": "degraded",
    "tier": "economy",
    "share": 0.25,
    "reason": "answers burns",
    "ladder": ["premium", "economy"],
}
STEP = {
    "noted_at": "2026-11-21T11:50:00.000000Z",
    "tenant": None,
    "route": "answer",
    "from_tier": "premium",
    "to_tier": "economy",
    "share": 0.25,
    "sentence": "answer steps down from premium to economy: answers burns 20x its budget",
}
ALERT = {
    "alertname": "BurnlineBudgetBurn",
    "severity": "page",
    "since": "2026-11-21T11:49:00.000000Z",
    "summary": "answers burns 20x its budget over 1h and 31.5x over 5m, 41 % of the budget left",
    "objective": "answers",
}


def overview(**changes: Any) -> dict[str, Any]:
    return {
        "evaluated_at": "2026-11-21T12:00:00.000000Z",
        "now": FIGURES,
        "before": FIGURES | {"requests": 1_000, "p95_ms": 900.0},
        "today": {"cost_usd": "7.125", "unpriced_lines": 0},
        "month": {"cost_usd": "612.5", "unpriced_lines": 0},
        "routes": [ROUTE],
        "standings": [STANDING],
        "steps": [STEP],
        "slos": [OBJECTIVE],
        "budgets": [BUDGET],
        **changes,
    }


def frame(alerts=(ALERT,), **changes: Any) -> Frame:
    steps = [
        {"requests": n, "failed": n // 10, "p50_ms": None, "p95_ms": 10.0 * n, "cost_usd": "0.1"} for n in range(60)
    ]
    return Frame(overview(**changes), steps, alerts)
