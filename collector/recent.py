"""Keys seen lately, so that a repeat is noticed without asking the store about every row.

Two generations of sorted runs: 8 bytes a key, a lookup of 10,000 keys in 4 million costs about 3 ms. When the young
generation is full the old one is forgotten, and with it everything before ``covered_from_ns``; whoever asks about
something older asks the store.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]

ALWAYS_NS = -(2**62)
"""Coverage of an index that has never forgotten anything."""
_MERGE_RATIO = 2


@dataclass(slots=True)
class _Generation:
    since_ns: int
    runs: list[Keys] = field(default_factory=list)
    size: int = 0

    def add(self, keys: Keys) -> None:
        """Add a sorted run; runs of like size merge, so that there are few."""
        self.runs.append(keys)
        self.size += len(keys)
        while len(self.runs) > 1 and len(self.runs[-2]) < _MERGE_RATIO * len(self.runs[-1]):
            last, before = self.runs.pop(), self.runs.pop()
            self.runs.append(np.sort(np.concatenate([before, last]), kind="stable"))

    def contains(self, keys: Keys) -> Mask:
        found = np.zeros(len(keys), np.bool_)
        for run in self.runs:
            at = np.searchsorted(run, keys)
            found |= run[np.minimum(at, len(run) - 1)] == keys
        return found


class RecentKeys:
    """A set of 64-bit keys that forgets the oldest.

    >>> import numpy as np
    >>> recent = RecentKeys(capacity=4)
    >>> recent.add(np.array([1, 2], np.uint64), at_ns=10)
    >>> recent.contains(np.array([2, 3], np.uint64)).tolist()
    [True, False]
    """

    def __init__(self, capacity: int) -> None:
        """``capacity`` keys are remembered at least half, at most whole."""
        self._half = max(1, capacity // 2)
        self._old = _Generation(ALWAYS_NS)
        self._young = _Generation(ALWAYS_NS)

    @property
    def covered_from_ns(self) -> int:
        """Every key added at or after this instant is remembered."""
        return self._old.since_ns

    def add(self, keys: Keys, *, at_ns: int) -> None:
        """Remember keys added at an instant; instants never go back."""
        if not len(keys):
            return
        if self._young.size >= self._half:
            self._old, self._young = self._young, _Generation(at_ns)
        self._young.add(np.sort(keys))

    def contains(self, keys: Keys) -> Mask:
        """Which of the keys are remembered."""
        order = np.argsort(keys)
        ordered = keys[order]
        found = np.zeros(len(keys), np.bool_)
        found[order] = self._young.contains(ordered) | self._old.contains(ordered)
        return found

    def begin_at(self, at_ns: int) -> None:
        """Say that keys added before this instant were not loaded; stays said however often generations turn."""
        for generation in (self._old, self._young):
            generation.since_ns = max(generation.since_ns, at_ns)
