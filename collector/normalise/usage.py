"""Usage as the provider billed it: one token contract for every emitter.

The GenAI conventions count cached tokens inside the input and reasoning inside the output. Some emitters report the
input without its cached part; which ones is told, in this order, by the numbers (more cached than input), by the
emitter or the key itself, and by the total (``input + output`` or ``input + output + cached``).
Absent, zero and estimated stay three different things.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from collector.decode.frame import Longs, Mask
from collector.decode.pivot import Numbers, Pivot
from collector.dialects.fields import USAGE_COLUMNS


class UsageStatus(StrEnum):
    """How far a span's usage can be billed."""

    REPORTED = "reported"
    MISSING = "missing"
    """A provider call whose usage nobody sent."""
    ZERO_SUSPECT = "zero_suspect"
    """Zeros of an emitter that sends zeros for unknown."""
    PARTIAL = "partial"
    """Told, but known to leave out something that was billed."""
    ESTIMATED = "estimated"
    """Counted by the emitter, not by the provider."""
    NONE = "none"
    """No provider call, or one that failed without usage."""


STATUSES = tuple(UsageStatus)
TOLD = (UsageStatus.REPORTED, UsageStatus.PARTIAL, UsageStatus.ESTIMATED)
"""Statuses whose numbers are shown."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of each span besides its numbers, (n,)."""

    call: Mask
    embedding: Mask
    failed: Mask
    excludes_cache: Mask
    zero_means_unknown: Mask
    estimates: Mask
    """A stream of an emitter that counts for itself when the provider reports nothing."""
    loses_cache: Mask
    """A stream of an emitter that drops its cached tokens."""
    other_usage: Mask
    """Tells a billed quantity that is no token."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Token columns by the conventions with their masks, the status index into STATUSES and the contract undone."""

    tokens: dict[str, tuple[Longs, Mask]]
    status: npt.NDArray[np.int8]
    exclusive: Mask
    with_cache: Mask

    @property
    def known(self) -> Mask:
        """Rows with any billable number."""
        return np.asarray(self.tokens["input_tokens"][1] | self.tokens["output_tokens"][1])


_INPUT_SOURCES = next(column for column in USAGE_COLUMNS if column.name == "input_tokens").sources
_EXCLUSIVE_KEYS = np.array([source.input_excludes_cache for source in _INPUT_SOURCES] + [False])
"""By source index; the last stands for index -1, no source."""


def usage_of(pivot: Pivot, traits: Traits) -> Usage:
    """Usage of every span by one contract."""
    raw = {column.name: _counts(pivot.number(column.name)) for column in USAGE_COLUMNS}
    tokens_in, tokens_out, total = raw["input_tokens"], raw["output_tokens"], raw["total_tokens"]
    tokens_in = _input_from_total(tokens_in, tokens_out, total, traits.embedding)
    cached = _zeroed(raw["cache_read_tokens"]) + _zeroed(raw["cache_write_tokens"])
    with_cache = tokens_in[1] & (cached > 0)
    by_key = _EXCLUSIVE_KEYS[pivot.number("input_tokens").source]
    exclusive = with_cache & _excludes(tokens_in[0], tokens_out, total, cached, traits.excludes_cache | by_key)
    tokens_in = (tokens_in[0] + np.where(exclusive, cached, 0), tokens_in[1])
    status = _status(tokens_in, tokens_out, raw, traits)
    tokens = _consistent(raw | {"input_tokens": tokens_in})
    billable = np.isin(status, [STATUSES.index(word) for word in TOLD])
    return Usage(
        {name: (values, known & billable) for name, (values, known) in tokens.items()}, status, exclusive, with_cache
    )


def _excludes(
    tokens_in: Longs, tokens_out: tuple[Longs, Mask], total: tuple[Longs, Mask], cached: Longs, by_emitter: Mask
) -> Mask:
    more_cached_than_input = cached > tokens_in
    both = tokens_in + _zeroed(tokens_out)
    by_total = total[1] & (total[0] == both + cached)
    return np.asarray(more_cached_than_input | by_emitter | by_total)


def _input_from_total(
    tokens_in: tuple[Longs, Mask], tokens_out: tuple[Longs, Mask], total: tuple[Longs, Mask], embedding: Mask
) -> tuple[Longs, Mask]:
    """An embedding has no output, so its total is its input."""
    only_total = embedding & total[1] & ~tokens_in[1] & ~tokens_out[1]
    return np.where(only_total, total[0], tokens_in[0]), tokens_in[1] | only_total


def _status(
    tokens_in: tuple[Longs, Mask], tokens_out: tuple[Longs, Mask], raw: dict[str, tuple[Longs, Mask]], traits: Traits
) -> npt.NDArray[np.int8]:
    known = tokens_in[1] | tokens_out[1]
    nothing = (_zeroed(tokens_in) == 0) & (_zeroed(tokens_out) == 0)
    suspect = known & nothing & (traits.zero_means_unknown | traits.failed)
    conditions = (
        suspect & traits.failed,
        suspect,
        known & traits.estimates & ~raw["cache_read_tokens"][1] & ~raw["cache_write_tokens"][1],
        known & traits.loses_cache & (_zeroed(raw["cache_read_tokens"]) == 0),
        known | traits.other_usage,
        traits.call & ~traits.failed,
    )
    outcomes = (
        UsageStatus.NONE,
        UsageStatus.ZERO_SUSPECT,
        UsageStatus.ESTIMATED,
        UsageStatus.PARTIAL,
        UsageStatus.REPORTED,
        UsageStatus.MISSING,
    )
    indices = [STATUSES.index(outcome) for outcome in outcomes]
    return np.select(conditions, indices, STATUSES.index(UsageStatus.NONE)).astype(np.int8)


def _consistent(raw: dict[str, tuple[Longs, Mask]]) -> dict[str, tuple[Longs, Mask]]:
    """Parts never exceed their whole, so that the disjoint classes made of them are never negative."""
    tokens_in, tokens_out = raw["input_tokens"], raw["output_tokens"]
    read = _within(raw["cache_read_tokens"], tokens_in)
    room = (tokens_in[0] - _zeroed(read), tokens_in[1])
    one_hour, write = raw["cache_write_1h_tokens"], raw["cache_write_tokens"]
    write = _within((np.maximum(_zeroed(write), _zeroed(one_hour)), write[1] | one_hour[1]), room)
    return {
        "input_tokens": tokens_in,
        "output_tokens": tokens_out,
        "cache_read_tokens": read,
        "cache_write_tokens": write,
        "cache_write_1h_tokens": _within(one_hour, write),
        "reasoning_tokens": _within(raw["reasoning_tokens"], tokens_out),
        "audio_input_tokens": _within(raw["audio_input_tokens"], tokens_in),
        "audio_output_tokens": _within(raw["audio_output_tokens"], tokens_out),
    }


def _within(part: tuple[Longs, Mask], whole: tuple[Longs, Mask]) -> tuple[Longs, Mask]:
    """A part of an unknown whole is unknown, not zero."""
    return np.minimum(part[0], whole[0]), part[1] & whole[1]


def _counts(column: Numbers) -> tuple[Longs, Mask]:
    return np.where(column.known, column.values, 0).astype(np.int64), column.known


def _zeroed(column: tuple[Longs, Mask]) -> Longs:
    return np.where(column[1], column[0], 0)
