"""A bound on how often something is asked: a bucket of tokens that fills at a steady rate."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Bucket:
    """Holds ``most`` tokens and gets ``per_s`` new ones each second; ``elapsed`` counts seconds forward.

    >>> at = [0.0]
    >>> bucket = Bucket(per_s=2.0, most=1, elapsed=lambda: at[0])
    >>> bucket.wait_s(), bucket.wait_s()
    (0.0, 0.5)
    >>> at[0] = 0.5
    >>> bucket.wait_s()
    0.0
    """

    per_s: float
    most: int
    elapsed: Callable[[], float]
    _tokens: float = field(init=False)
    _filled_at: float = field(init=False)

    def __post_init__(self) -> None:
        self._tokens, self._filled_at = float(self.most), self.elapsed()

    def wait_s(self) -> float:
        """Take a token: 0, or how long until there is one, in seconds."""
        now = self.elapsed()
        self._tokens = min(self.most, self._tokens + (now - self._filled_at) * self.per_s)
        self._filled_at = now
        if self._tokens < 1:
            return (1 - self._tokens) / self.per_s
        self._tokens -= 1
        return 0.0
