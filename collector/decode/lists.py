"""Attributes that are lists of words, read into one text with commas between.

Emitters send an array, the JSON text of one, words with commas between, or one word. Distinct values are few, so each
is read once: a list costs no more than a text does.
"""

from collections.abc import Callable, Sequence
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from collector.decode.frame import Attributes, Ints, Mask
from collector.decode.values import texts
from collector.decode.wire import array_texts
from collector.dialects.finishes import joined

LARGEST_LIST = 4_096
"""Bytes; a longer one is no list of words."""


def words(attributes: Attributes, at: Ints) -> tuple[pa.Array, Mask]:
    """Lists of words as text, and which of them have any."""
    found = _each(attributes.array.take(pa.array(at)), packed)
    if found.null_count:
        told, _ = texts(attributes, at)
        found = pc.coalesce(found, _each(told, listed))
    return found, found.is_valid().to_numpy(zero_copy_only=False)


def packed(raw: bytes) -> str | None:
    """The words of an encoded array; what is no text in it is left out."""
    return None if len(raw) > LARGEST_LIST else joined(array_texts(raw))


def listed(text: str) -> str | None:
    """The words of a text: JSON of a list, or words with commas between.

    >>> listed('["stop"]'), listed("stop, length"), listed("[1]"), listed("[")
    ('stop', 'stop,length', None, '[')
    """
    if len(text) > LARGEST_LIST:
        return None
    return joined(_parts(text))


def _parts(text: str) -> Sequence[str]:
    if text.startswith("["):
        try:
            found = orjson.loads(text)
        except orjson.JSONDecodeError:
            return text.split(",")
        return [part for word in found if isinstance(word, str) for part in word.split(",")]
    return text.split(",")


def _each(column: pa.Array, read: Callable[[Any], str | None]) -> pa.Array:
    """Read every distinct value once."""
    encoded = column.dictionary_encode()
    return pa.array(map(read, encoded.dictionary.to_pylist()), pa.string()).take(encoded.indices)
