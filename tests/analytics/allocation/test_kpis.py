from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from analytics.allocation.kpi_facts import BudgetSpent
from analytics.allocation.kpi_shapes import KpiParams
from analytics.allocation.kpis import DEFINITIONS, kpis
from analytics.allocation.owner import Owner
from analytics.allocation.resources import Hourly, Resource, ResourceKind, UsedBy
from analytics.derive.purposes import PURPOSES
from analytics.notation import usd_text
from analytics.questions import BadParameter
from collector.store import Query, Step
from tests.analytics.stored import MINUTE, NOON, Line, S, Stored, store_with

LATER = NOON + 60 * MINUTE


def figures(store, *, now=LATER, resources=(), budgets=(), **asked):
    params = KpiParams(start=NOON - MINUTE, until=now, **asked)
    return kpis(store, params, now, resources=resources, budgets=budgets).kpis


def one(store, name, of=None, **given):
    (found,) = [kpi for kpi in figures(store, **given) if (kpi.name, kpi.of) == (name, of)]
    return found


def value(store, name, of=None, **given):
    found = one(store, name, of, **given).value
    return None if found is None else usd_text(found)


def asked(number, *lines, **given):
    return Stored(number=number, lines=lines, **given)


def tokens(quantity, price="0.001", usage_class="output", **given):
    return Line(usage_class=usage_class, quantity=quantity, unit_price_usd=price, **given)


def degrade(store, *requests):
    ids = ", ".join(f"'{request.trace_id}'::uuid" for request in requests)
    text = f"update requests set degraded = true where trace_id in ({ids})"  # noqa: S608 - our own ids
    store.change([Step(Query("degrade", text))])


def evaluate(store, *events):
    rows = {
        "batch_seq": [1] * len(events),
        "record_index": pa.array(range(len(events)), pa.int32()),
        "event_name": ["gen_ai.evaluation.result"] * len(events),
        "occurred_at": pa.array([LATER + place for place in range(len(events))], pa.timestamp("ns")),
        "trace_id": pa.array([bytes.fromhex(request.trace_id) for request, *_ in events], pa.uuid()),
        "evaluation_name": [name for _, name, _ in events],
        "score_label": pa.array([label for *_, label in events], pa.string()),
        "attributes": ["{}"] * len(events),
    }
    store.append({"log_events": pa.table(rows)})


def test_every_definition_is_complete_and_gives_values_for_a_store_with_everything():
    assert all(d.unit and d.numerator and d.denominator and d.sentence.endswith(".") for d in DEFINITIONS.values())
    request = asked(1, tokens(100))
    store = store_with(request)
    evaluate(store, (request, "resolution", "resolved"))
    pool = Resource("p", ResourceKind.GPU, Owner("o"), (Hourly(Decimal(1)),), UsedBy(model=("gpt*",)))
    shown = figures(store, resources=[pool], budgets=[BudgetSpent("b", Decimal(1), Decimal(1))])
    assert list(dict.fromkeys(kpi.name for kpi in shown)) == list(DEFINITIONS)


def test_an_empty_window_divides_by_nothing_and_says_no_zero():
    assert {kpi.value for kpi in figures(store_with())} == {None}


def test_failed_requests_are_paid_by_the_successful_ones():
    store = store_with(asked(1, tokens(100)), asked(2, tokens(200), status="error"))
    assert value(store, "cost_per_request") == "0.15"  # (0.1 + 0.2) / 2
    assert value(store, "cost_per_successful_answer") == "0.3"  # (0.1 + 0.2) / 1
    assert value(store, "error_cost_share") == "0.666666666666667"


def test_without_any_price_a_cost_is_unknown():
    store = store_with(asked(1, tokens(100, None)))
    assert one(store, "cost_per_request").numerator is None
    assert value(store, "cost_per_request") is None
    assert value(store, "allocated_share", "cost") is None
    assert value(store, "priced_share", "tokens") == "0"


def test_a_part_without_a_price_makes_a_lower_bound_that_says_so():
    store = store_with(asked(1, tokens(100)), asked(2, tokens(100, None, model="new")))
    assert one(store, "cost_per_request").note == "lower bound: 1 requests have no or only a partial price"
    assert value(store, "priced_share", "tokens") == "0.5"
    assert value(store, "priced_share", "requests") == "0.5"


