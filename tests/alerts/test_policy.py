"""What a route's policy may say, and what the sections have to say together."""

import pytest

from alerts.policy import RoutePolicy, paging, sound, steering
from analytics.slo.objective import Objective, Sli
from analytics.slo.windows import Severity, Window
from instrumentation.downgrade import LADDER, Tier

UP = Objective("up", Sli.AVAILABILITY, 0.99, route="answer")
ACME = Objective("up at acme", Sli.AVAILABILITY, 0.99, route="answer", tenant="acme")
EVERYWHERE = Objective("everywhere", Sli.AVAILABILITY, 0.99)


@pytest.mark.parametrize(
    ("ladder", "floor"),
    [
        (LADDER, Tier.CACHED_ONLY),
        ((Tier.PREMIUM, Tier.ECONOMY, Tier.HUMAN_HANDOFF), Tier.ECONOMY),
        ((Tier.STANDARD, Tier.SOURCES_ONLY), Tier.STANDARD),
        ((Tier.SOURCES_ONLY, Tier.HUMAN_HANDOFF), Tier.SOURCES_ONLY),
    ],
)
def test_cost_alone_stops_at_cached_answers_or_the_cheapest_model(ladder, floor):
    policy = RoutePolicy("answer", ladder=ladder)
    assert policy.ladder[policy.cost_floor] is floor


@pytest.mark.parametrize(
    ("tier", "rung"), [(Tier.PREMIUM, 0), (Tier.STANDARD, 1), (Tier.ECONOMY, 1), (Tier.CACHED_ONLY, 1)]
)
def test_a_tier_that_left_the_ladder_becomes_the_nearest_rung_below(tier, rung):
    assert RoutePolicy("answer", ladder=(Tier.PREMIUM, Tier.ECONOMY)).rung(tier) == rung


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"route": ""}, "route is empty"),
        ({"ladder": (Tier.PREMIUM,)}, "ladder is .premium."),
        ({"ladder": (Tier.STANDARD, Tier.PREMIUM)}, "in this order: premium, standard"),
        ({"ladder": (Tier.PREMIUM, Tier.PREMIUM)}, "two different tiers"),
        ({"down_dwell_s": 0.0}, "down_dwell_s is 0.0"),
        ({"down_dwell_s": 60.0, "up_dwell_s": 30.0}, "down_dwell_s is 60.0"),
        ({"recover_below": 1.0}, "recover_below is 1.0"),
        ({"hold_s": -1.0}, "hold_s is -1.0"),
        ({"longest_gap_s": 0.0}, "longest_gap_s is 0.0"),
        ({"backoff_limit": 0}, "backoff_limit is 0"),
    ],
)
def test_a_policy_without_sense_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        RoutePolicy(**({"route": "answer"} | wrong))


def test_a_route_is_steered_by_the_objectives_of_its_own_scope():
    every = [UP, ACME, EVERYWHERE]
    assert steering(RoutePolicy("answer"), every) == (UP,)
    assert steering(RoutePolicy("answer", tenant="acme"), every) == (ACME,)
    assert steering(RoutePolicy("answer", objectives=("everywhere",)), every) == (EVERYWHERE,)


def test_only_page_windows_steer_and_the_quickest_comes_first():
    windows = (Window(0.05, 21600, 1800), Window(0.02, 3600, 300), Window(0.1, 259200, 21600, Severity.TICKET))
    assert [w.long_s for w in paging(Objective("up", Sli.AVAILABILITY, 0.99, windows=windows))] == [3600, 21600]


@pytest.mark.parametrize(
    ("objectives", "routes", "path"),
    [
        ([UP, UP], [], ("objectives", 1, "name")),
        ([UP], [RoutePolicy("answer"), RoutePolicy("answer")], ("routes", 1, "route")),
        ([UP], [RoutePolicy("answer", objectives=("up", "upp"))], ("routes", 0, "objectives", 1)),
        ([EVERYWHERE], [RoutePolicy("answer")], ("routes", 0, "route")),
    ],
)
def test_sections_that_do_not_fit_together_are_found(objectives, routes, path):
    assert [finding.path for finding in sound({"objectives": objectives, "routes": routes})] == [path]


def test_sections_that_fit_say_nothing():
    assert list(sound({"objectives": [UP, ACME], "routes": [RoutePolicy("answer", tenant="acme")]})) == []
    assert list(sound({})) == []
