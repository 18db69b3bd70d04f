"""Samples by column, as most of the page is: no Python object for a series, each distinct value is treated once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Columns:
    """The samples of a family: a column for each of its labels, and one of values."""

    words: Sequence[pa.Array]
    values: Numbers


@dataclass(frozen=True, slots=True)
class Groups:
    """Rows by their words; groups are numbered as they first appear."""

    words: Sequence[pa.Array]
    """Of every group, a column for each word."""
    of_row: npt.NDArray[np.int64]

    @classmethod
    def of(cls, words: Sequence[pa.Array]) -> "Groups":
        """Group rows that have the same words.

        >>> groups = Groups.of([pa.array(["b", "a", "b"]), pa.array(["x", "x", "x"])])
        >>> [column.to_pylist() for column in groups.words], groups.of_row.tolist()
        ([['b', 'a'], ['x', 'x']], [0, 1, 0])
        """
        of_row = np.zeros(len(words[0]), np.int64)
        for column in words:
            found = column.dictionary_encode()
            with_word = of_row * len(found.dictionary) + found.indices.to_numpy()
            of_row = pa.array(with_word).dictionary_encode().indices.to_numpy().astype(np.int64)
        is_new = np.diff(np.maximum.accumulate(of_row), prepend=-1) > 0
        first = pa.array(np.flatnonzero(is_new))
        return cls([column.take(first) for column in words], of_row)

    def sums(self, values: Numbers) -> Numbers:
        """Of every group, its rows together."""
        sums = np.bincount(self.of_row, values, len(self.words[0]))
        return sums.astype(np.float64, copy=False)


def each(column: pa.Array, told: Callable[[Any], str]) -> pa.Array:
    """A function of every value, called once for each that is different.

    >>> each(pa.array(["b", "a", "b"]), str.upper).to_pylist()
    ['B', 'A', 'B']
    """
    found = column.dictionary_encode()
    return pa.array([told(value) for value in found.dictionary.to_pylist()], pa.string()).take(found.indices)
