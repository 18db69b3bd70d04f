"""Whatever is split, the shares sum to it exactly, and nothing but the figures decides who gets what."""

import random
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from analytics.allocation.patterns import matches, within
from analytics.allocation.rule_checks import sound_rules
from analytics.allocation.rule_text import from_body, rules_body
from analytics.allocation.rules import AttributionRule, Conditions, SpanFacts, Words, allocate, assignments
from analytics.allocation.splitting import NothingToSplitBy, ratios, split_exactly

AMOUNTS = st.decimals(-(10**9), 10**9, places=15)
WEIGHTS = st.one_of(st.integers(0, 10**24), st.decimals(0, 10**9, places=15))
SPLITS = st.dictionaries(st.one_of(st.none(), st.text(max_size=5)), WEIGHTS, min_size=1, max_size=12).filter(
    lambda weights: any(weights.values())
)
UNIT = Fraction(1, 10**15)


@given(AMOUNTS, SPLITS)
def test_shares_sum_to_the_bill_exactly(amount, weights):
    shares = split_exactly(amount, weights)
    assert sum(map(Fraction, shares.values())) == Fraction(amount)
    assert shares.keys() == weights.keys()


@given(AMOUNTS, SPLITS)
def test_no_share_is_a_unit_or_more_away_from_its_proportion(amount, weights):
    total = sum(map(Fraction, weights.values()))
    for member, share in split_exactly(amount, weights).items():
        assert abs(Fraction(share) - Fraction(amount) * Fraction(weights[member]) / total) < UNIT


@given(AMOUNTS, SPLITS, st.randoms())
def test_the_order_of_the_members_decides_nothing(amount, weights, chance: random.Random):
    entries = list(weights.items())
    chance.shuffle(entries)
    assert split_exactly(amount, dict(entries)) == split_exactly(amount, weights)


@given(SPLITS)
def test_ratios_sum_to_one(weights):
    assert sum(map(Fraction, ratios(weights).values())) == 1


@given(AMOUNTS, st.dictionaries(st.text(max_size=3), st.just(0)))
def test_nothing_to_split_by_is_said_and_never_drops_the_amount(amount, weights):
    try:
        split_exactly(amount, weights)
    except NothingToSplitBy:
        return
    raise AssertionError("an amount went nowhere")


@given(AMOUNTS, SPLITS, st.integers(1, 1000))
def test_only_proportions_count(amount, weights, factor):
    scaled = {member: Fraction(weight) * factor for member, weight in weights.items()}
    assert split_exactly(amount, scaled) == split_exactly(amount, weights)


GLOBS = st.text("ab*?", max_size=4)


@given(GLOBS, GLOBS, st.text("ab", max_size=5))
def test_a_pattern_within_another_lets_no_more_through(narrow, wide, word):
    if within(narrow, wide) and matches(narrow, word):
        assert matches(wide, word)


WORD = st.sampled_from(["a", "b", ""])
PATTERNS = st.lists(st.sampled_from(["a", "b", "", "?*", "*", "a*"]), max_size=2).map(tuple)
RULES = st.lists(
    st.builds(
        AttributionRule,
        name=st.uuids().map(str),
        when=st.builds(Conditions, tenant=PATTERNS, team=PATTERNS, service=PATTERNS),
        set=st.builds(
            Words,
            tenant=st.sampled_from([None, "a", "{team}"]),
            team=st.sampled_from([None, "b", "{service}-x"]),
            cost_center=st.sampled_from(["c", "{tenant}"]),
        ),
        only_missing=st.booleans(),
        effective_from=st.sampled_from([None, "1970-01-02"]),
    ),
    max_size=4,
).map(tuple)
SPANS = st.tuples(st.fixed_dictionaries({"tenant": WORD, "team": WORD}), st.builds(SpanFacts, service=WORD))
DAY_NS = 86_400 * 10**9


@given(RULES, SPANS, st.sampled_from([0, DAY_NS]))
def test_rules_read_back_from_the_store_give_the_same_words(rules, span, at_ns):
    body = rules_body(rules)
    assert rules_body(from_body(body)) == body
    assert allocate(from_body(body), *span, at_ns) == allocate(rules, *span, at_ns)


@given(RULES, SPANS, st.sampled_from([0, DAY_NS]))
def test_a_rule_told_to_be_dead_sets_nothing_anywhere(rules, span, at_ns):
    dead = {(rules[found.path[1]].name, found.path[3]) for found in sound_rules({"attribution_rules": rules})}
    settled = assignments(rules, *span, at_ns)
    assert dead.isdisjoint((one.rule, word) for word, one in settled.items())


@given(RULES, SPANS)
def test_words_that_are_there_stay_unless_a_rule_may_override(rules, span):
    filling = tuple(rule for rule in rules if rule.only_missing)
    words = span[0]
    assert all(allocate(filling, *span, 0)[name] == word for name, word in words.items() if word)
