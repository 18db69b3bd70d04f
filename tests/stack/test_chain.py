"""The chain with the real programs: requests fail, Prometheus sees it, Alertmanager tells, the journal has it."""

import re
import subprocess
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx
import pytest

from tests.flow.sdk import answer, tracing
from tests.programs import needed
from tests.stack.chain import post, running
from tests.stack.files import SERVICES

BURN = "BurnlineErrorBudgetBurn"


@pytest.fixture(scope="module")
def chain(tmp_path_factory):
    with running(tmp_path_factory.mktemp("chain")) as found:
        yield found


@pytest.fixture(scope="module")
def told(chain):
    """What Alertmanager told of the burn, once requests fail; 20 good ones, then 20 of which each fails."""
    answered(chain, 20, failed=False)
    chain.until(lambda: _scraped(chain, "burnline_objective_events_total") >= 20)
    answered(chain, 20, failed=True)
    chain.until(lambda: BURN in chain.firing())
    return chain.until(lambda: next((one for one in chain.told() if one["labels"]["alertname"] == BURN), None))


def answered(chain, count, *, failed):
    with tracing(chain.server) as tracer:
        for number in range(count):
            answer(tracer, response=f"r-{failed}-{number}", failed=failed)


def _scraped(chain, name):
    asked = httpx.get(f"{chain.prometheus}/api/v1/query", params={"query": f"sum({name})"}, timeout=10).json()
    result = asked["data"]["result"]
    return float(result[0]["value"][1]) if result else 0.0


def test_the_alert_of_prometheus_is_in_the_journal(told):
    assert told["status"] == "firing"
    assert (told["labels"]["objective"], told["labels"]["severity"]) == ("answers", "page")
    assert "answers: errors come" in told["sentence"]


@pytest.mark.usefixtures("told")
def test_every_target_of_the_committed_file_is_up(chain):
    targets = httpx.get(f"{chain.prometheus}/api/v1/targets", timeout=10).json()["data"]["activeTargets"]
    assert {(one["labels"]["job"], one["health"]) for one in targets} == {
        ("burnline", "up"),
        ("prometheus", "up"),
        ("alertmanager", "up"),
    }


@pytest.mark.usefixtures("told")
def test_prometheus_keeps_the_traces_of_the_buckets(chain):
    asked = {"query": "burnline_request_duration_seconds_bucket", "start": _ago(600), "end": _ago(-60)}
    found = httpx.get(f"{chain.prometheus}/api/v1/query_exemplars", params=asked, timeout=10).json()["data"]
    traces = {one["labels"]["trace_id"] for series in found for one in series["exemplars"]}
    assert traces
    assert all(chain.server.ask(f"/v1/requests/{trace}").is_success for trace in traces)


def test_its_links_lead_to_the_page_that_explains_it_and_to_what_to_do(chain, told):
    explains, runbook = (told["annotations"][name] for name in ("explain_url", "runbook_url"))
    assert explains == f"{chain.server.api}/budgets/answers"
    assert "text/html" in httpx.get(explains).raise_for_status().headers["content-type"]
    assert f'id="{urlsplit(runbook).fragment}"' in httpx.get(runbook).raise_for_status().text


@pytest.mark.usefixtures("told")
def test_what_fires_is_listed_from_both_who_see_it(chain):
    rows = chain.until(lambda: _both(chain.server.get("/v1/alerts")["alerts"]))
    assert {(row["origin"], row["objective"]) for row in rows} >= {("burnline", "answers"), ("alertmanager", "answers")}


def _both(rows):
    return rows if {row["origin"] for row in rows} == {"burnline", "alertmanager"} else None


@pytest.mark.usefixtures("told")
def test_one_of_ours_quiets_the_rule_behind_it_and_is_not_told_to_us_again(chain):
    ours = {"alertname": "BurnlineBudgetBurn", "objective": "answers", "severity": "page"}
    before = _notified(chain)
    post(f"{chain.alertmanager}/api/v2/alerts", [{"labels": ours, "endsAt": _ago(-300)}])
    chain.until(lambda: chain.posted().get(BURN, {}).get("status", {}).get("inhibitedBy"))
    chain.until(lambda: _notified(chain) > before)
    assert "BurnlineBudgetBurn" not in {one["labels"]["alertname"] for one in chain.told()}


@pytest.mark.usefixtures("told")
def test_what_is_over_is_told_too(chain):
    labels = {"alertname": "BurnlineDemo", "severity": "ticket"}
    post(f"{chain.alertmanager}/api/v2/alerts", [{"labels": labels}])
    chain.until(lambda: [one for one in chain.told() if one["labels"]["alertname"] == "BurnlineDemo"])
    post(f"{chain.alertmanager}/api/v2/alerts", [{"labels": labels, "endsAt": _ago(0)}])
    demo = chain.until(lambda: _ended([one for one in chain.told() if one["labels"]["alertname"] == "BurnlineDemo"]))
    assert [one["status"] for one in demo] == ["firing", "resolved"]
    assert "BurnlineDemo" not in {row["alertname"] for row in chain.server.get("/v1/alerts")["alerts"]}


def _ended(told):
    return told if told and told[-1]["status"] == "resolved" else None


def test_the_health_check_of_alertmanager_is_one(chain):
    name, *words = SERVICES["alertmanager"]["healthcheck"]["test"][1:]
    here = [word.replace("http://127.0.0.1:9093", chain.alertmanager) for word in words]
    assert subprocess.run([needed(name), *here], capture_output=True, check=False).returncode == 0  # noqa: S603 - Debian's
    away = [word.replace("http://127.0.0.1:9093", "http://127.0.0.1:9") for word in words]
    assert subprocess.run([needed(name), *away], capture_output=True, check=False).returncode != 0  # noqa: S603 - Debian's


def _notified(chain):
    """Notifications that the webhook has taken."""
    told = httpx.get(f"{chain.alertmanager}/metrics", timeout=10).text
    return float(re.search(r'^alertmanager_notifications_total\{integration="webhook"\} (\S+)$', told, re.MULTILINE)[1])


def _ago(seconds):
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")
