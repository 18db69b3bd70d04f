"""The counters on ``/metrics``: sums of the store that only grow, whatever late data does."""

from dataclasses import replace

import pytest

from analytics.slo.judging import register
from analytics.slo.kinds import Dimension
from analytics.slo.objective import Objective, Sli
from analytics.slo.rules.counters import COUNTERS, LABELS, definition
from analytics.slo.rules.totals import objective_totals
from collector.store import DuckDBStore
from tests.analytics.traffic import NOON, Request, arrive, stream

ANSWERS = Objective("answers", Sli.AVAILABILITY, target=0.99, route="answer")
BY_TENANT = Objective("tenants", Sli.AVAILABILITY, target=0.99, per=(Dimension.TENANT,))
OK, FAILED = Request(), Request(status="error")


def store_for(*objectives: Objective) -> DuckDBStore:
    store = DuckDBStore(None)
    register(store, objectives)
    return store


def sums(store: DuckDBStore, *objectives: Objective) -> dict[str, tuple[float, ...]]:
    """Events, bad events and both taken back, by objective and words."""
    columns = [counter.column for counter in COUNTERS[:4]]
    return {
        " ".join(filter(None, (one.labels[0], *one.words))): tuple(one.sums[column] for column in columns)
        for one in objective_totals(store, objectives)
    }


def test_events_and_bad_events_are_counted():
    store = store_for(ANSWERS)
    arrive(store, [*stream(NOON, every_s=60, seconds=600), FAILED, FAILED])
    assert sums(store, ANSWERS) == {"answers": (12, 2, 0, 0)}


def test_an_objective_that_judged_nothing_begins_at_zero():
    """So that its first event is a step, and that it is not absent."""
    assert sums(store_for(ANSWERS), ANSWERS) == {"answers": (0, 0, 0, 0)}


def test_what_late_data_takes_back_lowers_no_counter():
    store = store_for(ANSWERS)
    arrive(store, [OK, FAILED])
    before = sums(store, ANSWERS)["answers"]
    arrive(store, [FAILED], sign=-1)
    arrive(store, [OK])
    assert sums(store, ANSWERS) == {"answers": (3, 1, 1, 1)}
    assert all(now >= then for now, then in zip(sums(store, ANSWERS)["answers"], before, strict=True))


def test_a_failure_that_was_none_takes_back_the_failure_alone():
    """Both signs come in one change, so that the total does not move."""
    store = store_for(ANSWERS)
    arrive(store, [OK] * 5 + [FAILED])
    arrive(store, [FAILED], sign=-1)
    events, bad, events_back, bad_back = sums(store, ANSWERS)["answers"]
    assert (events - events_back, bad - bad_back) == (5, 0)


def test_two_targets_for_one_definition_are_two_objectives():
    stricter = replace(ANSWERS, name="strict", target=0.999)
    store = store_for(ANSWERS, stricter)
    arrive(store, [OK])
    assert sums(store, ANSWERS, stricter) == {"answers": (1, 0, 0, 0), "strict": (1, 0, 0, 0)}
    assert definition(ANSWERS) == definition(stricter)


def test_every_group_has_its_own_counters():
    store = store_for(BY_TENANT)
    arrive(store, [OK, replace(FAILED, tenant="globex"), replace(OK, tenant=None)])
    assert sums(store, BY_TENANT) == {
        "tenants other": (1, 0, 0, 0),
        "tenants acme": (1, 0, 0, 0),
        "tenants globex": (1, 1, 0, 0),
    }


def test_labels_have_a_value_for_every_name():
    store = store_for(ANSWERS, BY_TENANT)
    arrive(store, [OK])
    found = list(objective_totals(store, [ANSWERS, BY_TENANT]))
    assert {len(one.labels) for one in found} == {len(LABELS)}
    assert len({one.labels for one in found}) == len(found)


@pytest.mark.parametrize("restarted", [False, True])
def test_a_restart_changes_no_sum(tmp_path, restarted):
    store = DuckDBStore(tmp_path)
    register(store, [ANSWERS])
    arrive(store, [OK, FAILED])
    arrive(store, [FAILED], sign=-1)
    if restarted:
        store.close()
        store = DuckDBStore(tmp_path)
        register(store, [ANSWERS])
    assert sums(store, ANSWERS) == {"answers": (2, 1, 1, 1)}
    store.close()
