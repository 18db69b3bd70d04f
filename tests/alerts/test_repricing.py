"""The same requests at the prices of another tier: exact, and silent where a price is not known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.controller import Basis, Position, State
from alerts.counterfactual import TierAbove
from alerts.policy import RoutePolicy
from alerts.repricing import Repricing, Usage, Used, prices_of, repriced
from alerts.telemetry import StoredTelemetry
from analytics.slo.arithmetic import Counts
from analytics.slo.ceilings import refresh
from analytics.slo.evidence import Gate
from analytics.slo.judging import register
from analytics.slo.objective import Objective, Sli
from analytics.slo.verdicts import Verdict
from analytics.slo.windows import Window
from instrumentation.downgrade import Tier
from tests.analytics.stored import MINUTE, NOON, Line, S, Stored, put, store_with

AT = datetime.fromtimestamp(NOON / S, UTC)
HOUR = AT - timedelta(hours=1), AT
BIG, SMALL = "0.00001", "0.000001"
CHEAP = Objective(
    "cheap",
    Sli.COST,
    0.9,
    route="answer",
    ceiling_usd=Decimal("0.02"),
    period_s=86400.0,
    windows=(Window(0.1, 3600, 300),),
)
WORDS = {"route": "answer"}


def line(price, model, quantity=1000, **more):
    return Line(usage_class="output", quantity=quantity, unit_price_usd=price, model=model, **more)


def request(number, tier, *lines, minutes_ago=10):
    return Stored(number=number, tier=tier, started_at=NOON - round(minutes_ago * MINUTE), lines=lines)


def premium(number=900, price=BIG, minutes_ago=4000, **more):
    return request(number, "premium", line(price, "big", **more), minutes_ago=minutes_ago)


@pytest.fixture
def stored():
    opened = []

    def make(*requests):
        opened.append(store_with(*requests))
        return opened[-1]

    yield make
    for store in opened:
        store.close()


def test_a_tier_pays_what_the_models_it_used_cost_now(stored):
    """Premium used the big model days ago; somebody else has paid its new price since."""
    elsewhere = replace(request(2, "standard", line("0.00003", "big"), minutes_ago=5), route="search")
    repricing = Repricing(stored(premium(), elsewhere))
    assert repricing.prices(WORDS, Tier.PREMIUM, AT) == {("answer", "output"): Decimal("0.00003")}
    assert repricing.prices(WORDS, Tier.ECONOMY, AT) == {}


def test_several_models_count_by_how_much_they_were_used(stored):
    store = stored(premium(1, BIG, quantity=3000), request(2, "premium", line(SMALL, "small"), minutes_ago=4000))
    found = Repricing(store).prices(WORDS, Tier.PREMIUM, AT)
    assert found == {("answer", "output"): Decimal("0.00000775")}  # (3 x 10 + 1 x 1) / 4 millionths


def test_requests_are_judged_by_what_they_would_cost_there(stored):
    """3,000 tokens are 3 cents at the big model's price, 1,000 are one: the ceiling is two cents."""
    long, short = line(SMALL, "small", 3000), line(SMALL, "small", 1000)
    served = [request(n, "economy", long if n < 4 else short) for n in range(10)]
    counts = Repricing(stored(premium(), *served)).ceiling_counts(CHEAP, WORDS, Tier.PREMIUM, HOUR)
    assert (counts.total, counts.good) == (10, 6)


def test_without_any_request_nothing_is_known_and_nothing_fails(stored):
    store = stored(premium())
    register(store, [CHEAP])
    assert Repricing(store).ceiling_counts(CHEAP, WORDS, Tier.PREMIUM, HOUR) == Counts(0, 0)
    state = State(Position(Tier.ECONOMY, (Tier.PREMIUM,)))
    (unknown,) = TierAbove(StoredTelemetry(store), Gate()).estimates(RoutePolicy("answer"), [CHEAP], state, AT)
    assert (unknown.burn, unknown.requests) == (None, 0)


def test_what_has_no_price_there_or_had_no_model_says_nothing(stored):
    unknown = request(1, "economy", line(SMALL, "small"), replace(line(SMALL, "small"), usage_class="cache_read"))
    cached = request(2, "cached_only")
    embedding = request(3, "economy", line(SMALL, "small"), line("0.1", "ada", 1, purpose="embedding"))
    counts = Repricing(stored(premium(), unknown, cached, embedding)).ceiling_counts(CHEAP, WORDS, Tier.PREMIUM, HOUR)
    assert (counts.total, counts.good) == (1, 0)  # the third: ten cents for vectors, at either tier


