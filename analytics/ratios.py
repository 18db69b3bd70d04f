"""How sure a share of what was counted is: its 95 % interval after Wilson (JASA 22, 1927)."""

from math import sqrt

Z = 1.959964
"""The 97.5 % point of the normal distribution."""


def wilson(hits: float, count: float) -> tuple[float, float]:
    """The 95 % interval of a ratio of at least one that was counted.

    >>> [round(end, 3) for end in wilson(8, 10)]
    [0.49, 0.943]
    """
    share, spread = hits / count, Z**2 / count
    middle, half = share + spread / 2, Z * sqrt(share * (1 - share) / count + spread / (4 * count))
    return max(0.0, (middle - half) / (1 + spread)), min(1.0, (middle + half) / (1 + spread))
