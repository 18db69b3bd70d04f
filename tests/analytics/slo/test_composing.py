"""Judging queries for the objectives at hand: shorter where fewer kinds are asked for, one judgement in all."""

from itertools import chain, combinations

import pytest

from analytics.slo.composing import KINDS, composed, kinds_of
from analytics.slo.judging import judge, register, stored_kinds
from analytics.slo.kinds import Budgeting, Dimension, Sli, Unit
from analytics.slo.objective import Objective
from collector.store import DuckDBStore, StoreUnavailable
from tests.analytics.traffic import NOTHING_ELSE, _fresh
from tests.collector.store.rows import step
from tests.collector.store.test_queries import stand_ins

SOME = [
    " ".join(sorted((*units, *more)))
    for units in chain.from_iterable(combinations(map(str, Unit), count) for count in (1, 2, 3))
    for more in (
        (),
        ("sliced", "latency"),
        ("grouped", "first_chunk"),
        ("grouped", "relative", "sliced", "cost", "tokens"),
    )
]


@pytest.mark.parametrize("kinds", SOME)
def test_every_query_binds_for_every_kind_of_objectives(kinds):
    store = DuckDBStore(None)
    for query in composed(kinds).values():
        if "group" not in query.name or "grouped" in kinds:
            store.change([*map(step, stand_ins(composed()[query.name])), step(f"prepare asked as {query.text}")])


def test_every_query_holds_the_one_judgement_whole():
    texts = [query.text for query in composed().values()]
    assert all(text.count("when r.sli = 'availability' then not f.failed") == 1 for text in texts)
    assert not any(word in text for text in texts for word in ("-- take", "-- if", "-- unless", "-- end"))


def test_requests_alone_are_judged_by_less_than_half_of_the_text():
    whole, requests = composed()["objective_deltas"].text, composed("request")["objective_deltas"].text
    assert len(requests) < len(whole) / 2


def test_the_store_tells_the_kinds_of_its_objectives_as_they_tell_themselves():
    objectives = [
        Objective("up", Sli.AVAILABILITY, 0.99),
        Objective("models", Sli.AVAILABILITY, 0.99, stage="model", per=(Dimension.MODEL,)),
        Objective("usual", Sli.TOKENS, 0.99, times_baseline=2),
        Objective("minutes", Sli.AVAILABILITY, 0.99, budgeting=Budgeting.TIMESLICES, time_slice_target=0.9),
    ]
    store = DuckDBStore(None)
    assert stored_kinds(store) == kinds_of([]) == ""
    register(store, objectives)
    assert stored_kinds(store) == kinds_of(objectives) == "availability grouped relative request sliced span tokens"
    assert set(kinds_of(objectives).split()) <= set(KINDS)


def test_a_change_that_judges_for_the_objectives_before_is_undone():
    store = DuckDBStore(None)
    steps = judge(store)
    register(store, [Objective("up", Sli.AVAILABILITY, 0.99)])
    tables = {"fresh": _fresh([], 1), **NOTHING_ELSE}
    with pytest.raises(StoreUnavailable, match="the objectives changed while this was judged"):
        store.change(steps, tables=tables)
    store.change(judge(store), tables=tables)
