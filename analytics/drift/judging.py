"""The verdict on every stream of one comparison.

A stream has drifted where three things hold: its p-value survives the procedure of Benjamini and Hochberg (1995) over
all streams of the comparison, so that at most the share of the setting is expected to be wrong; the difference is at
least as large as what counts; and both sides have enough. Below that, nobody knows.

A p-value out of 499 exchanges is 0.002 at best, too much for a few streams among many. Those that would need less are
exchanged eight times as often, again and again. A stream needs no more than streams / (share x discoveries)
exchanges, so that all of it together stays below a few dozen for each stream.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from analytics.drift import effects
from analytics.drift.embeddings import features_of, shift
from analytics.drift.features import by_rank, by_share, together
from analytics.drift.permuting import Features, exceeding
from analytics.drift.settings import DriftSettings
from analytics.drift.stream import Stream
from analytics.drift.windows import Layout

_FIRST, _TIMES, _MOST = 499, 8, 250_000
_FEW = 4
"""Exchanges as large as what was observed, up to which more of them tell more."""
_BLOCKS = 6
"""Blocks with events that each side needs: fewer exchanges than that tell nothing."""

Chance = Callable[[], np.random.Generator]


class Verdict(StrEnum):
    """What a comparison says of a stream."""

    DRIFTED = "drifted"
    TOO_SMALL = "too_small"  # certain, and smaller than what counts
    STEADY = "steady"
    INSUFFICIENT_DATA = "insufficient_data"


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A stream and its verdict; ``p_value`` and ``adjusted`` are None where there is none."""

    stream: Stream
    verdict: Verdict
    before_count: int
    since_count: int
    effect: float | None = None
    p_value: float | None = None
    adjusted: float | None = None
    """By Benjamini and Hochberg: the smallest share of false discoveries at which it is one."""


def judged(streams: Sequence[Stream], settings: DriftSettings, chance: np.random.Generator) -> list[Judged]:
    """Judge all streams of a comparison together."""
    enough = [one for one in streams if _enough(one, settings.least)]
    tested = {id(one): p for one, p in zip(enough, p_values(enough, settings.false_discoveries, chance), strict=True)}
    adjusted = adjusted_p(np.array([*tested.values()]))
    survives = dict(zip(tested, map(float, adjusted), strict=True))
    return [_judged(one, tested.get(id(one)), survives.get(id(one)), settings) for one in streams]


def _judged(stream: Stream, p: float | None, adjusted: float | None, settings: DriftSettings) -> Judged:
    before, since = stream.sides()
    many = int(before.sum()), int(since.sum())
    if p is None or adjusted is None:
        return Judged(stream, Verdict.INSUFFICIENT_DATA, *many)
    size = effect(stream)
    by_distance = stream.measure.numeric or stream.cloud is not None
    large = size >= (settings.distance if by_distance else settings.share)
    certain = adjusted <= settings.false_discoveries
    verdict = Verdict.STEADY if not certain else Verdict.DRIFTED if large else Verdict.TOO_SMALL
    return Judged(stream, verdict, *many, size, p, adjusted)


def effect(stream: Stream) -> float:
    """How large the difference of the two sides of a stream is, in the measure of its kind."""
    before, since = stream.sides()
    if stream.cloud is not None:
        here = stream.layout.current[stream.cloud.block]
        return shift(stream.cloud.vectors[~here], stream.cloud.vectors[here])
    if stream.measure.numeric:
        places = effects.positions(stream.cells, by_factor=stream.measure.by_factor)
        return effects.distance(before, since, places)
    both = together(np.stack([before, since]))
    return effects.cohens_w(both[0], both[1])


def p_values(
    streams: Sequence[Stream], false_discoveries: float, chance: np.random.Generator
) -> npt.NDArray[np.float64]:
    """The p-value of each stream, out of as many exchanges as a discovery needs."""
    features = [_features(one, chance) for one in streams]
    larger, done = np.zeros(len(streams), np.int64), np.zeros(len(streams), np.int64)
    pending, many = np.arange(len(streams)), _FIRST
    while len(pending) and done.max(initial=0) < _MOST:
        for layout, at in _by_layout(streams, pending).values():
            larger[at] += exceeding(layout, [features[i] for i in at], many, chance)
            done[at] += many
        found = (1 + larger) / (1 + done)
        kept = adjusted_p(found) <= false_discoveries
        pending = np.flatnonzero(~kept & (larger <= _FEW) & (done == done.max()))
        many = done.max() * (_TIMES - 1)
    return (1 + larger) / (1.0 + done)


def _features(stream: Stream, chance: np.random.Generator) -> Features:
    if stream.cloud is not None:
        return features_of(stream.cloud, stream.layout, chance)
    return by_rank(stream.counts) if stream.measure.numeric else by_share(stream.counts)


def adjusted_p(p: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """By Benjamini and Hochberg: the smallest share of false discoveries at which each is one.

    >>> adjusted_p(np.array([0.01, 0.02, 0.04, 0.5])).round(3).tolist()
    [0.04, 0.04, 0.053, 0.5]
    """
    order = np.argsort(p)
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    found = np.empty_like(p)
    found[order] = np.minimum.accumulate(scaled[::-1])[::-1]
    return found


def _by_layout(
    streams: Sequence[Stream], rows: npt.NDArray[np.int64]
) -> Mapping[int, tuple[Layout, npt.NDArray[np.int64]]]:
    found: dict[int, tuple[Layout, list[int]]] = {}
    for row in rows:
        layout = streams[row].layout
        found.setdefault(id(layout), (layout, []))[1].append(int(row))
    return {key: (layout, np.array(at)) for key, (layout, at) in found.items()}


def _enough(stream: Stream, least: int) -> bool:
    here = stream.layout.current
    events = stream.counts.sum(axis=1)
    return all(events[side].sum() >= least and np.count_nonzero(events[side]) >= _BLOCKS for side in (here, ~here))
