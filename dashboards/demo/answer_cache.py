"""The app's cache of answers: exact by text, semantic by the angle between embeddings. One per tenant, and forgetful.

An answer for one tenant never reaches another. Answers are kept for some seconds only: with a small corpus and a
generous memory everything would soon be a hit, and nothing would be left to serve.
"""

from collections import deque
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
THRESHOLD = 0.92
_KEPT_S = 15.0


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer with the question it was given to."""

    question: str
    vector: Vector
    answer: str
    kept_at_s: float


@dataclass(slots=True)
class AnswerCache:
    """Answers of one tenant, oldest first; instants are seconds of any steady clock."""

    _kept: deque[Kept] = field(default_factory=deque)

    def exact(self, question: str, now_s: float) -> Kept | None:
        """Find the answer to the very same question."""
        self._forget(now_s)
        return next((kept for kept in self._kept if kept.question == question), None)

    def nearest(self, vector: Vector, now_s: float) -> tuple[Kept, float] | None:
        """Find the most similar question and how similar it is: the cosine, as vectors have length 1."""
        self._forget(now_s)
        if not self._kept:
            return None
        similarities = np.stack([kept.vector for kept in self._kept]) @ vector
        best = int(similarities.argmax())
        return self._kept[best], float(similarities[best])

    def keep(self, question: str, vector: Vector, answer: str, now_s: float) -> None:
        """Remember an answer."""
        self._kept.append(Kept(question, vector, answer, now_s))

    def _forget(self, now_s: float) -> None:
        while self._kept and now_s - self._kept[0].kept_at_s > _KEPT_S:
            self._kept.popleft()
