import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from analytics.allocation.owner import Owner
from analytics.allocation.rules import AttributionRule, Conditions, Words
from analytics.allocation.shared import shared_charges
from analytics.allocation.shared_settings import Among, Per, Scope, SharedCost, SplitBy
from analytics.allocation.usage import UsageMeasure
from analytics.ledger.charge import CHARGES
from analytics.notation import usd_text
from collector.configuration import load
from collector.dialects.usage_classes import UsageClass
from tests.analytics.stored import NOON, Line, S, Stored, store_with

NOVEMBER = date(2026, 11, 1)
OWNER = Owner("platform")


def bill(amount="100", **given):
    return SharedCost("support contract", Decimal(amount), OWNER, "Helpdesk Inc", **given)


def asked(number, team, *, quantity=100, duration_s=1, price="0.001", **words):
    lines = (Line(quantity=quantity, unit_price_usd=price),) if quantity else ()
    return Stored(number=number, team=team, duration_ns=duration_s * S, lines=lines, **words)


def shares(cost, *requests, period=NOVEMBER, rules=()):
    return shared_charges(store_with(*requests), [cost], period, rules=rules).to_pylist()


def by_team(rows):
    return {row["team"]: usd_text(row["cost_usd"]) for row in rows}


def test_a_bill_is_split_by_what_each_team_cost():
    rows = shares(bill(), asked(1, "a", quantity=100), asked(2, "b", quantity=300))
    assert by_team(rows) == {"a": "25", "b": "75"}


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (UsageMeasure.COST_USD, {"a": "25", "b": "75"}),
        (UsageMeasure.TOKENS, {"a": "25", "b": "75"}),
        (UsageMeasure.INPUT_UNCACHED, {"a": "25", "b": "75"}),
        (UsageMeasure.REQUESTS, {"a": "50", "b": "50"}),
        (UsageMeasure.CALLS, {"a": "50", "b": "50"}),
        (UsageMeasure.DURATION, {"a": "20", "b": "80"}),
    ],
)
def test_every_measure_counts_what_it_says(by, expected):
    rows = shares(bill(by=by), asked(1, "a", quantity=100), asked(2, "b", quantity=300, duration_s=4))
    assert by_team(rows) == expected


def test_there_is_a_measure_for_every_usage_class_but_the_fee_of_requests():
    assert {str(name) for name in UsageClass} - {"requests"} <= {str(name) for name in UsageMeasure}


def test_a_share_tells_its_ratio_and_what_it_was_measured_by():
    (row,) = shares(bill(by=UsageMeasure.TOKENS), asked(1, "a", quantity=70))
    assert json.loads(row["share"]) == {"AllocatedRatio": "1", "UsageUnit": "Tokens", "UsageQuantity": "70"}
    assert (row["entry"], row["shared_cost"], row["seller"]) == ("shared", "support contract", "Helpdesk Inc")
    assert row["method"] == "usage/tokens/team"


def test_the_odd_units_of_an_amount_go_to_the_largest_remainders():
    rows = shares(bill("0.00000000000001", by=UsageMeasure.REQUESTS), *(asked(n, f"t{n}") for n in (1, 2, 3)))
    assert {row["team"]: int(row["cost_usd"].scaleb(15)) for row in rows} == {"t1": 4, "t2": 3, "t3": 3}
    assert sum(Decimal(json.loads(row["share"])["AllocatedRatio"]) for row in rows) == 1


def test_usage_without_a_team_keeps_its_share_and_names_who_answers_for_it():
    rows = shares(bill(), asked(1, "a"), asked(2, None))
    assert by_team(rows) == {"a": "50", None: "50"}
    assert "platform answers for it" in next(row for row in rows if row["team"] is None)["description"]


def test_a_bill_nobody_used_stays_whole_as_one_unallocated_row():
    (row,) = shares(bill())
    assert (row["team"], row["cost_center"], row["cost_usd"]) == (None, None, Decimal(100))
    assert "nobody used it, platform answers for it" in row["description"]


def test_an_even_split_counts_every_team_that_used_anything_once():
    rows = shares(bill("90", split=SplitBy.EVEN), asked(1, "a"), asked(2, "b", quantity=900), asked(3, "c", quantity=0))
    assert by_team(rows) == {"a": "30", "b": "30", "c": "30"}


def test_an_even_split_over_named_members_needs_no_usage():
    assert by_team(shares(bill(split=SplitBy.EVEN, members=("a", "b")))) == {"a": "50", "b": "50"}


