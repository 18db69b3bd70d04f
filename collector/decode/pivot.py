"""From one row per attribute to one column per canonical name, in columns.

Every known key gets a code. Attributes are sorted by code once; each present code then writes its values to its
owners' rows, least important source first, so that the most important usable one stays.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from collector.decode.frame import Attributes, Ints, Mask
from collector.decode.lists import words
from collector.decode.values import READERS, texts, utf8
from collector.dialects.embedded import EMBEDDED, Embedded, scalars
from collector.dialects.measures import ALL_COLUMNS
from collector.dialects.sources import Column, Reading, Source


@dataclass(frozen=True, slots=True)
class Texts:
    """A text column: Arrow strings, null where absent, (n,)."""

    values: pa.Array
    source: npt.NDArray[np.int16]
    """Which source filled the row, -1 for none."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """A numeric or boolean column, (n,)."""

    values: npt.NDArray[np.generic]
    known: Mask
    source: npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The keys of a set of columns, with their codes."""

    columns: tuple[Column, ...]
    keys: pa.Array = field(init=False)
    homes: tuple[tuple[Column, int, Source], ...] = field(init=False)
    """Per code: column, rank within it, source."""
    outers: Mapping[int, Embedded] = field(init=False)
    """Codes of attributes that hide others."""
    codes: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        homes = tuple((column, rank, source) for column in self.columns for rank, source in enumerate(column.sources))
        keys = [source.key for _, _, source in homes] + [row.outer for row in EMBEDDED]
        object.__setattr__(self, "homes", homes)
        object.__setattr__(self, "codes", {key: code for code, key in enumerate(keys)})
        object.__setattr__(self, "outers", {len(homes) + i: row for i, row in enumerate(EMBEDDED)})
        object.__setattr__(self, "keys", pa.array([key.encode() for key in keys], pa.binary()))


VOCABULARY = Vocabulary(ALL_COLUMNS)
_TEXTS = {Reading.TEXT: texts, Reading.WORDS: words}


@dataclass(frozen=True, slots=True)
class Pivot:
    """Canonical columns that at least one owner filled."""

    rows: int
    texts: Mapping[str, Texts]
    numbers: Mapping[str, Numbers]

    def text(self, name: str) -> pa.Array:
        """A text column, all null if nobody sent it."""
        found = self.texts.get(name)
        return found.values if found else pa.nulls(self.rows, pa.string())

    def number(self, name: str) -> Numbers:
        """A numeric column, all unknown if nobody sent it."""
        found = self.numbers.get(name)
        if found:
            return found
        return Numbers(np.zeros(self.rows, np.int64), np.zeros(self.rows, np.bool_), np.full(self.rows, -1, np.int16))


def pivot(attributes: Attributes, rows: int, vocabulary: Vocabulary = VOCABULARY) -> Pivot:
    """Canonical columns of ``rows`` owners."""
    by_name: dict[str, list[tuple[int, Source, Attributes, Ints]]] = {}
    for code, part, at in _present(attributes, vocabulary):
        column, rank, source = vocabulary.homes[code]
        by_name.setdefault(column.name, []).append((rank, source, part, at))
    found_texts: dict[str, Texts] = {}
    found_numbers: dict[str, Numbers] = {}
    for name, entries in by_name.items():
        entries.sort(key=lambda entry: -entry[0])
        if entries[0][1].reading in _TEXTS:
            found_texts[name] = _merge_texts(entries, rows)
        else:
            found_numbers[name] = _merge_numbers(entries, rows)
    return Pivot(rows, found_texts, found_numbers)


def _present(attributes: Attributes, vocabulary: Vocabulary) -> Iterator[tuple[int, Attributes, Ints]]:
    """Each code that occurs, with the positions of its attributes; embedded ones included."""
    hidden: list[tuple[int, int, str | int | float]] = []
    for code, at in _by_code(attributes, vocabulary):
        outer = vocabulary.outers.get(code)
        if outer is None:
            yield code, attributes, at
        else:
            hidden.extend(_unpacked(attributes, at, outer, vocabulary))
    if hidden:
        inner = _as_attributes(hidden)
        codes = np.array([code for _, code, _ in hidden], np.int32)
        for code in np.unique(codes):
            yield int(code), inner, np.flatnonzero(codes == code).astype(np.int32)


def _by_code(attributes: Attributes, vocabulary: Vocabulary) -> Iterator[tuple[int, Ints]]:
    if not len(attributes.key):
        return
    found = pc.index_in(attributes.key, value_set=vocabulary.keys).fill_null(-1)
    codes = found.to_numpy(zero_copy_only=False).astype(np.int16)
    order = np.argsort(codes, kind="stable").astype(np.int32)
    ordered = codes[order]
    present, starts = np.unique(ordered, return_index=True)
    ends = np.append(starts[1:], len(ordered))
    for code, start, end in zip(present, starts, ends, strict=True):
        if code >= 0:
            yield int(code), order[start:end]


def _unpacked(
    attributes: Attributes, at: Ints, outer: Embedded, vocabulary: Vocabulary
) -> Iterator[tuple[int, int, str | int | float]]:
    values = utf8(attributes.text.take(pa.array(at))).to_pylist()
    for position, text in zip(at, values, strict=True):
        if text is None:
            continue
        for key, value in scalars(outer, text):
            code = vocabulary.codes.get(key)
            if code is not None:
                yield int(attributes.owner[position]), code, value


def _as_attributes(hidden: Sequence[tuple[int, int, str | int | float]]) -> Attributes:
    values = [value for *_, value in hidden]

    def only(kind: type, of: pa.DataType) -> pa.Array:
        return pa.array([value if type(value) is kind else None for value in values], of)

    return Attributes(
        owner=np.array([owner for owner, *_ in hidden], np.int32),
        key=pa.nulls(len(hidden), pa.binary()),
        text=pa.array([value.encode() if isinstance(value, str) else None for value in values], pa.binary()),
        flag=only(bool, pa.bool_()),
        whole=pa.array([_small(value) for value in values], pa.int64()),
        real=only(float, pa.float64()),
        array=pa.nulls(len(hidden), pa.binary()),
    )


def _small(value: str | float) -> int | None:
    """An int that fits 64 bits; JSON knows larger ones."""
    return value if type(value) is int and abs(value) < 2**63 else None


def _merge_texts(entries: list[tuple[int, Source, Attributes, Ints]], rows: int) -> Texts:
    at_chunk = np.full(rows, -1, np.int32)
    source = np.full(rows, -1, np.int16)
    chunks, base = [], 0
    for rank, home, attributes, at in entries:
        values, usable = _TEXTS[home.reading](attributes, at)
        owners = attributes.owner[at[usable]]
        at_chunk[owners] = base + np.flatnonzero(usable).astype(np.int32)
        source[owners] = rank
        chunks.append(values)
        base += len(values)
    picked = pa.concat_arrays(chunks).take(pa.array(at_chunk, mask=at_chunk < 0))
    return Texts(picked, source)


def _merge_numbers(entries: list[tuple[int, Source, Attributes, Ints]], rows: int) -> Numbers:
    known = np.zeros(rows, np.bool_)
    source = np.full(rows, -1, np.int16)
    values: npt.NDArray[np.generic] | None = None
    for rank, home, attributes, at in entries:
        found, usable = READERS[home.reading](attributes, at)
        if values is None:
            values = np.zeros(rows, found.dtype)
        owners = attributes.owner[at[usable]]
        values[owners] = found[usable]
        known[owners] = True
        source[owners] = rank
    return Numbers(values if values is not None else np.zeros(rows, np.int64), known, source)
