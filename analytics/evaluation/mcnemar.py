"""McNemar's exact test, mid-p: whether too many of the items on which two yes/no scores differ got worse."""

from math import comb


def worse_p_value(worse: int, better: int) -> float:
    """Chance of so many or more of the changed items getting worse, were both directions alike; one-sided.

    Half of the chance of exactly so many is left out (mid-p, Fagerland, Lydersen and Laake 2013).

    >>> worse_p_value(6, 0)  # half of 1 / 2^6
    0.0078125
    >>> worse_p_value(3, 3), worse_p_value(0, 0)
    (0.5, 0.5)
    """
    changed = worse + better
    more = sum(comb(changed, count) for count in range(worse + 1, changed + 1))
    return float((more + comb(changed, worse) / 2) / 2**changed)
