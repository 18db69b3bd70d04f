"""What a controller may be shown: ladders, policies, observations, whole streams of them, and states to begin in."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from alerts.controller import (
    Basis,
    Estimate,
    Observation,
    Position,
    State,
    TierQuality,
    initial,
    step,
)
from alerts.controller.state import Earned
from alerts.policy import RoutePolicy
from analytics.slo.arithmetic import Counts
from analytics.slo.objective import Sli
from analytics.slo.verdicts import Verdict
from analytics.slo.windows import Window
from instrumentation.downgrade import LADDER
from tests.alerts.observations import NOON, reading

ROWS = (Window(0.02, 3600.0, 300.0), Window(0.05, 21600.0, 1800.0))
SHARES = st.sampled_from([(1.0,), (0.25, 0.5, 0.75, 1.0), (0.05, 0.25, 0.5, 1.0)])


def ladders(best=None):
    """Ladders, with a given best tier."""
    tiers = st.sets(st.sampled_from(LADDER), min_size=2).map(lambda found: tuple(t for t in LADDER if t in found))
    return (
        tiers
        if best is None
        else tiers.map(lambda found: (best, *(t for t in found if LADDER.index(t) > LADDER.index(best))))
    )


def policies(ladder):
    fast = ladders(ladder[0]).filter(lambda found: len(found) > 1) if ladder[0] is not LADDER[-2] else st.just(())
    return st.builds(
        RoutePolicy,
        route=st.just("answer"),
        ladder=st.just(ladder),
        fast_ladder=st.just(()) | fast,
        down_dwell_s=st.sampled_from([2.0, 900.0]),
        up_dwell_s=st.sampled_from([900.0, 1800.0]),
        probe_dwell_s=st.sampled_from([None, 1.0, 3600.0]),
        hold_s=st.sampled_from([0.0, 60.0]),
        pending_s=st.sampled_from([0.0, 0.0, 60.0]),
        longest_gap_s=st.sampled_from([60.0, 3600.0]),
        backoff_limit=st.integers(1, 8),
        share_steps=SHARES,
        probe_shares=SHARES,
        flap_limit=st.integers(1, 6),
    )


# One of the ladders is long, so that there is room for several steps.
POLICIES = (ladders() | st.just(LADDER)).filter(lambda ladder: ladder[0] is not LADDER[-1]).flatmap(policies)
# (bad, total) with few, many and no requests, and none, some or all of them bad.
COUNTS = st.tuples(st.sampled_from([0, 1, 4, 100, 1000]), st.sampled_from([0.0, 0.005, 0.2, 0.5, 1.0])).map(
    lambda drawn: (round(drawn[0] * drawn[1]), drawn[0])
)
SLIS = st.sampled_from([Sli.COST, Sli.LATENCY, Sli.AVAILABILITY])
READINGS = st.builds(
    lambda long, short, sli, window: reading(long, short, name=str(sli), sli=sli, window=window),
    COUNTS,
    COUNTS,
    SLIS,
    st.sampled_from(ROWS),
)
ESTIMATES = st.builds(
    Estimate,
    st.sampled_from(["cost", "up"]),
    st.sampled_from(LADDER),
    st.none() | st.floats(0, 20),
    st.sampled_from([0, 5, 100]),
    st.sampled_from(Verdict),
    st.sampled_from(Basis),
    st.booleans(),
)
QUALITY = st.builds(
    TierQuality,
    st.sampled_from(LADDER),
    st.just("good"),
    st.just(Counts(20, 5)),
    st.just(7.5),
    st.just(1.0),
    st.booleans(),
)
OBSERVATIONS = st.builds(
    Observation,
    readings=st.lists(READINGS, max_size=4).map(tuple),
    estimates=st.lists(ESTIMATES, max_size=2).map(tuple),
    quality=st.lists(QUALITY, max_size=2).map(tuple),
    admitted=st.sampled_from([True, True, True, False]),
    jitter=st.floats(0, 1),
)
CALM = Observation((reading((0, 1000), (0, 100)),))
TROUBLE = st.sampled_from(
    [reading((500, 1000), (50, 100), name=f"more {sli}", sli=sli) for sli in (Sli.COST, Sli.LATENCY)]
)
GOOD = Estimate("cost", LADDER[0], 0.1, 100, Verdict.OK, Basis.SERVED)
# Anything at all, between stretches of the situations in which steps are taken: trouble, calm, a trial that burns.
TYPICAL = st.sampled_from(
    [
        *(Observation((reading((500, 1000), (50, 100), name=str(sli), sli=sli),)) for sli in (Sli.COST, Sli.LATENCY)),
        CALM,
        replace(CALM, estimates=(GOOD,)),
        replace(CALM, estimates=(replace(GOOD, burn=9.0, verdict=Verdict.FIRING),)),
    ]
)
PAUSES = st.sampled_from([1.0, 60.0, 299.0, 301.0, 600.0, 899.0, 901.0, 1801.0, 4000.0])
STRETCHES = st.tuples(PAUSES, TYPICAL | TYPICAL | OBSERVATIONS, st.integers(1, 8))
STREAMS = st.lists(STRETCHES, min_size=2, max_size=10).map(
    lambda stretches: [(pause_s, seen) for pause_s, seen, looks in stretches for _ in range(looks)]
)
STORIES = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
LOOKS = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def follow(stream, policy):
    """Every state and change along a stream of (seconds since the last, observation)."""
    state, now, changes, states = initial(policy), NOON, [], []
    for pause_s, observation in stream:
        now += timedelta(seconds=pause_s)
        state, changed = step(state, observation, now, policy)
        changes += changed
        states.append(state)
    return states, changes


def moves(changes):
    return [change for change in changes if change.moved]


@st.composite
def placed(draw):
    """A policy, and a state on one of its ladders."""
    policy = draw(POLICIES)
    tiers = draw(st.sampled_from([policy.ladder, policy.fast]))
    path = tiers[: draw(st.integers(1, len(tiers)))]
    share = draw(st.sampled_from([0.05, 0.25, 0.5, 0.95, 1.0])) if len(path) > 1 else 1.0
    position = Position(path[-1], path[:-1], share)
    fallback = None
    if draw(st.booleans()):
        deeper = [p for p in (draw(st.sampled_from([policy.ladder, policy.fast])),) if position.tier in p]
        below = [t for ladder in deeper for t in ladder if LADDER.index(t) > LADDER.index(position.tier)]
        fallback = Position(below[0], path) if below and share == 1 else replace(position, share=1.0)
        fallback = None if fallback.best else fallback
    ago_s = draw(st.sampled_from([1.0, 301.0, 901.0, 3601.0, 20000.0]))
    state = State(
        position,
        NOON - timedelta(seconds=ago_s),
        upwards=draw(st.booleans()),
        fallback=fallback,
        tried_at=NOON - timedelta(seconds=ago_s),
        backoff=draw(st.integers(1, 8)),
        calm=Earned(draw(st.sampled_from([0.0, 600.0, 3600.0])), NOON),
    )
    return policy, state
