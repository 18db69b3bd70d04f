"""The same provider call told by several spans, in one trace or in several.

The provider's response id joins them, when they start close to each other and are few: an id that many calls carry was
made up. Without an id, a framework's span is a copy of an SDK's span in another trace when the SDK's lies inside it in
time, both come from the same service and all their token counts are equal; each span is matched at most once. One of
the copies stays, chosen by what does not depend on the order of arrival.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.derive.tree import Index, Mask
from collector.normalise.hashing import Keys

COPIES_WITHIN_NS = 900_000_000_000
"""Copies of one call start within seconds of each other, and a call ends within minutes; this forgives clocks."""
MOST_COPIES = 16
"""An SDK, two instrumentations and a framework make four; a test provider that answers with one id makes thousands."""


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
        number = _same_answer(calls.response_key[with_id], calls.start_ns[with_id])
        joined = np.bincount(number)[number] <= MOST_COPIES
        group[with_id[joined]] = count + number[joined]
    for framework, sdk in _enclosed_pairs(calls):
        group[framework] = group[sdk]
    return group


def _same_answer(keys: Keys, start_ns: npt.NDArray[np.int64]) -> Index:
    """Equal numbers for equal keys whose starts follow each other closely."""
    order = np.lexsort((start_ns, keys))
    begins = np.ones(len(order), np.bool_)
    begins[1:] = (np.diff(keys[order]) != 0) | (np.diff(start_ns[order]) > COPIES_WITHIN_NS)
    number = np.empty(len(order), np.int64)
    number[order] = np.cumsum(begins) - 1
    return number


def _enclosed_pairs(calls: Calls) -> list[tuple[int, int]]:
    """(framework call without a response id, SDK call inside it in another trace), each span at most once."""
    pairs = []
    for outers, inners in _alike(calls):
        starts = calls.start_ns[inners]
        free = list(range(len(inners) + 1))
        for outer in outers:
            place = _first_free(free, int(np.searchsorted(starts, calls.start_ns[outer])))
            while place < len(inners) and not _inside(calls, outer, inners[place]):
                if calls.start_ns[inners[place]] > calls.end_ns[outer]:
                    place = len(inners)
                else:
                    place = _first_free(free, place + 1)
            if place < len(inners):
                free[place] = place + 1
                pairs.append((outer, inners[place]))
    return pairs


def _alike(calls: Calls) -> Iterator[tuple[list[int], list[int]]]:
    """Framework calls without an id, and SDK calls with the same counts in the same service, each by their start."""
    short = calls.end_ns - calls.start_ns <= COPIES_WITHIN_NS
    outer = calls.framework & ~calls.has_response & short
    if not outer.any():
        return
    alike: dict[tuple[int, ...], tuple[list[int], list[int]]] = {}
    order = np.lexsort((calls.identity, calls.start_ns))
    for i in order[(outer | ~calls.framework)[order]].tolist():
        of_same = alike.setdefault((int(calls.service[i]), *calls.counts[i].tolist()), ([], []))
        of_same[0 if outer[i] else 1].append(i)
    yield from alike.values()


def _first_free(free: list[int], place: int) -> int:
    """The first place from here on that nobody has taken; ``free`` points past taken ones and gets shorter by use."""
    while free[place] != place:
        free[place] = free[free[place]]
        place = free[place]
    return place


def _inside(calls: Calls, outer: int, inner: int) -> bool:
    return bool(calls.end_ns[inner] <= calls.end_ns[outer] and calls.trace[inner] != calls.trace[outer])
