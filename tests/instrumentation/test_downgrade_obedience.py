"""Obeying a verdict in a router that is not LiteLLM."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instrumentation import obedience
from instrumentation.decision_table import Verdict
from instrumentation.downgrade import LADDER, Tier, rungs_at_or_below
from instrumentation.obedience import TierUnavailable, choose, narrow
from tests.instrumentation.decisions import decision, eventually, fresh_board, publish, publishing

README = (Path(obedience.__file__).parent / "README.md").read_text(encoding="utf-8")
THREE_LINES = re.search(r"```python\n(from instrumentation\.obedience .*?)```", README, re.DOTALL)[1]
tiers = st.none() | st.sampled_from(Tier)


def same(tier):
    return tier


@given(st.lists(tiers), tiers)
def test_narrowing_is_empty_only_when_there_was_nothing(candidates, floor):
    assert bool(narrow(candidates, floor, tier_of=same)) is bool(candidates)


@given(st.lists(tiers), st.sampled_from(Tier))
def test_narrowing_serves_one_rung_at_or_below_the_floor_or_leaves_the_list_alone(candidates, floor):
    kept = narrow(candidates, floor, tier_of=same)
    assert kept == candidates or (len(set(kept)) == 1 and kept[0] in rungs_at_or_below(floor))


@given(st.lists(tiers))
def test_without_a_floor_the_list_stays(candidates):
    assert narrow(candidates, None, tier_of=same) == candidates


def test_a_missing_rung_is_replaced_by_the_next_lower_one_never_a_higher_one():
    assert narrow([Tier.PREMIUM, Tier.ECONOMY, Tier.CACHED_ONLY], Tier.STANDARD, tier_of=same) == [Tier.ECONOMY]


def test_a_person_is_reached_only_by_name():
    assert narrow([Tier.PREMIUM, Tier.HUMAN_HANDOFF], Tier.ECONOMY, tier_of=same) == [Tier.PREMIUM, Tier.HUMAN_HANDOFF]
    assert narrow([Tier.PREMIUM, Tier.HUMAN_HANDOFF], Tier.HUMAN_HANDOFF, tier_of=same) == [Tier.HUMAN_HANDOFF]


@pytest.mark.parametrize("tier", [Tier.CACHED_ONLY, Tier.SOURCES_ONLY, Tier.HUMAN_HANDOFF])
def test_a_rung_without_a_model_is_handed_to_the_app_with_the_verdict(tier):
    verdict = Verdict(tier)
    with pytest.raises(TierUnavailable, match=tier.value) as caught:
        choose([Tier.PREMIUM, None], verdict, tier_of=same)
    assert caught.value.verdict is verdict


def test_a_candidate_that_stands_for_such_a_rung_is_used():
    assert choose([Tier.PREMIUM, Tier.CACHED_ONLY], Verdict(Tier.CACHED_ONLY), tier_of=same) == [Tier.CACHED_ONLY]


def test_the_ladder_is_the_published_one():
    names = "premium standard economy cached_only sources_only human_handoff"
    assert [tier.value for tier in LADDER] == names.split()


def test_the_three_lines_of_the_readme_follow_a_publisher(capsys):
    board, app = fresh_board(), {}
    with publishing(board) as url:
        exec(THREE_LINES.replace("http://127.0.0.1:8320", url), app)  # noqa: S102 - the README's own code
        assert capsys.readouterr().out == "['gpt-large', 'gpt-small']\n"
        publish(board, decision(Tier.STANDARD))
        assert eventually(lambda: app["candidates"]("acme", "conversation-7") == ["gpt-small"])
        app["reader"].stop()