def test_a_request_that_used_nothing_costs_a_known_nothing():
    assert value(store_with(asked(1)), "cost_per_request") == "0"


def test_a_thousand_tokens_cost_what_their_class_costs():
    store = store_with(asked(1, tokens(100, "0.002"), tokens(300, "0.001", "input_uncached"), tokens(100, "0.004")))
    assert value(store, "cost_per_1k_tokens", "output") == "3"  # 1000 x (0.2 + 0.4) / 200
    assert value(store, "cost_per_1k_tokens", "input_uncached") == "1"


def test_an_outcome_carries_the_cost_of_requests_that_ended_otherwise():
    good, bad, silent = (asked(n, tokens(100)) for n in (1, 2, 3))
    store = store_with(good, bad, silent)
    evaluate(
        store, (good, "resolution", "escalated"), (bad, "resolution", "escalated"), (good, "resolution", "resolved")
    )
    assert value(store, "cost_per_outcome", "resolution/resolved") == "0.2"  # the last word counts
    assert value(store, "cost_per_outcome", "resolution/escalated") == "0.2"


def test_shares_are_told_by_cost_and_by_rows():
    store = store_with(asked(1, tokens(300)), asked(2, tokens(100), team=None))
    assert value(store, "allocated_share", "cost") == "0.75"
    assert value(store, "allocated_share", "rows") == "0.5"
    assert value(store, "unallocated_share", "cost") == "0.25"
    assert value(store, "tagged_share", "cost") == "0"  # no row has a cost centre
    assert value(store, "tagged_share", "cost", tags="team, tenant") == "0.75"


def test_an_amount_stands_beside_a_share_of_money_and_beside_no_other():
    store = store_with(asked(1, tokens(1_000), team="a"), asked(2, tokens(3_000), team=None, status="error"))
    assert one(store, "error_cost_share").amount_usd == Decimal(3)
    assert one(store, "unallocated_share", "cost").amount_usd == Decimal(3)
    assert one(store, "unallocated_share", "rows").amount_usd is None
    assert one(store, "priced_share", "tokens").amount_usd is None


def test_a_word_that_is_no_tag_is_refused():
    with pytest.raises(BadParameter, match="tags=teem"):
        figures(store_with(), tags="teem")


def test_figures_are_about_whom_was_asked_for():
    store = store_with(asked(1, tokens(300)), asked(2, tokens(100), team=None))
    assert value(store, "cost_per_request", team="support") == "0.3"
    assert value(store, "cost_per_request", team="") == "0.1"


def test_the_prompt_cache_saved_the_difference_less_the_premium_for_writing():
    store = store_with(
        asked(1, tokens(10, "0.010", "input_uncached"), tokens(1000, "0.001", "cache_read")),
        asked(2, tokens(100, "0.012", "cache_write_5m")),
    )
    found = one(store, "prompt_cache_savings")
    assert found.numerator == 1000 * (Decimal("0.010") - Decimal("0.001")) - 100 * Decimal("0.002")
    assert found.denominator == 1100 * Decimal("0.010")


def test_cached_tokens_without_a_plain_price_of_their_model_save_nobody_knows_what():
    found = one(store_with(asked(1, tokens(70, "0.001", "cache_read"))), "prompt_cache_savings")
    assert found.numerator is None
    assert found.note == "70 cached tokens left out: no single plain price of their model that day"


def test_two_plain_prices_on_one_day_are_not_guessed_between():
    plain = (tokens(1, "0.010", "input_uncached"), tokens(1, "0.020", "input_uncached"))
    assert (
        one(store_with(asked(1, *plain, tokens(70, "0.001", "cache_read"))), "prompt_cache_savings").numerator is None
    )


def test_an_answer_from_the_applications_cache_saved_the_mean_answer_of_its_route():
    hit = asked(3)
    store = store_with(asked(1, tokens(100)), asked(2, tokens(300)), hit)
    store.change([Step(Query("hit", f"update requests set call_count = 0 where trace_id = '{hit.trace_id}'::uuid"))])  # noqa: S608
    looked = {
        "trace_id": pa.array([bytes.fromhex(hit.trace_id)], pa.uuid()),
        "span_id": pa.array([9], pa.uint64()),
        "attribution_id": pa.array([0], pa.uint64()),
        "batch_seq": pa.array([1]),
        "started_at": pa.array([NOON], pa.timestamp("ns")),
    }
    rest = {"duration_ns": [S], "name": ["look"], "kind": ["cache"], "status": ["ok"], "entry": [False]}
    store.append({"spans": pa.table({**looked, **rest})})
    found = one(store, "app_cache_savings")
    assert (found.numerator, found.estimate) == (Decimal("0.2"), True)  # (0.1 + 0.3) / 2


