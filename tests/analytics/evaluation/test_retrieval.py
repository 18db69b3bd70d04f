"""Scores of retrieval, against arithmetic by hand and laws that hold for any ranking."""

from math import log2

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.evaluation.answers import Document
from analytics.evaluation.lengths import usual_lengths
from analytics.evaluation.retrieval import (
    fresh_share,
    hit,
    ndcg,
    permitted_share,
    precision,
    recall,
    reciprocal_rank,
    unique_share,
    usual_share,
)

IDS = st.lists(st.sampled_from("abcdefgh"), max_size=12)
GAINS = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0.5, 3), min_size=1)


def found(ids):
    return [Document(one) for one in ids]


def test_scores_are_as_by_hand():
    ranked, gains = found("xaybz"), {"a": 1.0, "b": 1.0, "c": 1.0}
    assert recall(ranked, gains, 3) == pytest.approx(1 / 3)
    assert recall(ranked, gains, 5) == pytest.approx(2 / 3)
    assert precision(ranked, gains, 4) == pytest.approx(2 / 4)
    assert reciprocal_rank(ranked, gains) == 1 / 2
    assert (hit(ranked, gains, 1), hit(ranked, gains, 2)) == (0.0, 1.0)


def test_graded_gain_is_discounted_by_rank_and_held_against_the_best_order():
    gains = {"a": 3.0, "b": 2.0, "c": 1.0}
    best = 3 / log2(2) + 2 / log2(3) + 1 / log2(4)
    said = 2 / log2(2) + 3 / log2(4)  # b first, a third
    assert ndcg(found("bxa"), gains, 10) == pytest.approx(said / best)


@settings(deadline=None)
@given(GAINS, st.integers(1, 12))
def test_the_best_order_is_worth_one_and_nothing_found_nothing(gains, at):
    best = found(sorted(gains, key=lambda one: -gains[one]))
    assert ndcg(best, gains, at) == pytest.approx(1)
    assert ndcg([], gains, at) == recall([], gains, at) == reciprocal_rank([], gains) == 0


@settings(deadline=None)
@given(IDS, GAINS, st.integers(1, 12))
def test_every_score_is_in_0_to_1_and_repeating_documents_earns_nothing(ids, gains, at):
    once = list(dict.fromkeys(ids))
    for score in (recall, hit, precision, ndcg):
        assert 0 <= score(found(ids), gains, at) <= 1
        assert score(found(ids), gains, at) == score(found(once), gains, at)


@settings(deadline=None)
@given(IDS, GAINS)
def test_looking_further_never_lowers_recall(ids, gains):
    shares = [recall(found(ids), gains, at) for at in range(1, 13)]
    assert shares == sorted(shares)


def test_without_expected_documents_nothing_is_said():
    assert recall(found("a"), {}, 5) is ndcg(found("a"), {}, 5) is reciprocal_rank(found("a"), {}) is None
    assert unique_share([]) is fresh_share([Document("a")], 10.0) is None


def test_repetitions_are_seen_by_id_and_by_text():
    said = [Document("a", text="Same text."), Document("a"), Document("b", text="same  TEXT."), Document("c")]
    assert unique_share(said) == 2 / 4


def test_freshness_is_a_share_of_what_says_its_age():
    aged = [Document("a", age_s=10.0), Document("b", age_s=100.0), Document("c")]
    assert fresh_share(aged, 10.0) == 1 / 2


def test_who_asks_may_see_what_is_for_them_and_only_what_says_so_counts():
    told = [
        Document("a", tenant="acme"),
        Document("b", tenant="globex"),
        Document("c", allowed=("ada",)),
        Document("d"),
    ]
    assert permitted_share(told, ["acme", "ada"]) == 2 / 3
    assert permitted_share(told, []) == 0.0
    assert permitted_share(told, None) is permitted_share([Document("d")], ["acme"]) is None


def test_a_document_of_the_tenant_that_the_user_may_not_see_is_a_violation():
    assert permitted_share([Document("a", tenant="acme", allowed=("bob",))], ["acme", "ada"]) == 0.0


def test_a_length_is_usual_near_the_median_of_the_run():
    lengths = [790, 800, 810, 820] * 5 + [9_000, 20]
    shortest, longest = usual_lengths(lengths)
    assert [n for n in lengths if not shortest <= n <= longest] == [9_000, 20]
    told = [Document("a", text="x" * 800), Document("b", text="x" * 9_000), Document("c")]
    assert usual_share(told, shortest, longest) == 1 / 2


def test_few_documents_say_nothing_of_what_is_usual():
    assert usual_lengths([800] * 19) is None
    assert usual_share([Document("a")], 0, 10) is None
