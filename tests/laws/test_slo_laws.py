"""Laws of budgets: the store counts like a person with all the requests in hand, and more errors never help."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.slo.arithmetic import Counts, budget_remaining, burn_rate
from analytics.slo.burn import window_counts
from analytics.slo.evidence import judged
from analytics.slo.judging import register
from analytics.slo.objective import Objective, Sli
from analytics.slo.verdicts import Verdict
from analytics.slo.windows import Window, factor, impossible
from collector.store import DuckDBStore
from tests.analytics.traffic import NOON, Request, arrive

ROW = (Window(0.001, 600.0, 60.0),)
OBJECTIVES = (
    Objective("up", Sli.AVAILABILITY, 0.9, windows=ROW),
    Objective("up at acme", Sli.AVAILABILITY, 0.9, tenant="acme", windows=ROW),
    Objective("quick", Sli.LATENCY, 0.9, route="answer", threshold_ms=500, windows=ROW),
    Objective("cheap", Sli.COST, 0.9, ceiling_usd=Decimal("0.02"), windows=ROW),
    Objective("answered", Sli.REFUSALS, 0.9, windows=ROW),
)
WINDOWS_S = (0.5, 3.0, 59.0, 60.0, 61.5, 300.0, 3600.0)
# Whole minutes, their neighbours to the microsecond, and anything in between.
INSTANTS = st.builds(
    lambda minutes, micros: NOON + timedelta(minutes=minutes, microseconds=micros),
    st.integers(-70, 3),
    st.one_of(st.sampled_from([-1, 0, 1, 500_000]), st.integers(0, 59_999_999)),
)
REQUESTS = st.builds(
    Request,
    ended_at=INSTANTS,
    duration_ms=st.sampled_from([100.0, 500.0, 500.000001, 900.0]),
    status=st.sampled_from(["ok", "error"]),
    error_type=st.sampled_from([None, "TimeoutError", "ContentFilter"]),
    finish_reason=st.sampled_from([None, "stop", "refusal", "content_filter", "length"]),
    cost_usd=st.sampled_from([None, Decimal("0.01"), Decimal("0.02"), Decimal("0.03")]),
    cost_status=st.sampled_from(["priced", "partial", "unpriced", "none"]),
    call_count=st.integers(0, 1),
    complete=st.booleans(),
    tenant=st.sampled_from([None, "acme", "other"]),
    route=st.sampled_from([None, "answer"]),
)


def good(objective: Objective, request: Request) -> bool | None:
    """The judgement in plain words, written without looking at the SQL."""
    if objective.sli is Sli.AVAILABILITY:
        return request.status == "ok"
    if objective.sli is Sli.LATENCY:
        quick = request.duration_ms <= objective.threshold_ms
        return True if quick and request.status == "ok" else None if quick else False
    if objective.sli is Sli.REFUSALS:
        refused = request.finish_reason in {"refusal", "content_filter"} or request.error_type == "ContentFilter"
        return False if refused else True if request.status == "ok" else None
    if request.cost_usd is None:
        return True if request.cost_status == "none" and request.call_count == 0 else None
    if request.cost_usd > objective.ceiling_usd:
        return False
    return True if request.cost_status == "priced" or _nothing_billed(request) else None


def _nothing_billed(request: Request) -> bool:
    return request.cost_status == "none" and request.call_count == 0


def counted(objective: Objective, requests: list[Request], start, until) -> Counts:
    seen = [
        good(objective, r)
        for r in requests
        if r.complete
        and start <= r.ended_at < until
        and objective.tenant in (None, r.tenant)
        and objective.route in (None, r.route)
    ]
    said = [answer for answer in seen if answer is not None]
    return Counts(len(said), sum(said))


@settings(max_examples=40, deadline=None)
@given(before=st.lists(REQUESTS, max_size=30), after=st.lists(REQUESTS, max_size=30), at=INSTANTS)
def test_burn_equals_a_count_over_the_raw_requests(before, after, at):
    store = DuckDBStore(None)
    arrive(store, before)
    register(store, OBJECTIVES)  # what was there is counted afterwards, what comes is counted on arrival
    arrive(store, after)
    asked = [(o.objective_id, seconds) for o in OBJECTIVES for seconds in WINDOWS_S]
    found = window_counts(store, asked, at)
    for objective in OBJECTIVES:
        for seconds in WINDOWS_S:
            expected = counted(objective, before + after, at - timedelta(seconds=seconds), at)
            assert found[objective.objective_id, seconds] == expected
            burns = [burn_rate(counts, 0.9) for counts in (found[objective.objective_id, seconds], expected)]
            assert burns[0] == pytest.approx(burns[1], abs=1e-9) if burns[1] is not None else burns[0] is None
    store.close()


COUNTS = st.integers(0, 400).flatmap(lambda total: st.tuples(st.just(total), st.integers(0, total)))


@given(COUNTS, COUNTS, st.floats(0.5, 0.9999), st.floats(0.1, 30))
def test_more_errors_never_lower_a_burn_and_never_silence_a_firing_window(long, short, target, burn):
    better = [Counts(total, good) for total, good in (long, short)]
    worse = [replace(counts, good=max(0, counts.good - 1)) for counts in better]
    before, after = (judged(*counts, target=target, factor=burn) for counts in (better, worse))
    assert before.long_burn is None or after.long_burn >= before.long_burn
    assert after.verdict is Verdict.FIRING or before.verdict is not Verdict.FIRING
    assert budget_remaining(better[0], target) is None or (
        budget_remaining(worse[0], target) <= budget_remaining(better[0], target)
    )


@given(st.floats(0.001, 1), st.floats(60, 1e6), st.floats(3600, 1e7), st.floats(0.5, 0.9999))
def test_a_possible_factor_can_be_exceeded_by_some_traffic(share, long_s, period_s, target):
    burn = factor(Window(share, long_s, long_s / 12), period_s)
    all_bad = burn_rate(Counts(10, 0), target)
    assert impossible(burn, target) or all_bad > burn * (1 - 1e-9)


@given(COUNTS, st.floats(0.5, 0.9999))
def test_what_is_left_and_what_is_burned_make_the_whole_budget(counts, target):
    whole = Counts(*counts)
    if whole.total:
        assert budget_remaining(whole, target) + burn_rate(whole, target) == pytest.approx(1, abs=1e-9)
