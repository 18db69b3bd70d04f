"""How sure the mean of scores is.

The interval of a mean of scores in 0..1 is Wilson's (JASA 22, 1927): such scores scatter at most as a yes or no of the
same mean does, so it holds for them too, and is wider than it need be. Other scales have mean +- 1.96 standard errors,
from 30 scores on.
"""

from math import sqrt

from analytics.ratios import Z, wilson

_FEWEST = 30


def interval(
    mean: float | None, count: int, spread: float | None, least: float | None, greatest: float | None
) -> tuple[float, float] | tuple[None, None]:
    """The 95 % interval of a mean; None where it cannot be told.

    >>> [round(end, 3) for end in interval(0.8, 10, None, 0.0, 1.0)], interval(4.0, 100, 1.0, 1.0, 5.0)
    ([0.49, 0.943], (3.8040036, 4.1959964))
    >>> interval(4.0, 7, 1.0, 1.0, 5.0)
    (None, None)
    """
    if mean is None or least is None or greatest is None:
        return None, None
    if least >= 0 and greatest <= 1:
        return wilson(mean * count, count)
    if count < _FEWEST or spread is None:
        return None, None
    half = Z * spread / sqrt(count)
    return mean - half, mean + half
