"""How answers end: the call that gave the answer says it, and refusals are counted where requests and calls are."""

import pytest

from analytics.derive.finish import refused
from collector.store import DuckDBStore, Query
from tests.analytics.derive.house import House, Sent, call, small_book

REASONS = "gen_ai.response.finish_reasons"


def ended(*words, **span):
    return call(says={REASONS: list(words)}, **span)


@pytest.fixture
def house():
    with House(prices=small_book()) as opened:
        yield opened


def reason_of(house):
    house.settle()
    return house.rows("select finish_reason from requests")[0]["finish_reason"]


def test_the_last_call_says_how_the_answer_ended(house):
    house.send(
        Sent(kind="request", duration_s=9.0),
        ended("content_filter", span=2, parent=1, start_s=1.0),
        ended("stop", span=3, parent=1, start_s=3.0),
    )
    assert reason_of(house) == "stop"


def test_what_the_request_itself_says_counts_before_its_calls(house):
    house.send(
        Sent(kind="request", duration_s=9.0, says={REASONS: ["SAFETY"], "gen_ai.response.id": "r"}),
        ended("stop", span=2, parent=1, start_s=1.0),
    )
    assert reason_of(house) == "content_filter"


def test_a_request_whose_calls_say_nothing_has_no_reason(house):
    house.send(Sent(kind="request"), call(span=2, parent=1))
    assert reason_of(house) is None


def sums(house):
    house.settle()
    (minutes,) = house.rows(
        "select sum(requests)::int as requests, sum(refusals)::int as refusals from request_minutes"
    )
    stages = house.rows("select stage, sum(refusals)::int as refusals from latency_minutes group by all order by all")
    return minutes, {row["stage"]: row["refusals"] for row in stages}


def test_refusals_are_counted_of_requests_and_of_calls(house):
    for trace, word in enumerate(("stop", "refusal", "guardrail_intervened", "length"), 1):
        house.send(Sent(trace=trace, kind="request"), ended(word, trace=trace, span=2, parent=1))
    assert sums(house) == ({"requests": 4, "refusals": 2}, {"model": 2, "request": 2})


def test_a_late_call_takes_a_refusal_back(house):
    house.send(Sent(kind="request", duration_s=9.0), ended("refusal", span=2, parent=1, start_s=1.0))
    house.settle()
    house.send(ended("stop", span=3, parent=1, start_s=2.0))
    assert sums(house) == ({"requests": 1, "refusals": 0}, {"model": 1, "request": 0})


def test_the_store_and_the_totals_mean_the_same_by_a_refusal():
    types = (None, "ContentFilterError", "content-filter", "RefusalError", "guardrail.block", "TimeoutError", "")
    reasons = (None, "stop", "refusal", "content_filter", "length", "unknown")
    types_of, reasons_of = (f"select unnest(${name}::varchar[]) as" for name in ("types", "reasons"))
    rows = f"from ({types_of} error_type) cross join ({reasons_of} finish_reason)"
    asked = Query(
        "refused", f"select error_type, finish_reason, is_refused(error_type, finish_reason) as refused {rows}"
    )
    found = DuckDBStore(None).run(asked, {"types": [*types], "reasons": [*reasons]})
    assert refused(found).to_pylist() == found["refused"].to_pylist()
    assert sum(found["refused"].to_pylist()) == 4 * 6 + 3 * 2
