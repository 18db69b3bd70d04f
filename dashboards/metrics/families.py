"""Every family on ``/metrics``: a table, so that the page of metric names cannot miss one.

What counts traffic comes from totals the store keeps. Late spans can move a request, or take it back; a counter that
fell would read as a restart to Prometheus, which then adds all of it again. So what is added and what is taken back are
two families, both of which only grow: ``X - (X_taken_back or 0 * X)`` is what counts. A series of what was taken back
appears with the first of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from alerts.delivery.vitals import FAMILIES as TOLD
from analytics.slo.rules.counters import COUNTERS, LABELS
from analytics.slo.rules.spend import GAUGES

Labels = tuple[str, ...]
Sample = tuple[Labels, float]
Samples = Iterable[Sample]


class Kind(StrEnum):
    """What a family is to Prometheus."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Family:
    """One metric: its name, for a counter without ``_total``, and its labels."""

    name: str
    text: str
    labels: Labels = ()
    kind: Kind = Kind.GAUGE


_ROUTES, _TENANTS = ("route",), ("tenant", "route")
_CALL = ("gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model", "gen_ai_response_model")
_STEP = ("tenant", "route", "from", "to", "reason")
_MEASURE = "burnline_measure"
_BACK = "What late data took back of it; to be subtracted."


def _counter(name: str, text: str, labels: Labels = ()) -> Family:
    return Family(name, text, labels, Kind.COUNTER)


def _histogram(name: str, text: str, labels: Labels) -> Family:
    return Family(name, text, labels, Kind.HISTOGRAM)


def _moving(name: str, text: str, labels: Labels, kind: Kind = Kind.COUNTER) -> tuple[Family, Family]:
    """A family, and what late data took back of it; names of durations end in their unit."""
    unit = "_seconds" if kind is Kind.HISTOGRAM and name != _MEASURE else ""
    return Family(name + unit, text, labels, kind), Family(f"{name}_taken_back{unit}", _BACK, labels, kind)


