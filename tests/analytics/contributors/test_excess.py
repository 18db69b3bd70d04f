"""Which values explain bad events: the formula, its order, and when nothing is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.contributors.excess import LEAST_SHARE, MOST, Combination, explained


def combination(total: float, bad: float, **values: str) -> Combination:
    return Combination({name: (value,) for name, value in values.items()}, total, bad)


def test_the_excess_is_what_there_is_above_the_rate_of_the_rest():
    (found,) = explained([combination(900, 9, tenant="acme"), combination(100, 51, tenant="umbrella")])
    assert (found.value, found.rest_ratio, found.excess) == ("umbrella", 9 / 900, 51 - 100 * 9 / 900)
    assert found.share == 50 / 60


def test_much_traffic_alone_explains_nothing():
    assert explained([combination(9_000, 900, tenant="large"), combination(1_000, 100, tenant="small")]) == []


def test_what_all_requests_have_explains_nothing():
    assert explained([combination(1_000, 500, route="answer")]) == []


def test_the_second_cause_is_sought_in_what_the_first_leaves():
    found = explained(
        [
            combination(8_000, 8, tenant="acme", model="a"),
            combination(1_000, 501, tenant="acme", model="b"),
            combination(1_000, 301, tenant="umbrella", model="a"),
        ]
    )
    assert [(one.dimension, one.value) for one in found] == [("model", "b"), ("tenant", "umbrella")]
    assert found[1].rest_ratio == 8 / 8_000
    assert sum(one.share for one in found) <= 1


def test_what_goes_along_is_named_beside_it_not_again():
    quiet = combination(900, 9, tenant="acme", team="shop", feature="search")
    loud = combination(100, 51, tenant="umbrella", team="desk", feature="search")
    (found,) = explained([quiet, loud])
    assert {(found.dimension, found.value), *found.also} == {("tenant", "umbrella"), ("team", "desk")}


def test_a_request_counts_for_each_of_its_models():
    both = Combination({"model": ("judge", "new")}, 100, 60)
    (found,) = explained([both, Combination({"model": ("judge", "old")}, 900, 9)])
    assert (found.value, found.total, found.bad) == ("new", 100, 60)


@pytest.mark.parametrize(("total", "bad"), [(2, 2), (4, 1)])
def test_a_handful_explains_nothing(total, bad):
    assert explained([combination(1_000, 5, tenant="acme"), combination(total, bad, tenant="small")]) == []


_WORLDS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from("xy"), st.integers(1, 2_000), st.floats(0, 1)),
    min_size=1,
    max_size=8,
)


@given(_WORLDS)
def test_shares_never_add_up_to_more_than_all(rows):
    world = [combination(n, round(n * ratio), tenant=tenant, route=route) for tenant, route, n, ratio in rows]
    found = explained(world)
    assert len(found) <= MOST
    assert sum(one.share for one in found) <= 1 + 1e-9
    assert all(one.share >= LEAST_SHARE and one.bad / one.total > one.rest_ratio for one in found)


@given(_WORLDS)
def test_nothing_depends_on_the_order_of_what_was_counted(rows):
    merged = {}
    for tenant, route, n, ratio in rows:
        total, bad = merged.get((tenant, route), (0, 0))
        merged[tenant, route] = total + n, bad + round(n * ratio)
    world = [combination(*sums, tenant=tenant, route=route) for (tenant, route), sums in merged.items()]
    assert [one.value for one in explained(world)] == [one.value for one in explained(world[::-1])]
