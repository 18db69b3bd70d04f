"""Reviews are read from CSV and JSON lines, compared with each other and with evaluators, and become events."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analytics
from analytics.evaluation.agreement import agreement_of, kappa_of
from analytics.evaluation.inputs import WrongInput
from analytics.evaluation.reviews import BAD, GOOD, agreements, read_reviews, review_events, word_told
from analytics.evaluation.summary import agreement_summary
from tests.analytics.evaluation.worlds import run_of_scores

CSV = """id,reviewer,label,score,note
q0,ada,pass,,fine
q0,bob,fail,,
q1,ada,,0.2,invented
q1,bob,fail,,
q2,ada,Pass,,
q2,bob,pass,,
"""
WORDS = st.sampled_from(["pass", "fail", "unclear"])
TRACE = "ab" * 16


def written(folder, text, name="reviews.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_reviewers_are_compared_on_what_both_saw(tmp_path):
    reviews = read_reviews(written(tmp_path, CSV), threshold=0.5)
    found = agreements(reviews, None, threshold=0.5, seed=1).people["ada and bob"]
    assert found.counts == {"fail / fail": 1, "pass / fail": 1, "pass / pass": 1}
    assert found.agreement == pytest.approx(2 / 3)


def test_evaluators_are_compared_with_what_most_people_said(tmp_path):
    reviews = read_reviews(written(tmp_path, CSV), threshold=0.5)
    run = run_of_scores({"judge": [1.0, 0.1, 0.9], "exact": [None, 1.0, 1.0]})
    found = agreements(reviews, run, threshold=0.5, seed=1).evaluators
    assert found["judge"].counts == {"fail / fail": 1, "pass / pass": 1}  # on q0 people are undecided
    assert found["exact"].counts == {"fail / pass": 1, "pass / pass": 1}


def test_labels_mean_what_a_server_takes_them_for_and_others_are_compared_with_no_score(tmp_path):
    text = "id,label\nq0,Good\nq1,incorrect\nq2,off topic\nnope,yes\n"
    reviews = read_reviews(written(tmp_path, text), threshold=0.5)
    found = agreements(reviews, run_of_scores({"judge": [1.0, 0.0, 1.0]}), threshold=0.5, seed=1)
    assert [one.word for one in reviews] == [word_told(one.label, None, 0.5) for one in reviews]
    assert found.evaluators["judge"].counts == {"fail / fail": 1, "pass / pass": 1}
    assert (found.elsewhere, found.other_words) == (1, {"off topic": 1})
    told = agreement_summary(found, len(reviews))
    assert "off topic (1); write pass or fail" in told
    assert "1 review about no answer of the run" in told


def test_where_one_says_one_thing_only_kappa_is_nothing():
    found = agreement_of([("pass", "pass"), ("fail", "pass")], seed=1)
    assert (found.agreement, found.kappa, found.kappa_low) == (0.5, None, None)


def test_reviews_are_events_about_the_trace_of_the_answer(tmp_path):
    text = f'{{"trace_id": "{TRACE.upper()}", "label": "pass", "at": "1970-01-01T00:00:01Z", "name": "tone"}}\n'
    told = read_reviews(written(tmp_path, text + '{"id": "q0", "score": 1}\n', "r.jsonl"), threshold=0.5)
    first, second = review_events(told, run_of_scores({"s": [1.0]}), now_ns=5)
    assert (first.name, first.trace_id, first.at_ns, first.label, first.source) == (
        "tone",
        TRACE,
        10**9,
        "pass",
        "human",
    )
    assert (second.name, second.item_id, second.at_ns, second.score) == ("human", "q0", 1_005, 1.0)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("q1,ada,,,", "reviews.csv:2: neither label nor score"),
        (",ada,pass,,", "about nothing; expected one of id, trace_id, response_id"),
        ("q1,ada,,7,", "score is 7.0; expected 0 to 1"),
        ("q1,ada,,good,", "score is 'good'; expected a number"),
        ("q1,ada,pass,,,more", "more cells than the head has"),
    ],
)
def test_a_mistake_in_reviews_names_its_line(tmp_path, line, says):
    with pytest.raises(WrongInput, match=says):
        read_reviews(written(tmp_path, f"id,reviewer,label,score,note\n{line}\n"), threshold=0.5)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=60))
def test_agreement_is_within_its_interval_and_the_same_whoever_comes_first(pairs):
    found = agreement_of(pairs, seed=1)
    assert found.agreement_low <= found.agreement <= found.agreement_high
    turned = agreement_of([(other, one) for one, other in pairs], seed=1)
    assert (turned.agreement, turned.kappa) == pytest.approx((found.agreement, found.kappa))


@settings(deadline=None, max_examples=40)
@given(st.lists(WORDS, min_size=2, max_size=60).filter(lambda said: len(set(said)) > 1))
def test_kappa_is_one_where_both_say_the_same(said):
    assert agreement_of([(word, word) for word in said], seed=1).kappa == pytest.approx(1)


def test_independent_raters_have_no_kappa_to_speak_of():
    chance = np.random.default_rng(7)
    said = chance.choice(["pass", "fail"], p=[0.8, 0.2], size=(4_000, 2))
    found = agreement_of([(str(one), str(other)) for one, other in said], seed=1)
    assert found.agreement > 0.6
    assert found.kappa_low < 0 < found.kappa_high


def test_a_textbook_table_gives_its_kappa():
    assert kappa_of(np.array([[20.0, 5.0], [10.0, 15.0]])) == pytest.approx(0.4)


def test_where_everybody_always_says_the_same_chance_explains_everything():
    assert agreement_of([("pass", "pass")] * 9, seed=1).kappa is None


@pytest.mark.parametrize(
    "query", ["evaluation/queries/evaluation_names", "evaluation/queries/evaluation_candidates", "queries/parts/scored"]
)
def test_a_store_takes_labels_for_what_a_command_takes_them_for(query):
    text = (Path(analytics.__file__).parent / f"{query}.sql").read_text()
    lists = re.findall(r"lower\(label\) in \(([^)]*)\)", text)
    assert {frozenset(re.findall(r"'(\w+)'", one)) for one in lists} == {GOOD, BAD}
