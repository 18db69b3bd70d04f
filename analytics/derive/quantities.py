"""From a span's token bill to disjoint usage classes, one line each."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa

from analytics.derive.billing import Counts
from analytics.derive.tree import Index, Mask
from collector.dialects.usage_classes import UsageClass

CLASSES = tuple(UsageClass)
_CODE = {usage_class: code for code, usage_class in enumerate(CLASSES)}


@dataclass(frozen=True, slots=True)
class Lines:
    """One entry per span x usage class with a quantity above zero."""

    at: Index
    """Position of the span."""
    usage_class: npt.NDArray[np.int8]
    """Index into CLASSES."""
    quantity: Counts


def disjoint(bills: Mapping[str, Counts]) -> dict[UsageClass, Counts]:
    """Token bills split so that no token stands in two classes.

    Cached audio is not told apart by any convention, so audio counts as uncached input, at most what is uncached.

    >>> counts = {"input_tokens": 1200, "output_tokens": 80, "cache_read_tokens": 1024}
    >>> bills = {name: np.array([counts.get(name, 0)]) for name in TOKEN_NAMES}
    >>> {str(name): int(values[0]) for name, values in disjoint(bills).items() if values[0]}
    {'input_uncached': 176, 'cache_read': 1024, 'output': 80}
    """
    one_hour = bills["cache_write_1h_tokens"]
    uncached = bills["input_tokens"] - bills["cache_read_tokens"] - bills["cache_write_tokens"]
    uncached = np.maximum(uncached, 0)
    audio_in = np.minimum(bills["audio_input_tokens"], uncached)
    audio_out = np.minimum(bills["audio_output_tokens"], bills["output_tokens"])
    return {
        UsageClass.INPUT_UNCACHED: uncached - audio_in,
        UsageClass.CACHE_READ: bills["cache_read_tokens"],
        UsageClass.CACHE_WRITE_5M: bills["cache_write_tokens"] - one_hour,
        UsageClass.CACHE_WRITE_1H: one_hour,
        UsageClass.AUDIO_IN: audio_in,
        UsageClass.OUTPUT: bills["output_tokens"] - audio_out,
        UsageClass.AUDIO_OUT: audio_out,
    }


TOKEN_NAMES = (
    "input_tokens",
    "output_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "cache_write_1h_tokens",
    "audio_input_tokens",
    "audio_output_tokens",
)


def lines(bills: Mapping[str, Counts], other_usage: pa.ChunkedArray, counted: Mask) -> Lines:
    """Billed lines of all spans; ``other_usage`` holds json objects of quantities that are no tokens."""
    parts = [
        (np.flatnonzero(counts > 0), _CODE[usage_class], counts) for usage_class, counts in disjoint(bills).items()
    ]
    at = [rows for rows, _, _ in parts]
    codes = [np.full(len(rows), code, np.int8) for rows, code, _ in parts]
    quantities = [counts[rows] for rows, _, counts in parts]
    found = Lines(np.concatenate(at), np.concatenate(codes), np.concatenate(quantities))
    others = _other_lines(other_usage, counted)
    new = ~np.isin(_line_keys(others), _line_keys(found))  # a class told as tokens too is the same quantity twice
    return Lines(
        np.concatenate([found.at, others.at[new]]),
        np.concatenate([found.usage_class, others.usage_class[new]]),
        np.concatenate([found.quantity, others.quantity[new]]),
    )


def _line_keys(found: Lines) -> Index:
    """One number per span and class."""
    return found.at * len(CLASSES) + found.usage_class


def _other_lines(other_usage: pa.ChunkedArray, counted: Mask) -> Lines:
    rows = np.flatnonzero(other_usage.is_valid().to_numpy() & counted)
    found = [
        (int(row), _CODE[UsageClass(name)], quantity)
        for row, text in zip(rows, other_usage.take(pa.array(rows)).to_pylist(), strict=True)
        for name, quantity in orjson.loads(text).items()
        if quantity > 0
    ]
    return Lines(
        np.array([row for row, _, _ in found], np.int64),
        np.array([code for _, code, _ in found], np.int8),
        np.array([quantity for *_, quantity in found], np.int64),
    )
