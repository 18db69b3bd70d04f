"""Rules about Burnline itself: when each fires, and when it must not; a sample comes every quarter of a minute."""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from analytics.links import Links
from analytics.slo.rules.pack import rules_of
from dashboards.metrics.families import FAMILIES, Kind
from dashboards.stack.own_rules import ALERTS, own_group
from tests.programs import needed

RULES = rules_of([], links=Links(), further=[own_group(Links())])
AT = 'instance="a:8320",job="burnline"'
GIB = 2**30


def series(name: str, values: str, labels: str = "") -> dict[str, str]:
    return {"series": f"{name}{{{','.join(part for part in (AT, labels) if part)}}}", "values": values}


HEALTHY = (
    series("up", "1x240"),
    series("burnline_store_writable", "1x240"),
    series("burnline_store_readable", "1x240"),
    series("burnline_store_free_bytes", f"{50 * GIB}x240"),
    series("burnline_store_quarantined_logs", "0x240"),
    series("burnline_ingest_queue_depth", "0x240"),
    series("burnline_last_span_ingested_timestamp_seconds", "0+15x240"),
    series("burnline_records_total", "0+300x240", 'signal="traces",outcome="stored"'),
    series("burnline_records_total", "7x240", 'signal="traces",outcome="rejected",reason="zero_trace_id"'),
    series("burnline_derivation_lag_seconds", "0.4x240"),
    series("burnline_evaluation_timestamp_seconds", "0+15x240"),
    series("burnline_evaluation_failures_total", "3x240"),
    series("burnline_alert_look_failures_total", "2x240"),
    series("burnline_period_unpriced_lines", "0x240", 'period="day"'),
    series("burnline_period_unpriced_lines", "9x240", 'period="month"'),
    series("burnline_signal_reader_lag_seconds", "0x240"),
    series("burnline_delivery_oldest_waiting_seconds", "2x240", 'subscription="shop"'),
    series("burnline_deliveries", "0x240", 'subscription="shop",standing="dead"'),
    series("burnline_alert_posts_total", "0+1x240", 'alertmanager="http://am:9093",outcome="taken"'),
    series("burnline_alert_posts_total", "1x240", 'alertmanager="http://am:9093",outcome="failed"'),
)
"""An hour in which nothing is wrong; old failures are no new ones."""


def but(*changed: dict[str, str]) -> list[dict[str, str]]:
    """The healthy hour with other series, or with further ones."""
    others = {one["series"] for one in changed}
    return [one for one in HEALTHY if one["series"] not in others] + list(changed)


def firing(at: str, *names: str) -> dict[str, object]:
    samples = [{"labels": f'{{alertname="{name}"}}', "value": 1} for name in names]
    return {
        "expr": 'count by (alertname) (count by (alertname, signal, reason) (ALERTS{alertstate="firing"}))',
        "eval_time": at,
        "exp_samples": samples,
    }


