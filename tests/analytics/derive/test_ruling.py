"""Attribution rules fill what nobody said, on requests and on lines, and move everything when they change."""

from decimal import Decimal

from analytics.allocation.owner import Owner
from analytics.allocation.policy import AllocationPolicy, policy_of
from analytics.allocation.resources import Hourly, Resource, ResourceKind, UsedBy
from analytics.allocation.rules import AttributionRule, Conditions, Words
from tests.analytics.derive.house import House, Sent, call, small_book

ROOT = Sent(span=1, kind="request", service="shop", duration_s=60, says={"burnline.tenant": "acme"})


def ruled(*rules: AttributionRule) -> House:
    return House(prices=small_book(), policy=AllocationPolicy(rules))


def words(house: House, name: str) -> tuple[str | None, dict[int, str | None]]:
    """The word of the only request, and by span that of its lines."""
    return house.request()[name], {line["span_id"]: line[name] for line in house.lines()}


def test_without_a_rule_words_are_those_that_were_said():
    with ruled() as house:
        house.send(ROOT, call(span=2, parent=1))
        house.derive()
        assert words(house, "tenant") == ("acme", {2: "acme"})
        assert words(house, "team") == (None, {2: None})


def test_a_rule_sees_the_words_a_span_has_from_its_request():
    with ruled(AttributionRule("acme", Conditions(tenant=("acme",)), Words(team="enterprise"))) as house:
        house.send(ROOT, call(span=2, parent=1))
        house.derive()
        assert words(house, "team") == ("enterprise", {2: "enterprise"})


def test_a_rule_about_models_is_asked_about_each_call():
    with ruled(AttributionRule("small", Conditions(model=("gpt-4o-mini*",)), Words(cost_center="small"))) as house:
        house.send(ROOT, call(span=2, parent=1), call(span=3, parent=1, model="gpt-4o-mini", start_s=2))
        house.derive()
        assert words(house, "cost_center") == (None, {2: None, 3: "small"})


def test_what_a_rule_tells_the_request_fills_its_lines_too():
    with ruled(AttributionRule("shop", Conditions(service=("shop",)), Words(team="{service}"))) as house:
        house.send(ROOT, call(span=2, parent=1, service="gateway"))
        house.derive()
        assert words(house, "team") == ("shop", {2: "shop"})


def test_a_rule_holds_from_its_instant_on():
    late = AttributionRule("late", Conditions(), Words(team="new"), effective_from="2026-11-18T12:00:30Z")
    with ruled(late) as house:
        house.send(call(trace=1, span=1), call(trace=2, span=1, start_s=30))
        house.settle()
        assert [request["team"] for request in house.requests()] == [None, "new"]


def test_a_rule_that_overrides_renames_what_was_said():
    rename = AttributionRule("name", Conditions(tenant=("acme",)), Words(tenant="Acme Inc"), only_missing=False)
    with ruled(rename) as house:
        house.send(ROOT, call(span=2, parent=1))
        house.derive()
        assert words(house, "tenant") == ("Acme Inc", {2: "Acme Inc"})


def test_durations_are_counted_under_the_words_of_rules_and_move_with_them():
    with ruled(AttributionRule("acme", Conditions(tenant=("acme",)), Words(team="enterprise"))) as house:
        house.send(call(span=2, parent=1))  # before its request, so nobody knows the tenant
        house.derive()
        house.send(ROOT)
        house.derive()
        counted = house.rows(
            "select team, sum(observations) as n from latency_minutes join attributions using (attribution_id) "
            "where stage = 'model' group by team having sum(observations) <> 0"
        )
        assert counted == [{"team": "enterprise", "n": 1}]


def gpu(**more) -> Resource:
    used_by = more.pop("used_by", UsedBy(provider=("openai",), model=("gpt-4o",)))
    rates = (Hourly(Decimal("2.5"), **more),)
    return Resource("gpu-pool", ResourceKind.GPU, Owner("platform"), rates, used_by)


def test_a_call_that_an_own_resource_serves_is_amortised_and_its_request_complete():
    with House(prices=small_book(), policy=AllocationPolicy((), [gpu()])) as house:
        house.send(ROOT, call(span=2, parent=1), call(span=3, parent=1, model="gpt-4o-mini", start_s=2))
        house.derive()
        served = [line for line in house.lines() if line["span_id"] == 2]
        assert {(line["status"], line["price_id"], line["cost_usd"], line["list_cost_usd"]) for line in served} == {
            ("amortised", "infrastructure/gpu-pool", None, None)
        }
        request = house.request()
        assert request["cost_status"] == "priced"
        assert request["cost_usd"] == sum(line["cost_usd"] for line in house.lines() if line["span_id"] == 3)


def test_a_request_served_by_own_resources_alone_costs_null_and_misses_nothing():
    with House(prices=small_book(), policy=AllocationPolicy((), [gpu()])) as house:
        house.send(ROOT, call(span=2, parent=1))
        house.derive()
        request = house.request()
        assert (request["cost_status"], request["cost_usd"]) == ("priced", None)


def test_before_the_resource_was_paid_the_call_had_its_price():
    paid_later = gpu(effective_from="2026-11-18T12:00:30Z")
    with House(prices=small_book(), policy=AllocationPolicy((), [paid_later])) as house:
        house.send(call(trace=1, span=1), call(trace=2, span=1, start_s=30))
        house.settle()
        assert [line["status"] for line in house.lines()] == ["priced", "priced", "amortised", "amortised"]


def test_a_restart_with_other_rules_leaves_what_came_before_under_the_old_ones():
    old = AllocationPolicy((AttributionRule("all", Conditions(), Words(team="old")),))
    new = AllocationPolicy((AttributionRule("all", Conditions(), Words(team="new")),))
    with House(prices=small_book(), policy=old, policy_of=policy_of) as house:
        house.send(call(trace=1, span=1))
        house.settle()
        house.restart(policy=new)
        house.send(call(trace=2, span=1, start_s=60))
        house.settle()
        assert [line["team"] for line in house.lines()] == ["old", "old", "new", "new"]
