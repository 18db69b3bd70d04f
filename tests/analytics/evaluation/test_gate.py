"""The gate refuses what is worse, passes what is shown not to be much worse, and says when neither is shown."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.evaluation.gate import Verdict, gated
from analytics.evaluation.inputs import WrongInput
from analytics.evaluation.settings import GateSettings, MetricKind, MetricSettings
from tests.analytics.evaluation.worlds import run_of_scores, yes_no_scores

GATE = GateSettings()
ITEMS = 100


def verdict(was, now, **said):
    found = gated(run_of_scores({"s": was}), run_of_scores({"s": now}), (), GateSettings(**said))
    return found.rulings[0]


def test_the_same_scores_of_enough_items_pass():
    was = yes_no_scores(1, ITEMS, 0.9)
    assert verdict(was, was).verdict is Verdict.PASS


@pytest.mark.parametrize(("items", "expected"), [(28, Verdict.UNPROVEN), (30, Verdict.PASS)])
def test_equal_pairs_pass_from_the_number_on_that_rules_the_loss_out(items, expected):
    assert verdict([1.0] * items, [1.0] * items).verdict is expected  # 1 - 0.05^(1/29) is just below 0.1


def test_six_items_that_all_get_worse_are_refused_and_five_and_one_are_not():
    assert verdict([1.0] * 40, [0.0] * 6 + [1.0] * 34).verdict is Verdict.REFUSE  # half of 1 / 2^6
    mixed = verdict([1.0] * 20 + [0.0] * 20, [0.0] * 4 + [1.0] * 16 + [1.0] * 2 + [0.0] * 18)
    assert mixed.verdict is Verdict.UNPROVEN


def test_a_tolerated_loss_is_no_reason_to_refuse():
    was, now = [1.0] * 200, [0.0] * 10 + [1.0] * 190
    assert verdict(was, now).verdict is Verdict.REFUSE
    assert verdict(was, now, tolerated=0.05, noticed=0.1).verdict is Verdict.PASS


def test_a_gain_is_no_reason_to_refuse():
    assert verdict([0.0] * 20 + [1.0] * 40, [1.0] * 60).verdict is Verdict.PASS


def test_a_metric_that_the_candidate_lost_is_unproven_and_a_new_one_is_told():
    both = {"kept": [1.0] * 50}
    found = gated(run_of_scores({**both, "old": [1.0] * 50}), run_of_scores({**both, "new": [1.0] * 50}), (), GATE)
    assert {one.metric.name: str(one.verdict) for one in found.rulings} == {
        "kept": "pass",
        "new": "told",
        "old": "unproven",
    }
    assert found.exit_status == 3


def test_items_without_a_score_on_one_side_keep_a_metric_from_passing():
    now = [1.0] * 50 + [None] * 6
    assert verdict([1.0] * 56, now).verdict is Verdict.UNPROVEN  # 6 of 56 are more than a tenth
    assert verdict([1.0] * 56, now, unscored=0.2).verdict is Verdict.PASS


@pytest.mark.parametrize(("kind", "expected"), [("citation_validity", Verdict.PASS), ("recall", Verdict.UNPROVEN)])
def test_answers_without_a_citation_lack_no_share_of_valid_ones(kind, expected):
    was, now = run_of_scores({kind: [1.0] * 60}), run_of_scores({kind: [1.0] * 40 + [None] * 20})
    assert gated(was, now, (), GATE).rulings[0].verdict is expected


def test_a_metric_that_does_not_gate_refuses_nothing():
    settings = (MetricSettings(MetricKind.EXACT, name="s", gates=False), MetricSettings(MetricKind.EXACT, name="t"))
    was, now = {"s": [1.0] * 50, "t": [1.0] * 50}, {"s": [0.0] * 50, "t": [1.0] * 50}
    assert gated(run_of_scores(was), run_of_scores(now), settings, GATE).exit_status == 0


def test_nothing_that_gates_is_a_mistake():
    settings = (MetricSettings(MetricKind.EXACT, name="s", gates=False),)
    with pytest.raises(WrongInput, match="no metric of the baseline gates"):
        gated(run_of_scores({"s": [1.0]}), run_of_scores({"s": [1.0]}), settings, GATE)


@pytest.mark.parametrize(
    ("other", "says"),
    [
        (run_of_scores({"s": [1.0]}, golden="h"), "is over golden set"),
        (run_of_scores({"s": [1.0, 1.0]}), "different items"),
    ],
)
def test_runs_that_cannot_be_compared_are_refused(other, says):
    with pytest.raises(WrongInput, match=says):
        gated(run_of_scores({"s": [1.0]}), other, (), GATE)


def test_the_same_runs_and_seed_give_the_same_figures():
    chance = np.random.default_rng(3)
    was, now = run_of_scores({"s": list(chance.random(50))}), run_of_scores({"s": list(chance.random(50))})
    assert gated(was, now, (), GATE) == gated(was, now, (), GATE)


def test_a_baseline_in_which_everything_failed_is_refused():
    good = run_of_scores({"s": [1.0] * 40})
    off = replace(good, items=tuple(replace(item, error="off", scores={"s": 0.0}) for item in good.items))
    with pytest.raises(WrongInput, match=r"no question was answered \(off \(40\)\) of the baseline"):
        gated(off, good, (), GATE)
    assert gated(good, off, (), GATE).verdict is Verdict.REFUSE


def test_why_scores_are_missing_is_told():
    good = run_of_scores({"s": [1.0] * 40})
    unjudged = replace(good, items=tuple(replace(item, scores={}, unscored={"s": "budget"}) for item in good.items))
    assert gated(good, unjudged, (), GATE).rulings[0].why == "no item has a score on both sides; budget (40)"
