"""The kind of each span, from whichever emitter's word is there."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from collector.decode.frame import Mask
from collector.decode.pivot import Pivot
from collector.dialects.kinds import CALL_KINDS, KIND_WORDS, Kind

Codes = npt.NDArray[np.int8]

KINDS = tuple(Kind)
_CODE = {kind: code for code, kind in enumerate(KINDS)}
_CALL_CODES = np.array([kind in CALL_KINDS for kind in KINDS])


def kind_codes(pivot: Pivot, *, names_a_model: Mask) -> Codes:
    """Index into KINDS per span; a span without any word that names a model and has usage is a model call."""
    codes = np.full(pivot.rows, -1, np.int8)
    for column, words in KIND_WORDS.items():
        if column not in pivot.texts:
            continue
        encoded = pivot.texts[column].values.dictionary_encode()
        by_word = [_code(words, word) for word in encoded.dictionary.to_pylist()]
        lookup = np.array([*by_word, -1], np.int8)
        found = lookup[encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)]
        codes = np.where(codes < 0, found, codes)
    other = np.where(names_a_model, _CODE[Kind.MODEL], _CODE[Kind.OTHER])
    return np.where(codes < 0, other, codes).astype(np.int8)


def is_call(codes: Codes) -> Mask:
    """Whether a span is one call to a provider."""
    return np.asarray(_CALL_CODES[codes])


def is_kind(codes: Codes, kind: Kind) -> Mask:
    """Whether a span is of this kind."""
    return np.asarray(codes == _CODE[kind])


def as_words(codes: Codes) -> pa.Array:
    """Codes as a dictionary column of words."""
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array([str(kind) for kind in KINDS]))


def _code(words: dict[str, Kind], word: str) -> int:
    kind = words.get(word.lower())
    return -1 if kind is None else _CODE[kind]
