"""After an interruption a reader goes up one tier at a time, and down at once."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from instrumentation.decision_rows import rank
from instrumentation.decision_table import DecisionTable
from instrumentation.downgrade import Mode, OnExpiry, Scope, Tier
from tests.instrumentation.decisions import NINE, decision, document

DWELL_S = 60
NINE_S = NINE.timestamp()


def lasting(tier=Tier.ECONOMY, scope=None, **changes):
    return decision(tier, scope, **{"on_expiry": OnExpiry.HOLD, "up_dwell_s": DWELL_S, **changes})


def after_a_gap(before, *decisions, at_s=NINE_S, seq=2, **how):
    table = before if isinstance(before, DecisionTable) else DecisionTable().applied(document(*before))[0]
    return table.applied(document(*decisions, seq=seq), after_gap=True, at_s=at_s, **how)[0]


def at(table, s, **asked):
    return table.tier_for(at=NINE + timedelta(seconds=s), **asked).tier


def test_the_way_up_takes_a_tier_each_dwell_and_the_first_at_once():
    table = after_a_gap([lasting(Tier.ECONOMY)])
    assert [at(table, s) for s in (0, 59, 60, 119)] == [Tier.STANDARD, Tier.STANDARD, None, None]


def test_while_connected_any_step_up_is_followed_at_once():
    table = DecisionTable().applied(document(lasting(Tier.HUMAN_HANDOFF)))[0]
    assert at(table.applied(document(seq=2))[0], 0) is None


def test_a_new_epoch_is_a_gap_by_itself():
    table = DecisionTable().applied(document(lasting(Tier.ECONOMY)))[0]
    assert at(table.applied(document(epoch=2))[0], 0) is Tier.STANDARD


def test_the_way_back_is_the_path_that_was_taken_down():
    table = after_a_gap([lasting(Tier.CACHED_ONLY, path=(Tier.PREMIUM, Tier.ECONOMY))])
    assert [at(table, s) for s in (0, 60)] == [Tier.ECONOMY, None]


def test_the_way_goes_no_higher_than_the_document():
    table = after_a_gap([lasting(Tier.CACHED_ONLY)], lasting(Tier.STANDARD))
    assert [at(table, s) for s in (0, 60, 120, 600)] == [Tier.ECONOMY, *[Tier.STANDARD] * 3]


def test_down_is_at_once_also_after_a_gap():
    assert at(after_a_gap([lasting(Tier.STANDARD)], lasting(Tier.SOURCES_ONLY)), 0) is Tier.SOURCES_ONLY


def test_what_an_operator_decided_is_followed_at_once():
    by_hand = lasting(Tier.STANDARD, mode=Mode.MANUAL)
    assert at(after_a_gap([lasting(Tier.SOURCES_ONLY)], by_hand), 0) is Tier.STANDARD


def test_a_lease_that_ended_before_restrains_nobody():
    table = after_a_gap([lasting(on_expiry=OnExpiry.BASELINE)], at_s=NINE_S + 31)
    assert at(table, 31) is None


def test_a_step_up_just_before_the_gap_counts():
    raised = after_a_gap(DecisionTable().applied(document(lasting(Tier.SOURCES_ONLY)))[0], at_s=NINE_S)
    connected = DecisionTable().applied(document(lasting(Tier.SOURCES_ONLY)))[0]
    connected = connected.applied(document(lasting(Tier.ECONOMY), seq=2), at_s=NINE_S)[0]
    table = after_a_gap(connected, at_s=NINE_S + 10, seq=3)
    assert [at(table, s) for s in (10, 69, 70)] == [Tier.ECONOMY, Tier.ECONOMY, Tier.STANDARD]
    assert at(raised, 0) is Tier.CACHED_ONLY


def test_a_decision_that_says_no_dwell_gets_the_readers():
    table = after_a_gap([lasting(up_dwell_s=None)], up_dwell_s=5)
    assert [at(table, s) for s in (4, 5)] == [Tier.STANDARD, None]


def test_only_the_share_that_was_down_is_restrained():
    table = after_a_gap([lasting(Tier.STANDARD), lasting(Tier.ECONOMY, share=0.25)])
    tiers = [at(table, 0, key=f"c-{n}") for n in range(400)]
    assert {tier: tiers.count(tier) > 50 for tier in set(tiers)} == {Tier.STANDARD: True, None: True}


def test_an_exempted_tenant_stays_exempted_on_the_way():
    exempt = lasting(Tier.PREMIUM, Scope("acme"))
    table = after_a_gap([exempt, lasting(Tier.SOURCES_ONLY)], exempt)
    assert at(table, 0, tenant="acme") is Tier.PREMIUM
    assert at(table, 0, tenant="other") is Tier.CACHED_ONLY


def test_a_tenant_back_at_the_top_does_not_fall_under_the_way_of_a_wider_scope():
    table = after_a_gap([lasting(Tier.STANDARD, Scope("acme")), lasting(Tier.HUMAN_HANDOFF)])
    assert {at(table, s, tenant="acme") for s in range(0, 400, 10)} == {None}


steps = st.lists(
    st.tuples(st.integers(1, 90), st.none() | st.sampled_from(Tier), st.booleans()), min_size=1, max_size=8
)


@given(steps)
def test_no_two_steps_up_within_a_dwell_and_never_more_than_one_tier(seen):
    """Every document after a gap, in one epoch or another; looked at every second."""
    table, ranks, now = DecisionTable(), [], 0
    for n, (pause_s, tier, same_epoch) in enumerate(seen):
        decided = [] if tier is None else [lasting(tier)]
        epoch = 1 if same_epoch and table.epoch <= 1 else n + 2
        table, _ = table.applied(document(*decided, epoch=epoch, seq=n), after_gap=True, at_s=NINE_S + now)
        ranks += [rank(at(table, now + s)) for s in range(pause_s)]
        now += pause_s
    ranks += [rank(at(table, now + s)) for s in range(600)]
    ups = [s for s in range(1, len(ranks)) if ranks[s] < ranks[s - 1]]
    assert all(ranks[s - 1] - ranks[s] == 1 for s in ups)
    assert all(later - sooner >= DWELL_S for sooner, later in pairwise(ups))
    assert ranks[-1] == rank(None if seen[-1][1] is None else seen[-1][1])


@given(steps)
def test_the_way_up_never_serves_above_the_document(seen):
    table, now = DecisionTable(), 0
    for n, (pause_s, tier, gap) in enumerate(seen):
        decided = [] if tier is None else [lasting(tier)]
        table, _ = table.applied(document(*decided, seq=n), after_gap=gap, at_s=NINE_S + now)
        assert all(rank(at(table, now + s)) >= rank(tier) for s in range(0, pause_s, 7))
        now += pause_s
