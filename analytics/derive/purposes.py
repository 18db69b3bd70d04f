"""What the usage of a span was for: one word per span, decided from the tree, the kinds and the statuses alone.

| in this order | purpose |
|---|---|
| a call whose span failed | ``failed_attempt`` |
| the first call of its kind to start after a sibling failed, to the same model | ``retry`` |
| the same, to another model or provider | ``fallback`` |
| the nearest context is an evaluator, a guardrail | ``judge``, ``guardrail`` |
| an embedding, a rerank | ``embedding``, ``rerank`` |
| the nearest context is a tool, a retriever, a memory | ``tool``, ``retrieval``, ``memory`` |
| everything else | ``answer`` |

A context is a step of that kind: the span itself, or the nearest such step above it. Siblings are calls of one kind
below the same step; what a framework wraps around a call is not a second one. Each failure is taken up by one call: of
two failures and two later calls, the first call takes up the failure that ended first, and a third call is no retry. A
call that started before a failure ended ran beside it, and took up nothing.
"""

from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from analytics.derive.resolve import Resolved, innermost
from analytics.derive.spans import Spans, numbered
from analytics.derive.tree import NOBODY, Index, Mask, nearest
from collector.dialects.kinds import Kind

Codes = npt.NDArray[np.int8]


class Purpose(StrEnum):
    """Why a quantity was used; the values stand in ``ledger_lines.purpose``."""

    ANSWER = "answer"
    """The request's own work: calls that make, or plan, its answer."""
    RETRY = "retry"
    """The same call again, after it had failed."""
    FALLBACK = "fallback"
    """Another model or provider, after a call had failed."""
    FAILED_ATTEMPT = "failed_attempt"
    """A call that ended in an error, and was billed all the same."""
    EMBEDDING = "embedding"
    """Vectors, for whatever step."""
    RERANK = "rerank"
    """Sorting what was found."""
    JUDGE = "judge"
    """Judging an answer: an evaluator, and everything below it."""
    GUARDRAIL = "guardrail"
    """Checking input or output, and everything below the check."""
    TOOL = "tool"
    """What a tool used, calls of its own included."""
    RETRIEVAL = "retrieval"
    """What a retriever used besides embedding and rerank: searches, rewritten questions."""
    MEMORY = "memory"
    """Keeping and recalling what was said."""


PURPOSES = tuple(Purpose)
_CODE = {purpose: code for code, purpose in enumerate(PURPOSES)}
_KINDS = {kind: code for code, kind in enumerate(Kind)}
_MODEL = ("request_model", "response_model")
"""A call that failed mostly names only the model that was asked for."""
_STRONG = {Kind.EVALUATOR: Purpose.JUDGE, Kind.GUARDRAIL: Purpose.GUARDRAIL}
"""Contexts that claim whatever is below them."""
_OWN = {Kind.EMBEDDING: Purpose.EMBEDDING, Kind.RERANK: Purpose.RERANK}
_WEAK = {Kind.TOOL: Purpose.TOOL, Kind.RETRIEVER: Purpose.RETRIEVAL, Kind.MEMORY: Purpose.MEMORY}
"""Contexts that claim what says nothing more exact of itself."""


def purposes(spans: Spans, resolved: Resolved) -> Codes:
    """Per span the index into PURPOSES."""
    parent = resolved.forest.parent
    found = np.full(len(spans), _CODE[Purpose.ANSWER], np.int8)
    _claim(found, spans.kind, parent, _WEAK)
    for kind, purpose in _OWN.items():
        found[spans.kind == _KINDS[kind]] = _CODE[purpose]
    _claim(found, spans.kind, parent, _STRONG)
    failed = spans.call & spans.failed
    if failed.any():
        _mark_attempts(found, spans, resolved)
        found[failed] = _CODE[Purpose.FAILED_ATTEMPT]
    return found


