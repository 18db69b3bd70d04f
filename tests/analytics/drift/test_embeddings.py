"""Vectors that moved are seen, and those that fell in two; without drift the p-value is as small as it says."""

import json

import numpy as np
from scipy.stats import binom

from analytics.drift.embeddings import Cloud, compared
from analytics.drift.judging import Verdict, judged
from analytics.drift.settings import DriftSettings
from analytics.drift.vectors import embedding_stream
from analytics.drift.windows import before
from analytics.questions import Window
from tests.analytics.derive.house import NOON, House, S, Sent, small_book
from tests.analytics.drift.made import LAYOUT
from tests.collector.store.rows import step

REPEATS = 60


def cloud(chance, *, width=16, moved=0.0, split=0.0, cluster=1):
    """Four vectors a block; in the window moved along a direction, or fallen in two along it."""
    block = np.repeat(np.arange(len(LAYOUT.current)), 4 * cluster)
    here = LAYOUT.current[block]
    common = np.repeat(chance.normal(size=(len(LAYOUT.current) * 4, width)), cluster, axis=0) * (cluster > 1)
    vectors = chance.normal(size=(len(block), width)) + common
    sides = chance.choice([-1.0, 1.0], len(block))
    vectors[:, 0] += here * (moved + split * sides)
    return Cloud(vectors, block)


def test_without_drift_p_values_of_clusters_are_as_small_as_they_say():
    chance = np.random.default_rng(1)
    p = np.array([compared(cloud(chance, cluster=5), LAYOUT, 99, chance).p_value for _ in range(REPEATS)])
    least, most = binom.ppf(0.0005, REPEATS, 0.1), binom.ppf(0.9995, REPEATS, 0.1)
    assert least <= (p <= 0.1).sum() <= most


def test_a_shift_is_seen_and_measured():
    found = compared(cloud(np.random.default_rng(2), moved=2.0), LAYOUT, 499, np.random.default_rng(3))
    assert found.p_value <= 0.01
    assert 0.4 < found.shift < 0.7  # 2 of sqrt(16)
    assert (found.before_count, found.since_count) == (4 * 12 * 4, 12 * 4)


def test_a_cloud_that_falls_in_two_around_the_same_mean_is_seen():
    found = compared(cloud(np.random.default_rng(4), split=5.0), LAYOUT, 499, np.random.default_rng(5))
    assert found.p_value <= 0.01


def test_long_vectors_are_projected():
    found = compared(cloud(np.random.default_rng(6), width=768, moved=12.0), LAYOUT, 499, np.random.default_rng(7))
    assert found.p_value <= 0.01


def test_vectors_that_spans_tell_are_read_and_judged_with_the_others():
    chance = np.random.default_rng(8)
    with House(prices=small_book()) as house:
        for hour in range(8):
            for five in range(12):
                house.send(*(_asked(chance, hour * 120 + five * 10 + i, hour == 7) for i in range(10)))
        house.settle()
        window = Window(NOON + 7 * 3_600 * S, NOON + 8 * 3_600 * S)
        compared_to = before(window)
        assert embedding_stream(house.store, compared_to, "app.other") is None
        found = embedding_stream(house.store, compared_to, "app.vector")
        assert found.counts.sum() == 960
        (one,) = judged([found], DriftSettings(), chance)
        assert one.verdict is Verdict.DRIFTED


def test_a_request_that_cannot_be_read_is_said_and_the_others_are_compared(caplog):
    chance = np.random.default_rng(9)
    with House(prices=small_book()) as house:
        for number in range(0, 960, 480):
            house.send(_asked(chance, number, moved=False), _asked(chance, number + 1, moved=False))
        house.settle()
        compared_to = before(Window(NOON + 7 * 3_600 * S, NOON + 8 * 3_600 * S))
        assert embedding_stream(house.store, compared_to, "app.vector").counts.sum() == 4
        damage = "update payloads set body = 'no protobuf' where batch_seq = (select min(batch_seq) from payloads)"
        house.store.change([step(damage)])
        assert embedding_stream(house.store, compared_to, "app.vector").counts.sum() == 2
    assert "its vectors are not compared" in caplog.text


def _asked(chance, number, moved):
    vector = chance.normal(size=8) + (1.0 if moved else 0.0)
    says = {"app.vector": json.dumps(vector.tolist())}
    return Sent(trace=number + 1, start_s=number * 30.0, kind="request", says=says)