TRAFFIC = (
    *_moving("burnline_requests", "Requests of the watched service.", (*_TENANTS, "status")),
    *_moving("burnline_degraded_requests", "Requests that were served degraded.", _TENANTS),
    *_moving("burnline_unpriced_requests", "Requests not priced, or only in part.", _TENANTS),
    *_moving("burnline_cost_usd", "Cost of requests, rounded to a float.", _TENANTS),
    *_moving("burnline_model_cost_usd", "Cost of ledger lines, as a float.", ("provider", "model", "purpose")),
    *_moving("burnline_model_usage", "Billed quantities of ledger lines.", ("provider", "model", "usage_class")),
    *_moving("burnline_request_duration", "Duration of requests.", (*_ROUTES, "status"), Kind.HISTOGRAM),
    *_moving("burnline_first_chunk", "From the request to its first chunk.", _ROUTES, Kind.HISTOGRAM),
    *_moving("burnline_request_errors", "Requests that ended in an error, by its type.", ("route", "error_type")),
    *_moving("burnline_refusals", "Requests that were given no answer: declined, filtered or blocked.", _TENANTS),
    _counter(
        "burnline_finish_reasons",
        "Calls to a model by how they ended; unknown is a word of no table.",
        (*_CALL, "finish_reason"),
    ),
    *_moving(_MEASURE, "Figures told about requests: scores, counts, ages.", ("route", "measure"), Kind.HISTOGRAM),
    _histogram("burnline_stage_duration_seconds", "Duration of spans by their kind.", ("stage",)),
    _counter("burnline_stage_failures", "Spans that ended in an error, by their kind.", ("stage",)),
    _histogram("gen_ai_client_operation_duration_seconds", "Duration of calls to a model.", _CALL),
    _histogram("gen_ai_client_token_usage", "Tokens of calls to a model.", (*_CALL, "gen_ai_token_type")),
)
"""What the store's totals say."""
STEERING = (
    Family("burnline_router_mode", "1 for the mode in which a route is steered.", ("tenant", "route", "mode")),
    Family(
        "burnline_router_tier_share_ratio", "Share of requests to be served at a tier.", ("tenant", "route", "tier")
    ),
    _counter("burnline_router_transitions", "Steps of routes, by the journal.", _STEP),
    Family("burnline_router_transition_timestamp_seconds", "When the last such step was decided.", _STEP),
    Family("burnline_evaluation_timestamp_seconds", "When every route was last looked at."),
    _counter("burnline_evaluation_failures", "Looks that failed since the start."),
    _counter("burnline_alert_look_failures", "Looks at what fires that failed since the start."),
)
"""What the watch and the journal say."""
FINDINGS = (
    Family("burnline_findings_open", "Findings that go on, by the figure that was certain first.", ("measure",)),
    Family(
        "burnline_finding_timestamp_seconds",
        "When a figure began not to be as usual; the newest of 30 days.",
        ("measure", "dimension", "value"),
    ),
    Family("burnline_findings_figures", "Figures that are watched."),
    Family("burnline_findings_figures_left_out", "Figures that are not: there are more than findings.most_figures."),
    Family("burnline_findings_turn_seconds", "CPU time of the last look at them."),
    _counter("burnline_findings_failures", "Looks that failed since the start."),
    Family("burnline_drift_streams", "Distributions with a verdict in the last comparison with their reference."),
    Family("burnline_drift_turn_seconds", "Seconds of the last comparison."),
    _counter("burnline_drift_failures", "Looks for drift that failed since the start."),
)
"""What is not as usual, and who looks."""
FORESIGHT = (
    Family("burnline_forecast_spend_usd", "Spend expected by the end of the period, as a float.", ("budget",)),
    Family("burnline_forecast_spend_low_usd", "One period in ten ends below.", ("budget",)),
    Family("burnline_forecast_spend_high_usd", "One period in ten ends above.", ("budget",)),
    Family("burnline_forecast_overrun_ratio", "Probability that the period ends above its amount.", ("budget",)),
    Family("burnline_forecast_exhaustion_timestamp_seconds", "When the amount is, or was, gone.", ("budget",)),
    Family("burnline_forecast_timestamp_seconds", "When budgets were last forecast."),
    _counter("burnline_forecast_failures", "Looks ahead that failed since the start."),
    _counter("burnline_effects_failures", "Looks at what downgrades came to that failed since the start."),
    _counter("burnline_advice_failures", "Looks at whether a change is to be rolled back that failed since the start."),
)
"""Where spend budgets will end; what is unknown has no sample."""
PROCESS = (
    _counter("process_cpu_seconds", "Total user and system CPU time spent in seconds."),
    Family("process_resident_memory_bytes", "Resident memory size in bytes."),
    Family("process_virtual_memory_bytes", "Virtual memory size in bytes."),
    Family("process_start_time_seconds", "Start time of the process since unix epoch in seconds."),
    Family("process_open_fds", "Number of open file descriptors."),
    Family("process_max_fds", "Maximum number of open file descriptors."),
)
"""What the operating system says; Linux tells."""
FAMILIES = {
    family.name: family
    for family in (
        _counter("burnline_records", "Records by what became of them.", ("signal", "outcome", "reason")),
        _counter("burnline_refused_requests", "OTLP requests refused whole.", ("signal", "reason")),
        *TRAFFIC,
        _counter("burnline_capped_label_values", "Values of a label told as other.", ("label",)),
        Family("burnline_period_cost_usd", "Cost of the ledger's lines in the UTC day or month.", ("period", "tenant")),
        Family("burnline_period_unpriced_lines", "Lines without a price in the UTC day or month.", ("period",)),
        Family("burnline_last_span_ingested_timestamp_seconds", "When spans were last stored."),
        Family("burnline_stored_rows", "Rows by table.", ("table",)),
        Family("burnline_ingest_queue_depth", "OTLP requests waiting for their commit."),
        Family("burnline_derivation_lag_seconds", "Age of the oldest batch that answers do not show yet."),
        Family("burnline_store_bytes", "Size of the data directory."),
        Family("burnline_store_free_bytes", "Free space where the data lives."),
        Family("burnline_store_readable", "1 when a read of the store works."),
        Family("burnline_store_writable", "1 when a write to the store works."),
        Family("burnline_store_quarantined_logs", "Write-ahead logs set aside as unreadable."),
        *(_counter(counter.name, counter.text, LABELS) for counter in COUNTERS),
        *(Family(told.name, told.text, told.labels, Kind.COUNTER if told.grows else Kind.GAUGE) for told in TOLD),
        *STEERING,
        Family(
            "burnline_change_timestamp_seconds",
            "When a deploy was told or another version was first seen; the newest of 30 days.",
            ("kind", "name", "from", "to", "route"),
        ),
        *FINDINGS,
        *FORESIGHT,
        *(Family(gauge.name, gauge.text, gauge.labels) for gauge in GAUGES),
        *PROCESS,
        Family("burnline_scrape_duration_seconds", "How long it took to gather this page."),
    )
}
"""Every family, by name."""
