"""Which requests are good, said once in SQL, and the list of objectives the store counts for.

``queries/objective_deltas.sql`` holds the judgement between two marks. The queries in ``queries/composed`` take it over
at their line ``-- judgement``: each brings its own ``fresh`` (the requests to judge) before that line. So a count kept
while requests arrive, a count made afterwards and a count of two ragged seconds cannot disagree about what good means.
"""

from collections.abc import Mapping, Sequence
from importlib.resources import files

from analytics.slo.objective import Objective, objective_table
from collector.store import Query, Step, Store, queries_of

_QUERIES = queries_of("analytics.slo")
_BEGINS, _ENDS, _PLACE = "-- judgement begins\n", "-- judgement ends\n", "-- judgement\n"

DELTAS = _QUERIES["objective_deltas"]
"""Keeps ``objective_minutes`` right while requests change; reads the table ``fresh``."""


def composed() -> Mapping[str, Query]:
    """The queries that judge, by name, whole and ready to run.

    >>> sorted(composed())
    ['objective_at_tier', 'objective_backfill', 'objective_counts']
    """
    judgement = DELTAS.text.partition(_BEGINS)[2].partition(_ENDS)[0].rstrip()
    folder = files("analytics.slo") / "queries" / "composed"
    found: dict[str, Query] = {}
    for entry in folder.iterdir():
        before, place, after = entry.read_text(encoding="utf-8").partition(_PLACE)
        if not place:
            raise ValueError(f"{entry.name} has no line '{_PLACE.strip()}'; a query without one belongs in queries/")
        trailing = "," if _continues(after) else ""
        name = entry.name.removesuffix(".sql")
        found[name] = Query(name, f"{before}{judgement}{trailing}\n{after}")
    return found


def register(store: Store, objectives: Sequence[Objective]) -> None:
    """Make the store count for these objectives and no others, in one transaction.

    A definition that is new is counted over every stored request, so that its budget is right from the first second;
    one that is gone takes its counts with it.
    """
    queries = composed()
    steps = [
        Step(_QUERIES["objective_forget"]),
        Step(queries["objective_backfill"]),
        Step(_QUERIES["objective_clear"]),
        Step(_QUERIES["objective_list"]),
    ]
    store.change(steps, tables={"wanted": objective_table(objectives)})


def _continues(after: str) -> bool:
    """Whether more table expressions follow the judgement."""
    return not after.lstrip().startswith("select")
