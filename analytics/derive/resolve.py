"""What the spans of some traces amount to: bills per span, and the root, status and usage of each request.

Pure: the same spans, in any order and however they arrived, give the same answer.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from analytics.derive.billing import Counts, Told, billed, holders
from analytics.derive.copies import Calls, copies
from analytics.derive.spans import TOKENS, Spans, first_hand_spans, framework_spans, numbered
from analytics.derive.tree import NOBODY, Forest, Index, Mask, forest
from collector.dialects.kinds import Kind
from collector.normalise.hashing import Keys

USAGE_WORDS = ("none", "reported", "partial", "missing", "estimated")
_AGENT = tuple(Kind).index(Kind.AGENT)
_CREATED = "create_agent"
"""How the conventions name a span that sets an agent up, which uses nothing."""
_NONE, _REPORTED, _PARTIAL, _MISSING, _ESTIMATED = range(len(USAGE_WORDS))


@dataclass(frozen=True, slots=True)
class Resolved:
    """Bills per span, (n,); facts per trace, (t,)."""

    forest: Forest
    bills: dict[str, Counts]
    billing: Mask
    """Spans whose usage counts: no copies."""
    unpaid: Mask
    """What cost something nobody can compute: no usage told, an estimate, or one that leaves something out."""
    root: Index
    complete: Mask
    usage: npt.NDArray[np.int8]
    """Index into USAGE_WORDS."""
    calls: Counts


def resolve(spans: Spans, made_up: Keys) -> Resolved:
    """Resolve all traces of ``spans``; a response id that was ``made_up`` joins nothing."""
    trees, root, complete = entry_roots(spans)
    copied = _copied(spans, trees, made_up)
    billing = spans.tells_usage & ~copied
    bills = billed(Told(trees.parent, spans.kind, spans.call, billing, spans.tokens))
    single = innermost(spans, trees.parent, spans.call)
    unknown = _unknown(spans, trees, single & ~copied) | _silent_agents(spans, trees)
    usage = _usage(spans, trees, billing, unknown)
    calls = np.bincount(trees.trace[single & ~copied], minlength=trees.traces)
    unpaid = unknown | (billing & (spans.estimated | spans.incomplete))
    return Resolved(trees, bills, billing, unpaid, root, complete, usage, calls)


def entry_roots(spans: Spans) -> tuple[Forest, Index, Mask]:
    """The trees, and per trace the span that stands for the request and whether it is an entry.

    That span is the first entry, else the first without a parent here.
    """
    trees = forest(spans.trace_key, spans.span_id, spans.parent_id, spans.has_parent)
    class_of = np.where(spans.entry, 0, np.where(trees.parent == NOBODY, 1, 2))
    order = np.lexsort((spans.span_id, spans.start_ns, class_of, trees.trace))
    first = np.searchsorted(trees.trace[order], np.arange(trees.traces))
    root = order[first]
    return trees, root, spans.entry[root]


def _copied(spans: Spans, trees: Forest, made_up: Keys) -> Mask:
    copied = np.zeros(len(spans), np.bool_)
    at = np.flatnonzero(spans.tells_usage & spans.call)
    if len(at):
        copied[copies(_calls(spans, trees, at, made_up))] = True
    return copied


def _calls(spans: Spans, trees: Forest, at: Index, made_up: Keys) -> Calls:
    table = spans.table
    response = table["response_key"].take(pa.array(at))
    response_key = response.fill_null(0).to_numpy().astype(np.uint64)
    known = [table[name].take(pa.array(at)).is_valid().to_numpy() for name in TOKENS]
    return Calls(
        at=at,
        identity=spans.identity[at],
        trace=trees.trace[at],
        response_key=response_key,
        has_response=response.is_valid().to_numpy() & ~np.isin(response_key, made_up),
        start_ns=spans.start_ns[at],
        end_ns=spans.end_ns[at],
        counts=np.stack([spans.tokens[name][at] for name in TOKENS[:3]], axis=1),
        service=numbered(table["service"].take(pa.array(at))),
        framework=framework_spans(table["scope"].take(pa.array(at))),
        first_hand=first_hand_spans(table["scope"].take(pa.array(at))),
        detail=np.sum(known, axis=0),
        nested=trees.parent[at] != NOBODY,
    )


def _unknown(spans: Spans, trees: Forest, single: Mask) -> Mask:
    """Calls without usage that no span above tells about either.

    Frameworks nest several spans around one call and only one of them carries the numbers.
    """
    waiting = spans.awaits_usage & single
    if not waiting.any():
        return waiting
    told = Told(trees.parent, spans.kind, spans.call, spans.tells_usage, spans.tokens)
    return np.asarray(waiting & (holders(told, waiting) == NOBODY))


def _silent_agents(spans: Spans, trees: Forest) -> Mask:
    """Agents at work in a request without any call or usage: some instrumentations trace agents and tools only."""
    speaks = np.zeros(trees.traces, np.bool_)
    speaks[trees.trace[spans.call | spans.tells_usage]] = True
    silent = np.asarray((spans.kind == _AGENT) & ~spans.failed & ~speaks[trees.trace])
    if silent.any():
        created = pc.starts_with(spans.table["name"], _CREATED).to_numpy()
        silent &= ~created
    return silent


def innermost(spans: Spans, parent: Index, among: Mask) -> Mask:
    """Those of the calls ``among`` without another of their kind below.

    What a framework wraps around a call is not a second one; an embedding made inside a chat is.
    """
    kinds = len(Kind)
    holds = np.zeros(len(parent) * kinds, np.bool_)
    below = among & (parent != NOBODY)
    above = np.unique(parent[below] * kinds + spans.kind[below])
    while len(above):
        above = above[~holds[above]]
        holds[above] = True
        further = parent[above // kinds]
        above = np.unique(further[further != NOBODY] * kinds + (above % kinds)[further != NOBODY])
    return np.asarray(among & ~holds[np.arange(len(parent)) * kinds + spans.kind])


def _usage(spans: Spans, trees: Forest, billing: Mask, unknown: Mask) -> npt.NDArray[np.int8]:
    def per_trace(mask: Mask) -> Counts:
        return np.bincount(trees.trace[mask], minlength=trees.traces)

    told, estimated = per_trace(billing), per_trace(billing & spans.estimated)
    missing, incomplete = per_trace(unknown), per_trace(billing & spans.incomplete)
    usage = np.select(
        ((told > 0) & (missing > 0) | (incomplete > 0), estimated > 0, told > 0, missing > 0),
        (_PARTIAL, _ESTIMATED, _REPORTED, _MISSING),
        _NONE,
    )
    return usage.astype(np.int8)
