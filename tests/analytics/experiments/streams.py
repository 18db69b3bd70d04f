"""Seeded streams of requests of two variants that are alike, and their sums at every look."""

from dataclasses import dataclass

import numpy as np

from analytics.experiments.intervals import Sums


@dataclass(frozen=True, slots=True)
class Streams:
    """One row: one stream; one column: one request, in order."""

    arm: np.ndarray
    """True: of the variant; False: of the control."""
    value: np.ndarray
    cluster: np.ndarray | None = None
    """Who sent it; None: everybody sends one."""


def requests(chance, shape, draw, share=0.5):
    """Requests that are drawn one by one."""
    return Streams(chance.random(shape) < share, draw(shape))


def users(chance, shape, each, scatter=0.7):
    """Requests of users who keep their variant, come back and differ from one another; more of them as time goes by."""
    streams, length = shape
    count = max(2, length // each)
    known = np.maximum(2, (np.arange(length) + 1) * count // length)
    cluster = (chance.random(shape) * known).astype(int)
    rows = np.arange(streams)[:, None]
    arm = chance.random((streams, count)) < 0.5
    level = chance.lognormal(0, scatter, (streams, count))
    return Streams(arm[rows, cluster], level[rows, cluster] * chance.lognormal(0, 0.7, shape), cluster)


def looks(streams):
    """Sums of control and variant after every request: each as an array of streams x requests."""
    return tuple(_sums(streams, streams.arm == side) for side in (False, True))


def _sums(streams, on):
    on = on.astype(float)
    n, x = on.cumsum(1), (streams.value * on).cumsum(1)
    xx_each = (streams.value**2 * on).cumsum(1)
    if streams.cluster is None:
        return Sums(n, n, n, x, n, xx_each, x, n, xx_each, x)
    units, nn, xx, nx = (
        np.stack(part) for part in zip(*map(_by_cluster, streams.cluster, streams.value, on), strict=True)
    )
    return Sums(n, units, n, x, nn, xx, nx, n, xx_each, x)


def _by_cluster(cluster, value, on):
    """Of one stream after every request: units, and the sums of squares and products over them."""
    order = np.argsort(cluster, kind="stable")
    x, n = (value * on)[order], on[order]
    begins = np.r_[True, np.diff(cluster[order]) != 0]
    x0, n0 = _before(x, begins), _before(n, begins)
    grown = ((n0 == 0) & (n > 0)).astype(float), 2 * n0 * n + n * n, 2 * x0 * x + x * x, x0 * n + n0 * x + x * n
    return tuple(_in_time(part, order) for part in grown)


def _before(values, begins):
    """What the same cluster had before."""
    summed = values.cumsum() - values
    return summed - summed[begins][begins.cumsum() - 1]


def _in_time(values, order):
    back = np.empty_like(values)
    back[order] = values
    return back.cumsum()