def test_fixed_shares_are_what_they_are():
    cost = bill(split=SplitBy.FIXED, shares={"a": Decimal("0.333"), "b": Decimal("0.667")}, among=Among.COST_CENTER)
    assert {row["cost_center"]: usd_text(row["cost_usd"]) for row in shares(cost)} == {"a": "33.3", "b": "66.7"}


def test_only_usage_inside_the_scope_counts():
    cost = bill(scope=Scope(tenant=("acme",), model=("gpt-*",)))
    other_model = replace(asked(3, "c"), lines=(Line(model="claude"),))
    assert by_team(shares(cost, asked(1, "a"), asked(2, "b", tenant="initech"), other_model)) == {"a": "100"}


def test_the_rules_say_which_cost_centre_a_team_has():
    rules = (AttributionRule("pay", when=Conditions(team=("a",)), set=Words(cost_center="CC-{team}", team="x")),)
    rows = shares(bill(), asked(1, "a"), asked(2, "b"), rules=rules)
    assert {row["team"]: row["cost_center"] for row in rows} == {"a": "CC-a", "b": None}


def test_an_amount_per_day_is_billed_for_the_days_it_was_effective():
    cost = bill("2.50", per=Per.DAY, effective_from="2026-11-10", effective_until="2026-11-20")
    (row,) = shares(cost, asked(1, "a"))
    assert row["cost_usd"] == 10 * Decimal("2.50")
    assert (row["starts_at"].day, row["ends_at"].day) == (10, 20)


def test_an_amount_per_hour_is_billed_for_every_hour_of_the_month():
    (row,) = shares(bill("1", per=Per.HOUR))
    assert row["cost_usd"] == 30 * 24


def test_usage_outside_the_effective_days_does_not_count():
    cost = bill("1", per=Per.DAY, effective_until="2026-11-18")
    assert by_team(shares(cost, asked(1, "a"), asked(2, "b", started_at=NOON - 86_400 * S))) == {"b": "17"}


def test_a_cost_that_is_not_effective_in_the_month_has_no_charge():
    assert shares(bill(effective_from="2026-12-01"), asked(1, "a")) == []


def test_a_charge_keeps_its_id_when_its_amount_changes():
    (one,), (other,) = shares(bill("1"), asked(1, "a")), shares(bill("2"), asked(1, "a", quantity=5))
    assert one["charge_id"] == other["charge_id"]
    assert len(one["charge_id"]) == 32


def test_charges_have_the_columns_of_the_ledger_and_stand_in_order():
    found = shared_charges(store_with(*(asked(n, f"t{n}") for n in range(1, 9))), [bill()], NOVEMBER)
    assert found.schema == CHARGES
    assert found["charge_id"].to_pylist() == sorted(found["charge_id"].to_pylist())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"amount": "0"}, "amount_usd is 0"),
        ({"amount": "0.0000000000000001"}, "at most 15 decimal places"),
        ({"currency": "EUR"}, "currency is EUR; expected USD"),
        ({"effective_from": "2026-11-15"}, "not cut: expected the start of a month"),
        ({"per": Per.DAY, "effective_until": "2026-11-15T12:00:00Z"}, "expected the start of a day"),
        ({"effective_from": "2026-12-01", "effective_until": "2026-11-01"}, "expected an instant after"),
        ({"split": SplitBy.FIXED}, "shares has 0 members with split fixed"),
        ({"split": SplitBy.FIXED, "shares": {"a": Decimal("0.5"), "b": Decimal("0.49")}}, "0.01.* is missing"),
        ({"split": SplitBy.FIXED, "shares": {"a": Decimal("1.5"), "b": Decimal("-0.5")}}, "gives b -0.5"),
        ({"members": ("a",)}, "members is given with split usage"),
        ({"by": UsageMeasure.REQUESTS, "scope": Scope(model=("x",))}, "counts whole requests"),
    ],
)
def test_a_bill_that_cannot_be_meant_is_refused_with_what_would_do(given, said):
    with pytest.raises(ValueError, match=said):
        bill(**given)


def test_the_section_is_read_from_a_file(tmp_path):
    path = tmp_path / "burnline.yaml"
    path.write_text(
        "shared_costs:\n"
        "  - name: contract\n"
        "    amount_usd: 5000.00\n"
        "    owner: {name: platform, cost_center: CC-9}\n"
        "    issuer: Helpdesk Inc\n"
        "    split: fixed\n"
        "    shares: {support: 0.75, research: 0.25}\n"
        "    scope: {environment: [prod]}\n"
    )
    (cost,) = load(path, {"shared_costs": tuple[SharedCost, ...]})["shared_costs"]
    assert dict(cost.shares) == {"support": Decimal("0.75"), "research": Decimal("0.25")}
    assert cost.method == "fixed/team"
