"""Laws of spend budgets: periods tile time, plans rise from nothing to all, and no callers together pass a limit."""

from bisect import bisect_right
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.controller import Money, Observation, Reading, initial, step
from alerts.policy import RoutePolicy
from analytics.notation import NS_PER_HOUR
from analytics.periods import Period, period_of
from analytics.slo.arithmetic import Counts
from analytics.slo.evidence import Judgement
from analytics.slo.objective import Sli
from analytics.slo.verdicts import Reason, Verdict
from analytics.slo.windows import Window
from analytics.spending.budget import SpendBudget
from analytics.spending.curve import WEEK_HOURS, Pattern, from_pattern
from analytics.spending.desk import Desk
from analytics.spending.position import NOTHING
from analytics.spending.reservation import Reservation, State, TraceCost
from analytics.spending.shapes import ReservationAsk, SettleAsk
from analytics.spending.spending import Spending
from instrumentation.downgrade import LADDER, Tier
from tests.analytics.stored import NOON, Line, S, Stored, put, store_with

TICK = timedelta(microseconds=1)
ZONES = st.sampled_from(sorted(available_timezones() - {"localtime"})).map(ZoneInfo)
INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001 - hypothesis wants bounds without a zone


def around_changes(zone):
    """Instants in the hours around a change of the zone's offset, where there is one in the year."""

    def near(at):
        offsets = [(at + timedelta(days=n)).astimezone(zone).utcoffset() for n in range(366)]
        days = [n for n, (before, after) in enumerate(pairwise(offsets)) if before != after]
        hours = st.integers(-30 * 3600, 54 * 3600).map(lambda s: timedelta(seconds=s))
        return st.builds(lambda day, off: at + timedelta(days=day) + off, st.sampled_from(days or [0]), hours)

    return INSTANTS.flatmap(near)


MOMENTS = ZONES.flatmap(lambda zone: st.tuples(st.just(zone), INSTANTS | around_changes(zone)))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(Period), MOMENTS)
def test_half_open_periods_tile_time_in_every_zone(period, moment):
    zone, at = moment
    start, until = period_of(period, at, zone)
    assert start <= at < until
    assert period_of(period, start, zone) == period_of(period, until - TICK, zone) == (start, until)
    assert period_of(period, until, zone)[0] == until
    assert period_of(period, start - TICK, zone)[1] == start


PATTERNS = st.builds(
    lambda busy, weeks: Pattern(tuple(busy.get(n, 0) for n in range(WEEK_HOURS)), weeks, (1,) * weeks),
    st.dictionaries(st.integers(0, WEEK_HOURS - 1), st.integers(1, 10**18), min_size=1, max_size=40),
    st.integers(2, 8),
)
PLANS = st.builds(
    lambda found, begin, hours, zone: from_pattern(
        found, begin * NS_PER_HOUR // 4, begin * NS_PER_HOUR // 4 + hours * NS_PER_HOUR // 2, zone
    ),
    PATTERNS,
    st.integers(1_500_000, 1_800_000),
    st.integers(1, 800),
    ZONES,
)


