"""The values of the counters that rules read, from the store's sums."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analytics.slo.kinds import Dimension
from analytics.slo.objective import Objective
from analytics.slo.rules.counters import COUNTERS, OTHER, definition
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics.slo.rules")
_COLUMNS = tuple(counter.column for counter in COUNTERS)


@dataclass(frozen=True, slots=True)
class Counted:
    """One objective, or one of its groups, with all its sums."""

    objective: Objective
    words: tuple[str, ...]
    """A value for every dimension, in their order; empty where the objective keeps no budgets by it."""
    sums: Mapping[str, float]
    """By column of :data:`~analytics.slo.rules.counters.COUNTERS`."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Values of :data:`~analytics.slo.rules.counters.LABELS`."""
        return (self.objective.name, definition(self.objective), *self.words)


def objective_totals(store: Store, objectives: Sequence[Objective]) -> Iterator[Counted]:
    """Read the sums of every objective; what judged nothing yet has zeroes, so that its first event is a step.

    A group appears with its first event, which Prometheus therefore does not see as one.
    """
    rows = store.run(_QUERIES["objective_totals"]).to_pylist() if objectives else []
    for objective in objectives:
        found: dict[tuple[str, ...], Counter[str]] = {_words(objective, 0, {}): Counter()}
        for row in rows:
            if row["objective_id"] == objective.objective_id:
                words = _words(objective, row["group_id"], row)
                found.setdefault(words, Counter()).update({column: row[column] for column in _COLUMNS})
        for words, sums in found.items():
            yield Counted(objective, words, {column: float(sums[column]) for column in _COLUMNS})


def _words(objective: Objective, group_id: int, row: Mapping[str, str | None]) -> tuple[str, ...]:
    """The words of a group; those of group 0 are all the same one."""
    others = OTHER if group_id == 0 else ""
    return tuple((row.get(word) or others) if word in objective.per else "" for word in Dimension)
