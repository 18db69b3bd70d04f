"""64-bit keys that are the same on every machine and in every run."""

from functools import lru_cache
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Keys = npt.NDArray[np.uint64]

# the finalizer of MurmurHash3: every input bit reaches every output bit, so that counters make good keys too
_FIRST, _SECOND, _SHIFT = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53), np.uint64(33)


def mixed(keys: Keys) -> Keys:
    """Spread the bits of integers."""
    keys = (keys ^ (keys >> _SHIFT)) * _FIRST
    keys = (keys ^ (keys >> _SHIFT)) * _SECOND
    return keys ^ (keys >> _SHIFT)


def combined(*parts: Keys) -> Keys:
    """One key per row from several."""
    key = np.zeros(len(parts[0]), np.uint64)
    for part in parts:
        key = mixed(key ^ part) + np.uint64(0x9E3779B97F4A7C15)
    return key


def text_key(text: str) -> int:
    """Key of a text.

    >>> text_key("chatcmpl-1") == text_key("chatcmpl-1") != text_key("chatcmpl-2")
    True
    """
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "little")


@lru_cache(maxsize=65_536)  # the same few thousand combinations come with every request
def tuple_key(words: tuple[str | None, ...]) -> int:
    """Key of a tuple of words; absent and empty differ, and no word can look like two.

    >>> tuple_key(("a", None)) == tuple_key(("a", ""))
    False
    """
    return text_key("".join("-," if word is None else f"{len(word)}:{word}," for word in words))


def text_keys(texts: pa.Array) -> Keys:
    """Keys of many texts without nulls, in columns: texts of one length are one matrix of bytes.

    >>> keys = text_keys(pa.array(["chatcmpl-1", "chatcmpl-2", "chatcmpl-1"]))
    >>> bool(keys[0] == keys[2] != keys[1])
    True
    """
    keys = np.zeros(len(texts), np.uint64)
    if not len(texts):
        return keys
    offsets = np.frombuffer(texts.buffers()[1], np.int32, len(texts) + 1, texts.offset * 4)
    data = np.frombuffer(texts.buffers()[2] or b"", np.uint8)
    lengths = np.diff(offsets)
    for length in np.unique(lengths):
        at = np.flatnonzero(lengths == length)
        letters = np.zeros((len(at), -(-int(length) // 8) * 8), np.uint8)
        letters[:, :length] = data[offsets[at][:, None] + np.arange(length)]
        words = letters.view("<u8").T.astype(np.uint64)
        keys[at] = combined(np.full(len(at), length, np.uint64), *words)
    return keys
