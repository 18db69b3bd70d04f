"""Which requests are good, said once in SQL, and the list of objectives the store counts for.

The queries in ``queries/composed`` are put together from ``queries/parts``: a line ``-- take NAME`` takes a part over.
Each brings its own ``requests_told``, ``spans_told`` and ``figures_told`` (what to judge), and all take the one
judgement. So a count kept while requests arrive, a count made afterwards and a count of two ragged seconds cannot
disagree about what good means.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from analytics.slo.objective import Objective, objective_table
from collector.store import Query, Step, Store, queries_of

_QUERIES = queries_of("analytics.slo")
_TAKE = re.compile(r"^-- take (\w+)\n", re.MULTILINE)
_HEADER = re.compile(r"\A(?:--.*\n)+")


@cache
def composed() -> Mapping[str, Query]:
    """The queries that judge, by name, whole and ready to run.

    >>> "objective_counts" in composed()
    True
    """
    found = {name: Query(name, _taken(text)) for name, text in _texts("composed").items()}
    return dict(sorted(found.items()))


def _texts(folder: str) -> Mapping[str, str]:
    entries = (files("analytics.slo") / "queries" / folder).iterdir()
    return {entry.name.removesuffix(".sql"): entry.read_text(encoding="utf-8") for entry in entries}


def _taken(text: str) -> str:
    """Put parts, which may take parts themselves, in the place of the lines that ask for them."""
    parts = _texts("parts")
    while found := _TAKE.search(text):
        before, after = text[: found.start()], text[found.end() :]
        part = _HEADER.sub("", parts[found[1]]).rstrip()
        text = f"{before}{part}{'' if after.startswith('select') else ','}\n{after}"
    return text


JUDGE = (Step(composed()["objective_new_groups"]), Step(composed()["objective_deltas"]))
"""Keep ``objective_minutes`` right while what is judged changes: tables fresh, fresh_spans and fresh_figures."""


def register(store: Store, objectives: Sequence[Objective]) -> None:
    """Make the store count for these objectives and no others, in one transaction.

    A definition that is new is counted over everything stored, so that its budget is right from the first second; one
    that is gone takes its counts with it.
    """
    queries = composed()
    whole = {"since": None}
    steps = [
        Step(_QUERIES["objective_forget"]),
        Step(_QUERIES["objective_forget_groups"]),
        Step(queries["objective_backfill_groups"], whole),
        Step(queries["objective_backfill"], whole),
        Step(_QUERIES["objective_clear"]),
        Step(_QUERIES["objective_list"]),
    ]
    store.change(steps, tables={"wanted": objective_table(objectives)})