def test_a_downgrade_saved_what_the_same_tokens_cost_undegraded():
    cheap = asked(2, tokens(1000, "0.001", model="small"))
    store = store_with(asked(1, tokens(100, "0.010")), cheap)
    degrade(store, cheap)
    found = one(store, "downgrade_savings")
    assert found.numerator == 1000 * (Decimal("0.010") - Decimal("0.001"))
    assert (found.value, found.estimate) == (Decimal("0.9"), True)
    assert value(store, "degraded_cost_share") == "0.5"  # 1 of 2


def test_a_downgrade_on_a_route_that_is_always_degraded_has_nothing_to_compare_with():
    only = asked(1, tokens(1000))
    store = store_with(only)
    degrade(store, only)
    found = one(store, "downgrade_savings")
    assert found.numerator is None
    assert found.note.startswith("1000 units left out")


def test_every_purpose_has_its_share_of_the_cost():
    store = store_with(asked(1, tokens(60), tokens(30, purpose="retry"), tokens(10, purpose="judge")))
    shares = {kpi.of: usd_text(kpi.value) for kpi in figures(store) if kpi.name == "purpose_cost_share"}
    assert shares.keys() == {str(purpose) for purpose in PURPOSES}
    assert {name: share for name, share in shares.items() if share != "0"} == {
        "answer": "0.6",
        "retry": "0.3",
        "judge": "0.1",
    }


def test_savings_compare_list_and_contract_where_both_are_known():
    lines = (tokens(100, "0.008", list_unit_price_usd="0.010"), tokens(50, None, model="new"))
    assert value(store_with(asked(1, *lines)), "effective_savings_rate") == "0.2"


def test_a_budget_tells_how_far_it_is_off_its_plan():
    budgets = [BudgetSpent("all", Decimal(80), Decimal(100)), BudgetSpent("dark", Decimal(80), None)]
    assert value(store_with(), "budget_variance", "all", budgets=budgets) == "0.25"
    assert value(store_with(), "budget_variance", "dark", budgets=budgets) is None


def test_infrastructure_says_how_much_of_it_was_used():
    pool = Resource(
        "p",
        ResourceKind.GPU,
        Owner("o"),
        (Hourly(Decimal(2)),),
        UsedBy(model=("llama*",)),
        capacity_per_hour=Decimal(100),
    )
    store = store_with(asked(1, tokens(650, None, model="llama"), model="llama"))
    shown = {kpi.name: kpi.value for kpi in figures(store, resources=[pool]) if kpi.of == "p"}
    assert shown == {  # 13 hours of the day have gone: 26 USD, 1300 tokens could have been
        "infrastructure_utilisation": Decimal("0.5"),
        "infrastructure_unused_share": Decimal("0.5"),
        "infrastructure_hours_used": (Decimal(1) / 13).quantize(Decimal("1e-15")),
        "infrastructure_cost_per_1k_tokens": Decimal(40),
    }


def test_the_answer_tells_its_window_and_every_value_as_decimal_text():
    answer = kpis(store_with(asked(1, tokens(100))), KpiParams(start=NOON, until=NOON + S), LATER)
    assert datetime.fromtimestamp(answer.until // S, UTC).minute == 1
    shown = answer.model_dump(mode="json")["kpis"][0]
    assert (shown["name"], shown["value"], shown["denominator"]) == ("cost_per_request", "0.1", "1")


def test_days_of_resources_are_looked_at_as_far_back_as_that_takes_seconds():
    pool = Resource("p", ResourceKind.GPU, Owner("o"), (Hourly(Decimal(1)),), UsedBy(model=("gpt*",)))
    ever = KpiParams(start=0, until=LATER)
    with pytest.raises(BadParameter, match="at most 800 days before until"):
        kpis(store_with(), ever, LATER, resources=[pool])
    assert kpis(store_with(), ever, LATER).kpis
