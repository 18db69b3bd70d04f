"""Attribute values read as the type a column wants; what cannot be read so is as good as absent.

Emitters send counts as ints, whole doubles and numeric strings, and "" for null. Each function takes positions in the
long attribute form and gives values of the same length with a mask of the usable ones.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from collector.decode.frame import Attributes, Ints, Longs, Mask
from collector.dialects.sources import Reading

Doubles = npt.NDArray[np.float64]

_LARGEST_COUNT = 10**15
"""More tokens than any provider ever billed at once; larger ones are noise that would overflow sums."""
_LONGEST_S = 1e300
"""Seconds beyond it would be infinite milliseconds."""
_TRUE = frozenset({"true", "1", "yes"})
_FALSE = frozenset({"false", "0", "no"})


def texts(attributes: Attributes, at: Ints) -> tuple[pa.Array, Mask]:
    """Text values; numbers and flags as their text, "" as absent."""
    positions = pa.array(at)
    found = utf8(attributes.text.take(positions))
    if found.null_count:
        others = [getattr(attributes, name).take(positions).cast(pa.string()) for name in ("whole", "real", "flag")]
        found = pc.coalesce(found, *others)
    usable = pc.greater(pc.binary_length(found), 0).fill_null(False)
    return found, _numpy(usable)


def utf8(raw: pa.Array) -> pa.Array:
    """Bytes as text; invalid sequences become U+FFFD instead of costing the record."""
    try:
        return raw.cast(pa.string())
    except pa.ArrowInvalid:
        mended = [None if item is None else item.decode("utf-8", "replace") for item in raw.to_pylist()]
        return pa.array(mended, pa.string())


def counts(attributes: Attributes, at: Ints) -> tuple[Longs, Mask]:
    """Whole numbers from 0 to 10**15."""
    positions = pa.array(at)
    whole = attributes.whole.take(positions)
    values = _numpy(whole.fill_null(-1)).astype(np.int64)
    if whole.null_count:
        numbers, known = _numbers(attributes, positions)
        rounded = np.where(known, numbers, -1.0)
        integral = known & (rounded == np.floor(rounded)) & (np.abs(rounded) <= _LARGEST_COUNT)
        values = np.where(integral & (values < 0), np.where(integral, rounded, -1).astype(np.int64), values)
    return values, (values >= 0) & (values <= _LARGEST_COUNT)


def numbers(attributes: Attributes, at: Ints) -> tuple[Doubles, Mask]:
    """Finite numbers, whole ones included."""
    positions = pa.array(at)
    values, known = _numbers(attributes, positions)
    whole = attributes.whole.take(positions)
    is_whole = _numpy(whole.is_valid())
    values = np.where(is_whole, _numpy(whole.fill_null(0)).astype(np.float64), values)
    return values, (known | is_whole) & np.isfinite(values)


def flags(attributes: Attributes, at: Ints) -> tuple[Mask, Mask]:
    """Booleans; the words true, 1, yes and their opposites."""
    flag = attributes.flag.take(pa.array(at))
    values, known = _numpy(flag.fill_null(False)).copy(), _numpy(flag.is_valid()).copy()
    if flag.null_count:
        words, usable = texts(attributes, at)
        for i in np.flatnonzero(usable & ~known):
            word = words[int(i)].as_py().lower()
            values[i], known[i] = word in _TRUE, word in _TRUE or word in _FALSE
    return values, known


def _seconds(attributes: Attributes, at: Ints) -> tuple[Doubles, Mask]:
    values, known = numbers(attributes, at)
    return _as_milliseconds(values), known & (values >= 0) & (values <= _LONGEST_S)


def _milliseconds(attributes: Attributes, at: Ints) -> tuple[Doubles, Mask]:
    values, known = numbers(attributes, at)
    return values, known & (values >= 0)


def _seconds_or_whole_ms(attributes: Attributes, at: Ints) -> tuple[Doubles, Mask]:
    values, known = numbers(attributes, at)
    is_whole = _numpy(attributes.whole.take(pa.array(at)).is_valid())
    fits = is_whole | (values <= _LONGEST_S)
    return np.where(is_whole, values, _as_milliseconds(values)), known & (values >= 0) & fits


def _as_milliseconds(seconds: Doubles) -> Doubles:
    return np.minimum(seconds, _LONGEST_S) * 1e3


READERS: dict[Reading, Callable[[Attributes, Ints], tuple[npt.NDArray[Any], Mask]]] = {
    Reading.COUNT: counts,
    Reading.FLAG: flags,
    Reading.SECONDS: _seconds,
    Reading.MILLISECONDS: _milliseconds,
    Reading.SECONDS_OR_WHOLE_MS: _seconds_or_whole_ms,
    Reading.NUMBER: numbers,
    Reading.MONEY: numbers,
}
"""Every reading but text and lists of words, which stay in Arrow."""


def _numbers(attributes: Attributes, positions: pa.Array) -> tuple[Doubles, Mask]:
    """Doubles and numeric strings."""
    real = attributes.real.take(positions)
    values, known = _numpy(real.fill_null(0.0)).copy(), _numpy(real.is_valid()).copy()
    text = attributes.text.take(positions)
    for i in np.flatnonzero(~known & _numpy(text.is_valid())):
        try:
            values[i], known[i] = float(text[int(i)].as_py()), True
        except ValueError:
            continue  # a word where a number belongs: absent, as the mask says
    return values, known


def _numpy(array: pa.Array) -> npt.NDArray[Any]:
    found: npt.NDArray[Any] = array.to_numpy(zero_copy_only=False)
    return found
