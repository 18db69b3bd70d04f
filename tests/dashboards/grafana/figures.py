"""What panels have to show, asked of the store by SQL of its own: one query for each question that can be exact.

Rows of a query are labels and a ``value``. They read the requests ``r``, the ledger lines ``l``, the figures ``f``, the
spans ``s`` and the calls ``c`` of the window of a rate; ``_hour`` of them are those of an hour, ``_then`` those of the
window of a rate an hour ago.

Not here are questions that no window of whole readings answers: the period of an objective (28 days, of which two hours
are known), what only a running Prometheus makes (``ALERTS``, its own scrapes), and what the process says of itself.
"""

# ruff: noqa: S608 - every word of a query is one of this page
from collections.abc import Mapping

WINDOW_S, HOUR_S = 240, 3_600
_NAMED = "coalesce(a.tenant, '') as tenant, coalesce(a.route, '') as route"
_SOURCES = {
    "r": "select q.*, {named} from requests q left join attributions a using (attribution_id) where complete and "
    "q.ended_at >= {since} and q.ended_at < {until}",
    "l": "select t.*, r.usage_class, coalesce(r.model, r.response_model, r.request_model) as model from ledger_lines t "
    "join rates r using (rate_id) where t.started_at >= {since} and t.started_at < {until}",
    "f": "select t.*, {named} from figures t left join attributions a using (attribution_id) "
    "where t.told_at >= {since} and t.told_at < {until}",
    "s": "select * from spans where started_at >= {since} and started_at < {until}",
    "c": "select m.*, s.duration_ns, coalesce(m.response_model, m.request_model) as model from model_calls m "
    "join spans s using (trace_id, span_id) where m.started_at >= {since} and m.started_at < {until}",
}


def with_windows(query: str, end_s: int) -> str:
    """The query over what the windows that end there hold."""
    windows = {"": (WINDOW_S, 0), "_hour": (HOUR_S, 0), "_then": (WINDOW_S + HOUR_S, HOUR_S)}
    parts = [f"midnight as (select date_trunc('day', make_timestamp({end_s}000000 - 1)) as now)"]
    for name, (since_s, until_s) in windows.items():
        bounds = {"since": f"make_timestamp_ns({end_s - since_s}000000000)"}
        bounds |= {"until": f"make_timestamp_ns({end_s - until_s}000000000)", "named": _NAMED}
        parts += [f"{source}{name} as ({text.format(**bounds)})" for source, text in _SOURCES.items()]
    return f"with {', '.join(parts)} {query}"


def _share(condition: str, source: str, by: str = "") -> str:
    return _by(f"avg(({condition})::integer)", source, by)


def _by(value: str, source: str, by: str = "") -> str:
    labels = f"{by}, " if by else ""
    return f"select {labels}{value}::double as value from {source} group by all"


def _measured(measure: str, by: str = "") -> str:
    return _by("avg(value)", f"f where measure = '{measure}'", by)


_PER_S = f"count(*) / {WINDOW_S}"
_SPENT_PER_H = f"sum(cost_usd) * 3600 / {WINDOW_S}"
_USD_PER_1000 = "1000 * sum(cost_usd) / count(*)"
_FAILED, _AGAIN = "status = 'error'", "purpose in ('retry', 'fallback', 'failed_attempt')"
_REFUSED = "is_refused(error_type, finish_reason)"
_STEPS = "s where kind not in ('request', 'workflow', 'agent')"
_IN_CLASS = "usage_class in ('input_uncached', 'cache_read')"
_LEDGER = "select {labels} sum(cost_usd)::double as value from ledger_lines left join attributions using "
_LEDGER += "(attribution_id), midnight where started_at >= date_trunc('{period}', now) {group}"


def _ledger(period: str, by: str = "") -> str:
    labels, group = ("coalesce(tenant, '') as tenant,", "group by all") if by else ("", "")
    return _LEDGER.format(period=period, labels=labels, group=group)


def _against(value: str, source: str, where: str = "true") -> str:
    now, then = (f"(select {value} from {source}{name} where {where})" for name in ("", "_then"))
    return f"select ({now} / {then})::double as value"


def _bad(where: str, bad: str, window: str = "_hour") -> str:
    return f"select avg(({bad})::integer)::double as value from r{window} where {where}"


_ANSWER, _OUT = "route = 'answer'", "avg(output_tokens)"
_QUICK = "status = 'ok' or duration_ns > 2e9"
_SLOW = "duration_ns > 2e9"

