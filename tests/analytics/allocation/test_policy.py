from dataclasses import replace
from decimal import Decimal

from analytics.allocation.owner import Owner
from analytics.allocation.policy import policy, policy_of
from analytics.allocation.resources import Hourly, Resource, ResourceKind, UsedBy
from analytics.allocation.rules import AttributionRule, Conditions, Words
from analytics.derive.tariffs import Call
from analytics.runs.policy import NoPolicy, rules_id

RULE = AttributionRule(
    "acme", Conditions(tenant=("acme",), user_id=("u*",)), Words(team="t"), effective_from="2026-10-01"
)
SPLIT_RATES = (Hourly(Decimal(1), effective_until="2026-10-01"), Hourly(Decimal(2), effective_from="2026-10-01"))
POOL = Resource("pool", ResourceKind.GPU, Owner("platform"), SPLIT_RATES, UsedBy(model=("llama-*", "")))
CLUSTER = replace(POOL, name="cluster", kind=ResourceKind.KUBERNETES)
OCTOBER_NS = 1_790_812_800 * 10**9


def call(model):
    return Call("vllm", model, None, None, None)


def test_nothing_configured_is_the_same_policy_as_none():
    assert rules_id(policy((), ())) == rules_id(NoPolicy())


def test_a_policy_read_back_from_its_text_decides_the_same():
    given = policy((RULE,), (POOL, CLUSTER))
    again = policy_of(given.body)
    assert again.body == given.body
    assert (again.asks_for, again.changes_at, again.has_rules) == ({"user_id"}, (OCTOBER_NS,), True)
    for model in ("llama-3", "other"):
        assert again.served(call(model)) == given.served(call(model))
    said = ({"tenant": "acme"}, {"user_id": "u1"}, OCTOBER_NS)
    assert again.words(*said) == given.words(*said)
    assert again.words(*said)["team"] == "t"


def test_only_resources_that_serve_calls_take_their_price_off():
    assert [one.resource for one in policy((), (CLUSTER, POOL)).served(call("llama-3"))] == ["pool"]
    assert policy((), (CLUSTER, POOL)).served(call("gpt-4o")) == ()


def test_what_a_resource_costs_is_no_part_of_the_policy():
    dearer = replace(POOL, rates=(Hourly(Decimal(9)),), capacity_per_hour=Decimal(5))
    assert policy((), (dearer,)).body == policy((), (POOL,)).body
    assert policy((), (replace(POOL, name="p2"),)).body != policy((), (POOL,)).body
