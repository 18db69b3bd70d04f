"""Streams of events, and how each tool is given them: counters for Prometheus, requests for our store."""

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from analytics.slo.objective import Objective, Sli
from analytics.slo.rules.counters import (
    BAD_EVENTS,
    BAD_EVENTS_TAKEN_BACK,
    EVENTS,
    EVENTS_TAKEN_BACK,
    IDENTITY,
    definition,
)
from analytics.slo.rules.promql import selector
from collector.store import DuckDBStore
from tests.analytics.traffic import Request, arrive
from tests.differential import peers
from tests.differential.prometheus import START_S
from tests.differential.tools import TARGET, Events

ANSWERS = Objective("answers", Sli.AVAILABILITY, target=TARGET)
STARTED_AT = datetime.fromtimestamp(START_S, UTC)


def at(minute: float) -> datetime:
    """The instant of a minute of the history."""
    return STARTED_AT + timedelta(minutes=minute)


def poisson(seed: int, *phases: tuple[int, float, float]) -> Events:
    """So many minutes of so many events a minute on average, so many of them bad, phase after phase."""
    chance = np.random.default_rng(seed)
    events = np.concatenate([chance.poisson(rate, minutes) for minutes, rate, _ in phases])
    ratios = np.concatenate([np.full(minutes, ratio) for minutes, _, ratio in phases])
    return Events(events, chance.binomial(events, ratios))


def steady(*phases: tuple[int, int, int]) -> Events:
    """So many minutes of exactly so many events, and so many of them bad."""
    return Events(*(np.concatenate([np.full(p[0], p[n]) for p in phases]) for n in (1, 2)))


def counters(found: Events, *, before: int = 1_000_000) -> Mapping[str, np.ndarray]:
    """The counters that every rule reads; ``before`` were counted, a tenth of them bad, before the history begins."""
    events, bad = found.counters()
    values = {EVENTS: events + before, BAD_EVENTS: bad + before // 10}
    ours = {counter: values.get(counter, events * 0) for counter in (*values, EVENTS_TAKEN_BACK, BAD_EVENTS_TAKEN_BACK)}
    labels = dict(zip(IDENTITY, (ANSWERS.name, definition(ANSWERS)), strict=True))
    return {
        **{selector(counter.series, labels): each.astype(float) for counter, each in ours.items()},
        peers.EVENTS: (events + before).astype(float),
        peers.BAD: (bad + before // 10).astype(float),
    }


def requests(found: Events, first: int = 0, seed: int = 0) -> Sequence[Request]:
    """The same from a minute on as requests, each somewhere within its minute, in no order."""
    chance = random.Random(seed)
    made = [
        Request(ended_at=at(minute + chance.randrange(60_000_000) / 60e6), status="error" if n < bad else "ok")
        for minute, (events, bad) in enumerate(zip(found.events.tolist(), found.bad.tolist(), strict=True))
        for n in range(events)
        if minute >= first
    ]
    chance.shuffle(made)
    return made


def filled(store: DuckDBStore, found: Events, first: int = 0) -> None:
    """Let the requests from a minute on arrive in a few batches, as they come."""
    made = requests(found, first)
    for n in range(0, len(made), 1000):
        arrive(store, made[n : n + 1000])
