"""What totals say on the page: counters, histograms, exemplars, capped labels, money; each figure is one of SQL."""

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as prometheus_text

from analytics.api import Goals
from analytics.derive.bounds import Bounds
from analytics.slo.kinds import Sli
from analytics.slo.objective import Objective
from analytics.totals import totals
from dashboards.app import Parts, build_app
from dashboards.metrics import MetricsSettings
from dashboards.metrics.capping import Caps
from tests.analytics.derive.house import NOON, House, S, Sent, call
from tests.analytics.stored import table
from tests.dashboards.metrics.test_page import OPEN_METRICS, samples, scraped

PER_TRACE = ("burnline.tenant", "burnline.route")


def asked(trace: int, tenant: str, route: str, *, duration_s: float = 1.0, failed: bool = False) -> tuple[Sent, Sent]:
    """A request with its call."""
    said = dict(zip(PER_TRACE, (tenant, route), strict=True))
    root = Sent(trace=trace, span=1, kind="request", duration_s=duration_s, failed=failed, says=said)
    return root, call(trace=trace, span=2, parent=1, duration_s=0.5, response=f"answer-{trace}")


@pytest.fixture(scope="module")
def house():
    """Three requests: two of acme, one of them failed, and one of globex."""
    with House() as house:
        house.send(*asked(1, "acme", "answer"), *asked(2, "acme", "answer", duration_s=2.0, failed=True))
        house.derive()
        house.send(*asked(3, "globex", "search", duration_s=0.2))
        house.derive()
        yield house


def page(house: House, **parts):
    return build_app(Parts(house.store, lambda: NOON + 3 * S, **parts))


@pytest.fixture(scope="module")
def found(house):
    return samples(page(house))


def test_requests_are_counted_by_tenant_route_and_status(found):
    told = {labels[1:]: value for labels, value in found.items() if labels[0] == "burnline_requests_total"}
    assert told == {("acme", "answer", "ok"): 1, ("acme", "answer", "error"): 1, ("globex", "search", "ok"): 1}


def test_cost_is_that_of_the_requests_and_of_their_lines(house, found):
    (row,) = table(house.store, "select sum(cost_usd)::double as usd from requests").to_pylist()
    assert _sum(found, "burnline_cost_usd_total") == pytest.approx(row["usd"])
    assert _sum(found, "burnline_model_cost_usd_total") == pytest.approx(row["usd"])


def test_money_of_the_day_and_month_is_what_the_ledger_says_as_a_float(house, found):
    (row,) = table(
        house.store,
        "select sum(cost_usd) as usd from ledger_lines join attributions using (attribution_id) where tenant = 'acme'",
    ).to_pylist()
    assert found["burnline_period_cost_usd", "day", "acme"] == float(row["usd"])
    assert found["burnline_period_cost_usd", "month", "acme"] == float(row["usd"])
    assert found["burnline_period_unpriced_lines", "day"] == 0


def test_durations_are_a_histogram_in_seconds(found):
    name = "burnline_request_duration_seconds"
    assert found[f"{name}_bucket", "search", "ok", "0.1"] == 0
    assert found[f"{name}_bucket", "search", "ok", "0.25"] == 1
    assert found[f"{name}_count", "answer", "ok"] == 1
    assert found[f"{name}_sum", "answer", "error"] == 2


def test_calls_follow_the_conventions(found):
    call_of = ("chat", "openai", "gpt-4o", "gpt-4o")
    assert found["gen_ai_client_operation_duration_seconds_bucket", *call_of, "0.64"] == 3
    assert found["gen_ai_client_operation_duration_seconds_bucket", *call_of, "0.32"] == 0
    assert found["gen_ai_client_token_usage_sum", *call_of, "input"] == 3 * 1_200
    assert found["gen_ai_client_token_usage_bucket", *call_of, "output", "256.0"] == 3
    assert found["gen_ai_client_token_usage_bucket", *call_of, "output", "64.0"] == 0


def test_figures_are_a_histogram_with_a_bound_at_nothing():
    found_nothing = {"burnline.route": "search", "burnline.retrieval.document_count": 0}
    with House() as house:
        house.send(*asked(1, "acme", "search"), Sent(trace=1, span=3, parent=1, kind="retriever", says=found_nothing))
        house.derive()
        found = samples(page(house))
    assert found["burnline_measure_bucket", "search", "retrieval.documents", "0.0"] == 1
    assert found["burnline_measure_count", "search", "retrieval.documents"] == 1
    assert found["burnline_measure_sum", "search", "retrieval.documents"] == 0


def test_errors_are_counted_by_their_type():
    limited = Sent(kind="request", failed=True, says={"burnline.route": "answer", "error.type": "429"})
    with House() as house:
        house.send(limited)
        house.derive()
        found = samples(page(house))
    assert found["burnline_request_errors_total", "answer", "429"] == 1


def test_how_calls_end_and_what_is_refused_is_counted():
    with House() as house:
        for trace, word in enumerate(("stop", "SAFETY", "wibble"), start=1):
            ends = {"gen_ai.response.finish_reasons": [word]}
            root = Sent(trace=trace, kind="request", says={"burnline.route": "answer", "burnline.tenant": "acme"})
            house.send(root, call(trace=trace, span=2, parent=1, says=ends))
        house.derive()
        found = samples(page(house))
    call_of = ("chat", "openai", "gpt-4o", "gpt-4o")
    ended = {
        word: found["burnline_finish_reasons_total", *call_of, word] for word in ("stop", "content_filter", "unknown")
    }
    assert ended == {"stop": 1, "content_filter": 1, "unknown": 1}
    assert found["burnline_refusals_total", "acme", "answer"] == 1


