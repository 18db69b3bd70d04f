"""Rows with equal words answered once."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from analytics.derive.tree import Index
from collector.normalise.combinations import combinations


def distinct(columns: Sequence[pa.Array], rows: int) -> tuple[Index, Index]:
    """Positions of the first row of every combination, and per row which combination it has.

    >>> first, of_row = distinct([pa.array(["a", "b", "a"])], 3)
    >>> first.tolist(), of_row.tolist()
    ([0, 1], [0, 1, 0])
    """
    _, first, inverse = np.unique(combinations(columns, rows), return_index=True, return_inverse=True)
    return first, inverse.reshape(-1)
