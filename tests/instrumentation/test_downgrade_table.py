"""Which decision a request falls under."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instrumentation.decision_table import NO_DECISION, DecisionTable, Outcome, sticky_fraction
from instrumentation.downgrade import Mode, OnExpiry, Scope, Tier
from tests.instrumentation.decisions import NINE, decision, document


def table(*decisions):
    return DecisionTable().applied(document(*decisions))[0]


def test_without_decisions_the_router_chooses():
    assert table().tier_for(tenant="acme", route="answer", at=NINE) is NO_DECISION


def test_a_decision_for_everyone_reaches_every_request():
    assert table(decision(Tier.ECONOMY)).tier_for(at=NINE).tier is Tier.ECONOMY


def test_another_tenant_is_not_affected():
    acme = table(decision(scope=Scope(tenant="acme")))
    assert acme.tier_for(tenant="acme", at=NINE).degraded
    assert not acme.tier_for(tenant="other", at=NINE).degraded
    assert not acme.tier_for(at=NINE).degraded


BY_SPECIFICITY = [
    Scope("acme", "answer", "large"),
    Scope("acme", "answer"),
    Scope("acme", model="large"),
    Scope("acme"),
    Scope(route="answer", model="large"),
    Scope(route="answer"),
    Scope(model="large"),
    Scope(),
]


@given(st.permutations(BY_SPECIFICITY), st.integers(1, 8))
def test_the_most_specific_scope_wins_in_whatever_order_it_was_published(scopes, size):
    published = scopes[:size]
    verdict = table(*(decision(scope=s) for s in published)).tier_for(
        tenant="acme", route="answer", model="large", at=NINE
    )
    assert verdict.decision.scope == min(published, key=BY_SPECIFICITY.index)


def test_a_missing_part_of_the_request_never_matches_an_open_part_of_another_scope():
    mixed = table(
        decision(Tier.STANDARD, Scope(tenant="acme")), decision(Tier.ECONOMY, Scope(route="answer")), decision()
    )
    assert mixed.tier_for(route="answer", at=NINE).decision.scope == Scope(route="answer")


def test_a_request_outside_the_share_of_its_scope_falls_under_the_wider_one():
    both = table(decision(Tier.ECONOMY, Scope(tenant="acme"), share=0.0), decision(Tier.STANDARD))
    assert both.tier_for(tenant="acme", key="c-1", at=NINE).tier is Tier.STANDARD


def test_two_decisions_for_one_scope_serve_the_lowest_rung_whose_share_includes_the_request():
    stepping = table(decision(Tier.STANDARD), decision(Tier.ECONOMY, share=0.25))
    tiers = [stepping.tier_for(key=f"c-{n}", at=NINE).tier for n in range(4_000)]
    assert set(tiers) == {Tier.STANDARD, Tier.ECONOMY}
    assert tiers.count(Tier.ECONOMY) == pytest.approx(1_000, abs=100)


def test_a_lease_ends_at_its_instant_and_the_baseline_returns():
    leased = table(decision())
    assert leased.tier_for(at=NINE + timedelta(seconds=29.999)).degraded
    assert leased.tier_for(at=NINE + timedelta(seconds=30)) is NO_DECISION


def test_a_decision_that_holds_stays_after_its_lease():
    assert table(decision(on_expiry=OnExpiry.HOLD)).tier_for(at=NINE + timedelta(days=9)).degraded


def test_when_the_specific_lease_ends_the_wider_decision_counts():
    both = table(decision(Tier.ECONOMY, Scope("acme")), decision(Tier.STANDARD, on_expiry=OnExpiry.HOLD))
    assert both.tier_for(tenant="acme", at=NINE + timedelta(minutes=1)).tier is Tier.STANDARD


@pytest.mark.parametrize("mode", Mode)
def test_only_enforced_modes_change_a_request(mode):
    enforced = mode in {Mode.DEGRADED, Mode.PROBING, Mode.HOLD, Mode.MANUAL}
    assert table(decision(mode=mode)).tier_for(at=NINE).degraded is enforced


def test_a_quarter_of_the_keys_is_a_quarter_of_the_traffic():
    quarter = table(decision(share=0.25))
    degraded = sum(quarter.tier_for(key=f"conversation-{n}", at=NINE).degraded for n in range(10_000))
    assert degraded == pytest.approx(2_500, abs=150)  # 3.5 standard deviations


@given(st.text(), st.text(), st.floats(0, 1), st.floats(0, 1))
def test_a_growing_share_only_adds_keys(salt, key, one, other):
    smaller, larger = sorted((one, other))
    in_smaller = table(decision(salt=salt, share=smaller)).tier_for(key=key, at=NINE).degraded
    in_larger = table(decision(salt=salt, share=larger)).tier_for(key=key, at=NINE).degraded
    assert in_smaller <= in_larger


@given(st.text(), st.floats(0, 1))
def test_the_share_is_the_documented_fraction(key, share):
    assert table(decision(share=share)).tier_for(key=key, at=NINE).degraded is (sticky_fraction("d-1", key) < share)


def test_two_salts_draw_independently():
    one = table(decision(salt="d-1", share=0.25))
    other = table(decision(salt="d-2", share=0.25))
    keys = [f"c-{n}" for n in range(10_000)]
    both = sum(one.tier_for(key=k, at=NINE).degraded and other.tier_for(key=k, at=NINE).degraded for k in keys)
    assert both == pytest.approx(625, abs=90)  # a quarter of a quarter


def test_a_replayed_document_changes_nothing():
    now, _ = table(decision(Tier.ECONOMY)).applied(document(seq=2))
    after, outcome = now.applied(document(decision(Tier.ECONOMY), seq=1))
    assert (after, outcome) == (now, Outcome.OLD)
    assert now.applied(document(seq=2))[1] is Outcome.REPEATED


def test_a_restarted_publisher_counts_from_one_again_in_a_later_epoch():
    old = DecisionTable().applied(document(decision(), epoch=1, seq=900))[0]
    assert old.applied(document(epoch=2, seq=1))[1] is Outcome.APPLIED


@given(st.permutations(range(6)), st.lists(st.integers(0, 5), max_size=12))
def test_reordered_and_repeated_documents_end_where_the_latest_does(order, repeats):
    ladder = list(Tier)
    latest = DecisionTable()
    for seq in [*order, *repeats]:
        latest, _ = latest.applied(document(decision(ladder[seq], mode=Mode.MANUAL), seq=seq))
    assert latest.tier_for(at=NINE).tier is ladder[5]


def test_an_unknown_decision_leaves_its_scope_as_it_was_until_the_lease_ends():
    before = table(decision(Tier.ECONOMY, Scope("acme")), decision(Tier.STANDARD, Scope("other")))
    after, _ = before.applied(document(seq=2), unknown=[Scope("acme"), Scope("new")])
    assert after.tier_for(tenant="acme", at=NINE).tier is Tier.ECONOMY
    assert after.tier_for(tenant="other", at=NINE) is NO_DECISION
    assert after.tier_for(tenant="new", at=NINE) is NO_DECISION
    assert after.tier_for(tenant="acme", at=NINE + timedelta(seconds=30)) is NO_DECISION
