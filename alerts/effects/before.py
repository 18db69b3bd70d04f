"""What a downgrade changed, held against the time before it and, where there are any, those that were not stepped down.

Where nobody was served better meanwhile, the requests before the route stepped say what it was like, and others that
stayed where they were say what changed anyway (difference in differences: Angrist and Pischke, Mostly Harmless
Econometrics, 5.2). ``b`` and ``a`` are before and after, ``g`` the others, one by one, so that a change of their mix is
no change:

    a ratio or a score    change = T_a - (T_b + sum_g w_g (C_ga - C_gb) / sum_g w_g)
    latency, cost         change = T_a - T_b exp(sum_g w_g ln(C_ga / C_gb) / sum_g w_g)    everybody by a factor

w_g = n_ga n_gb / (n_ga + n_gb). Parts of the time are drawn again, before and after apart from each other, those of all
sides together, because what happens to everybody in a minute is no effect; the parts are long, because what happens in
one minute goes on in the next.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alerts.effects.comparing import (
    LEAST,
    LEAST_CLUSTERS,
    Arm,
    Change,
    Floats,
    draws_of,
    interval,
    mover,
    rare,
    unknown,
)

_BLOCKS = 24
_PER_BLOCK = 5


@dataclass(frozen=True, slots=True)
class Times:
    """The sides of one figure: those stepped down, after and before, and the others."""

    after: Arm
    before: Arm
    others_after: Arm | None = None
    """By part of the time and group."""
    others_before: Arm | None = None

    @property
    def controlled(self) -> NDArray[np.bool_]:
        """Groups of the others that say enough, before and after."""
        if self.others_after is None or self.others_before is None:
            return np.zeros(0, np.bool_)
        found: NDArray[np.bool_] = (self.others_after.n.sum(axis=0) >= LEAST) & (
            self.others_before.n.sum(axis=0) >= LEAST
        )
        return found


def against_before(times: Times, seed: int, *, factor: bool) -> Change:
    """Compare; ``factor``: what changes anyway changes by a factor."""
    after, before = times.after, times.before
    if min(after.count, before.count) < LEAST:
        return unknown(after, before)
    blocks = int(np.clip(min(after.count, before.count) / _PER_BLOCK, LEAST_CLUSTERS, _BLOCKS))
    a, b = _Window.of(after, times.others_after, times, blocks), _Window.of(before, times.others_before, times, blocks)
    clusters = min(int(a.useful.sum()), int(b.useful.sum()))
    if clusters < LEAST_CLUSTERS:
        return unknown(after, before)
    weight = a.other_count * b.other_count / np.maximum(a.other_count + b.other_count, 1e-300)
    (found,) = _apart(a.means(), b.means(), weight, factor=factor)
    draws = _apart(a.means(draws_of(a.useful, seed)), b.means(draws_of(b.useful, seed + 1)), weight, factor=factor)
    if not np.isfinite(found):
        return unknown(after, before)
    ends = interval(draws, clusters)
    if not factor and rare(after, before):
        ends = mover(_signed(times), float(found))
    return Change(after.mean, float(found), *ends, int(after.count), int(before.count), clusters, "minute")


Means = tuple[Floats, Floats]
"""Of those stepped down, one for each draw; of the others, one for each draw and group."""


@dataclass(frozen=True, slots=True)
class _Window:
    """One of the two times, in parts."""

    n: Floats
    x: Floats
    other_n: Floats
    other_x: Floats

    @classmethod
    def of(cls, own: Arm, others: Arm | None, times: Times, blocks: int) -> "_Window":
        """Merge parts; only groups that say enough are kept."""
        merged, kept = own.merged(blocks), times.controlled
        if others is None or not kept.any():
            nothing = np.zeros((len(merged.n), 0))
            return cls(merged.n.sum(axis=1), merged.x.sum(axis=1), nothing, nothing)
        beside = others.merged(blocks)
        return cls(merged.n.sum(axis=1), merged.x.sum(axis=1), beside.n[:, kept], beside.x[:, kept])

    @property
    def useful(self) -> NDArray[np.bool_]:
        """Parts in which those stepped down had requests."""
        found: NDArray[np.bool_] = self.n > 0
        return found

    @property
    def other_count(self) -> Floats:
        """Requests of every group."""
        found: Floats = self.other_n.sum(axis=0)
        return found

    def means(self, weights: Floats | None = None) -> Means:
        """For every row of weights of the parts; none: as it was."""
        drawn = np.ones((1, len(self.n))) if weights is None else weights
        with np.errstate(divide="ignore", invalid="ignore"):
            return (drawn @ self.x) / (drawn @ self.n), (drawn @ self.other_x) / (drawn @ self.other_n)


def _apart(after: Means, before: Means, weight: Floats, *, factor: bool) -> Floats:
    """The change, for every draw."""
    found: Floats
    if not len(weight):
        found = after[0] - before[0]
        return found
    share = weight / weight.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        if factor:
            found = after[0] - before[0] * np.exp(np.log(after[1] / before[1]) @ share)
        else:
            found = after[0] - before[0] - (after[1] - before[1]) @ share
    return found


def _signed(times: Times) -> tuple[tuple[Arm, float], ...]:
    """Those stepped down, and the others as one, with their signs in the difference of the differences."""
    own = ((times.after, 1.0), (times.before, -1.0))
    kept = times.controlled
    if not kept.any() or times.others_after is None or times.others_before is None:
        return own
    return (*own, (_of(times.others_after, kept), -1.0), (_of(times.others_before, kept), 1.0))


def _of(arm: Arm, kept: NDArray[np.bool_]) -> Arm:
    return Arm(arm.n[:, kept], arm.x[:, kept], arm.xx[:, kept])
