"""Where steered routes stand, from a real watch over real requests."""

import pytest

from collector.store import DuckDBStore
from dashboards.overview import standings
from tests.alerts.test_evaluation import CALM, DEAR, Watched


@pytest.fixture
def watched():
    opened = DuckDBStore(None)
    yield Watched(opened)
    opened.close()


def test_before_the_first_look_nobody_knows(watched):
    assert standings(watched.loop) == ()


def test_a_calm_route_stands_at_the_top_of_its_ladder(watched):
    watched.run(2, CALM)
    (route,) = standings(watched.loop)
    assert (route.route, route.tenant, route.mode, route.tier, route.share) == (
        "answer",
        None,
        "normal",
        "premium",
        1.0,
    )
    assert (route.since, route.reason, route.ladder[0]) == (None, "", "premium")


def test_a_route_that_stepped_says_since_when_and_why(watched):
    watched.run(10, CALM)
    watched.run(14, DEAR)
    (route,) = standings(watched.loop)
    assert (route.mode, route.tier) == ("degraded", "standard")
    assert route.since == int(watched.clock.at.timestamp()) * 10**9
    assert route.reason == watched.decisions[0].reason