def told(folder: Path, inputs: Sequence[dict[str, str]], *asked: dict[str, object]) -> None:
    (folder / "rules.yml").write_text(RULES, encoding="utf-8")
    test = {"interval": "15s", "input_series": list(inputs), "promql_expr_test": list(asked)}
    document = {"rule_files": ["rules.yml"], "evaluation_interval": "15s", "tests": [test]}
    (folder / "test.yml").write_text(yaml.safe_dump(document, width=1_000_000), encoding="utf-8")
    command = [needed("promtool"), "test", "rules", "test.yml"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - a program of Debian
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_fires_while_nothing_is_wrong(tmp_path):
    told(tmp_path, HEALTHY, *(firing(f"{minute}m") for minute in range(0, 61, 5)))


REJECTED = 'signal="traces",outcome="rejected",reason="new"'
STORIES = {
    "gone for two minutes": (
        "BurnlineDown",
        [series("up", "1x40 0x200")],
        {"12m": False, "12m30s": True},  # down from 10m15s on
    ),
    "back before two minutes are over": ("BurnlineDown", [series("up", "1x40 0x6 1x194")], {"12m30s": False}),
    "no longer a target": ("BurnlineDown", [series("up", "1x40 stale")], {"12m": False, "12m30s": True}),
    "writes fail": (
        "BurnlineStoreUnwritable",
        [series("burnline_store_writable", "1x40 0x200")],
        {"11m": False, "11m15s": True},
    ),
    "reads fail": (
        "BurnlineStoreUnwritable",
        [series("burnline_store_readable", "1x40 0x200")],
        {"11m": False, "11m15s": True},
    ),
    "the disk fills": (
        "BurnlineStoreFilling",
        [series("burnline_store_free_bytes", f"{2 * GIB}x40 {GIB - 1}x200")],
        {"15m": False, "15m15s": True},
    ),
    "a log was set aside": (
        "BurnlineLogQuarantined",
        [series("burnline_store_quarantined_logs", "0x40 1x200")],
        {"10m": False, "10m15s": True},
    ),
    "requests wait and none is committed": (
        "BurnlineIngestStalled",
        [
            series("burnline_ingest_queue_depth", "0x40 5x200"),
            series("burnline_last_span_ingested_timestamp_seconds", "0+15x40 600x200"),
        ],
        {"13m": False, "13m15s": True},  # 600 s is the last; 120 s later is 12m, a minute more and one evaluation
    ),
    "requests wait and are committed": (
        "BurnlineIngestStalled",
        [series("burnline_ingest_queue_depth", "0x40 5x200")],
        {"30m": False, "60m": False},
    ),
    "spans stop coming": (
        "BurnlineTelemetrySilent",
        [
            series("burnline_last_span_ingested_timestamp_seconds", "0+15x80 1200x160"),
            series("burnline_records_total", "0+300x80 24000x160", 'signal="traces",outcome="stored"'),
        ],
        {"36m": False, "36m15s": True},  # 20m and a quarter of an hour and a minute
    ),
    "a quiet service has a pause": (
        "BurnlineTelemetrySilent",
        [
            series("burnline_last_span_ingested_timestamp_seconds", "0+15x80 1200x160"),
            series("burnline_records_total", "0+1x80 80x160", 'signal="traces",outcome="stored"'),
        ],
        {"36m15s": False, "60m": False},
    ),
    "a record is refused for the first time": (
        "BurnlineRecordsRejected",
        [series("burnline_records_total", "_x81 3x160", REJECTED)],
        {"20m": False, "20m15s": True, "48m": True, "51m": False},
    ),
    "records are refused again": (
        "BurnlineRecordsRejected",
        [series("burnline_records_total", "3x80 8x160", REJECTED)],
        {"20m": False, "20m15s": True, "48m": True, "51m": False},
    ),
    "requests are refused for a while": (
        "BurnlineRequestsRefused",
        [series("burnline_refused_requests_total", "_x81 3x160", 'signal="traces",reason="overloaded"')],
        {"25m": False, "25m15s": True},
    ),
    "derivation falls behind": (
        "BurnlineDerivationLagging",
        [series("burnline_derivation_lag_seconds", "0x40 61x200")],
        {"13m": False, "13m15s": True},
    ),
    "a burst takes a while": (
        "BurnlineDerivationLagging",
        [series("burnline_derivation_lag_seconds", "0x40 90x8 0x192")],
        {"13m15s": False, "20m": False},
    ),
    "nobody looks": (
        "BurnlineEvaluationStalled",
        [series("burnline_evaluation_timestamp_seconds", "0+15x40 600x200")],
        {"12m": False, "12m15s": True},
    ),
    "looks fail": (
        "BurnlineEvaluationFailing",
        [series("burnline_evaluation_failures_total", "3x40 4+1x200")],
        {"12m": False, "12m30s": True},
    ),
    "nobody sees what fires": (
        "BurnlineEvaluationFailing",
        [series("burnline_alert_look_failures_total", "2x40 3+1x200")],
        {"12m": False, "12m30s": True},
    ),
    "a line has no price": (
        "BurnlineUnpriced",
        [series("burnline_period_unpriced_lines", "0x40 1x200", 'period="day"')],
        {"15m": False, "15m15s": True},
    ),
    "a router is behind": (
        "BurnlineReadersBehind",
        [series("burnline_signal_reader_lag_seconds", "0x40 61x200")],
        {"12m": False, "12m15s": True},
    ),
    "a message waits": (
        "BurnlineDeliveriesFailing",
        [series("burnline_delivery_oldest_waiting_seconds", "0x40 301x200", 'subscription="shop"')],
        {"11m": False, "11m15s": True},
    ),
    "a message is given up": (
        "BurnlineDeliveriesDead",
        [series("burnline_deliveries", "0x40 1x200", 'subscription="shop",standing="dead"')],
        {"10m": False, "10m15s": True},
    ),
    "posts fail": (
        "BurnlineAlertPostsFailing",
        [series("burnline_alert_posts_total", "1x40 2+1x200", 'alertmanager="http://am:9093",outcome="failed"')],
        {"12m": False, "12m30s": True},
    ),
}
"""What happens from 10m15s or 20m15s on: the alert it is about, what is otherwise, and when it fires, and alone."""


@pytest.mark.parametrize("story", STORIES)
def test_an_alert_fires_at_its_minute_and_nothing_else_does(story, tmp_path):
    name, changed, asked = STORIES[story]
    told(tmp_path, but(*changed), *(firing(at, *([name] if fires else [])) for at, fires in asked.items()))


def test_every_alert_has_a_story_in_which_it_fires():
    assert {name for name, _, asked in STORIES.values() if any(asked.values())} == {alert.name for alert in ALERTS}


def test_a_restart_of_the_server_is_no_refusal(tmp_path):
    restarted = series("burnline_records_total", "500x80 stale", REJECTED)
    told(tmp_path, but(restarted), *(firing(f"{minute}m") for minute in (15, 20, 25, 45)))


def test_promtool_finds_nothing_to_say(tmp_path):
    (tmp_path / "rules.yml").write_text(RULES, encoding="utf-8")
    command = [needed("promtool"), "check", "rules", "--lint-fatal", "rules.yml"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603 - a program of Debian
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_metric_that_is_read_is_one_that_is_told():
    read = {word for alert in ALERTS for word in re.findall(r"\bburnline_\w+", alert.expr)}
    counters = {name for name, family in FAMILIES.items() if family.kind is Kind.COUNTER}
    known = {f"{name}_total" for name in counters} | (FAMILIES.keys() - counters)
    assert read - known == set()


def test_the_file_is_this_one(golden):
    golden("rules/own.yml", RULES)
