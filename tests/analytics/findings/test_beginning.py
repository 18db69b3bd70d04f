"""Where a watch begins that knows nothing: the days before anything happened are not read, and nothing is lost."""

import pytest

from analytics.findings import watch as watching
from analytics.findings.watch import GRAINS, GrainWatch
from tests.analytics.derive.house import House
from tests.analytics.findings.story import spans, told, turn, watch

DAY_S = 86_400
SERVED_S = 3_600


@pytest.fixture
def read(monkeypatch):
    """Windows that were read, in seconds since 1970."""
    windows, figures = [], watching.figures

    def reading(store, first, until, step_s, **asked):
        windows.append((first * step_s, until * step_s))
        return figures(store, first, until, step_s, **asked)

    monkeypatch.setattr(watching, "figures", reading)
    return windows


def test_of_an_empty_store_the_last_day_is_read(read):
    with House() as house:
        turn(watch(house, 0), 0)
    assert len(read) == 2 * len(GRAINS)  # how many figures there are, and the day
    assert all(until - first <= 2 * DAY_S for first, until in read)


@pytest.mark.parametrize("days", [0, 9])
def test_what_is_known_after_the_first_turn_is_what_every_day_would_have_said(monkeypatch, read, days):
    at_s = days * DAY_S + SERVED_S
    skipping = known(at_s)
    windows = len(read)
    monkeypatch.setattr(GrainWatch, "_nothing", lambda *_: 0)
    assert known(at_s) == skipping
    assert windows < 2 * len(GRAINS) * (days + 2) < len(read)


def known(at_s):
    """What a watch writes down that looks for the first time."""
    with told(*spans(SERVED_S)) as house:
        of = watch(house, at_s)
        turn(of, at_s)
        assert of.figures > 10
        of.close()
        return house.rows("from finding_streams order by all")


def test_what_comes_from_the_future_hides_no_day(read):
    with told(*spans(SERVED_S)) as house:
        turn(watch(house, -3 * DAY_S), -3 * DAY_S)
    assert all(first < until for first, until in read)
