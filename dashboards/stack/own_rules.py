"""Alerting rules about Burnline itself: a table, rendered with the rules of the objectives.

They stand on what a server says on ``/metrics``, and on ``up``, which Prometheus says where it says nothing. A counter
that begins with what it counts is read by ``_grown``: ``increase`` needs two samples of a series, and would miss the
first refusal there ever was. A series is new only where its server was a target before it, so that a new Prometheus
does not take old counts for news.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from analytics.links import Links
from analytics.slo.rules.rule import Alerting, Group
from analytics.slo.windows import Severity

JOB = "burnline"
"""What Prometheus calls the scrape of a server."""
INTERVAL_S = 15.0
_PAGE, _TICKET = Severity.PAGE, Severity.TICKET
_MINUTE_S = 60.0


@dataclass(frozen=True, slots=True)
class OwnAlert:
    """One row: what is wrong, for how long before it is told, and whom it wakes."""

    name: str
    expr: str
    summary: str
    description: str
    severity: Severity
    for_s: float = 0.0
    keep_firing_for_s: float = 0.0


def _grown(counter: str, by: str, window: str, matching: str = "") -> str:
    """Series that grew within the window, or appeared in it, summed by labels; what did not grow is left out."""
    series = f"{counter}{{{matching}}}" if matching else counter
    grown = f"sum by ({by}) (increase({series}[{window}])) > 0"
    new = f'{series} unless {series} offset {window} and on (instance) up{{job="{JOB}"}} offset {window}'
    return f"({grown}) or (sum by ({by}) ({new}) > 0)"


ALERTS = (
    OwnAlert(
        "BurnlineDown",
        f'up{{job="{JOB}"}} == 0 or absent(up{{job="{JOB}"}})',
        "Burnline is not scraped",
        "Prometheus has not reached it for two minutes. No budget is watched, and what routers were told last holds "
        "until its lease ends.",
        _PAGE,
        for_s=2 * _MINUTE_S,
    ),
    OwnAlert(
        "BurnlineStoreUnwritable",
        "burnline_store_writable == 0 or burnline_store_readable == 0",
        "The store of Burnline cannot be written or read",
        "Senders are told to try again, and lose spans once their own queues are full.",
        _PAGE,
        for_s=_MINUTE_S,
    ),
    OwnAlert(
        "BurnlineStoreFilling",
        "burnline_store_free_bytes < 1024 * 1024 * 1024",
        "Less than a gibibyte is free where Burnline keeps its data",
        "{{ $value | humanize1024 }}B are left; below store.free_disk_floor_mb (256 MiB) nothing is taken any more.",
        _TICKET,
        for_s=5 * _MINUTE_S,
    ),
    OwnAlert(
        "BurnlineLogQuarantined",
        "burnline_store_quarantined_logs > 0",
        "A log of the store was unreadable at the start and set aside",
        "What was acknowledged and not yet in the main file may be in it.",
        _TICKET,
    ),
    OwnAlert(
        "BurnlineIngestStalled",
        "burnline_ingest_queue_depth > 0 and on (instance) "
        "(time() - burnline_last_span_ingested_timestamp_seconds > 120)",
        "Spans wait for their commit, and none is committed",
        "{{ $value }} requests wait; the last span was stored more than two minutes ago.",
        _PAGE,
        for_s=_MINUTE_S,
    ),
    OwnAlert(
        "BurnlineTelemetrySilent",
        "time() - burnline_last_span_ingested_timestamp_seconds > 900 and on (instance) "
        '(sum by (instance) (increase(burnline_records_total{signal="traces",outcome="stored"}[1h] offset 15m)) > 600)',
        "No span has come for a quarter of an hour, after more than ten a minute",
        "Either nobody uses the service, or nobody tells of it: budgets then burn unseen.",
        _TICKET,
        for_s=_MINUTE_S,
    ),
    OwnAlert(
        "BurnlineRecordsRejected",
        _grown("burnline_records_total", "instance, signal, reason", "15m", 'outcome="rejected"'),
        "Some records of {{ $labels.signal }} are refused: {{ $labels.reason }}",
        "{{ $value | humanize }} in a quarter of an hour. Their senders were told, and do not send them again.",
        _TICKET,
        keep_firing_for_s=15 * _MINUTE_S,
    ),
    OwnAlert(
        "BurnlineRequestsRefused",
        _grown("burnline_refused_requests_total", "instance, signal, reason", "15m"),
        "Requests of {{ $labels.signal }} are refused whole: {{ $labels.reason }}",
        "{{ $value | humanize }} in a quarter of an hour.",
        _TICKET,
        for_s=5 * _MINUTE_S,
        keep_firing_for_s=15 * _MINUTE_S,
    ),
    OwnAlert(
        "BurnlineDerivationLagging",
        "burnline_derivation_lag_seconds > 60",
        "Answers and budgets do not show what was stored a minute ago",
        "The oldest batch that they do not show is {{ $value | humanizeDuration }} old.",
        _PAGE,
        for_s=3 * _MINUTE_S,
    ),
    OwnAlert(
        "BurnlineEvaluationStalled",
        "time() - burnline_evaluation_timestamp_seconds > 60",
        "Nobody looks at the budgets",
        "The last look was {{ $value | humanizeDuration }} ago. Leases end, and routes go back to their best tier.",
        _PAGE,
        for_s=_MINUTE_S,
    ),
    OwnAlert(
        "BurnlineEvaluationFailing",
        f"({_grown('burnline_evaluation_failures_total', 'instance', '10m')}) or "
        f"({_grown('burnline_alert_look_failures_total', 'instance', '10m')})",
        "Looks at the budgets fail",
        "{{ $value | humanize }} in ten minutes; the next one may work.",
        _TICKET,
        for_s=2 * _MINUTE_S,
        keep_firing_for_s=10 * _MINUTE_S,
    ),
    OwnAlert(
        "BurnlineUnpriced",
        'burnline_period_unpriced_lines{period="day"} > 0',
        "Usage of today has no price",
        "{{ $value }} ledger lines cost nobody knows what: spend and its budgets are too low by that.",
        _TICKET,
        for_s=5 * _MINUTE_S,
    ),
    OwnAlert(
        "BurnlineReadersBehind",
        "burnline_signal_reader_lag_seconds > 60",
        "A router has not taken up the newest decision",
        "It is {{ $value | humanizeDuration }} behind, and serves what was decided before.",
        _TICKET,
        for_s=2 * _MINUTE_S,
    ),
    OwnAlert(
        "BurnlineDeliveriesFailing",
        "burnline_delivery_oldest_waiting_seconds > 300",
        "A message to {{ $labels.subscription }} has waited for five minutes",
        "The oldest is {{ $value | humanizeDuration }} old; later ones wait behind it.",
        _TICKET,
        for_s=_MINUTE_S,
    ),
    OwnAlert(
        "BurnlineDeliveriesDead",
        'burnline_deliveries{standing="dead"} > 0',
        "Messages to {{ $labels.subscription }} were given up",
        "{{ $value }} of the last week were tried eleven times in vain.",
        _TICKET,
    ),
    OwnAlert(
        "BurnlineAlertPostsFailing",
        _grown("burnline_alert_posts_total", "instance, alertmanager", "10m", 'outcome="failed"'),
        "Alerts do not reach {{ $labels.alertmanager }}",
        "{{ $value | humanize }} rounds failed in ten minutes; what is posted there ends by itself after four.",
        _TICKET,
        for_s=2 * _MINUTE_S,
    ),
)
"""Every alert about Burnline itself."""


def own_group(links: Links) -> Group:
    """All of them as one group of rules."""
    return Group("burnline itself", INTERVAL_S, list(_rules(links)))


def _rules(links: Links) -> Iterator[Alerting]:
    for alert in ALERTS:
        yield Alerting(
            alert=alert.name,
            expr=alert.expr,
            labels={"severity": alert.severity, "service": "burnline"},
            annotations={
                "summary": alert.summary,
                "description": alert.description,
                "runbook_url": links.runbook(alert.name),
            },
            for_s=alert.for_s,
            keep_firing_for_s=alert.keep_firing_for_s,
        )
