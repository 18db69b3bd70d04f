"""From spans on the wire to who pays, with the real derivation in between."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from analytics.allocation.infrastructure import infrastructure_charges
from analytics.allocation.owner import Owner
from analytics.allocation.policy import policy, policy_of
from analytics.allocation.request_share import request_share
from analytics.allocation.resources import Hourly, Resource, ResourceKind, UsedBy
from analytics.allocation.rules import AttributionRule, Conditions, Words
from tests.analytics.derive.house import NOON, House, S, Sent, call

DAY = {"effective_from": "2026-11-18", "effective_until": "2026-11-19"}
POOL = Resource("pool", ResourceKind.GPU, Owner("platform"), (Hourly(Decimal(1), **DAY),), UsedBy(model=("llama-*",)))
RULES = (
    AttributionRule("shop", Conditions(service=("shop",)), Words(team="retail")),
    AttributionRule("pay", Conditions(team=("?*",)), Words(cost_center="CC-{team}")),
)


def answer(trace, model, tokens=(100, 0), **says):
    root = Sent(trace=trace, span=1, kind="request", duration_s=2, says=says)
    return root, replace(call(trace=trace, span=2, parent=1, model=model, tokens=tokens))


def test_rules_say_who_pays_for_spans_and_their_lines_and_requests():
    with House(policy=policy(RULES, ()), policy_of=policy_of) as house:
        house.send(*answer(1, "gpt-4o"), *answer(2, "gpt-4o", **{"burnline.team": "own"}))
        house.settle()
        assert [(r["team"], r["cost_center"]) for r in house.requests()] == [("retail", "CC-retail"), ("own", "CC-own")]
        assert {(line["team"], line["cost_center"]) for line in house.lines()} == {
            ("retail", "CC-retail"),
            ("own", "CC-own"),
        }


def test_a_served_call_has_no_price_and_its_team_takes_its_part_of_the_day():
    with House(policy=policy(RULES, (POOL,)), policy_of=policy_of) as house:
        house.send(
            *answer(1, "llama-70b"), *answer(2, "llama-70b", (300, 0), **{"burnline.team": "own"}), *answer(3, "gpt-4o")
        )
        house.settle()
        served = [line for line in house.lines() if line["status"] == "amortised"]
        assert {(line["price_id"], line["cost_usd"]) for line in served} == {("infrastructure/pool", None)}
        next_day = NOON + 12 * 3600 * S
        charges = infrastructure_charges(house.store, [POOL], date(2026, 11, 1), next_day).to_pylist()
        assert {(row["team"], row["cost_center"], row["cost_usd"]) for row in charges} == {
            ("retail", "CC-retail", Decimal(6)),
            ("own", "CC-own", Decimal(18)),
        }
        shares = [request_share(house.store, [POOL], f"{trace:032x}", next_day) for trace in (1, 2, 3)]
        assert [[share.share_usd for share in found] for found in shares] == [[6], [18], []]
