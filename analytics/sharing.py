"""One answer for everybody who asks the same within a second: pages refresh, and many look at the same one."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

from analytics.answering import Clock
from analytics.notation import NS_PER_S

_MOST = 64
"""Questions that are remembered; the one that was asked longest ago is forgotten first."""


Question = TypeVar("Question", bound=Hashable)
Answer = TypeVar("Answer")


@dataclass(slots=True)
class _Kept(Generic[Answer]):
    lock: Lock = field(default_factory=Lock)
    said: tuple[int, Answer] | None = None


@dataclass(slots=True)
class Shared(Generic[Question, Answer]):
    """Answers a question once for all who ask it while the answer is fresh; who comes meanwhile waits for it."""

    answer: Callable[[Question, int], Answer]
    now: Clock
    fresh_ns: int = NS_PER_S
    _kept: OrderedDict[Question, _Kept[Answer]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def __call__(self, question: Question) -> Answer:
        """Return an answer that is at most ``fresh_ns`` old."""
        with self._lock:
            kept = self._kept.setdefault(question, _Kept())
            self._kept.move_to_end(question)
            if len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        with kept.lock:
            at_ns = self.now()
            if kept.said is None or not 0 <= at_ns - kept.said[0] < self.fresh_ns:
                kept.said = (at_ns, self.answer(question, at_ns))
            return kept.said[1]