def test_retries_and_fallbacks_are_priced_as_answers(stored):
    tried = request(1, "economy", line(SMALL, "small", 1000, purpose="retry"), line(SMALL, "small", 1500))
    counts = Repricing(stored(premium(), tried)).ceiling_counts(CHEAP, WORDS, Tier.PREMIUM, HOUR)
    assert (counts.total, counts.good) == (1, 0)  # 2,500 tokens are 2.5 cents


def test_the_estimate_above_is_by_price_unless_what_is_served_there_burns(stored):
    policy, state = RoutePolicy("answer"), State(Position(Tier.ECONOMY, (Tier.PREMIUM,)))
    store = stored(premium(), *(request(n, "economy", line(SMALL, "small", 3000)) for n in range(20)))
    register(store, [CHEAP])
    (dear,) = TierAbove(StoredTelemetry(store), Gate()).estimates(policy, [CHEAP], state, AT)
    assert (dear.basis, dear.verdict, dear.requests, dear.burn) == (
        Basis.REPRICED,
        Verdict.FIRING,
        20,
        pytest.approx(10.0),
    )


def test_a_ceiling_that_follows_the_days_before_is_the_one_recorded_for_the_day(stored):
    """The median of the week before is one cent, and twice that the ceiling: what would cost three cents is bad."""
    relative = replace(CHEAP, ceiling_usd=None, times_baseline=2.0)
    served = [request(n, "economy", line(SMALL, "small", 3000 if n < 5 else 1000)) for n in range(20)]
    store = stored(*(premium(100 + n, minutes_ago=1500 + n) for n in range(20)), *served)
    register(store, [relative])
    assert Repricing(store).ceiling_counts(relative, WORDS, Tier.PREMIUM, HOUR) == Counts()
    refresh(store, [relative], AT)
    (dear,) = TierAbove(StoredTelemetry(store), Gate()).estimates(
        RoutePolicy("answer"), [relative], State(Position(Tier.ECONOMY, (Tier.PREMIUM,))), AT
    )
    assert (dear.basis, dear.requests, dear.burn) == (
        Basis.REPRICED,
        20,
        pytest.approx(2.5),
    )  # 5 of 20 bad, 10 % allowed


AMOUNTS = st.integers(1, 10**9)
PRICES = st.integers(1, 10**10).map(lambda units: Decimal(units).scaleb(-15))
CLASSES = st.sampled_from(["input_uncached", "output", "cache_read"])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(CLASSES, PRICES, min_size=1),
    st.lists(st.lists(st.tuples(CLASSES, AMOUNTS), min_size=1, max_size=4), min_size=1, max_size=6),
)
def test_every_cost_is_the_exact_product_of_tokens_and_prices(prices, wanted):
    """Against a count by hand: requests good at the ceiling, and the sum of all of them."""
    rated = [
        Line(usage_class=name, quantity=1, unit_price_usd=str(price), model="big") for name, price in prices.items()
    ]
    store = store_with(request(900, "premium", *rated, minutes_ago=600))
    for number, parts in enumerate(wanted):
        lines = [Line(usage_class=name, quantity=n, unit_price_usd=SMALL, model="small") for name, n in parts]
        put(store, request(number, "economy", *lines))
    costs = [
        sum(n * prices[name] for name, n in parts) if all(name in prices for name, _ in parts) else None
        for parts in wanted
    ]
    known = [cost for cost in costs if cost is not None]
    repricing = Repricing(store)
    counts = repricing.ceiling_counts(CHEAP, WORDS, Tier.PREMIUM, HOUR)
    assert (counts.total, counts.good) == (len(known), sum(cost <= CHEAP.ceiling_usd for cost in known))
    found = repriced(repricing.usage(WORDS, *HOUR), Tier.PREMIUM, repricing.prices(WORDS, Tier.PREMIUM, AT))
    assert found == (sum(map(Fraction, known)) if len(known) == len(costs) else None)
    store.close()


def test_a_class_without_a_price_leaves_the_sum_unknown():
    used = Usage("economy", "answer", "output", Decimal(10), Decimal(1))
    assert repriced([used], Tier.PREMIUM, {}) is None
    assert repriced([replace(used, tier="premium")], Tier.PREMIUM, {}) == 1
    assert repriced([replace(used, purpose="embedding")], Tier.PREMIUM, {}) == 1
    assert prices_of([Used("answer", "output", Decimal(1), None)]) == {}