@settings(max_examples=60, deadline=None)
@given(PLANS, st.lists(st.floats(0, 1), min_size=2, max_size=8))
def test_a_plan_rises_from_nothing_to_all_without_a_jump(plan, moments):
    start, until = plan.edges[0], plan.edges[-1]
    assert (plan.share(start), plan.share(until)) == (0, 1)
    instants = sorted({start + int((until - start) * moment) for moment in moments})
    shares = [plan.share(at) for at in instants]
    assert all(before < after for before, after in pairwise(shares))
    steps = [after - before for before, after in pairwise(plan.cumulative)]
    for at in instants[:-1]:  # within a second it grows by what its hour says
        hour = bisect_right(plan.edges, at) - 1
        grown = plan.share(min(at + S, until)) - plan.share(at)
        width = plan.edges[hour + 1] - plan.edges[hour]
        assert grown <= Fraction(max(steps[hour : hour + 2]) * S, min(width, NS_PER_HOUR // 2) * plan.cumulative[-1])


@settings(max_examples=60, deadline=None)
@given(PLANS, st.fractions(0, 1))
def test_the_instant_a_share_is_reached_is_the_last_before_it(plan, share):
    at = plan.reached(share)
    assert plan.share(at) <= share <= plan.share(at + 1) or at == plan.edges[-1]


BUDGETS = (SpendBudget("all", Decimal(10)), SpendBudget("acme", Decimal(4), tenant="acme"))
AMOUNTS = st.integers(1, 400).map(lambda cents: Decimal(cents) / 100)
RESERVATIONS = st.builds(
    lambda n, acme, amount, state, trace, created, ttl: Reservation(
        reservation_id=UUID(int=n),
        state=state,
        words={"tenant": "acme"} if acme else {},
        amount_usd=amount,
        created_ns=created * S,
        expires_ns=(created + ttl) * S,
        changed_ns=(created + 1) * S,
        actual_usd=amount / 2 if state is State.SETTLED else None,
        trace_id=UUID(int=trace),
    ),
    st.integers(1, 8),
    st.booleans(),
    AMOUNTS,
    st.sampled_from([State.HELD, State.SETTLED, State.RELEASED]),
    st.integers(1, 3),
    st.integers(0, 600),
    st.integers(1, 600),
)
COSTS = st.builds(lambda al, ac: TraceCost({0: al + ac, 1: ac}, complete=False, billed=True), AMOUNTS, AMOUNTS)
MOVES = st.lists(
    st.tuples(st.just("put"), RESERVATIONS)
    | st.tuples(st.just("drop"), st.integers(1, 8))
    | st.tuples(st.just("advance"), st.integers(0, 2000))
    | st.tuples(st.just("seen"), st.dictionaries(st.integers(1, 3).map(lambda n: UUID(int=n)), COSTS)),
    max_size=30,
)


@given(MOVES)
def test_what_is_reserved_is_the_sum_over_all_reservations(moves):
    desk, now = Desk(BUDGETS), 0
    for word, value in moves:
        if word == "put":
            known = desk.find(value.reservation_id)
            desk.put(value if known is None else replace(value, words=known.words))
        elif word == "drop":
            desk.drop(UUID(int=value))
        elif word == "advance":
            now = max(now, value * S)
            desk.advance(now)
        else:
            desk.seen(desk.watched(now), value, now)
        for row in (0, 1):
            entries = desk._entries.values()
            held, settled = (
                sum((e.counted.get(row, NOTHING) for e in entries if e.reservation.state is state), NOTHING)
                for state in (State.HELD, State.SETTLED)
            )
            assert (desk.reserved(row).held_usd, desk.reserved(row).settled_usd) == (held, settled)
            assert min(held, settled) >= 0


CALLS = st.lists(
    st.tuples(
        st.sampled_from(["ask", "ask", "ask", "settle", "derive", "look", "release"]),
        st.integers(0, 6),  # which call
        st.integers(20, 300),  # cents
        st.integers(0, 100),  # percent of it that is really spent
    ),
    max_size=25,
)


class World:
    """Callers that never spend without asking, nor more than they asked for; and telemetry that comes when it comes."""

    def __init__(self):
        self.house = Spending(store_with(), BUDGETS)
        self.now = NOON
        self.open, self.running, self.spent = [], [], NOTHING

    def ask(self, cents, percent):
        answer = self.house.reserve(ReservationAsk(amount_usd=str(Decimal(cents) / 100), tenant="acme"), self.now)
        if answer.granted:
            self.open.append((answer.reservation_id, Decimal(cents * percent) / 10_000))

    def settle(self, place):
        reservation_id, actual = self.open.pop(place % len(self.open))
        trace = UUID(int=reservation_id.int)
        self.spent += actual
        self.house.settle(reservation_id, SettleAsk(actual_usd=str(actual), trace_id=trace), self.now)
        self.running.append((trace, actual, self.now))

    def derive(self, place):
        trace, actual, at = self.running.pop(place % len(self.running))
        line = Line(quantity=int(actual * 10_000), unit_price_usd="0.0001")
        put(self.house.store, Stored(number=trace.int, started_at=at, lines=(line,)))

    def check(self, *, all_derived=False):
        for position in self.house.positions(self.now):
            assert position.committed_usd >= self.spent  # nothing is uncounted
            assert self.spent <= position.budget.amount_usd  # and so no limit is passed
            if all_derived:
                assert (position.spent_usd, position.reserved.settled_usd) == (self.spent, 0)  # nothing twice


@settings(max_examples=12, deadline=None)
@given(CALLS)
def test_no_callers_together_pass_a_limit_whenever_their_telemetry_comes(calls):
    world = World()
    for word, place, cents, percent in calls:
        world.now += S
        if word == "ask":
            world.ask(cents, percent)
        elif word == "settle" and world.open:
            world.settle(place)
        elif word == "derive" and world.running:
            world.derive(place)
        elif word == "release" and world.open:
            world.house.release(world.open.pop(place % len(world.open))[0], world.now)
        elif word == "look":
            world.check()
    while world.running:
        world.derive(0)
    world.now += S
    world.check(all_derived=True)
    world.house.store.close()


WINDOW = Window(0.005, 14400.0, 1200.0)
PACES = st.builds(
    lambda gone, burn: Reading(
        objective="budget day",
        sli=Sli.COST,
        window=WINDOW,
        factor=1.2,
        long=Counts(10, 10),
        short=Counts(5, 5),
        judgement=Judgement(Verdict.FIRING if gone or burn > 1.2 else Verdict.OK, Reason.BURNING, burn, burn, None),
        money=Money(Decimal(24 if gone else 20), Decimal(24), Decimal(18), "high"),
    ),
    st.booleans(),
    st.floats(0, 20),
)
LADDERS = st.sets(st.sampled_from(LADDER), min_size=2).map(lambda tiers: tuple(t for t in LADDER if t in tiers))


@given(st.lists(st.tuples(st.integers(1, 4000), PACES), max_size=40), LADDERS)
def test_money_alone_never_reaches_a_person_nor_gives_up_the_models_before_it_is_gone(stream, ladder):
    policy = RoutePolicy("answer", ladder=ladder, budgets=("day",))
    state, now = initial(policy), datetime(2026, 11, 18, tzinfo=UTC)
    for pause_s, reading in stream:
        before, now = policy.rung(state.tier), now + timedelta(seconds=pause_s)
        state, _ = step(state, Observation((reading,)), now, policy)
        rung = policy.rung(state.tier)
        lowest = policy.empty_floor if reading.money.gone else policy.pace_floor
        assert rung <= max(before, lowest)
        assert state.tier is not Tier.HUMAN_HANDOFF or ladder[0] is Tier.HUMAN_HANDOFF
