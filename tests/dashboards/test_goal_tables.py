"""Objectives as a person reads them on a terminal."""

from datetime import timedelta
from decimal import Decimal

import pytest
from rich.console import Console

from analytics.periods import Period
from analytics.slo.answers import slo_answer
from analytics.slo.burn import nanoseconds
from analytics.slo.judging import register
from analytics.slo.objective import Budgeting, Dimension, Objective, Sli, WhenImpossible
from collector.store import DuckDBStore
from dashboards.goal_tables import _about, _counted, slo_table
from tests.analytics.traffic import NOON, Request, arrive, stream


def shown(*objectives: Objective) -> str:
    store = DuckDBStore(None)
    register(store, objectives)
    arrive(store, stream(NOON, every_s=60, seconds=3600, request=Request(tenant="acme")))
    arrive(store, stream(NOON, every_s=60, seconds=3600, request=Request(tenant="globex", status="error")))
    answer = slo_answer(store, objectives, nanoseconds(NOON)).model_dump(mode="json")
    store.close()
    return printed(answer)


def printed(answer: dict, *, width: int = 200, terminal: bool = False) -> str:
    console = Console(width=width, force_terminal=terminal, color_system=None)
    with console.capture() as captured:
        console.print(slo_table(answer))
    return captured.get()


def test_every_value_with_a_budget_of_its_own_has_a_line_under_its_objective():
    lines = shown(Objective("up", Sli.AVAILABILITY, 0.99, per=(Dimension.TENANT,))).splitlines()
    assert lines[1].startswith("up ")
    assert [line.split()[0] for line in lines[2:4]] == ["acme", "globex"]
    assert "availability of everything, per tenant" in lines[1]
    assert "firing" in lines[3]


def test_a_burn_is_told_in_words():
    text = shown(Objective("up", Sli.AVAILABILITY, 0.99, calendar=Period.MONTH))
    assert "the month's budget is gone: " in text
    assert "times as much was spent" in text


def test_a_window_that_was_rescaled_says_why_below():
    half = Objective("half", Sli.AVAILABILITY, 0.9, when_impossible=WhenImpossible.RESCALE)
    last = shown(half).splitlines()[-1]
    assert last.startswith("half, 1h and 5m: a burn of 13.44 is out of reach at a target of 0.9")


LIMITS = {
    "tokens": ({"sli": Sli.TOKENS, "ceiling_tokens": 1_500}, "tokens within 1,500 of everything"),
    "first chunk": (
        {"sli": Sli.FIRST_CHUNK, "threshold_ms": 800, "route": "answer"},
        "first chunk within 800ms of route answer",
    ),
    "cost": ({"sli": Sli.COST, "ceiling_usd": Decimal("0.02")}, "cost within $0.02 of everything"),
    "no ceiling yet": ({"sli": Sli.COST, "times_baseline": 2.0}, "cost within 2x the usual of everything"),
    "slices": (
        {"sli": Sli.AVAILABILITY, "budgeting": Budgeting.TIMESLICES, "time_slice_target": 0.9, "time_slice_s": 120.0},
        "availability of everything, in slices of 2m with 90.0 %",
    ),
    "a value": (
        {"sli": Sli.MEASURE, "measure": "cache.hit", "at_least": 1, "stage": "cache"},
        "cache.hit at least 1 of",
    ),
    "labels": ({"sli": Sli.MEASURE, "measure": "safety", "labels": ("pass", "ok")}, "measure safety pass or ok of"),
}


def test_too_few_requests_say_how_sure_they_make_it():
    store = DuckDBStore(None)
    up = Objective("up", Sli.AVAILABILITY, 0.99)
    register(store, [up])
    arrive(
        store, [*stream(NOON, every_s=60, seconds=360), Request(ended_at=NOON - timedelta(seconds=1), status="error")]
    )
    text = printed(slo_answer(store, [up], nanoseconds(NOON)).model_dump(mode="json"))
    store.close()
    assert "insufficient data (too few requests: 58.4 % sure)" in text


def test_an_objective_that_waits_for_an_approval_says_so():
    store = DuckDBStore(None)
    up = Objective("up", Sli.AVAILABILITY, 0.99)
    register(store, [up])
    waiting, acting = (slo_answer(store, [up], nanoseconds(NOON), waiting=names) for names in (("up",), ()))
    store.close()
    assert "insufficient data (not approved)" in printed(waiting.model_dump(mode="json"))
    assert "approved" not in printed(acting.model_dump(mode="json"))


def test_on_a_narrow_terminal_the_sentence_stands_whole_below_its_objective():
    store = DuckDBStore(None)
    up = Objective("up", Sli.AVAILABILITY, 0.99, calendar=Period.QUARTER)
    register(store, [up])
    text = printed(slo_answer(store, [up], nanoseconds(NOON)).model_dump(mode="json"), width=60, terminal=True)
    store.close()
    assert "  nothing was judged this quarter yet, so nothing is known" in text.splitlines()


def test_sampled_figures_say_what_they_are_worth():
    sampled = {"total": 330.0, "effective": 66.0}
    assert (_counted(sampled), _counted(sampled | {"effective": None})) == ("330 (worth 66)", "330")


def test_a_ceiling_that_follows_the_days_before_says_both():
    slo = {"sli": "tokens", "threshold_ms": None, "ceiling_tokens": 1_500, "times_baseline": 1.5}
    assert _about(slo | {"per": (), "budgeting": "occurrences"}) == "tokens within 1,500 (1.5x the usual) of everything"


@pytest.mark.parametrize(("words", "said"), LIMITS.values(), ids=LIMITS)
def test_what_is_promised_is_said_with_its_limit(words, said):
    assert said in shown(Objective(**({"name": "goal", "target": 0.99} | words)))
