"""Whether the service changed: deployments, the models that answer, the length of answers, tokens, errors and cost.

Every figure stands beside the same one of a while before. Tests of distributions come with their own figures.
"""

from dashboards.grafana.choices import METRICS, MODEL, ROUTE, TENANT, options
from dashboards.grafana.house import COUNT, PER_S, SHARE, USD, each, graph, stat, table, to_console
from dashboards.grafana.model import Board, Panel, Row, Target
from dashboards.grafana.promql import BY_ROUTE, BY_TENANT, OF_CALL, OF_MODEL, mean, part_of, rate, ratio, share

_BEFORE = options("before", "Compared with", ("1d", "1h", "7d"))
_AGO = "$before"
_CALLS, _TOKENS = "gen_ai_client_operation_duration_seconds_count", "gen_ai_client_token_usage"
_ENDS = "burnline_finish_reasons_total"
_IN, _OUT = (f'{OF_CALL}, gen_ai_token_type="{kind}"' for kind in ("input", "output"))
_FAILED = f'{BY_TENANT}, status="error"'
_SPREAD = "A jump without a deployment is a change at the provider."


def _cost_per_call(by: str, offset: str = "") -> str:
    """Models are called the same in the ledger as in calls, so the calls are those of the ledger's lines."""
    lines = rate("burnline_model_cost_usd_total", OF_MODEL, by, offset=offset)
    return f"{lines} / on () group_left () ({rate(_CALLS, OF_CALL, offset=offset)} > 0)"


def _error_ratio(by: str = "", offset: str = "") -> str:
    failed = rate("burnline_requests_total", _FAILED, by, offset=offset)
    return share(failed, rate("burnline_requests_total", BY_TENANT, by, offset=offset))


def _refused(by: str = "", offset: str = "") -> str:
    refused = rate("burnline_refusals_total", BY_TENANT, by, offset=offset)
    return share(refused, rate("burnline_requests_total", BY_TENANT, by, offset=offset))


def _tokens(kind: str, by: str = "", offset: str = "") -> str:
    return mean(_TOKENS, kind, by, offset=offset)


def _cost(by: str = "", offset: str = "") -> str:
    whole = rate("burnline_requests_total", BY_TENANT, by, offset=offset)
    return f"1000 * {ratio(rate('burnline_cost_usd_total', BY_TENANT, by, offset=offset), whole)}"


def _documents(offset: str = "") -> str:
    return mean("burnline_measure", f'{BY_ROUTE}, measure="retrieval.documents"', offset=offset)


def _ratios() -> tuple[Panel, ...]:
    """Each figure as a multiple of what it was."""
    found = (
        ("Answer length", "Mean output tokens of a call", _tokens(_OUT), _tokens(_OUT, offset=_AGO)),
        ("Prompt length", "Mean input tokens of a call", _tokens(_IN), _tokens(_IN, offset=_AGO)),
        ("Error ratio", "Share of requests that ended in an error", _error_ratio(), _error_ratio(offset=_AGO)),
        ("Cost per request", "Mean cost of a request", _cost(), _cost(offset=_AGO)),
        ("Documents found", "Mean documents of a retrieval", _documents(), _documents(_AGO)),
        (
            "Requests",
            "Requests a second",
            rate("burnline_requests_total", BY_TENANT),
            rate("burnline_requests_total", BY_TENANT, offset=_AGO),
        ),
    )
    return tuple(
        stat(
            f"{title}, against before",
            f"{text}, as a multiple of the same a while before; 1 is no change. {_SPREAD}",
            COUNT,
            ratio(f"({now})", f"({then})"),
            width=4,
            decimals=2,
        )
        for title, text, now, then in found
    )


def _beside(title: str, text: str, unit: str, now: Target, then: str) -> Panel:
    """A figure by what it is told of, and all of it a while before."""
    return graph(
        title,
        f"{text} The grey line is all of it a while before. {_SPREAD}",
        unit,
        now,
        Target(then, "before"),
        named={"before": "text"},
    )


