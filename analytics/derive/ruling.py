"""What attribution rules make of the words of spans: each rule set is asked once per combination that can matter.

A combination is the words, the facts that any rule asks for, and the stretch of time in which no other rule comes into
force. Where no run has rules, nothing is asked.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.derive.billing import Counts
from analytics.derive.distinct import distinct
from analytics.derive.spans import Spans
from analytics.derive.tree import Index
from analytics.runs.policy import Policy
from analytics.runs.run import Chosen
from analytics.runs.runs import Runs
from collector.dialects.fields import ATTRIBUTION_COLUMNS
from collector.normalise.hashing import Keys

NAMES = tuple(column.name for column in ATTRIBUTION_COLUMNS)
Words = tuple[str | None, ...]
_FACTS = {
    "service": ("service",),
    "provider": ("provider",),
    "model": ("response_model", "request_model"),
    "kind": ("kind",),
    "user_id": ("user_id",),
}
"""Fact -> the columns that tell it, the first that says something."""
_EVER_NS = -(2**63)
_REMEMBERED = 200_000
"""Answers kept at hand; words come from outside, so their number has a limit."""


class Ruling:
    """Asks the policies of runs, and remembers."""

    def __init__(self, runs: Runs, words_of: Callable[[int], Words], key_of: Callable[[Words], int]) -> None:
        """``words_of`` and ``key_of`` lead from attribution keys to words and back."""
        self._runs = runs
        self._words_of = words_of
        self._key_of = key_of
        self._answers: dict[tuple[object, ...], int] = {}

    def applies(self, chosen: Chosen) -> bool:
        """Whether any of these runs has rules."""
        return any(policy.has_rules for policy in self._policies(chosen).values())

    def keys(self, spans: Spans, at: Index, keys: Keys, chosen: Chosen) -> Keys:
        """Keys of the words that the spans ``at`` have by the rules, ``keys`` being the words they have without.

        ``chosen`` has the run of every span.
        """
        if len(self._answers) > _REMEMBERED:
            self._answers.clear()
        policies = self._policies(chosen)
        asked = sorted(set(chain.from_iterable(policy.asks_for for policy in policies.values())))
        facts = [_fact(spans, name).take(pa.array(at)) for name in asked]
        since = _since(policies.values(), spans.start_ns[at])
        run = chosen.position[at]
        first, of_row = distinct([pa.array(keys), pa.array(run), pa.array(since), *facts], len(at))
        told = pa.table(facts, names=asked).take(pa.array(first)).to_pylist() if asked else [{}] * len(first)
        found = [
            self._answer(policies[int(run[i])], int(keys[i]), known, int(since[i]))
            for i, known in zip(first, told, strict=True)
        ]
        return np.array(found, np.uint64)[of_row]

    def _policies(self, chosen: Chosen) -> dict[int, Policy]:
        """Policies of the runs that are used, by their position."""
        return {int(place): self._runs.policy(chosen.runs[place]) for place in np.unique(chosen.position)}

    def _answer(self, policy: Policy, key: int, facts: Mapping[str, str | None], since_ns: int) -> int:
        asked = (policy.body, key, since_ns, *facts.values())
        known = self._answers.get(asked)
        if known is None:
            words = policy.words(dict(zip(NAMES, self._words_of(key), strict=True)), facts, since_ns)
            known = self._answers[asked] = self._key_of(tuple(words[name] for name in NAMES))
        return known


def _since(policies: Iterable[Policy], start_ns: Counts) -> Counts:
    """Per span the beginning of the stretch it started in: every instant of a stretch has the same rules."""
    marks = np.array([_EVER_NS, *sorted({mark for policy in policies for mark in policy.changes_at})], np.int64)
    return np.asarray(marks[np.searchsorted(marks, start_ns, side="right") - 1])


def _fact(spans: Spans, name: str) -> pa.Array:
    columns = _FACTS[name]
    return pc.coalesce(*(spans.table[column] for column in columns)).combine_chunks()
