"""Budgets of slices of time: a quiet night weighs as much as a busy day, because somebody said so."""

from dataclasses import replace
from datetime import timedelta

import pytest

from analytics.slo.arithmetic import Counts
from analytics.slo.burn import window_counts
from analytics.slo.judging import register
from analytics.slo.objective import Budgeting, Objective, Sli
from collector.store import DuckDBStore
from tests.analytics.traffic import NOON, Request, arrive, stream

UP = Objective("up", Sli.AVAILABILITY, 0.99)
SLICED = replace(UP, budgeting=Budgeting.TIMESLICES, time_slice_target=0.9)
MEAN = replace(UP, budgeting=Budgeting.RATIO_TIMESLICES)
BROKEN = Request(status="error")


def counts(objective, *requests, window_s=3600.0, at=NOON):
    store = DuckDBStore(None)
    register(store, [objective])
    arrive(store, list(requests))
    (found,) = window_counts(store, [(objective.objective_id, window_s)], at).values()
    store.close()
    return found


DAY = stream(NOON, every_s=1, seconds=60)  # one minute of 60
NIGHT = stream(NOON - timedelta(minutes=10), every_s=30, seconds=60, request=BROKEN)  # one minute of 2


def test_a_slice_is_good_from_its_target_on():
    nine_of_ten = [*stream(NOON, every_s=6, seconds=54), replace(BROKEN, ended_at=NOON - timedelta(seconds=1))]
    assert counts(SLICED, *nine_of_ten) == Counts(1, 1)
    assert counts(replace(SLICED, time_slice_target=0.95), *nine_of_ten) == Counts(1, 0)


def test_slices_weigh_the_same_and_requests_do_not():
    assert counts(UP, *DAY, *NIGHT) == Counts(62, 60)
    assert counts(SLICED, *DAY, *NIGHT) == Counts(2, 1)
    assert counts(MEAN, *DAY, *NIGHT) == Counts(2, 1)


def test_the_mean_of_ratios_is_the_sum_of_the_slices_ratios():
    half = [*stream(NOON, every_s=30, seconds=60), *stream(NOON, every_s=30, seconds=60, request=BROKEN)]
    found = counts(MEAN, *half, *stream(NOON - timedelta(minutes=5), every_s=1, seconds=60))
    assert (found.total, found.good) == (2, pytest.approx(1.5))


def test_a_slice_in_which_nothing_was_judged_is_neither_good_nor_bad():
    assert counts(SLICED) == Counts(0, 0)


@pytest.mark.parametrize(
    ("at_s", "slices"),
    [(0, 2), (60, 1), (299, 1), (300, 2)],  # five-minute slices; the last request lies 10 s before noon
)
def test_only_whole_slices_of_a_window_count(at_s, slices):
    five = replace(SLICED, time_slice_s=300.0)
    requests = stream(NOON, every_s=10, seconds=600)
    late = stream(NOON + timedelta(seconds=300), every_s=10, seconds=300)
    assert counts(five, *requests, *late, window_s=600.0, at=NOON + timedelta(seconds=at_s)).total == slices