_LENGTHS = (
    _beside(
        "Answer length by model",
        "Mean output tokens of a call, by the model that answered.",
        COUNT,
        each(_tokens(_OUT, "gen_ai_response_model"), "gen_ai_response_model"),
        _tokens(_OUT, offset=_AGO),
    ),
    _beside(
        "Prompt length by model",
        "Mean input tokens of a call: longer prompts, more documents, or a loop of tools.",
        COUNT,
        each(_tokens(_IN, "gen_ai_response_model"), "gen_ai_response_model"),
        _tokens(_IN, offset=_AGO),
    ),
    _beside(
        "Error ratio by route",
        "Share of requests that ended in an error.",
        SHARE,
        each(_error_ratio("route"), "route"),
        _error_ratio(offset=_AGO),
    ),
    _beside(
        "Refused requests by route",
        "Share of requests that were given no answer: the model declined, or a filter or a guardrail stepped in.",
        SHARE,
        each(_refused("route"), "route"),
        _refused(offset=_AGO),
    ),
    graph(
        "How calls end",
        f"Share of calls that tell it, by how they ended; length is cut off, unknown a word of no table. {_SPREAD}",
        SHARE,
        Target(part_of(rate(_ENDS, OF_CALL, "finish_reason"), rate(_ENDS, OF_CALL)), "{{finish_reason}}"),
        stacked=True,
        highest=1.0,
    ),
    _beside(
        "USD / 1,000 requests by route",
        "What a thousand requests cost.",
        USD,
        each(_cost("route"), "route"),
        _cost(offset=_AGO),
    ),
)
_WHAT = (
    table(
        "Deployments and new versions",
        "Every change that was told or seen in the time the board shows; green marks on the graphs are these.",
        {"kind": "Kind", "name": "Name", "from": "From", "to": "To", "route": "Route"},
        (
            "When",
            "dateTimeAsIso",
            "1000 * max by (kind, name, from, to, route) (burnline_change_timestamp_seconds > time() - $__range_s)",
        ),
        links=(to_console("Changes with figures before and after", "/changes"),),
    ),
    graph(
        "Findings that go on",
        "Figures that are not as usual now, by the one that was certain first; what moved them is in the console.",
        COUNT,
        Target("(sum by (measure) (burnline_findings_open)) or 0 * max(burnline_findings_figures)", "{{measure}}"),
        links=(to_console("Findings with what moved them", "/changes"),),
    ),
    graph(
        "Share of calls, by the model that answered",
        f"Which model answers under which name. {_SPREAD}",
        SHARE,
        Target(
            part_of(rate(_CALLS, OF_CALL, "gen_ai_request_model, gen_ai_response_model"), rate(_CALLS, OF_CALL)),
            "{{gen_ai_request_model}}: {{gen_ai_response_model}}",
        ),
        stacked=True,
        highest=1.0,
    ),
    graph(
        "Errors by type",
        "Failed requests a second by the type of their error: limits (429), the provider (5xx), our own timeouts.",
        PER_S,
        each(rate("burnline_request_errors_total", BY_ROUTE, "error_type"), "error_type"),
        stacked=True,
        links=(
            to_console(
                "Requests that failed so",
                "/requests?status=error&error_type=${__field.labels.error_type:percentencode}",
            ),
        ),
    ),
    graph(
        "USD / 1,000 calls, by model",
        f"What a thousand calls to all models cost, and which model's share it is. {_SPREAD}",
        USD,
        each(f"1000 * {_cost_per_call('model')}", "model"),
        stacked=True,
    ),
)
CHANGES = Board(
    "burnline-changes",
    "Burnline / Change detection",
    "Deployments, models that answer, answer lengths, tokens, errors and cost, beside the same a while before.",
    (Row("Against before", _ratios()), Row("What changed", _WHAT), Row("What it did", _LENGTHS)),
    (METRICS, TENANT, ROUTE, MODEL, _BEFORE),
    since="now-24h",
)
