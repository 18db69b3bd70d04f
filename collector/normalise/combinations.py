"""Numbering the combinations of words that rows have."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from collector.decode.frame import Longs

_ROOM = 2**31
"""Combinations counted before they are renumbered; keeps the running product inside 64 bits."""


def combinations(columns: Sequence[pa.Array], rows: int) -> Longs:
    """One number per row, equal where all words are equal."""
    codes: Longs = np.zeros(rows, np.int64)
    size = 1
    for column in columns:
        encoded = column.dictionary_encode()
        step = len(encoded.dictionary) + 1
        codes = codes * step + (encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64) + 1)
        size *= step
        if size > _ROOM:
            distinct, inverse = np.unique(codes, return_inverse=True)
            codes, size = inverse.reshape(-1).astype(np.int64), len(distinct)
    return codes
