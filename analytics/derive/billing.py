"""Which tokens of a trace were billed once, although several spans may tell of them.

Parents repeat what their calls used, by the same attribute names (agents, chains, outer spans of one SDK); two
instrumentations of one call make two spans; an SDK and a framework may even tell it in two traces. The rules:

1. Spans that tell the same provider response count once (``copies.py`` chooses which).
2. Bottom-up, ``subtree = max(own, sum of the subtrees of the nearest spans with usage below)``; a span bills
   ``own - that sum``, never less than nothing. A parent that is itself a call takes only spans of its own kind off:
   an embedding made inside a chat call is no part of the chat's tokens.
3. Input and output are settled first; cached and reasoning parts follow, inside what is left of their whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.derive.tree import NOBODY, Index, Mask, generations, nearest

Counts = npt.NDArray[np.int64]

WHOLES = ("input_tokens", "output_tokens")
PARTS = {
    "cache_read_tokens": "input_tokens",
    "cache_write_tokens": "input_tokens",
    "cache_write_1h_tokens": "cache_write_tokens",
    "audio_input_tokens": "input_tokens",
    "reasoning_tokens": "output_tokens",
    "audio_output_tokens": "output_tokens",
}
"""Part -> the whole that holds it; a whole stands before its parts."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the spans of some traces tell, one entry per span; unknown counts are 0 and not ``known``."""

    parent: Index
    kind: npt.NDArray[np.int8]
    call: Mask
    """Whether the kind is one call to a provider."""
    known: Mask
    """Whether the span tells usage that is to be counted (no copy of another)."""
    tokens: Mapping[str, Counts]


def billed(told: Told) -> dict[str, Counts]:
    """Tokens each span bills itself; sums over a trace are what the provider billed for it."""
    above = holders(told, told.known)
    if not (above != NOBODY).any():
        return {name: np.where(told.known, counts, 0) for name, counts in told.tokens.items()}
    levels = _levels(told.parent, above)
    own = {name: np.where(told.known, counts, 0) for name, counts in told.tokens.items()}
    bills = {name: _self(own[name], above, levels) for name in WHOLES}
    for part, whole in PARTS.items():
        bills[part] = np.minimum(_self(own[part], above, levels), bills[whole] - _taken(bills, part))
    return bills


def _taken(bills: Mapping[str, Counts], part: str) -> Counts | int:
    """What other parts have of the same whole already: nothing is read from the cache and written to it."""
    return bills["cache_read_tokens"] if part == "cache_write_tokens" else 0


def holders(told: Told, among: Mask) -> Index:
    """For every span of ``among``: the nearest span above it whose own usage would contain its, or NOBODY.

    One look up the trees per kind of call: climbing from holder to holder is quadratic in a hostile chain.
    """
    above = np.full(len(told.parent), NOBODY, np.int64)
    for kind in np.unique(told.kind[among]):
        own = among & (told.kind == kind)
        above[own] = nearest(told.parent, told.known & (~told.call | (told.kind == kind)))[own]
    return above


def _levels(parent: Index, above: Index) -> list[Index]:
    """Spans that are inside another's usage, deepest generation first."""
    inside = np.flatnonzero(above != NOBODY)
    depth = generations(parent)[inside]
    order = np.argsort(-depth, kind="stable")
    _, starts = np.unique(-depth[order], return_index=True)
    return np.split(inside[order], starts[1:])


def _self(own: Counts, above: Index, levels: list[Index]) -> Counts:
    below = np.zeros(len(own), np.int64)
    for level in levels:
        np.add.at(below, above[level], np.maximum(own[level], below[level]))
    bill: Counts = np.maximum(own - below, 0)
    return bill
