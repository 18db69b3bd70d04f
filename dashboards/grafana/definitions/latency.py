"""Where the time of a request goes: by stage, by model, and what no stage accounts for."""

from dashboards.grafana.choices import METRICS, MODEL, ROUTE, TRACES
from dashboards.grafana.house import (
    COUNT,
    PER_S,
    SECONDS,
    SHARE,
    above,
    each,
    graph,
    heatmap,
    stat,
    table,
    to_console,
    traces,
)
from dashboards.grafana.model import Board, Link, Row, Target
from dashboards.grafana.promql import BY_ROUTE, OF_CALL, increase, mean, part_of, quantile, rate, ratio, share

_STAGE, _REQUEST = "burnline_stage_duration_seconds", "burnline_request_duration_seconds"
_CALL = "gen_ai_client_operation_duration_seconds"
_IN_MODELS = 'stage="model"'
_STEPS = 'stage!~"request|workflow|agent"'
"""Stages that do something themselves; requests, workflows and agents hold them."""
_ALL_REQUESTS = f"scalar({rate(f'{_REQUEST}_count')})"
_NOT_BY_ROUTE = "Of all routes: stages have no label of them."

_SUMMARY = (
    stat("Mean duration", "Of requests, failed ones too.", SECONDS, mean(_REQUEST, BY_ROUTE)),
    stat("p95 duration", "Nineteen of twenty requests end within it.", SECONDS, quantile(0.95, _REQUEST, BY_ROUTE)),
    stat(
        "Time in models",
        f"Mean seconds a request waits for models; beside each other they add up. {_NOT_BY_ROUTE}",
        SECONDS,
        f"{rate(f'{_STAGE}_sum', _IN_MODELS)} / {_ALL_REQUESTS}",
    ),
    stat(
        "Calls per request",
        f"Calls to models. More without more traffic: retries, loops of tools. {_NOT_BY_ROUTE}",
        COUNT,
        f"{rate(f'{_STAGE}_count', _IN_MODELS)} / {_ALL_REQUESTS}",
        decimals=2,
    ),
    stat(
        "Not accounted for",
        "Mean seconds of a request that no step says: queues, the app's own work, what is not instrumented. Below "
        f"zero, steps ran beside each other. {_NOT_BY_ROUTE}",
        SECONDS,
        f"{mean(_REQUEST)} - {rate(f'{_STAGE}_sum', _STEPS)} / {_ALL_REQUESTS}",
    ),
    stat(
        "Failing steps",
        f"Share of spans that ended in an error. {_NOT_BY_ROUTE}",
        SHARE,
        share(rate("burnline_stage_failures_total"), rate(f"{_STAGE}_count")),
        steps=above(0.01, 0.05),
    ),
    stat(
        "p95 first chunk",
        "From the request to the first chunk of a streamed answer.",
        SECONDS,
        quantile(0.95, "burnline_first_chunk_seconds", BY_ROUTE),
    ),
    stat(
        "p95 of a call",
        "Nineteen of twenty calls to the chosen models end within it.",
        SECONDS,
        quantile(0.95, _CALL, OF_CALL),
    ),
)
_STAGES = (
    graph(
        "Seconds of a request, by stage",
        f"Mean time of a request in each stage. Stages that ran beside each other add up to more. {_NOT_BY_ROUTE}",
        SECONDS,
        Target(f"{rate(f'{_STAGE}_sum', _STEPS, 'stage')} / {_ALL_REQUESTS}", "{{stage}}"),
        stacked=True,
    ),
    graph(
        "Share of the time, by stage",
        f"Which stage the time goes to: the first place to look when everything is slow. {_NOT_BY_ROUTE}",
        SHARE,
        Target(part_of(rate(f"{_STAGE}_sum", _STEPS, "stage"), rate(f"{_STAGE}_sum", _STEPS)), "{{stage}}"),
        stacked=True,
        highest=1.0,
    ),
    graph(
        "p95 by stage",
        f"Nineteen of twenty spans of a stage end within it. {_NOT_BY_ROUTE}",
        SECONDS,
        Target(quantile(0.95, _STAGE, "", "stage"), "{{stage}}"),
    ),
    graph(
        "Errors by stage",
        f"Share of a stage's spans that ended in an error. {_NOT_BY_ROUTE}",
        SHARE,
        Target(
            share(rate("burnline_stage_failures_total", by="stage"), rate(f"{_STAGE}_count", by="stage")), "{{stage}}"
        ),
        steps=above(0.01, 0.05),
    ),
)
_MODELS = (
    graph(
        "Calls by model",
        "Calls a second, by the model that answered. Dots on the next graph are exemplars of them.",
        PER_S,
        each(rate(f"{_CALL}_count", OF_CALL, "gen_ai_response_model"), "gen_ai_response_model"),
        stacked=True,
    ),
    graph(
        "p95 of calls, by model",
        "Nineteen of twenty calls end within it. Click a dot for the trace of a call.",
        SECONDS,
        each(quantile(0.95, _CALL, OF_CALL, "gen_ai_response_model"), "gen_ai_response_model", exemplar=True),
        links=(
            to_console(
                "Requests of this model", "/requests?model=${__field.labels.gen_ai_response_model:percentencode}"
            ),
        ),
    ),
    heatmap(
        "Durations of calls",
        "How many calls took how long, over time: two bands are two populations, such as cached and not.",
        SECONDS,
        increase(f"{_CALL}_bucket", OF_CALL, "le", "$__rate_interval"),
        exemplar=True,
    ),
    graph(
        "First chunk, by route",
        "Nineteen of twenty streamed answers begin within it.",
        SECONDS,
        each(quantile(0.95, "burnline_first_chunk_seconds", BY_ROUTE, "route"), "route"),
    ),
)
_SLOW = (
    table(
        "Routes",
        "Every route in the time the board shows: requests, their mean and their p95 duration.",
        {"route": "Route"},
        (
            "p95",
            SECONDS,
            f"sort_desc(histogram_quantile(0.95, {increase(f'{_REQUEST}_bucket', BY_ROUTE, 'le, route')}) >= 0)",
        ),
        (
            "Mean",
            SECONDS,
            ratio(increase(f"{_REQUEST}_sum", BY_ROUTE, "route"), increase(f"{_REQUEST}_count", BY_ROUTE, "route")),
        ),
        ("Requests", COUNT, f"{increase(f'{_REQUEST}_count', BY_ROUTE, 'route')} > 0"),
        links=(
            to_console(
                "Slow requests of this route",
                "/requests?min_latency_ms=2000&route=${__data.fields.Route:percentencode}",
            ),
        ),
    ),
    traces(
        "Slow traces",
        "The newest traces with a span of more than two seconds. Click one to open it.",
        "{duration>2s}",
        links=(Link("Open in the console", "${console}/requests/${__data.fields.traceID:percentencode}"),),
    ),
)
LATENCY = Board(
    "burnline-latency",
    "Burnline / Pipeline latency",
    "Which stage and which model make requests slow.",
    (Row("Now", _SUMMARY), Row("Stages", _STAGES), Row("Models", _MODELS), Row("What is slow", _SLOW)),
    (METRICS, TRACES, ROUTE, MODEL),
)
