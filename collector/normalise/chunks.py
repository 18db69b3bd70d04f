"""How long the documents of a retrieval are: a JSON list of whole numbers becomes a list; anything else is absent.

>>> chunk_sizes("[812, 790, 0]"), chunk_sizes("[]"), chunk_sizes("812"), chunk_sizes(None)
([812, 790, 0], None, None, None)
"""

import orjson
import pyarrow as pa

MOST_CHUNKS = 1_000
"""Documents of one retrieval; a longer list is no list of documents that somebody reads."""
_MOST_CHARS = 10**9
_LARGEST_TEXT = 1 << 14
_SIZES = pa.list_(pa.int32())


def chunk_column(texts: pa.Array) -> pa.Array:
    """Sizes by span; null where nobody said."""
    if texts.null_count == len(texts):
        return pa.nulls(len(texts), _SIZES)
    return pa.array([chunk_sizes(text) for text in texts.to_pylist()], _SIZES)


def chunk_sizes(text: object) -> list[int] | None:
    """Characters of each document, in the order told; None for what is no list of such."""
    if not isinstance(text, str) or len(text) > _LARGEST_TEXT:
        return None
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(found, list) or not 0 < len(found) <= MOST_CHUNKS:
        return None
    return found if all(type(size) is int and 0 <= size <= _MOST_CHARS for size in found) else None