def test_words_from_outside_are_told_letter_by_letter_in_both_formats():
    words = ["two\nlines", 'with "quotes"', "ends with \\", "{},=", 'le="0.1"', "\x00\x1f", "ümläut", "x" * 10_000]
    with House() as house:
        house.send(*(asked(trace, word, word)[0] for trace, word in enumerate(words, start=1)))
        house.derive()
        app = page(house)
        for parsed, accept in ((prometheus_text, "*/*"), (open_metrics, OPEN_METRICS)):
            told = [s for family in parsed(scraped(app, accept).text) for s in family.samples]
            requests = [s.labels for s in told if s.name == "burnline_requests_total"]
            assert {(one["tenant"], one["route"]) for one in requests} == {(word, word) for word in words}
            assert {s.labels["route"] for s in told if s.name == "burnline_request_duration_seconds_sum"} == {*words}


def test_stages_are_timed_and_their_failures_counted(found):
    assert found["burnline_stage_duration_seconds_count", "model"] == 3
    assert found["burnline_stage_failures_total", "request"] == 1


def test_a_threshold_is_a_bound_and_its_share_is_exact():
    promised = Objective("quick", Sli.LATENCY, 0.99, threshold_ms=1_700.0)
    with House() as house:
        house.deriver._bounds = Bounds.of([promised])
        house.send(*asked(1, "acme", "answer", duration_s=1.7), *asked(2, "acme", "answer", duration_s=1.8))
        house.derive()
        found = samples(page(house, goals=Goals([promised])))
    assert found["burnline_request_duration_seconds_bucket", "answer", "ok", "1.7"] == 1
    assert found["burnline_request_duration_seconds_count", "answer", "ok"] == 2


def test_what_late_data_takes_back_is_counted_beside_what_it_adds():
    with House() as house:
        (root, child) = asked(1, "acme", "answer")
        house.send(child)
        house.settle()
        app = page(house)
        before = samples(app)
        house.send(root)
        house.derive()
        after = samples(app)
    assert before["burnline_requests_total", "", "", "ok"] == 1
    assert after["burnline_requests_total", "", "", "ok"] == 1
    assert after["burnline_requests_taken_back_total", "", "", "ok"] == 1
    assert after["burnline_requests_total", "acme", "answer", "ok"] == 1
    assert after["burnline_request_duration_taken_back_seconds_count", "", "ok"] == 1


def test_a_restart_lowers_nothing(house, found):
    house.restart()
    again = samples(page(house))
    counters = [key for key in found if key[0].endswith(("_total", "_bucket", "_count"))]
    assert {key: again[key] for key in counters if not key[0].startswith(_OF_THE_PROCESS)} == {
        key: found[key] for key in counters if not key[0].startswith(_OF_THE_PROCESS)
    }


_OF_THE_PROCESS = ("process_", "burnline_records", "burnline_refused")


def test_values_beyond_the_cap_are_other_and_counted(house, found):
    capped = samples(page(house, metrics=MetricsSettings(tenants=1)))
    assert capped["burnline_requests_total", "acme", "answer", "ok"] == 1
    assert capped["burnline_requests_total", "other", "search", "ok"] == 1
    assert capped["burnline_capped_label_values_total", "tenant"] == 1
    assert capped["burnline_period_cost_usd", "day", "other"] == found["burnline_period_cost_usd", "day", "globex"]
    assert _sum(capped, "burnline_cost_usd_total") == pytest.approx(_sum(found, "burnline_cost_usd_total"))


def test_a_value_that_was_known_first_keeps_its_name(house):
    assert Caps.of(totals(house.store), MetricsSettings(tenants=1)).capped["tenant"] == {"globex"}
    assert Caps.of(totals(house.store), MetricsSettings(routes=1)).value("route", "search") == "other"


def test_a_bucket_shows_its_newest_trace_in_openmetrics_alone(house):
    app = page(house)
    families = {one.name: one for one in open_metrics(scraped(app, OPEN_METRICS).text)}
    examples = {
        (s.labels["route"], s.labels["le"]): (s.exemplar.labels, s.exemplar.value)
        for s in families["burnline_request_duration_seconds"].samples
        if s.exemplar
    }
    assert examples["search", "0.25"] == ({"trace_id": f"{3:032x}", "span_id": f"{1:016x}"}, 0.2)
    calls = [s.exemplar for s in families["gen_ai_client_operation_duration_seconds"].samples if s.exemplar]
    assert [one.labels["span_id"] for one in calls] == [f"{2:016x}"]
    assert "trace_id" not in scraped(app).text


def test_tenants_are_on_counters_and_gauges_alone(found):
    page_names = {key[0] for key in found if key[0].endswith("_bucket")}
    tenants = {value for key in found if key[0] in page_names for value in key[1:]} & {"acme", "globex"}
    assert tenants == set()


def test_it_says_when_spans_were_last_stored(house, found):
    (row,) = table(house.store, "select epoch_ns(max(received_at)) / 1e9 as at from batches").to_pylist()
    assert found["burnline_last_span_ingested_timestamp_seconds",] == pytest.approx(row["at"])


def test_the_process_says_how_much_it_uses(found):
    assert found["process_cpu_seconds_total",] > 0
    assert found["process_resident_memory_bytes",] > 1e6


def _sum(found, name):
    return sum(value for labels, value in found.items() if labels[0] == name)
