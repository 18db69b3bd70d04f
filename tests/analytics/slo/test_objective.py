"""What an objective may say, and which requests it calls good."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from analytics.periods import Period
from analytics.slo.arithmetic import Counts
from analytics.slo.burn import window_counts
from analytics.slo.judging import register
from analytics.slo.objective import Budgeting, Dimension, Objective, Sli, Unit, WhenImpossible, objective_table
from analytics.slo.windows import WORKBOOK_WINDOWS, Window
from collector.store import DuckDBStore, Query
from tests.analytics.traffic import NOON, Request, arrive

AVAILABILITY = Objective("up", Sli.AVAILABILITY, 0.99, route="answer")
LATENCY = Objective("quick", Sli.LATENCY, 0.95, route="answer", threshold_ms=500)
COST = Objective("cheap", Sli.COST, 0.95, route="answer", ceiling_usd=Decimal("0.02"))
AFTER = NOON + timedelta(seconds=30)


@pytest.fixture
def store():
    opened = DuckDBStore(None)
    yield opened
    opened.close()


def counts(store, objective, at=AFTER, window_s=3600.0):
    asked = (objective.objective_id, window_s)
    return window_counts(store, [asked], at)[asked]


@pytest.mark.parametrize(
    ("objective", "request_", "expected"),
    [
        (AVAILABILITY, Request(), Counts(1, 1)),
        (AVAILABILITY, Request(status="error"), Counts(1, 0)),
        (AVAILABILITY, Request(complete=False), Counts(0, 0)),
        (LATENCY, Request(duration_ms=500), Counts(1, 1)),
        (LATENCY, Request(duration_ms=500.001), Counts(1, 0)),
        (LATENCY, Request(status="error", duration_ms=30), Counts(0, 0)),
        (LATENCY, Request(status="error", duration_ms=30_000), Counts(1, 0)),
        (COST, Request(cost_usd=Decimal("0.02")), Counts(1, 1)),
        (COST, Request(cost_usd=Decimal("0.020000000000001")), Counts(1, 0)),
        (COST, Request(cost_usd=None, cost_status="unpriced"), Counts(0, 0)),
        (COST, Request(cost_usd=Decimal("0.01"), cost_status="partial"), Counts(0, 0)),
        (COST, Request(cost_usd=Decimal("0.03"), cost_status="partial"), Counts(1, 0)),
        (COST, Request(cost_usd=None, cost_status="none", call_count=0), Counts(1, 1)),
        (COST, Request(cost_usd=None, cost_status="none", call_count=1), Counts(0, 0)),
    ],
)
@pytest.mark.parametrize("registered_first", [True, False])
def test_a_request_is_good_bad_or_says_nothing(store, objective, request_, expected, registered_first):
    if registered_first:
        register(store, [objective])
    arrive(store, [request_])
    register(store, [objective])
    assert counts(store, objective) == expected  # the request lies in the ragged tail
    assert counts(store, objective, at=AFTER + timedelta(minutes=2)) == expected  # and here in a whole minute


@pytest.mark.parametrize(
    ("scope", "total"),
    [
        ({}, 4),
        ({"tenant": "acme"}, 2),
        ({"route": "answer"}, 3),
        ({"tenant": "acme", "route": "answer"}, 1),
        ({"team": "support"}, 1),
        ({"feature": "nobody"}, 0),
    ],
)
def test_an_objective_sees_its_scope_and_an_open_part_means_everybody(store, scope, total):
    objective = Objective("up", Sli.AVAILABILITY, 0.99, **scope)
    register(store, [objective])
    arrive(
        store,
        [
            Request(),
            Request(route="search"),
            Request(tenant="other", team="support"),
            Request(tenant=None, tier="economy"),
        ],
    )
    assert counts(store, objective).total == total


def test_a_request_that_changed_is_taken_back_as_it_was(store):
    register(store, [AVAILABILITY])
    arrive(store, [Request(), Request(status="error")])
    arrive(store, [Request(status="error")], sign=-1)
    minute = Query("minutes", "select sum(total)::bigint as total, sum(good)::bigint as good from objective_minutes")
    assert store.run(minute).to_pylist() == [{"total": 1, "good": 1}]


def test_the_target_does_not_change_what_is_counted_but_the_limit_does():
    same = Objective("other", Sli.LATENCY, 0.99, route="answer", threshold_ms=500.0, windows=(Window(0.02, 3600, 300),))
    stricter = Objective("quick", Sli.LATENCY, 0.95, route="answer", threshold_ms=400)
    assert LATENCY.objective_id == same.objective_id != stricter.objective_id
    assert objective_table([LATENCY, same, stricter]).column("name").to_pylist() == ["quick", "quick"]


def test_an_objective_id_is_the_same_in_every_release():
    assert AVAILABILITY.objective_id == 10246324333201853777
    same = Objective("x", Sli.COST, 0.97, route="answer", ceiling_usd=Decimal("0.020"))
    assert COST.objective_id == same.objective_id


def test_an_objective_that_comes_back_is_counted_whole(store):
    register(store, [AVAILABILITY])
    arrive(store, [Request()])
    register(store, [])
    arrive(store, [Request()])
    register(store, [AVAILABILITY])
    assert counts(store, AVAILABILITY, at=AFTER + timedelta(minutes=1)) == Counts(2, 2)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"target": 99.5}, "target is 99.5"),
        ({"target": 1.0}, "target is 1.0"),
        ({"name": ""}, "name is empty"),
        ({"sli": Sli.LATENCY}, "threshold_ms is missing"),
        ({"sli": Sli.LATENCY, "threshold_ms": 0}, "threshold_ms is 0"),
        ({"sli": Sli.COST}, "ceiling_usd is missing"),
        ({"threshold_ms": 5.0}, "threshold_ms is 5.0; expected none"),
        ({"sli": Sli.COST, "ceiling_usd": Decimal("1e-16")}, "at most 15 decimal places"),
        ({"windows": ()}, "windows is empty"),
        ({"period_s": 600.0}, "period_s is 600.0"),
        ({"sli": Sli.FIRST_CHUNK}, "threshold_ms is missing"),
        ({"sli": Sli.TOKENS}, "ceiling_tokens is missing"),
        ({"ceiling_tokens": 5}, "ceiling_tokens is 5; expected none"),
        ({"sli": Sli.MEASURE, "at_least": 0.5}, "measure is missing"),
        ({"sli": Sli.MEASURE, "measure": "score"}, "neither a bound nor a label"),
        ({"sli": Sli.MEASURE, "measure": "score", "at_least": 1, "labels": ("pass",)}, "both a bound and labels"),
        ({"sli": Sli.MEASURE, "measure": "score", "at_least": 1, "at_most": 0}, "no value is both"),
        ({"sli": Sli.TOKENS, "times_baseline": 2, "ceiling_tokens": 9}, "times_baseline and ceiling_tokens are both"),
        ({"sli": Sli.TOKENS, "times_baseline": 0}, "times_baseline is 0"),
        ({"sli": Sli.TOKENS, "times_baseline": 2, "baseline_s": 3600}, "baseline_s is 3600; expected whole days"),
        ({"sli": Sli.TOKENS, "times_baseline": 2, "stage": "model"}, "expected an objective about requests"),
        ({"sli": Sli.COST, "budget": Decimal(9)}, "budget is given without expected_requests"),
        ({"sli": Sli.COST, "budget": Decimal(9), "expected_requests": 0}, "expected both above 0"),
        (
            {"sli": Sli.COST, "budget": Decimal(9), "expected_requests": 9, "ceiling_usd": Decimal(2)},
            "ceiling_usd is 2; expected none beside budget",
        ),
        ({"sli": Sli.COST, "ceiling_usd": Decimal(1), "model": "gpt-4o"}, "about whole requests"),
        ({"per": (Dimension.MODEL, Dimension.MODEL)}, "every word once"),
        ({"time_slice_target": 0.9}, "time_slice_target is 0.9; expected none"),
        ({"budgeting": Budgeting.TIMESLICES}, "time_slice_target is missing"),
        ({"budgeting": Budgeting.RATIO_TIMESLICES, "time_slice_s": 90.0}, "time_slice_s is 90; expected whole minutes"),
        (
            {"budgeting": Budgeting.RATIO_TIMESLICES, "time_slice_s": 1800.0},
            "expected at most half of 300, the shortest",
        ),
        (
            {"budgeting": Budgeting.RATIO_TIMESLICES, "time_slice_s": 300.0, "windows": (Window(0.02, 3600, 599),)},
            "expected at most half of 599, the shortest window",
        ),
        (
            {"sli": Sli.COST, "ceiling_usd": Decimal("1e30")},
            r"ceiling_usd is 1E\+30; expected at most 1,000,000,000,000",
        ),
        ({"sli": Sli.COST, "budget": Decimal("1e30"), "expected_requests": 1}, r"budget is 1E\+30; expected at most"),
        ({"sli": Sli.TOKENS, "ceiling_tokens": 10**22}, "ceiling_tokens is 10000000000000000000000; expected at most"),
        ({"sli": Sli.TOKENS, "times_baseline": 2, "baseline_s": 1e9 * 86400}, "expected at most 366 days"),
        ({"period_s": 1e16, "when_impossible": WhenImpossible.RESCALE}, "expected at most 3660 days"),
        ({"calendar": Period.MONTH, "period_s": 7 * 86400.0}, "period_s is 604800; expected none beside calendar"),
        ({"time_zone": "Europe/Berlin"}, "a rolling period begins at no midnight"),
        ({"calendar": Period.WEEK, "time_zone": "Europe/Berlim"}, "expected an IANA time zone"),
    ],
)
def test_an_objective_without_sense_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        Objective(**({"name": "up", "sli": Sli.AVAILABILITY, "target": 0.99} | wrong))


def test_a_row_that_could_never_fire_is_refused_with_what_would_do():
    with pytest.raises(ValueError, match=r"could never fire. A budget_share of 0.01339 fires"):
        Objective("quality", Sli.AVAILABILITY, target=0.9)
    rescaled = Window(0.01339, 3600, 300)
    assert Objective("quality", Sli.AVAILABILITY, target=0.9, windows=(rescaled,)).factor(rescaled) < 10


def test_a_row_that_could_never_fire_is_rescaled_where_that_is_asked_for():
    quality = Objective("quality", Sli.AVAILABILITY, target=0.9, when_impossible=WhenImpossible.RESCALE)
    assert [round(quality.factor(window), 3) for window in quality.windows] == [9.0, 5.6, 0.933]
    assert "out of reach" in quality.watched(quality.windows[0]).reason
    assert quality.windows == WORKBOOK_WINDOWS  # as they were written


@pytest.mark.parametrize(
    ("words", "unit"),
    [
        ({}, Unit.REQUEST),
        ({"per": (Dimension.TENANT,)}, Unit.REQUEST),
        ({"stage": "retriever"}, Unit.SPAN),
        ({"per": (Dimension.MODEL,)}, Unit.SPAN),
        ({"sli": Sli.MEASURE, "measure": "cache.hit", "at_least": 1, "stage": "cache"}, Unit.MEASURE),
    ],
)
def test_what_is_counted_follows_from_the_words_it_is_about(words, unit):
    assert Objective(**({"name": "up", "sli": Sli.AVAILABILITY, "target": 0.99} | words)).unit is unit


def test_a_calendar_brings_the_length_that_factors_are_derived_from():
    monthly = Objective("up", Sli.AVAILABILITY, 0.99, calendar=Period.MONTH, time_zone="Europe/Berlin")
    assert monthly.period_s == 30 * 86400
    assert monthly.factor(monthly.windows[0]) == pytest.approx(14.4)
    assert replace(monthly, owner="web").calendar is Period.MONTH


def test_a_budget_for_expected_requests_is_a_ceiling_that_never_exceeds_it():
    objective = Objective("dear", Sli.COST, 0.95, budget=Decimal(100), expected_requests=3)
    assert objective.ceiling_usd == Decimal("33.333333333333333")
    assert replace(objective, owner="web") == replace(replace(objective), owner="web")


def test_the_default_windows_hold_a_whole_slice_at_any_time():
    sliced = Objective("up", Sli.AVAILABILITY, 0.99, budgeting=Budgeting.RATIO_TIMESLICES, time_slice_s=300.0)
    assert [window.short_s for window in sliced.windows] == [600, 1800, 21600]
    assert Objective("up", Sli.AVAILABILITY, 0.99, time_slice_s=300.0).windows == WORKBOOK_WINDOWS


def test_objectives_can_be_keys_whatever_their_annotations():
    told = replace(AVAILABILITY, annotations={"tier": "gold"})
    assert {told: 1}[replace(told)] == 1
    assert told != AVAILABILITY


def test_whatever_decides_what_is_good_makes_another_objective_and_nothing_else_does():
    words = ({}, {"environment": "prod"}, {"model": "m"}, {"per": (Dimension.TENANT,)}, {"stage": "model"})
    sliced = ({"budgeting": Budgeting.RATIO_TIMESLICES}, {"budgeting": Budgeting.TIMESLICES, "time_slice_target": 0.9})
    different = [replace(AVAILABILITY, **word) for word in (*words, *sliced)]
    assert len({objective.objective_id for objective in different}) == len(different)
    told = replace(AVAILABILITY, owner="web", description="d", runbook_url="u", service="s", calendar=Period.MONTH)
    assert told.objective_id == AVAILABILITY.objective_id
