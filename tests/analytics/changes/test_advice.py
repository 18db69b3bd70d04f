"""What the figures say to do about a change: with reasons, doubts and money, and wrong no more often than is said."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from scipy.stats import binom

from alerts.advising import KIND, Advising
from alerts.journal import Journal
from analytics.changes.comparing import LEVEL, Sums
from analytics.changes.history import History
from analytics.changes.interval import interval
from analytics.notation import instant_ns
from tests.analytics.changes.test_changes_api import DEPLOY, HOUR_S, Asked
from tests.analytics.stored import MINUTE, Line, S, Stored, store_with

AT = instant_ns(DEPLOY["at"])
NOW = AT + round(2 * HOUR_S) * S
STREAMS, EACH = 300, 60


def requests(*, failing_after=0.02, tokens_after=100, per_minute=10):
    """Ten a minute for an hour on both sides, two in a hundred failing; tokens scatter, so that costs do."""
    chance = np.random.default_rng(5)
    found = []
    for number in range(2 * 60 * per_minute):
        minute = number // per_minute - 60
        after = minute >= 0
        failed = chance.random() < (failing_after if after else 0.02)
        tokens = round((tokens_after if after else 100) * chance.uniform(0.7, 1.3))
        begun = AT + minute * MINUTE + number % per_minute * S
        words = {"status": "error" if failed else "ok", "lines": (Line(quantity=tokens, unit_price_usd="0.0001"),)}
        found.append(Stored(number + 1, begun, S, **words))
    return found


def advised(*stored, **words):
    asked = Asked(store_with(*stored), NOW)
    asked.tell(**words)
    (change,) = asked.changes()
    return change["advice"]


def test_a_change_that_makes_requests_fail_is_to_be_rolled_back_with_what_is_at_stake():
    told = advised(*requests(failing_after=0.3))
    assert told["course"] == "roll_back"
    assert told["reasons"][0].startswith("errors rose from ")
    assert 0.2 * 14_400 < told["extra_failures_per_day"] < 0.35 * 14_400  # ten a minute, 1,440 minutes
    assert float(told["at_stake_per_day_usd"]) > told["extra_failures_per_day"] * 0.009


def test_a_change_that_costs_more_is_to_be_rolled_back_and_the_day_is_priced():
    told = advised(*requests(tokens_after=150))
    assert told["course"] == "roll_back"
    assert "cost per request rose from $0.00986 to $0.0150" in told["reasons"][0]
    assert float(told["extra_cost_per_day_usd"]) == pytest.approx(14_400 * 0.005, rel=0.05)


def test_a_change_that_saves_is_not():
    told = advised(*requests(tokens_after=50))
    assert told["course"] != "roll_back"
    assert (float(told["extra_cost_per_day_usd"]) < -60, told["at_stake_per_day_usd"]) == (True, "0")


def test_a_change_that_changed_nothing_is_kept_once_nothing_can_be_worse():
    few, many = advised(*requests()), advised(*requests(failing_after=0.0, per_minute=60))
    assert (few["course"], many["course"]) == ("not_known_yet", "keep")
    assert "could still be worse" in few["reasons"][0]


def test_another_change_in_the_same_hour_is_a_doubt():
    asked = Asked(store_with(*requests(failing_after=0.3)), NOW)
    asked.tell(route="answer")
    asked.tell(kind="prompt", name="greeting", at="2026-11-18T12:40:00Z", to="7")
    asked.tell(kind="index", name="handbook", at="2026-11-18T12:40:00Z", to="c", route="search")
    (change,) = asked.changes(kind="release")
    assert change["advice"]["doubts"] == ["prompt greeting to 7 changed within the same windows"]


def test_what_nobody_can_roll_back_has_no_advice():
    asked = Asked(store_with(*requests()), AT)
    asked.tell()
    assert asked.changes(until="2026-11-18T12:31:00Z")[0]["advice"] is None


def test_young_changes_to_roll_back_are_noted_once_across_restarts():
    store = store_with(*requests(failing_after=0.3))
    Asked(store, NOW).tell()
    journal = Journal(store)
    looks = [Advising(History(store), journal, partial(int, AT + minute * MINUTE)) for minute in (5, 40, 50)]
    assert [len(one.look()) for one in looks] == [0, 1, 0]
    (entry,) = journal.entries(KIND)
    assert (entry.content["name"], entry.content["to"]) == ("shop", "v2")


def alike(chance, side):
    """Sums of the minutes so far, of streams in which some minutes are worse than others for all of their requests."""
    n = chance.poisson(10, (STREAMS, EACH)).astype(float) + 1
    x = chance.binomial(n.astype(int), chance.beta(0.5, 9.5, n.shape)).astype(float)
    order = slice(None) if side else slice(None, None, -1)  # the window before grows backwards
    parts = (n, n * n, x, x * x, n * x)
    return [np.cumsum(one[:, order], axis=1) for one in parts]


def test_looked_at_every_minute_the_interval_leaves_no_difference_out_no_more_often_than_it_says():
    chance = np.random.default_rng(8)
    before, after = alike(chance, side=False), alike(chance, side=True)
    erred = 0
    for stream in range(STREAMS):
        looks = (
            interval(*(Sums(m + 1, *(float(one[stream, m]) for one in side)) for side in (before, after)))
            for m in range(9, EACH)
        )
        erred += any(one.low > 0 or one.high < 0 for one in looks)
    assert erred <= binom.ppf(0.999, STREAMS, LEVEL)


def test_an_hour_without_failures_proves_nothing_against_one_bad_minute():
    never = Sums(60, n=600, nn=6_000, x=0, xx=0, nx=0)
    bad = replace(never, x=8, xx=64, nx=80)
    found = interval(never, bad)
    assert found.low < 0 < found.high
