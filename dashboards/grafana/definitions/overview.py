"""The first look: whether the service is well, for whom it is not, and what it costs."""

from dashboards.grafana.choices import METRICS, ROUTE, TENANT
from dashboards.grafana.house import (
    COUNT,
    PER_S,
    PERCENTILES,
    SECONDS,
    SHARE,
    STATUS,
    USD,
    above,
    below,
    each,
    graph,
    heatmap,
    stat,
    table,
    to_console,
)
from dashboards.grafana.house import MONEY as MONEY_STEPS
from dashboards.grafana.model import Board, Row, Target
from dashboards.grafana.promql import BY_ROUTE, BY_TENANT, increase, quantile, rate, ratio, share

_REQUESTS, _DURATION = "burnline_requests_total", "burnline_request_duration_seconds"
_FIRST = "burnline_first_chunk_seconds"
_FAILED = f'{BY_TENANT}, status="error"'
_OF_ROUTE = to_console("Requests of this route", "/requests?route=${__field.labels.route:percentencode}")
_FAILED_OF_ROUTE = to_console("Failed requests", "/requests?status=error&route=${__field.labels.route:percentencode}")

_NOW = (
    stat("Requests", "Requests that ended, per second.", PER_S, rate(_REQUESTS, BY_TENANT), decimals=2),
    stat(
        "Error ratio",
        "Share of requests that ended in an error. Objectives, on their own board, say how much of that is promised.",
        SHARE,
        share(rate(_REQUESTS, _FAILED), rate(_REQUESTS, BY_TENANT)),
        steps=above(0.01, 0.05),
    ),
    stat(
        "p95 duration",
        "Nineteen of twenty requests end within this time, failed ones too. Of a histogram: the bounds around it are "
        "the error. Of all tenants: histograms have no label of them.",
        SECONDS,
        quantile(0.95, _DURATION, BY_ROUTE),
    ),
    stat(
        "p95 first chunk",
        "The same until the first chunk of streamed answers.",
        SECONDS,
        quantile(0.95, _FIRST, BY_ROUTE),
    ),
    stat(
        "Least budget left",
        "What is left of the error budget that stands worst, by the recording rules. No data: Prometheus has no rules.",
        SHARE,
        "min(slo:period_error_budget_remaining:ratio)",
        steps=below(0.0, 0.25),
    ),
    stat(
        "Alerts firing",
        "Alerts of Prometheus that fire now.",
        COUNT,
        'count(ALERTS{alertstate="firing"}) or vector(0)',
        steps=above(1, 1),
    ),
    stat(
        "Routes not at their best",
        "Routes that are steered below their best tier, or about to be: every mode but normal.",
        COUNT,
        'sum(burnline_router_mode{mode!="normal"}) or vector(0)',
        steps=above(1, 5),
    ),
    stat(
        "Spent today (ledger, exact)",
        "What the ledger's lines of this UTC day cost, without what has no price.",
        USD,
        'sum(burnline_period_cost_usd{period="day", tenant=~"$tenant"})',
        steps=MONEY_STEPS,
    ),
)
_TRAFFIC = (
    graph(
        "Requests by route",
        "Requests that ended, per second, by route. Click a line for the requests behind it.",
        PER_S,
        each(rate(_REQUESTS, BY_TENANT, "route"), "route"),
        stacked=True,
        links=(_OF_ROUTE,),
    ),
    graph(
        "Requests by status",
        "Requests that ended, per second: ok, or an error.",
        PER_S,
        Target(rate(_REQUESTS, BY_TENANT, "status"), "{{status}}"),
        stacked=True,
        named=STATUS,
    ),
    graph(
        "Error ratio by route",
        "Share of a route's requests that ended in an error. Click a line for the failed ones.",
        SHARE,
        each(share(rate(_REQUESTS, _FAILED, "route"), rate(_REQUESTS, BY_TENANT, "route")), "route"),
        steps=above(0.01, 0.05),
        links=(_FAILED_OF_ROUTE,),
    ),
    graph(
        "Errors by type",
        "Failed requests a second by the type of their error: limits (429), the provider (5xx), our own timeouts. "
        "Click one for its requests.",
        PER_S,
        each(rate("burnline_request_errors_total", BY_ROUTE, "error_type"), "error_type"),
        stacked=True,
        links=(
            to_console("Requests that failed so", "/requests?error_type=${__field.labels.error_type:percentencode}"),
        ),
    ),
)
_LATENCY = (
    graph(
        "Duration of requests",
        "Half, nineteen of twenty, and 99 of 100 requests end within these times. Dots are exemplars: click one "
        "for its trace.",
        SECONDS,
        *(
            Target(quantile(q, _DURATION, BY_ROUTE), name, exemplar=True)
            for name, q in zip(PERCENTILES, (0.5, 0.95, 0.99), strict=True)
        ),
        named=PERCENTILES,
    ),
    heatmap(
        "Durations",
        "How many requests took how long, over time. The thresholds of latency objectives are among the bounds.",
        SECONDS,
        increase(f"{_DURATION}_bucket", BY_ROUTE, "le", "$__rate_interval"),
        exemplar=True,
    ),
    graph(
        "First chunk",
        "From the request to the first chunk of a streamed answer.",
        SECONDS,
        *(Target(quantile(q, _FIRST, BY_ROUTE), name) for name, q in zip(PERCENTILES, (0.5, 0.95, 0.99), strict=True)),
        named=PERCENTILES,
    ),
    graph(
        "p95 by route",
        "Nineteen of twenty requests of a route end within it. Click a line for the slow ones.",
        SECONDS,
        each(quantile(0.95, _DURATION, BY_ROUTE, "route"), "route"),
        links=(to_console("Longest first", "/requests?sort=duration&route=${__field.labels.route:percentencode}"),),
    ),
)
_FOR_WHOM = (
    table(
        "Routes, the worst first",
        "Every route in the time the board shows: requests, share of errors, dollars for a thousand requests.",
        {"route": "Route"},
        (
            "Error ratio",
            SHARE,
            f"sort_desc({share(increase(_REQUESTS, _FAILED, 'route'), increase(_REQUESTS, BY_TENANT, 'route'))})",
        ),
        ("Requests", COUNT, f"{increase(_REQUESTS, BY_TENANT, 'route')} > 0"),
        (
            "USD / 1,000",
            USD,
            f"""1000 * {
                ratio(increase("burnline_cost_usd_total", BY_TENANT, "route"), increase(_REQUESTS, BY_TENANT, "route"))
            }""",
        ),
        links=(_OF_ROUTE,),
    ),
    graph(
        "Spend by tenant (rate, extrapolated)",
        "Dollars per hour by tenant, as requests end. For exact money see the ledger's gauges on FinOps.",
        USD,
        each(f"3600 * {rate('burnline_cost_usd_total', BY_TENANT, 'tenant')}", "tenant"),
        stacked=True,
        links=(to_console("Cost by tenant", "/cost?by=tenant"),),
    ),
)
OVERVIEW = Board(
    "burnline-overview",
    "Burnline / Overview",
    "Traffic, errors, latency and spend of the watched service, and how its promises stand.",
    (Row("Now", _NOW), Row("Traffic", _TRAFFIC), Row("Latency", _LATENCY), Row("For whom", _FOR_WHOM)),
    (METRICS, TENANT, ROUTE),
)
