"""How much worse can it be at most, after so many items? A bound that holds for any distribution of scores.

The bound of Gaffke (2005; the same as Learned-Miller and Thomas 2019): the observed differences and once the worst
possible one share the whole at random, and the bound is the level's quantile of the weighted mean. No distribution is
known for which it errs more often than its level. Where every pair is equal it is the rule of three, 1 - level^(1/n);
for yes/no scores that only get worse it is Clopper and Pearson's.

The smallest worsening that would be found with a power of 0.8 comes from the same items: (z_level + z_power) x standard
deviation / sqrt(n), and never less than that rule of three.
"""

from math import sqrt
from statistics import NormalDist

import numpy as np

from analytics.evaluation.coins import Floats, spacings

POWER = 0.8
_ROUNDS = 9_999
_BLOCK = 500
_WORST = -1.0
"""The largest loss of an item: scores are in 0..1."""


def loss_at_most(differences: Floats, *, level: float, seed: int, rounds: int = _ROUNDS) -> float:
    """The largest mean loss (0..1) that these differences leave possible; holds with 1 - level.

    >>> round(loss_at_most(np.zeros(59), level=0.05, seed=1), 2), round(unseen_share(59, 0.05), 4)
    (0.05, 0.0495)
    """
    values = np.append(differences, _WORST)
    means = np.concatenate([block @ values for block in spacings(len(values), rounds, seed, _BLOCK)])
    return max(0.0, -float(np.quantile(means, level)))


def unseen_share(items: int, level: float) -> float:
    """The share of items that may be bad although none of so many was: (1 - share)^items = level.

    >>> round(unseen_share(30, 0.05), 3), round(unseen_share(300, 0.05), 4)
    (0.095, 0.0099)
    """
    return 1.0 if items == 0 else 1.0 - level ** (1 / items)


def items_needed(loss: float, level: float) -> int:
    """How many equal pairs it takes to rule a loss out.

    >>> items_needed(0.1, 0.05), items_needed(0.05, 0.05)
    (29, 59)
    """
    return int(np.ceil(np.log(level) / np.log1p(-loss)))


def detectable(differences: Floats, level: float) -> float:
    """The smallest mean worsening that is found in four of five comparisons of so many items."""
    count = len(differences)
    if count < 2:  # noqa: PLR2004 - no spread is known of one
        return 1.0
    normal = NormalDist()
    spread = float(np.std(differences, ddof=1))
    found = (normal.inv_cdf(1 - level) + normal.inv_cdf(POWER)) * spread / sqrt(count)
    return min(1.0, max(found, unseen_share(count, level)))
