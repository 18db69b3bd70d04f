"""The same provider call told by several spans, in one trace or in several.

The provider's response id joins them. Without one, a framework's span is a copy of an SDK's span in another trace when
the SDK's lies inside it in time, both come from the same service and all their token counts are equal; each span is
matched at most once. One of the copies stays, chosen by what does not depend on the order of arrival.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.derive.tree import Index, Mask
from collector.normalise.hashing import Keys


@dataclass(frozen=True, slots=True)
class Calls:
    """Spans that tell usage of a call, one entry each."""

    at: Index
    """Position among all spans."""
    identity: Keys
    """Key of the span's own ids, the last tie-breaker."""
    trace: Index
    response_key: Keys
    has_response: Mask
    start_ns: npt.NDArray[np.int64]
    end_ns: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]
    """(n, 3): input, output and cached tokens."""
    service: npt.NDArray[np.int64]
    framework: Mask
    first_hand: Mask
    detail: npt.NDArray[np.int64]
    """How many token columns are told; more is better."""
    nested: Mask
    """Whether the span has a parent in its trace: an orphan copy says less about the request."""


def copies(calls: Calls) -> Index:
    """Positions (among all spans) whose usage is told by another span that stays."""
    group = _groups(calls)
    order = np.lexsort((calls.identity, calls.start_ns, ~calls.nested, -calls.detail, ~calls.first_hand, group))
    ordered = group[order]
    first = np.ones(len(order), np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return calls.at[order[~first]]


def _groups(calls: Calls) -> Index:
    """A number per call, equal for copies."""
    count = len(calls.at)
    group = np.arange(count, dtype=np.int64)
    with_id = np.flatnonzero(calls.has_response)
    if len(with_id):
        _, number = np.unique(calls.response_key[with_id], return_inverse=True)
        group[with_id] = count + number.reshape(-1)
    for framework, sdk in _enclosed_pairs(calls):
        group[framework] = group[sdk]
    return group


def _enclosed_pairs(calls: Calls) -> list[tuple[int, int]]:
    """(framework call without a response id, SDK call inside it in another trace), each span at most once."""
    outer = np.flatnonzero(calls.framework & ~calls.has_response)
    inner = np.flatnonzero(~calls.framework)
    inner = inner[np.lexsort((calls.identity[inner], calls.start_ns[inner]))]
    starts = calls.start_ns[inner]
    taken: set[int] = set()
    pairs = []
    for i in outer[np.lexsort((calls.identity[outer], calls.start_ns[outer]))]:
        first, last = np.searchsorted(starts, (calls.start_ns[i], calls.end_ns[i]))
        free = (int(j) for j in inner[first:last] if int(j) not in taken and _inside(calls, int(i), int(j)))
        chosen = next(free, None)
        if chosen is not None:
            taken.add(chosen)
            pairs.append((int(i), chosen))
    return pairs


def _inside(calls: Calls, outer: int, inner: int) -> bool:
    return bool(
        calls.end_ns[inner] <= calls.end_ns[outer]
        and calls.service[inner] == calls.service[outer]
        and calls.trace[inner] != calls.trace[outer]
        and (calls.counts[inner] == calls.counts[outer]).all()
    )
