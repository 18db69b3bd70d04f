"""One objective, a budget for every value seen."""

from datetime import timedelta

import pytest

from analytics.slo.answers import slo_answer
from analytics.slo.arithmetic import Counts
from analytics.slo.burn import nanoseconds, window_counts
from analytics.slo.groups import MOST_GROUPS, Group, groups
from analytics.slo.judging import register
from analytics.slo.objective import Dimension, Objective, Sli
from collector.store import DuckDBStore
from tests.analytics.traffic import NOON, Request, arrive, stream

TENANTS = Objective("by tenant", Sli.AVAILABILITY, 0.99, per=(Dimension.TENANT,))
HOUR_S = 3600.0


@pytest.fixture
def store():
    opened = DuckDBStore(None)
    yield opened
    opened.close()


def counted(store, objective, at=NOON + timedelta(seconds=90)):
    own = groups(store, [objective])[objective.objective_id]
    asked = {group.name: (objective.objective_id, HOUR_S, group.group_id) for group in own}
    found = window_counts(store, asked.values(), at)
    return {name: found[question] for name, question in asked.items()}


@pytest.mark.parametrize("registered_first", [True, False])
def test_every_value_has_its_own_budget_and_nobody_shares_the_rest(store, registered_first):
    if registered_first:
        register(store, [TENANTS])
    arrive(store, [Request(tenant="acme"), Request(tenant="acme", status="error")])
    arrive(store, [Request(tenant="globex"), Request(tenant=None)])
    register(store, [TENANTS])
    assert counted(store, TENANTS) == {"acme": Counts(2, 1), "globex": Counts(1, 1), "other": Counts(1, 1)}


def test_a_request_that_is_taken_back_leaves_its_group(store):
    register(store, [TENANTS])
    arrive(store, [Request(tenant="acme"), Request(tenant="acme", status="error")])
    arrive(store, [Request(tenant="acme", status="error")], sign=-1)
    minute_later = NOON + timedelta(minutes=1)
    assert counted(store, TENANTS, at=minute_later)["acme"] == Counts(1, 1)


def test_what_comes_after_two_hundred_values_counts_together(store):
    register(store, [TENANTS])
    arrive(store, [Request(tenant=f"t{i:03}") for i in range(MOST_GROUPS)])
    arrive(store, [Request(tenant="late"), Request(tenant="later", status="error"), Request(tenant="t000")])
    found = counted(store, TENANTS)
    assert len(found) == MOST_GROUPS + 1
    assert (found["t000"], found["other"]) == (Counts(2, 2), Counts(2, 1))
    minute_later = NOON + timedelta(minutes=1)
    arrive(store, [Request(tenant="later", status="error")], sign=-1)
    assert counted(store, TENANTS, at=minute_later)["other"] == Counts(1, 1)


def test_of_what_is_there_already_the_most_frequent_values_get_their_own(store):
    arrive(store, [Request(tenant=f"t{i:03}") for i in range(MOST_GROUPS)])
    arrive(store, [Request(tenant="zz"), Request(tenant="zz", status="error")])
    register(store, [TENANTS])
    found = counted(store, TENANTS)
    assert (found["zz"], found["other"]) == (Counts(2, 1), Counts(1, 1))


def test_the_loudest_group_is_what_an_objective_says_and_each_says_its_own(store):
    register(store, [TENANTS])
    arrive(store, stream(NOON, every_s=10, seconds=3600, request=Request(tenant="calm")))
    arrive(store, stream(NOON, every_s=10, seconds=3600, request=Request(tenant="broken", status="error")))
    (slo,) = slo_answer(store, [TENANTS], nanoseconds(NOON)).slos
    told = {group.name: group.status for group in slo.groups}
    assert (slo.status, slo.total, told) == (
        "firing",
        720,
        {"broken": "firing", "calm": "ok", "other": "insufficient_data"},
    )


def test_an_objective_without_per_has_no_groups(store):
    register(store, [Objective("up", Sli.AVAILABILITY, 0.99)])
    assert groups(store, [Objective("up", Sli.AVAILABILITY, 0.99)]) == {}


def test_two_words_name_a_group_together():
    assert Group(3, {"tenant": "acme", "model": "gpt-4o"}).name == "acme, gpt-4o"
