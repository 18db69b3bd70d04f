"""Ceilings that follow the days before."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from analytics.slo.arithmetic import Counts
from analytics.slo.burn import window_counts
from analytics.slo.ceilings import LEAST_REQUESTS, ceilings, refresh
from analytics.slo.judging import register
from analytics.slo.objective import Dimension, Objective, Sli
from collector.store import DuckDBStore
from tests.analytics.traffic import NOON, Request, arrive

TWICE = Objective("usual", Sli.TOKENS, 0.95, times_baseline=2.0, route="answer", per=(Dimension.TENANT,))
DEARER = Objective("dear", Sli.COST, 0.95, times_baseline=1.5)
YESTERDAY = NOON - timedelta(days=1)
USUAL = Request(ended_at=YESTERDAY, input_tokens=900, output_tokens=100, cost_usd=Decimal("0.02"))
LATER = NOON + timedelta(minutes=2)


@pytest.fixture
def store():
    opened = DuckDBStore(None)
    register(opened, [TWICE, DEARER])
    yield opened
    opened.close()


def today(store, objective, at=LATER):
    asked = (objective.objective_id, 3600.0)
    return window_counts(store, [asked], at)[asked]


def test_a_ceiling_is_a_multiple_of_the_median_request_and_remembers_what_it_was_made_from(store):
    arrive(store, [USUAL] * LEAST_REQUESTS)
    tokens, cost = sorted(refresh(store, [TWICE, DEARER], NOON), key=lambda found: found.ceiling_tokens is None)
    assert (tokens.ceiling_tokens, tokens.median, tokens.requests) == (2_000, 1_000.0, LEAST_REQUESTS)
    assert cost.ceiling_usd == Decimal("0.03")
    assert ceilings(store, [TWICE], NOON)[TWICE.objective_id] == {"ceiling_usd": None, "ceiling_tokens": 2_000}


@pytest.mark.parametrize("refreshed_first", [True, False])
def test_a_day_is_judged_by_its_own_ceiling_whenever_its_requests_come(store, refreshed_first):
    arrive(store, [USUAL] * LEAST_REQUESTS)
    if refreshed_first:
        refresh(store, [TWICE], NOON)
    arrive(store, [replace(USUAL, ended_at=NOON, input_tokens=tokens) for tokens in (1_900, 1_901)])
    refresh(store, [TWICE], NOON)
    assert today(store, TWICE) == today(store, TWICE, NOON + timedelta(seconds=1)) == Counts(2, 1)


def test_without_enough_days_before_nothing_is_said(store):
    arrive(store, [USUAL] * (LEAST_REQUESTS - 1))
    (found,) = refresh(store, [TWICE], NOON)
    arrive(store, [replace(USUAL, ended_at=NOON)])
    assert (found.ceiling_tokens, today(store, TWICE)) == (None, Counts(0, 0))


def test_a_day_has_one_ceiling_and_the_next_has_its_own(store):
    arrive(store, [USUAL] * LEAST_REQUESTS)
    assert refresh(store, [TWICE], NOON)
    assert refresh(store, [TWICE], NOON + timedelta(hours=11)) == ()
    (tomorrow,) = refresh(store, [TWICE], NOON + timedelta(hours=12))
    assert (tomorrow.from_at.isoformat(), tomorrow.ceiling_tokens) == ("2026-11-22T00:00:00+00:00", 2_000)
