"""A shift of the mix is told from a shift inside; a beginning is dated."""

import numpy as np
import pytest

from analytics.changes.change import Change, Kind, Scope, Source
from analytics.drift.attributing import near
from analytics.drift.dating import beginning
from analytics.drift.judging import Judged, Verdict
from analytics.drift.settings import DriftSettings
from analytics.drift.splitting import Because, Events, split
from analytics.drift.stream import Key, stream
from analytics.drift.windows import BLOCKS, Layout
from tests.analytics.drift.made import LAYOUT

OUTPUT = Key("output_tokens", "route", "answer")


def taken_apart(share_since, factor, *, share_before=0.2, n=40):
    """Two prompts, the second with answers four times as long; ``factor`` makes all of the window longer."""
    chance, here = np.random.default_rng(3), LAYOUT.current
    block = np.repeat(np.arange(len(here)), n)
    second = chance.random(len(block)) < np.where(here[block], share_since, share_before)
    lengths = (
        np.exp(chance.normal(4.6, 0.4, len(block))) * np.where(second, 4.0, 1.0) * np.where(here[block], factor, 1.0)
    )
    cells = 16_384 + np.round(32 * np.log2(lengths)).astype(np.int64)
    made = stream(OUTPUT, LAYOUT, block, cells, np.ones_like(block))
    same = np.full(len(block), "")
    told = {"prompt": np.where(second, "v2", "v1"), "index": same, "model": same, "tenant": same}
    judged = Judged(made, Verdict.DRIFTED, 1, 1, 1.0, 0.001, 0.001)
    return split(judged, Events(block, cells, told, np.ones_like(block)), DriftSettings(), chance)


def test_more_of_a_prompt_with_long_answers_is_mix():
    found = taken_apart(0.7, 1.0)
    assert (found.because, found.by) == (Because.MIX, "prompt")
    assert found.share_since == pytest.approx(0.7, abs=0.1) or found.share_since == pytest.approx(0.3, abs=0.1)


def test_longer_answers_to_the_same_mix_are_inside():
    assert taken_apart(0.2, 1.5).because is Because.INSIDE


def test_both_at_once_are_both():
    assert taken_apart(0.7, 1.5).because is Because.BOTH


def test_a_prompt_that_was_not_there_is_mix():
    found = taken_apart(1.0, 1.0, share_before=0.0)
    assert (found.because, found.inside_p) == (Because.MIX, None)


def test_a_beginning_is_found_in_its_block():
    chance = np.random.default_rng(5)
    compared = stream(OUTPUT, LAYOUT, *_drawn(chance, LAYOUT.current.astype(int) * 20, LAYOUT))
    hours = np.arange(8 * 24)
    course = Layout(np.ones(192, bool), np.zeros(192, int), np.zeros(192, int), hours)
    found = beginning(compared, stream(OUTPUT, course, *_drawn(chance, (hours >= 131) * 20, course)))
    assert abs(found - 131) <= 1


def _drawn(chance, shift, layout):
    """Thirty figures in each block, those of some blocks ``shift`` cells higher."""
    block = np.repeat(np.arange(len(layout.current)), 30)
    return block, np.round(chance.normal(16_500 + shift[block], 20)).astype(np.int64), np.ones_like(block)


def change(kind, at_s, **more):
    return Change(f"{kind}{at_s}", kind, more.pop("name", "x"), "v1", "v2", at_s * 10**9, Source.SEEN, **more)


def test_the_nearest_change_before_is_told_with_its_lag():
    changes = [change(Kind.PROMPT, 1_000), change(Kind.RELEASE, 4_000), change(Kind.INDEX, 90_000)]
    found = near(OUTPUT, 4_600 * 10**9, 900 * 10**9, changes)
    assert [(one.change.kind, one.lag_s) for one in found] == [(Kind.RELEASE, 600.0), (Kind.PROMPT, 3_600.0)]


def test_changes_of_other_routes_tenants_and_models_are_not_told():
    changes = [
        change(Kind.PROMPT, 4_000, scope=Scope(route="search")),
        change(Kind.OBJECTIVE, 4_000),
        change(Kind.PRICES, 4_000),
    ]
    assert near(OUTPUT, 4_600 * 10**9, 0, changes) == ()
    assert near(Key("output_tokens", "model", "a"), 4_600 * 10**9, 0, [change(Kind.MODEL, 4_000, name="b")]) == ()


def test_a_layout_has_as_many_blocks_in_each_window():
    assert LAYOUT.current.sum() == BLOCKS
    assert len(LAYOUT.current) == 5 * BLOCKS
    assert sorted(set(LAYOUT.stratum)) == list(range(BLOCKS))