def _claim(found: Codes, kind: npt.NDArray[np.int8], parent: Index, contexts: dict[Kind, Purpose]) -> None:
    """Give every span the purpose of its nearest context, itself included."""
    of_kind = np.full(len(_KINDS), -1, np.int8)
    for context, purpose in contexts.items():
        of_kind[_KINDS[context]] = _CODE[purpose]
    own = of_kind[kind]
    marked = own >= 0
    if not marked.any():
        return
    above = nearest(parent, marked)
    claimed = np.where(marked, own, np.where(above == NOBODY, -1, own[above]))
    np.copyto(found, claimed.astype(np.int8), where=claimed >= 0)


def _mark_attempts(found: Codes, spans: Spans, resolved: Resolved) -> None:
    """Mark the calls that take up a failure as retry or fallback."""
    at = np.flatnonzero(innermost(spans, resolved.forest.parent, spans.call))
    if not spans.failed[at].any():  # only what a framework wrapped around them failed
        return
    later, failure = _taken_up(
        _siblings(spans, resolved)[at], spans.start_ns[at], spans.end_ns[at], spans.failed[at], spans.span_id[at]
    )
    later, failure = at[later], at[failure]
    other = _differs(spans, ("provider",), later, failure) | _differs(spans, _MODEL, later, failure)
    found[later] = np.where(other, _CODE[Purpose.FALLBACK], _CODE[Purpose.RETRY])


def _siblings(spans: Spans, resolved: Resolved) -> Index:
    """Equal numbers for calls of one kind below the same step; wrappers of the same kind are no step."""
    count, kinds = len(spans), len(_KINDS)
    parent = resolved.forest.parent
    step = np.full(count, NOBODY, np.int64)
    for kind in np.unique(spans.kind[spans.call]):
        of_kind = spans.kind == kind
        step[of_kind] = nearest(parent, ~of_kind)[of_kind]
    place: Index = np.where(step == NOBODY, count + resolved.forest.trace, step)
    return np.asarray(place * kinds + spans.kind, np.int64)


def _taken_up(
    group: Index, start_ns: Index, end_ns: Index, failed: Mask, span_id: npt.NDArray[np.uint64]
) -> tuple[Index, Index]:
    """Pairs (call, failure it takes up).

    The ends of failures and the starts of calls are one sequence per group; a start takes the failure that has waited
    longest, if one waits.
    """
    near = np.flatnonzero(np.isin(group, group[failed]))
    fails = near[failed[near]]
    at = np.concatenate([fails, near])
    ends = np.arange(len(at)) < len(fails)
    when = np.where(ends, np.maximum(end_ns[at], start_ns[at] + 1), start_ns[at])  # none takes up its own failure
    order = np.lexsort((span_id[at], ~ends, when, group[at]))
    at, ends = at[order], ends[order]
    begins = np.append(True, np.diff(group[at]) != 0)
    takes = ~ends & (_waiting(ends, begins) > 0)
    failures, taking = np.flatnonzero(ends), np.flatnonzero(takes)
    of = np.cumsum(begins)
    first = np.searchsorted(of[failures], of[taking])
    return at[taking], at[failures[first + _since(takes, begins)[taking] - 1]]


def _waiting(ends: Mask, begins: Mask) -> Index:
    """How many failures wait before each event: a walk that falls with every start, never below zero.

    >>> _waiting(np.array([False, True, True, False, False]), np.array([True, False, False, False, False])).tolist()
    [0, 0, 1, 2, 1]
    """
    walk = _since(ends, begins) - _since(~ends, begins)
    far = len(ends) + 1
    apart = np.cumsum(begins) * 2 * far  # every group lies below all that went before, so a minimum forgets them
    lowest = np.minimum.accumulate(np.minimum(walk, 0) - apart) + apart
    after = walk - lowest
    return np.where(begins, 0, np.append(0, after[:-1]))


def _since(flag: Mask, begins: Mask) -> Index:
    """How many are set from the beginning of the own group up to here."""
    running = np.cumsum(flag)
    first = np.flatnonzero(begins)
    return running - (running - flag)[first][np.cumsum(begins) - 1]


def _differs(spans: Spans, names: tuple[str, ...], later: Index, failure: Index) -> Mask:
    """Whether two calls say different words; one that says none differs from nothing."""
    words = numbered(pc.coalesce(*(spans.table[name] for name in names)))
    return np.asarray((words[later] != words[failure]) & (words[later] >= 0) & (words[failure] >= 0))
