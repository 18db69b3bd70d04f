"""Burnline itself: whether it takes in everything, keeps up, has room, decides and is heard."""

from dashboards.grafana.choices import METRICS
from dashboards.grafana.house import BYTES, COUNT, PER_S, SECONDS, SHARE, above, below, graph, stat
from dashboards.grafana.model import Board, Row, Target
from dashboards.grafana.promql import rate, share

_SAME_TARGET = "and on (instance, job) burnline_store_bytes"
_NOW = (
    stat(
        "Lag of answers",
        "Age of the oldest stored batch that answers do not show yet.",
        SECONDS,
        "max(burnline_derivation_lag_seconds)",
        steps=above(10, 60),
    ),
    stat(
        "Since the last span",
        "Time since spans were last stored. Long: nobody sends, or the way here is broken.",
        SECONDS,
        "time() - max(burnline_last_span_ingested_timestamp_seconds)",
        steps=above(300, 1_800),
    ),
    stat(
        "Waiting to be stored",
        "OTLP requests that wait for their commit; senders wait with them.",
        COUNT,
        "sum(burnline_ingest_queue_depth)",
        steps=above(100, 1_000),
    ),
    stat(
        "Rejected records",
        "Share of the records received that were not stored. Their reasons are below.",
        SHARE,
        share(
            rate("burnline_records_total", 'outcome="rejected"'), rate("burnline_records_total", 'outcome="received"')
        ),
        steps=above(0.0001, 0.01),
    ),
    stat(
        "Store works",
        "1 when a read and a write of the store work.",
        "none",
        "min(burnline_store_readable) * min(burnline_store_writable)",
        steps=below(1, 1),
        words={"0": "no", "1": "yes"},
    ),
    stat(
        "Full in",
        "When the disk is full, if the store grows as in the last six hours. No data: it does not grow.",
        SECONDS,
        "min(burnline_store_free_bytes / (deriv(burnline_store_bytes[6h]) > 0))",
        steps=below(86_400, 7 * 86_400),
    ),
    stat(
        "Logs set aside",
        "Write-ahead logs that could not be read after a crash. Look at them before they are deleted.",
        COUNT,
        "sum(burnline_store_quarantined_logs)",
        steps=above(1, 1),
    ),
    stat(
        "Scrape",
        "How long it took to gather the last page of metrics.",
        SECONDS,
        "max(burnline_scrape_duration_seconds)",
        steps=above(0.2, 5),
    ),
)
_INTAKE = (
    graph(
        "Records",
        "Records a second by what became of them: received = stored + duplicate + rejected.",
        PER_S,
        Target(rate("burnline_records_total", by="signal, outcome"), "{{signal}} {{outcome}}"),
    ),
    graph(
        "Rejected and refused",
        "Records that were rejected and requests that were refused whole, a second, by reason.",
        PER_S,
        Target(rate("burnline_records_total", 'outcome="rejected"', "reason"), "record: {{reason}}"),
        Target(rate("burnline_refused_requests_total", by="reason"), "request: {{reason}}"),
    ),
    graph(
        "Late data",
        "Requests a second that late spans changed, or moved elsewhere: it is taken back, and counted anew.",
        PER_S,
        Target("sum(rate(burnline_requests_taken_back_total[$__rate_interval])) or vector(0)", "taken back"),
    ),
    graph(
        "Lag and queue",
        "Age of the oldest batch that answers do not show, in seconds, and OTLP requests that wait for their commit.",
        COUNT,
        Target("max(burnline_derivation_lag_seconds)", "lag, s"),
        Target("sum(burnline_ingest_queue_depth)", "waiting"),
    ),
)
_STORE = (
    graph(
        "Size of the store",
        "The data directory, and the room that is left where it lives.",
        BYTES,
        Target("sum(burnline_store_bytes)", "store"),
        Target("min(burnline_store_free_bytes)", "free"),
    ),
    graph(
        "Rows",
        "Rows of each table that grows with traffic.",
        COUNT,
        Target("sum by (table) (burnline_stored_rows)", "{{table}}"),
    ),
    graph(
        "Process",
        "Cores used, and files open as a share of what is allowed.",
        COUNT,
        Target(f"rate(process_cpu_seconds_total[$__rate_interval]) {_SAME_TARGET}", "cores"),
        Target(f"(process_open_fds / process_max_fds) {_SAME_TARGET}", "files, share"),
    ),
    graph(
        "Memory",
        "Resident and virtual memory of the process.",
        BYTES,
        Target(f"process_resident_memory_bytes {_SAME_TARGET}", "resident"),
        Target(f"process_virtual_memory_bytes {_SAME_TARGET}", "virtual"),
    ),
)
_HEARD = (
    graph(
        "Readers of the signal",
        "Routers by whether they have applied the newest decisions. No data: no router has said so yet.",
        COUNT,
        Target("sum by (state) (burnline_signal_readers)", "{{state}}"),
        stacked=True,
        named={"current": "green", "behind": "red", "earlier_run": "orange"},
    ),
    graph(
        "Deliveries of a week",
        "Messages to subscribers by how they stand. No data: nobody subscribed.",
        COUNT,
        Target("sum by (subscription, standing) (burnline_deliveries)", "{{subscription}} {{standing}}"),
    ),
    graph(
        "Posts of alerts",
        "Posts to Alertmanager a second by outcome, and alerts that fire. No data: no Alertmanager is configured.",
        COUNT,
        Target(rate("burnline_alert_posts_total", by="outcome"), "{{outcome}} / s"),
        Target("max(burnline_alerts_firing)", "firing"),
        named={"failed / s": "red"},
    ),
    graph(
        "Series",
        "Samples that Prometheus reads at a scrape, and values of labels told as other because there are too many.",
        COUNT,
        Target(f"scrape_samples_scraped {_SAME_TARGET}", "samples"),
        Target("sum(rate(burnline_capped_label_values_total[$__rate_interval]))", "capped / s"),
    ),
    graph(
        "Behind",
        "How long the slowest reader has been behind the newest decisions, and the oldest message has waited. No data: "
        "nobody is.",
        SECONDS,
        Target("max(burnline_signal_reader_lag_seconds)", "reader"),
        Target("max by (subscription) (burnline_delivery_oldest_waiting_seconds)", "message: {{subscription}}"),
    ),
    graph(
        "Pushes of the document",
        "Whole documents of decisions pushed to subscribers, a second by outcome. No data: nobody asked for them.",
        PER_S,
        Target(rate("burnline_document_pushes_total", by="outcome"), "{{outcome}}"),
        named={"failed": "red"},
    ),
    graph(
        "Running since",
        "Seconds since the process began. A step down is a restart; no counter falls with it.",
        SECONDS,
        Target(f"(time() - process_start_time_seconds) {_SAME_TARGET}", "running"),
    ),
    graph(
        "Looks at routes",
        "Seconds since every route was last looked at, and the time a scrape takes.",
        SECONDS,
        Target("time() - max(burnline_evaluation_timestamp_seconds)", "since a look"),
        Target("max(burnline_scrape_duration_seconds)", "scrape"),
    ),
    graph(
        "Looks at figures",
        "CPU seconds of the last look at what is as usual, seconds of the last comparison of distributions, and "
        "looks a second that failed: nothing new is found then.",
        SECONDS,
        Target("max(burnline_findings_turn_seconds)", "a look"),
        Target("max(burnline_drift_turn_seconds)", "a comparison"),
        Target(rate("burnline_findings_failures_total"), "failed / s"),
        Target(rate("burnline_drift_failures_total"), "comparisons failed / s"),
        named={"failed / s": "red", "comparisons failed / s": "red"},
    ),
    graph(
        "Looks ahead and back",
        "Seconds since spend budgets were last forecast, and looks a second that failed: at budgets, at what "
        "downgrades came to, and at whether a change is to be rolled back.",
        SECONDS,
        Target("time() - max(burnline_forecast_timestamp_seconds)", "since a forecast"),
        Target(rate("burnline_forecast_failures_total"), "forecasts failed / s"),
        Target(rate("burnline_effects_failures_total"), "downgrades not judged / s"),
        Target(rate("burnline_advice_failures_total"), "changes not judged / s"),
        named={"forecasts failed / s": "red", "downgrades not judged / s": "red", "changes not judged / s": "red"},
    ),
    graph(
        "Figures",
        "Figures that are watched for what is not as usual, those left out (more than findings.most_figures), "
        "and distributions with a verdict in the last comparison.",
        COUNT,
        Target("max(burnline_findings_figures)", "watched"),
        Target("max(burnline_findings_figures_left_out)", "left out"),
        Target("max(burnline_drift_streams)", "compared"),
    ),
)
ITSELF = Board(
    "burnline-itself",
    "Burnline / Itself",
    "Intake, lag, store, process, and whether decisions and alerts are heard.",
    (Row("Now", _NOW), Row("Intake", _INTAKE), Row("Store and process", _STORE), Row("Telling", _HEARD)),
    (METRICS,),
)
