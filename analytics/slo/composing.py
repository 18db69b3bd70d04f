"""Judging queries, put together from parts, with what the objectives at hand need and nothing else.

A line ``-- take NAME`` in a query of ``queries/composed`` takes over a part of ``queries/parts``, which may take more.
What stands between ``-- if KIND ...`` and ``-- end`` is kept where an objective is of one of the kinds, between
``-- unless KIND`` and ``-- end`` where none is. So requests alone are judged by a query a third as long, which is
planned in a third of the time; there is still one judgement.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from analytics.slo.kinds import Budgeting, Sli, Unit
from analytics.slo.objective import Objective
from collector.store import Query
from collector.store.parts import taken

GROUPED, RELATIVE, SLICED = "grouped", "relative", "sliced"
KINDS = tuple(dict.fromkeys([*map(str, Unit), *map(str, Sli), GROUPED, RELATIVE, SLICED]))
"""Kinds of objectives that a query can be made for, as ``objective_kinds.sql`` tells them."""
_HOME = "analytics.slo"
_BLOCK = re.compile(r"^ *-- (if|unless) ([\w ]+)\n(.*?)^ *-- end\n", re.MULTILINE | re.DOTALL)


def kinds_of(objectives: Iterable[Objective]) -> str:
    """The kinds of objectives, as the store tells its own.

    >>> from analytics.slo.kinds import Dimension, Sli
    >>> kinds_of([Objective("models", Sli.AVAILABILITY, 0.99, per=(Dimension.MODEL,))])
    'availability grouped span'
    """
    found: set[str] = set()
    for objective in objectives:
        found |= {str(objective.unit), str(objective.sli)}
        found |= {GROUPED} if objective.per else set()
        found |= {RELATIVE} if objective.relative else set()
        found |= {SLICED} if objective.budgeting is not Budgeting.OCCURRENCES else set()
    return " ".join(sorted(found))


@cache
def composed(kinds: str = " ".join(KINDS)) -> Mapping[str, Query]:
    """The queries that judge for these kinds, by name, whole and ready to run.

    >>> "objective_counts" in composed()
    True
    """
    wanted = set(kinds.split())
    units = [unit for unit in map(str, Unit) if unit in wanted]
    wanted |= {"first_union"} if units[:1] == [str(Unit.REQUEST)] and len(units) > 1 else set()
    wanted |= {"second_union"} if {str(Unit.SPAN), str(Unit.MEASURE)} <= wanted else set()
    found = {name: Query(name, _kept(text, wanted)) for name, text in _whole().items()}
    return dict(sorted(found.items()))


@cache
def _whole() -> Mapping[str, str]:
    """Queries with their parts, for every kind of objective."""
    entries = (files(_HOME) / "queries" / "composed").iterdir()
    return {entry.name.removesuffix(".sql"): taken(entry.read_text(encoding="utf-8"), _HOME) for entry in entries}


def _kept(text: str, wanted: set[str]) -> str:
    """Leave out what nobody needs."""

    def block(found: re.Match[str]) -> str:
        is_wanted = not wanted.isdisjoint(found[2].split())
        return found[3] if is_wanted is (found[1] == "if") else ""

    return _BLOCK.sub(block, text)
