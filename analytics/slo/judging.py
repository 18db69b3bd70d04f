"""Which requests are good, said once in SQL, and the list of objectives the store counts for.

Counts are kept while requests arrive, made afterwards for an objective that is new, and made of the two ragged ends of
a window; all three take the one judgement (``queries/parts/judgement.sql``), so they cannot disagree.
"""

from collections.abc import Sequence

from analytics.slo.composing import GROUPED, composed, kinds_of
from analytics.slo.objective import Objective, objective_table
from collector.store import Step, Store, queries_of

_QUERIES = queries_of("analytics.slo")


def stored_kinds(store: Store) -> str:
    """The kinds of the objectives that the store counts for."""
    return str(store.run(_QUERIES["objective_kinds"])["kinds"][0].as_py())


def judge(store: Store) -> tuple[Step, ...]:
    """Steps that keep ``objective_minutes`` right in a change of what is judged.

    They read the tables fresh, fresh_spans and fresh_figures. Should the objectives become of other kinds before the
    change, it is undone, and has to be made again.
    """
    kinds = stored_kinds(store)
    guard = Step(_QUERIES["objective_guard"], {"kinds": kinds})
    if not kinds:
        return (guard,)
    queries = composed(kinds)
    groups = (Step(queries["objective_new_groups"]),) if GROUPED in kinds.split() else ()
    return (guard, *groups, Step(queries["objective_deltas"]))


def register(store: Store, objectives: Sequence[Objective]) -> None:
    """Make the store count for these objectives and no others, in one transaction.

    A definition that is new is counted over everything stored, so that its budget is right from the first second; one
    that is gone takes its counts with it. Without a new one nothing is counted: that takes ten seconds for ten million
    spans, at every start.
    """
    known = set(store.run(_QUERIES["objective_known"])["objective_id"].to_pylist())
    fresh = [objective for objective in objectives if objective.objective_id not in known]
    steps = [
        Step(_QUERIES["objective_forget"]),
        Step(_QUERIES["objective_forget_groups"]),
        *_backfill(kinds_of(fresh)),
        Step(_QUERIES["objective_clear"]),
        Step(_QUERIES["objective_list"]),
    ]
    store.change(steps, tables={"wanted": objective_table(objectives)})


def _backfill(kinds: str) -> Sequence[Step]:
    if not kinds:
        return ()
    queries, whole = composed(kinds), {"since": None}
    groups = (Step(queries["objective_backfill_groups"], whole),) if GROUPED in kinds.split() else ()
    return (*groups, Step(queries["objective_backfill"], whole))
