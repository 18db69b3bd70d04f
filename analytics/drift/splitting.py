"""Whether a stream drifted because of what was served, or because of how.

Requests are put into strata: by the model that is asked for, the version of the prompt, of the index, by tenant. With
s1 the shares of the strata in the window and F0 the distributions of the reference inside each, the reference

    F* = sum over strata of s1 F0

is what the window would look like had only the mix changed (direct standardisation; Kitagawa 1955). From the reference
to F* is the shift of the mix, from F* to the window the shift inside. A stratum that was not there before is mix: what
a new version of a prompt would have answered before, nobody knows. The test inside exchanges blocks as everywhere, and
adds the statistics of the strata (van Elteren 1960 for ranks, Mantel and Haenszel 1959 for shares).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from analytics.drift import effects
from analytics.drift.effects import Counts, Shares
from analytics.drift.features import by_rank, by_share
from analytics.drift.judging import Judged
from analytics.drift.permuting import exchanges, statistics
from analytics.drift.settings import DriftSettings
from analytics.drift.stream import Stream

STRATA = ("prompt", "index", "model", "tenant")
"""By what requests are told apart, the most telling first."""
_EXCHANGES = 999
_LEAST = 20
"""Events of a stratum on each side for it to be compared inside."""
_MOST = 30
"""Strata; the others are one."""


class Because(StrEnum):
    """Why a stream drifted."""

    MIX = "mix"  # other requests, each answered as before
    INSIDE = "inside"  # the same kinds of requests, answered in another way
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Split:
    """A drift taken apart."""

    because: Because
    by: str | None
    """The word whose mix moved the stream most; None: no mix moved it."""
    value: str | None
    """The stratum whose share moved most."""
    share_before: float
    share_since: float
    mix: float
    """The effect of the mix alone."""
    inside: float
    """The effect inside the strata."""
    inside_p: float | None
    """Of the test inside; None where no stratum has enough on both sides."""


class Events(NamedTuple):
    """The events of a stream with their strata; all of one length."""

    block: Counts
    cell: npt.NDArray[Any]
    words: Mapping[str, npt.NDArray[Any]]
    many: Counts


def split(one: Judged, events: Events, settings: DriftSettings, chance: np.random.Generator) -> Split:
    """Take apart a stream that drifted, by the word whose mix explains most of it."""
    stream = one.stream
    found = [
        _Strata.of(stream, name, events).split(name, settings, chance)
        for name in STRATA
        if stream.key.dimension != name and len(np.unique(events.words[name])) > 1
    ]
    best = max(found, key=lambda split: split.mix, default=None)
    if best is None or best.because is Because.INSIDE:
        inside = (one.effect or 0.0) if best is None else best.inside
        return Split(Because.INSIDE, None, None, 0.0, 0.0, 0.0, inside, one.p_value if best is None else best.inside_p)
    return best


@dataclass(frozen=True, slots=True, eq=False)
class _Strata:
    """A stream cut into strata: ``counts`` is strata x blocks x cells."""

    stream: Stream
    names: npt.NDArray[Any]
    counts: Counts

    @classmethod
    def of(cls, stream: Stream, word: str, events: Events) -> "_Strata":
        names, code = np.unique(events.words[word], return_inverse=True)
        known = np.isin(events.cell, stream.cells)
        column = np.searchsorted(stream.cells, events.cell[known])
        counts = np.zeros((len(names), *stream.counts.shape), np.int64)
        np.add.at(counts, (code[known], events.block[known], column), events.many[known])
        order = np.argsort(-counts.sum(axis=(1, 2)), kind="stable")
        if len(order) > _MOST:
            rest = counts[order[_MOST:]].sum(axis=0, keepdims=True)
            return cls(stream, np.append(names[order[:_MOST]], "others"), np.concatenate([counts[order[:_MOST]], rest]))
        return cls(stream, names[order], counts[order])

    def split(self, word: str, settings: DriftSettings, chance: np.random.Generator) -> Split:
        here = self.stream.layout.current
        before, since = self.counts[:, ~here].sum(axis=1), self.counts[:, here].sum(axis=1)
        enough = (before.sum(axis=1) >= _LEAST) & (since.sum(axis=1) >= _LEAST)
        inside_of = np.where(enough[:, None], _shares(before), _shares(since))
        mixed = (since.sum(axis=1) / since.sum()) @ inside_of
        mix = self._size(before.sum(axis=0) / before.sum(), mixed)
        inside = self._size(mixed, since.sum(axis=0) / since.sum())
        p = self._inside_p(enough, chance) if enough.any() else None
        floor = settings.distance if self.stream.measure.numeric else settings.share
        moved = before.sum(axis=1) / before.sum(), since.sum(axis=1) / since.sum()
        most = int(np.argmax(np.abs(moved[1] - moved[0])))
        changed = p is not None and p <= settings.false_discoveries and inside >= floor
        because = (
            Because.INSIDE if mix < floor and (changed or inside > mix) else Because.BOTH if changed else Because.MIX
        )
        shares = float(moved[0][most]), float(moved[1][most])
        return Split(because, word, str(self.names[most]), *shares, mix, inside, p)

    def _size(self, before: Shares, since: Shares) -> float:
        if not self.stream.measure.numeric:
            return effects.cohens_w(before, since)
        places = effects.positions(self.stream.cells, by_factor=self.stream.measure.by_factor)
        return effects.distance(before, since, places)

    def _inside_p(self, enough: npt.NDArray[np.bool_], chance: np.random.Generator) -> float:
        tested = by_rank if self.stream.measure.numeric else by_share
        features = [tested(one[:, one.sum(axis=0) > 0]) for one in self.counts[enough]]
        layout = self.stream.layout
        observed = statistics(layout.current[None, :].astype(np.float32), features).sum()
        drawn = statistics(exchanges(layout, _EXCHANGES, chance), features).sum(axis=1)
        return float((1 + (drawn >= observed * (1 - 1e-5)).sum()) / (1 + _EXCHANGES))


def _shares(counts: Counts) -> Shares:
    shares: Shares = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
    return shares
