"""What is tested of a stream: figures by their ranks, categories by their shares."""

import numpy as np
import numpy.typing as npt

from analytics.drift.permuting import Features

BINS = 24
"""Bins of about the same number of events, over both sides; as many categories, the rarest together."""

Counts = npt.NDArray[np.int64]


def by_rank(counts: Counts) -> Features:
    """Features of a figure, for ``counts`` of blocks x cells in the order of the figure.

    |D|^2 is the squared difference of the two cumulated shares, divided by its variance as if events were independent,
    H (1 - H), and weighted by the share of each bin: Anderson and Darling's statistic on bins.
    """
    whole = counts.sum(axis=0)
    middles = (np.cumsum(whole) - whole / 2) / whole.sum()
    bins = np.minimum((middles * BINS).astype(np.int64), BINS - 1)
    kept = np.unique(bins)
    binned = np.stack([counts[:, bins == one].sum(axis=1) for one in kept], axis=1).astype(np.float64)
    events, shares = binned.sum(axis=1), binned.sum(axis=0) / binned.sum()
    if len(kept) == 1:
        return Features(np.zeros((len(counts), 1), np.float32), events.astype(np.float32))
    reached = np.cumsum(shares)[:-1]
    scale = np.sqrt((shares[:-1] + shares[1:]) / 2 / (reached * (1 - reached)))
    sums = (np.cumsum(binned, axis=1)[:, :-1] - events[:, None] * reached) * scale
    return Features(sums.astype(np.float32), events.astype(np.float32))


def by_share(counts: Counts) -> Features:
    """Features of categories: |D|^2 is Pearson's chi-square."""
    kept = together(counts[:, counts.sum(axis=0) > 0]).astype(np.float64)
    events, shares = kept.sum(axis=1), kept.sum(axis=0) / kept.sum()
    sums = (kept - events[:, None] * shares) / np.sqrt(shares)
    return Features(sums.astype(np.float32), events.astype(np.float32))


def together(counts: Counts) -> Counts:
    """The most frequent categories of both sides, and all others as one.

    >>> together(np.ones((1, 30), np.int64)).tolist()[0][-2:]
    [1, 7]
    """
    if counts.shape[1] <= BINS:
        return counts
    order = np.argsort(-counts.sum(axis=0), kind="stable")
    first, rest = order[: BINS - 1], order[BINS - 1 :]
    return np.concatenate([counts[:, first], counts[:, rest].sum(axis=1, keepdims=True)], axis=1)
