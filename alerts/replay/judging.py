"""Which requests of a world an objective calls good: the judgement that the store makes in SQL, over arrays.

A differential test holds the two together (``tests/alerts/replay/test_memory.py``). Objectives about spans, measures,
slices and moving ceilings are not judged: what they rest on is not in a world, and the answer says so.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from alerts.replay.world import Flags, Outcome, Words, World, femto
from analytics.slo.objective import Budgeting, Objective, Sli, Unit

Codes = npt.NDArray[np.int8]
BAD, GOOD, SILENT = 0, 1, -1
SCOPE = ("tenant", "team", "feature", "route", "environment")
_KNOWN = frozenset({Sli.AVAILABILITY, Sli.LATENCY, Sli.COST, Sli.TOKENS})


def judgeable(objective: Objective) -> bool:
    """Whether a world can judge an objective.

    >>> [judgeable(Objective("ok", Sli.AVAILABILITY, 0.99, stage=stage)) for stage in (None, "model")]
    [True, False]
    """
    of_requests = objective.unit is Unit.REQUEST and objective.sli in _KNOWN and not objective.per
    return of_requests and objective.budgeting is Budgeting.OCCURRENCES and not objective.relative


def split(objectives: Iterable[Objective]) -> tuple[tuple[Objective, ...], tuple[Objective, ...]]:
    """Those that a world can judge, and the others."""
    every = tuple(objectives)
    return tuple(filter(judgeable, every)), tuple(one for one in every if not judgeable(one))


def codes(world: World, objective: Objective) -> tuple[Codes, ...]:
    """Good, bad or silent for each request, tier by tier."""
    within = np.array([_within(words, objective) for words in world.groups], np.bool_)[world.group]
    return tuple(np.where(within, _judged(outcome, objective), np.int8(SILENT)) for outcome in world.outcomes)


def _within(words: Words, objective: Objective) -> bool:
    return all(getattr(objective, word) in (None, words.get(word)) for word in SCOPE)


def _judged(outcome: Outcome, objective: Objective) -> Codes:
    good, bad = _grounds(outcome, objective)
    return np.select([bad, good], [np.int8(BAD), np.int8(GOOD)], np.int8(SILENT))


def _grounds(outcome: Outcome, objective: Objective) -> tuple[Flags, Flags]:
    """What makes a request good, and what makes it bad; bad wins."""
    told = np.ones(len(outcome.failed), np.bool_) if outcome.known is None else outcome.known
    if objective.sli is Sli.AVAILABILITY:
        return told & ~outcome.failed, told & outcome.failed
    if objective.sli is Sli.LATENCY:
        return told & ~outcome.failed, told & (outcome.lasted_ns > (objective.threshold_ms or 0.0) * 1e6)
    called = np.diff(outcome.lines.first) > 0
    if objective.sli is Sli.TOKENS:
        tokens = _sums(outcome.lines.quantity, outcome)
        known = np.full(len(tokens), objective.ceiling_tokens is not None)
        return known, known & (tokens > (objective.ceiling_tokens or 0))
    ceiling = objective.ceiling_usd
    known = np.full(len(called), ceiling is not None)
    over = outcome.cost_femto > (0 if ceiling is None else femto(ceiling))
    return known & (outcome.unpriced_lines == 0), known & called & over


def _sums(values: npt.NDArray[np.int64], outcome: Outcome) -> npt.NDArray[np.int64]:
    running = np.concatenate([[0], np.cumsum(values)])
    found: npt.NDArray[np.int64] = running[outcome.lines.first[1:]] - running[outcome.lines.first[:-1]]
    return found


def names(objectives: Sequence[Objective]) -> str:
    """Their names, for people."""
    return ", ".join(objective.name for objective in objectives)
