"""Which lengths of documents are usual: those near the median of all of them, by a measure that outliers do not move.

    | ln(1 + chars) - median |  <=  max(3.5 x 1.4826 x MAD, ln 1.5)

Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993: modified z-scores above 3.5. A splitter that cuts at a
fixed length has a MAD of 0, and every last piece would be far from it: so a document less than 1.5 times as long or
short as the median is always usual. `analytics/retrieval/queries/retrieval_groups.sql` counts the same of stored spans.
"""

from collections.abc import Sequence
from math import log

import numpy as np

DEVIATIONS = 3.5
LEAST_FACTOR = 1.5
FEWEST = 20
"""Documents without which nobody knows what is usual."""
_CONSISTENT = 1.4826
"""MAD times it is the standard deviation of normal data."""


def usual_lengths(chars: Sequence[int]) -> tuple[float, float] | None:
    """The shortest and the longest usual length; None of too few documents.

    >>> [round(end) for end in usual_lengths([1000] * 19 + [9])]  # 1001 / 1.5 - 1, 1001 x 1.5 - 1
    [666, 1500]
    """
    if len(chars) < FEWEST:
        return None
    logs = np.log1p(np.asarray(chars, np.float64))
    middle = float(np.median(logs))
    reach = max(DEVIATIONS * _CONSISTENT * float(np.median(np.abs(logs - middle))), log(LEAST_FACTOR))
    return float(np.expm1(middle - reach)), float(np.expm1(middle + reach))