FIGURES: Mapping[str, Mapping[str, str]] = {
    "overview": {
        "Requests A": _by(_PER_S, "r"),
        "Error ratio A": _share(_FAILED, "r"),
        "Spent today (ledger, exact) A": _ledger("day"),
        "Requests by route A": _by(_PER_S, "r", "route"),
        "Requests by status A": _by(_PER_S, "r", "status"),
        "Error ratio by route A": _share(_FAILED, "r", "route"),
        "Errors by type A": _by(_PER_S, f"r where {_FAILED}", "error_type"),
        "Spend by tenant (rate, extrapolated) A": _by(_SPENT_PER_H, "r", "tenant"),
        "Routes, the worst first A": _share(_FAILED, "r_hour", "route"),
        "Routes, the worst first B": _by("count(*)", "r_hour", "route"),
        "Routes, the worst first C": _by(_USD_PER_1000, "r_hour", "route"),
    },
    "slo": {
        "Burn, 1 h A": f"select value / 0.05 as value from ({_bad(f'{_ANSWER} and ({_QUICK})', _SLOW)})",
        "Bad events, 1 h A": _by("count(*)", f"r_hour where {_ANSWER} and {_SLOW}"),
        "Error ratio, 5 min against 1 h B": _bad(f"{_ANSWER} and ({_QUICK})", _SLOW),
        "Error ratio, 5 min against 1 h C": "select 0.05 as value",
        "Promised A": "select 0.95 as value",
    },
    "latency": {
        "Mean duration A": _by("avg(duration_ns) / 1e9", "r"),
        "Time in models A": "select sum(duration_ns) / 1e9 / (select count(*) from r) as value from s "
        "where kind = 'model'",
        "Calls per request A": "select count(*) / (select count(*) from r) as value from s where kind = 'model'",
        "Not accounted for A": f"select (select avg(duration_ns) from r) / 1e9 - "
        f"(select sum(duration_ns) from {_STEPS}) / 1e9 / (select count(*) from r) as value",
        "Failing steps A": _share(_FAILED, "s"),
        "Seconds of a request, by stage A": "select kind as stage, sum(duration_ns) / 1e9 / (select count(*) from r) "
        f"as value from {_STEPS} group by all",
        "Share of the time, by stage A": f"select kind as stage, sum(duration_ns) / (select sum(duration_ns) from "
        f"{_STEPS}) as value from {_STEPS} group by all",
        "Errors by stage A": _share(_FAILED, "s", "kind as stage"),
        "Calls by model A": _by(_PER_S, "c", "model as gen_ai_response_model"),
        "Routes B": _by("avg(duration_ns) / 1e9", "r_hour", "route"),
        "Routes C": _by("count(*)", "r_hour", "route"),
    },
    "finops": {
        "Today (ledger, exact) A": _ledger("day"),
        "This month (ledger, exact) A": _ledger("month"),
        "Lines without a price A": "select count(*)::double as value from ledger_lines, midnight "
        "where cost_usd is null and started_at >= date_trunc('month', now)",
        "USD / 1,000 requests A": _by(_USD_PER_1000, "r"),
        "USD / good answer A": _by(f"sum(cost_usd) / count(*) filter (where not {_FAILED})", "r"),
        "Spend by model (rate, extrapolated) A": _by(_SPENT_PER_H, "l where cost_usd is not null", "model"),
        "Spend by tenant (rate, extrapolated) A": _by(_SPENT_PER_H, "r", "tenant"),
        "Spend by purpose (rate, extrapolated) A": _by(_SPENT_PER_H, "l", "purpose"),
        "Tenants (ledger, exact) A": _ledger("month", "tenant"),
        "Tenants (ledger, exact) B": _ledger("day", "tenant"),
        "Tokens by class A": _by(f"sum(quantity) / {WINDOW_S}", "l", "usage_class"),
        "Input read from the cache A": _by(
            "coalesce(sum(quantity) filter (where usage_class = 'cache_read'), 0) / sum(quantity)",
            f"l where {_IN_CLASS}",
            "model",
        ),
        "Share of the spend that was done again A": _by(
            f"coalesce(sum(cost_usd) filter (where {_AGAIN}), 0) / sum(cost_usd)",
            "l where cost_usd is not null",
            "model",
        ),
        "Requests without a whole price A": _share("cost_status in ('unpriced', 'partial')", "r", "route"),
        "Spend budgets A": f"select budget, value from (values ('day'), ('month')) budgets(budget), "
        f"lateral (select case budget when 'day' then ({_ledger('day')}) else ({_ledger('month')}) end as value)",
        "Spend budgets B": "select * from (values ('day', 5.0::double), ('month', 90.0)) budgets(budget, value)",
    },
    "router": {
        "Served degraded A": _share("degraded", "r"),
        "Served degraded, by route A": _share("degraded", "r", "route"),
        "USD / 1,000 requests, by route A": _by(_USD_PER_1000, "r", "route"),
        "Share of calls, by model A": "select model as gen_ai_response_model, count(*) / (select count(*) from c) "
        "as value from c group by all",
        "Steps in this time B": "select content ->> '$.scope.route' as route, content ->> '$.transition.from_tier' as "
        '"from", content ->> \'$.transition.to_tier\' as "to", count(*)::double as value from (select body::json '
        "as content from journal where kind = 'transition') group by all",
    },
    "changes": {
        "Answer length, against before A": _against(_OUT, "c", "output_tokens is not null"),
        "Prompt length, against before A": _against("avg(input_tokens)", "c"),
        "Error ratio, against before A": _against(f"avg(({_FAILED})::integer)", "r"),
        "Cost per request, against before A": _against("sum(cost_usd)::double / count(*)", "r"),
        "Documents found, against before A": _against("avg(value)", "f", "measure = 'retrieval.documents'"),
        "Requests, against before A": _against("count(*)", "r"),
        "Errors by type A": _by(_PER_S, f"r where {_FAILED}", "error_type"),
        "Answer length by model A": _by(_OUT, "c", "model as gen_ai_response_model"),
        "Answer length by model B": _by(_OUT, "c_then"),
        "Prompt length by model A": _by("avg(input_tokens)", "c", "model as gen_ai_response_model"),
        "Error ratio by route A": _share(_FAILED, "r", "route"),
        "Error ratio by route B": _share(_FAILED, "r_then"),
        "Refused requests by route A": _share(_REFUSED, "r", "route"),
        "Refused requests by route B": _share(_REFUSED, "r_then"),
        "How calls end A": "select finish_reason, count(*) / (select count(finish_reason) from c) as value from c "
        "where finish_reason is not null group by all",
        "USD / 1,000 requests by route A": _by(_USD_PER_1000, "r", "route"),
        "USD / 1,000 requests by route B": _by(_USD_PER_1000, "r_then"),
        "Share of calls, by the model that answered A": "select request_model as gen_ai_request_model, model as "
        "gen_ai_response_model, count(*) / (select count(*) from c) as value from c group by all",
        "USD / 1,000 calls, by model A": "select model, 1000 * sum(cost_usd)::double / (select count(*) from c) as "
        "value from l where cost_usd is not null group by all",
    },
    "retrieval": {
        "Retrievals A": _by(_PER_S, "s where kind = 'retriever'"),
        "Nothing found A": _share("value = 0", "f where measure = 'retrieval.documents'"),
        "Documents A": _measured("retrieval.documents"),
        "Best score A": _measured("retrieval.score"),
        "Oldest document used A": _measured("retrieval.age_s"),
        "Found in the answer cache A": _measured("cache.hit"),
        "Permission violations A": _by(f"sum(value) * 3600 / {WINDOW_S}", "f where measure = 'permission.violations'"),
        "Nothing found, by route A": _share("value = 0", "f where measure = 'retrieval.documents'", "route"),
        "Age of the documents used A": _measured("retrieval.age_s", "route"),
        "Repeated documents A": _measured("retrieval.duplicates", "route"),
        "Filtered by permissions A": _measured("permission.checked", "route"),
        "Evaluations A": _measured("groundedness", "measure"),
        "Citations A": _measured("citation.coverage", "measure"),
        "Context of a call A": _by("avg(input_tokens)", "c", "model as gen_ai_response_model"),
        "Everything that is measured A": _by("count(*)", "f_hour", "measure, route"),
        "Everything that is measured B": _by("avg(value)", "f_hour", "measure, route"),
    },
    "itself": {
        "Records A": f"select 'traces' as signal, 'stored' as outcome, count(*) / {WINDOW_S} as value from s union all "
        f"select 'traces', 'rejected', 4 / {WINDOW_S} union all "
        f"select 'traces', 'received', (count(*) + 4) / {WINDOW_S} from s union all "
        f"select 'logs', unnest(['stored', 'received']), 4 / {WINDOW_S}",
        "Rejected records A": "select 4 / (count(*) + 8) as value from s",
        "Rejected and refused A": f"select 'trace_id_zero' as reason, 4 / {WINDOW_S} as value",
        "Rejected and refused B": f"select 'undecodable' as reason, 4 / {WINDOW_S} as value",
        "Late data A": f"select 1 / {WINDOW_S} as value",
        "Rows A": " union all ".join(
            f"select '{table}' as \"table\", count(*)::double as value from {table}"
            for table in ("spans", "requests", "ledger_lines", "model_calls", "batches", "log_events", "payloads")
        ),
    },
}
"""By board, panel and letter."""
QUANTILES: Mapping[str, Mapping[str, tuple[float, str, str]]] = {
    "overview": {
        "p95 duration A": (0.95, "requests", "select duration_ns / 1e6 as ms from r"),
        "p95 first chunk A": (0.95, "first_chunks", "select first_chunk_ms as ms from r where first_chunk_ms > 0"),
        "Duration of requests A": (0.5, "requests", "select duration_ns / 1e6 as ms from r"),
        "Duration of requests C": (0.99, "requests", "select duration_ns / 1e6 as ms from r"),
    },
    "latency": {
        "p95 duration A": (0.95, "requests", "select duration_ns / 1e6 as ms from r"),
        "p95 of a call A": (0.95, "calls", "select duration_ns / 1e6 as ms from c"),
    },
    "retrieval": {
        "p95 duration A": (0.95, "stages", "select duration_ns / 1e6 as ms from s where kind = 'retriever'"),
        "Documents of a retrieval B": (
            0.95,
            "measures",
            "select value * 1e3 as ms from f where measure = 'retrieval.documents'",
        ),
    },
}
"""The same of quantiles: which one, of which bounds, and the values in thousandths of the panel's unit."""
