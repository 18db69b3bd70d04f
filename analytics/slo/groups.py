"""The values that an objective keeps budgets for, as they were seen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from analytics.slo.kinds import Dimension
from analytics.slo.objective import Objective
from collector.store import Store, queries_of

MOST_GROUPS = 200
"""Budgets one objective keeps; ``queries/parts/groups.sql`` has the same number. More is a label nobody can watch."""
OTHER = 0
"""The group of what has none of the words, and of all that came after the groups were full."""
_ROWS = queries_of("analytics.slo")["objective_group_rows"]


@dataclass(frozen=True, slots=True)
class Group:
    """One budget of an objective with ``per``."""

    group_id: int
    words: Mapping[str, str | None]
    """The values that make it, by dimension; none of them for what is in no other group."""

    @property
    def name(self) -> str:
        """What it is called.

        >>> Group(1, {"model": "gpt-4o", "tenant": None}).name, Group(0, {}).name
        ('gpt-4o', 'other')
        """
        return ", ".join(value for value in self.words.values() if value is not None) or "other"


def groups(store: Store, objectives: Iterable[Objective]) -> Mapping[int, Sequence[Group]]:
    """Groups by objective id, ``other`` last; nothing for objectives without ``per``."""
    wanted = {objective.objective_id: objective for objective in objectives if objective.per}
    if not wanted:
        return {}
    rows = store.run(_ROWS, tables={"wanted": pa.table({"objective_id": pa.array(list(wanted), pa.uint64())})})
    found: dict[int, list[Group]] = {objective_id: [] for objective_id in wanted}
    for row in rows.to_pylist():
        per = wanted[row["objective_id"]].per
        words = {str(word): row[word] for word in Dimension if word in per}
        found[row["objective_id"]].append(Group(row["group_id"], words))
    return {objective_id: (*own, Group(OTHER, {})) for objective_id, own in found.items()}
