"""Every cent between a bill and the ledger is found, located and explained; arithmetic a reader can redo.

The ledger's line, unless a test says otherwise, is 400,000 input tokens at $2.50 a million: one dollar.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from analytics.reconciliation.bill import BillKind
from analytics.reconciliation.imports import import_bill, imports
from analytics.reconciliation.reading import BillOptions, read_bill
from analytics.reconciliation.reconcile import reconcile
from analytics.reconciliation.refusals import NoBill, Unreadable
from analytics.reconciliation.settings import ReconciliationSettings
from analytics.reconciliation.text import text
from tests.analytics.reconciliation.books import (
    LATER,
    MONDAY,
    SNAPSHOT,
    Billed,
    Used,
    bill,
    rows,
    store_with,
    use,
    week,
)

BILLS = Path(__file__).parents[2] / "fixtures" / "bills"
TUESDAY = MONDAY + timedelta(days=1)
WEEK = MONDAY, MONDAY + timedelta(days=7)


def of_monday(store, **options):
    return reconcile(store, "openai", MONDAY, TUESDAY, **options)


def only(found):
    """The one difference and the one cause there is."""
    (difference,) = found.differences
    (part,) = difference.parts
    return difference, part


def test_two_sides_that_agree_have_no_gap(tmp_path):
    store = store_with(Used())
    bill(store, tmp_path, Billed("1"))
    found = of_monday(store)
    assert (found.totals.gap_usd, found.totals.gap_ratio, found.differences) == (0, 0, ())
    assert (found.cells, found.agreeing) == (1, 1)


def test_a_planted_cent_is_found_and_located_among_a_week_of_cells(tmp_path):
    projects, classes = ("proj_a", "proj_b"), {"input_uncached": "input", "output": "output"}
    cells = [(day, project, name) for day in week() for project in projects for name in classes]
    store = store_with(*(Used(day=day, project=project, usage_class=name) for day, project, name in cells))
    wednesday = week()[2]
    (trace,) = use(store, Used(day=wednesday, project="proj_b", usage_class="output", quantity=4_000))
    # 404,000 tokens are 1.01, everywhere else 400,000 are 1.00; the bill has 1.02 there
    billed = [
        Billed(
            "1.02" if (day, project, name) == (wednesday, "proj_b", "output") else "1",
            f"{SNAPSHOT}, {classes[name]}",
            project,
            None,
            day,
        )
        for day, project, name in cells
    ]
    bill(store, tmp_path, *billed)
    found = reconcile(store, "openai", *WEEK)
    (cent,) = found.differences
    place = (cent.project, cent.day, cent.model, cent.usage_class)
    assert place == ("proj_b", wednesday, SNAPSHOT, "output")
    assert (cent.ours_usd, cent.theirs_usd, cent.gap_usd) == (Decimal("1.01"), Decimal("1.02"), Decimal("0.01"))
    assert trace in {line.trace_id for line in cent.lines}
    assert len(cent.lines) == cent.ledger_lines == 2
    assert found.totals.gap_usd == Decimal("0.01")
    assert found.totals.gap_ratio == (Decimal("0.01") / Decimal("28.02")).quantize(Decimal("1e-9"))
    assert [day.day for day in found.days if day.gap_usd] == [wednesday]


def test_a_missing_day_of_the_report_is_found_and_located(tmp_path):
    store = store_with(*(Used(day=day) for day in week()))
    wednesday = week()[2]
    told = [day for day in week() if day != wednesday]
    bill(store, tmp_path, *(Billed(day=day) for day in told), options=BillOptions(accept_missing_days=True))
    found = reconcile(store, "openai", *WEEK)
    missing, part = only(found)
    assert (missing.day, part.cause, part.usd) == (wednesday, "missing_day", -1)
    assert [day.day for day in found.days if not day.told] == [wednesday]
    assert (missing.project, part.detail) == ("proj_a", "no imported bill tells of this day")


def test_a_day_the_ledger_lacks_is_a_missing_day_too(tmp_path):
    store = store_with(Used())
    bill(store, tmp_path, Billed(), Billed(day=TUESDAY))
    found = reconcile(store, "openai", *WEEK)
    missing, part = only(found)
    assert (missing.day, part.cause, part.usd, missing.ours_usd) == (TUESDAY, "missing_day", 1, None)


def test_usage_without_a_price_takes_what_the_bill_asks_for_it(tmp_path):
    store = store_with(Used(price=None))
    bill(store, tmp_path, Billed("1"))
    difference, part = only(of_monday(store))
    assert (part.cause, part.usd) == ("unpriced", 1)
    assert (difference.ours_usd, difference.unpriced_lines) == (None, 1)
    assert part.detail == "400000 units without a price: unknown_model"


def test_where_quantities_agree_usage_without_a_price_explains_the_whole_gap(tmp_path):
    store = store_with(Used(quantity=300_000), Used(quantity=100_000, price=None))
    bill(store, tmp_path, Billed("1.25", quantity=400_000))  # the ledger has 0.75
    _, part = only(of_monday(store))
    assert (part.cause, part.usd) == ("unpriced", Decimal("0.5"))


def test_where_they_differ_it_explains_its_share_of_the_bill(tmp_path):
    store = store_with(Used(quantity=300_000), Used(quantity=100_000, price=None))
    bill(store, tmp_path, Billed("1.25", quantity=500_000))  # 2.50 a million, also for what we cannot price
    (difference,) = of_monday(store).differences
    assert {part.cause: part.usd for part in difference.parts} == {
        "unpriced": 100_000 * Decimal("0.0000025"),
        "quantity_difference": 100_000 * Decimal("0.0000025"),
    }


def test_usage_without_a_price_is_the_sellers_by_its_provider(tmp_path):
    store = store_with(Used(price=None, seller=None, provider="openai.chat"))
    bill(store, tmp_path, Billed("1"))
    assert only(of_monday(store))[1].cause == "unpriced"


def test_the_largest_difference_stands_first(tmp_path):
    store = store_with(Used(), Used(usage_class="output"), Used(usage_class="cache_read"))
    items = {"input": "1.1", "output": "0.5", "cached input": "1.2"}
    bill(store, tmp_path, *(Billed(amount, f"{SNAPSHOT}, {item}") for item, amount in items.items()))
    found = of_monday(store)
    assert [one.gap_usd for one in found.differences] == [Decimal("-0.5"), Decimal("0.2"), Decimal("0.1")]


def test_unpriced_usage_no_bill_asks_for_is_shown_without_a_gap(tmp_path):
    store = store_with(Used(), Used(price=None, usage_class="output"))
    bill(store, tmp_path, Billed("1"))
    (difference,) = of_monday(store).differences
    assert (difference.usage_class, difference.gap_usd, difference.ours_usd, difference.parts) == (
        "output",
        0,
        None,
        (),
    )


def test_a_line_of_the_bill_we_never_saw_is_missing_spans(tmp_path):
    store = store_with(Used())
    bill(store, tmp_path, Billed(), Billed("0.5", f"{SNAPSHOT}, output"))
    difference, part = only(of_monday(store))
    assert (difference.usage_class, part.cause, part.usd) == ("output", "missing_spans", Decimal("0.5"))


def test_usage_the_bill_does_not_have_is_missing_in_it(tmp_path):
    store = store_with(Used(), Used(usage_class="output"))
    bill(store, tmp_path, Billed())
    difference, part = only(of_monday(store))
    assert (difference.usage_class, difference.theirs_usd, part.cause, part.usd) == (
        "output",
        None,
        "missing_in_bill",
        -1,
    )


def test_spans_that_arrived_after_the_report_are_late(tmp_path):
    store = store_with(Used())
    bill(store, tmp_path, Billed("1"), at=LATER)
    use(store, Used(quantity=40_000, arrived_at=LATER + timedelta(hours=1)))
    _, part = only(of_monday(store))
    assert (part.cause, part.usd) == ("late", Decimal("-0.1"))


def test_a_report_imported_before_its_day_settled_is_late_itself(tmp_path):
    store = store_with(Used())
    soon = datetime(2026, 11, 3, 6, tzinfo=UTC)
    bill(store, tmp_path, Billed("0.75", quantity=300_000), at=soon)
    _, part = only(of_monday(store))
    assert (part.cause, part.usd) == ("late", Decimal("-0.25"))
    _, part = only(of_monday(store, settings=ReconciliationSettings(settling=timedelta(hours=6))))
    assert part.cause == "quantity_difference"


def test_a_gap_within_the_bound_is_rounding_and_beyond_it_is_not(tmp_path):
    store = store_with(Used())
    bill(store, tmp_path, Billed("1.00001"))
    assert only(of_monday(store))[1].cause == "rounding"
    bill(store, tmp_path, Billed("1.00002"), at=LATER + timedelta(hours=1))
    assert only(of_monday(store))[1].cause == "price_difference"


def test_another_quantity_at_our_price_is_a_difference_in_quantity(tmp_path):
    store = store_with(Used())
    bill(store, tmp_path, Billed("1.25", quantity=500_000))
    _, part = only(of_monday(store))
    assert (part.cause, part.usd) == ("quantity_difference", 100_000 * Decimal("0.0000025"))
    assert part.detail == "the bill has 500000 units, the ledger 400000"


def test_the_same_quantity_at_another_price_is_a_difference_in_price(tmp_path):
    store = store_with(Used())
    bill(store, tmp_path, Billed("1.2"))
    _, part = only(of_monday(store))
    assert (part.cause, part.usd) == ("price_difference", 400_000 * Decimal("0.0000005"))


def test_another_quantity_at_another_price_is_both(tmp_path):
    store = store_with(Used())
    bill(store, tmp_path, Billed("1.5", quantity=500_000))  # 500,000 at 3.00 a million
    (difference,) = of_monday(store).differences
    assert {part.cause: part.usd for part in difference.parts} == {
        "quantity_difference": Decimal("0.25"),
        "price_difference": Decimal("0.25"),
    }


QUANTITY_NOT_TOLD = [
    ("1.0100025", "quantity_difference"),  # 404,001 tokens at our price; at ours, no round price
    ("1.3333333", "unexplained"),  # neither
    ("1.01", "unexplained"),  # 404,000 tokens at our price, and 400,000 at 2.525 a million
]


@pytest.mark.parametrize(("amount", "cause"), QUANTITY_NOT_TOLD)
def test_an_amount_alone_tells_only_what_it_can(tmp_path, amount, cause):
    store = store_with(Used())
    bill(store, tmp_path, Billed(amount, quantity=None))
    assert only(of_monday(store))[1].cause == cause


def test_a_price_shows_in_an_amount_alone(tmp_path):
    store = store_with(Used(quantity=400_003, price="0.000007"))  # 2.800021
    bill(store, tmp_path, Billed("3.200024", quantity=None))  # 400,003 at 8 a million
    _, part = only(of_monday(store))
    assert (part.cause, part.usd) == ("price_difference", Decimal("0.400003"))


def test_credits_fees_and_tax_stand_for_themselves(tmp_path):
    store = store_with(Used())
    bill(store, tmp_path, Billed(), Billed("-0.3", "goodwill", quantity=None))
    difference, part = only(of_monday(store))
    assert (difference.kind, part.cause, part.usd) == ("credit", "credits", Decimal("-0.3"))


def test_a_line_without_meter_is_compared_with_the_rest_of_its_model(tmp_path):
    store = store_with(Used(), Used(usage_class="output"), Used(usage_class="cache_read"))
    bill(store, tmp_path, Billed(), Billed("2.5", f"{SNAPSHOT}, everything else", quantity=None))
    difference, part = only(of_monday(store))
    assert (difference.grain, difference.usage_class, difference.ours_usd) == ("model", None, 2)
    assert part.usd == Decimal("0.5")


def test_a_line_without_model_is_compared_by_its_class(tmp_path):
    store = store_with(Used(), Used(quantity=3, price="0.01", usage_class="search_units"))
    bill(store, tmp_path, Billed(), Billed("0.04", "web search tool calls", quantity=4))
    difference, part = only(of_monday(store))
    assert (difference.grain, difference.model, difference.usage_class) == ("class", None, "search_units")
    assert (part.cause, part.usd) == ("quantity_difference", Decimal("0.01"))


def test_a_report_that_is_not_grouped_is_compared_by_day(tmp_path):
    store = store_with(Used(), Used(project="proj_b", usage_class="output"))
    bill(store, tmp_path, Billed("2.25", None, None, None))
    difference, part = only(of_monday(store))
    assert (difference.grain, difference.project, difference.ours_usd, part.usd) == (
        "project_day",
        None,
        2,
        Decimal("0.25"),
    )
    assert len(difference.lines) == 2


def test_spans_without_project_are_compared_over_all_projects(tmp_path):
    store = store_with(Used(project=None, quantity=800_000))
    bill(store, tmp_path, Billed(), Billed(project="proj_b"))
    assert of_monday(store).differences == ()


def test_the_default_project_is_a_project(tmp_path):
    store = store_with(Used(), Used(project=None, quantity=404_000))
    bill(store, tmp_path, Billed(), Billed(project=None))
    difference, part = only(of_monday(store))
    assert (difference.project, part.usd) == (None, Decimal("-0.01"))


MODELS = [
    (SNAPSHOT, Used()),  # as it answered
    ("gpt-4o", Used()),  # as it was asked for
    ("gpt-4o-2024-08-06", Used(response_model=None)),  # the bill has a date, we have none
    ("ft:house", Used(response_model="openai/ft:house", request_model=None)),
]


@pytest.mark.parametrize(("name", "line"), MODELS)
def test_a_model_is_found_under_any_name_the_ledger_knows(tmp_path, name, line):
    store = store_with(line)
    bill(store, tmp_path, Billed("1", f"{name}, input"))
    assert of_monday(store).differences == ()


def test_what_answered_is_surer_than_what_was_asked_for(tmp_path):
    store = store_with(Used())
    bill(store, tmp_path, Billed(), Billed("0.5", "gpt-4o, input"))
    difference, part = only(of_monday(store))
    assert (difference.model, part.cause) == ("gpt-4o", "missing_spans")


def test_another_snapshot_is_another_model(tmp_path):
    store = store_with(Used(priced_model=None, request_model=None))
    bill(store, tmp_path, Billed("1", "gpt-4o-2024-11-20, input"))
    causes = of_monday(store).totals.causes
    assert causes == {"missing_in_bill": -1, "missing_spans": 1}


def test_two_snapshots_the_ledger_cannot_tell_apart_are_compared_together(tmp_path):
    store = store_with(Used(response_model=None, quantity=800_000))
    bill(store, tmp_path, Billed("1", "gpt-4o-2024-11-20, input"), Billed("1", "gpt-4o-2024-08-06, input"))
    found = of_monday(store)
    assert (found.differences, [model.model for model in found.models]) == ((), ["gpt-4o"])


def test_a_display_name_is_found_by_configuration(tmp_path):
    store = store_with(Used())
    bill(store, tmp_path, Billed("1", "The-Big-One, input"))
    assert of_monday(store, settings=ReconciliationSettings(model_names={"The-Big-One": "gpt-4o"})).differences == ()


def test_only_what_the_issuer_sells_is_compared(tmp_path):
    others = (
        Used(seller="azure"),
        Used(status="amortised", price=None),
        Used(seller=None, provider="ollama", price=None),
    )
    store = store_with(Used(), *others)
    bill(store, tmp_path, Billed())
    assert of_monday(store).totals.ours_usd == 1


def test_an_anthropic_report_says_what_it_leaves_out():
    store = store_with(
        Used(
            quantity=411_500,
            price="0.000003",
            day=date(2026, 11, 1),
            project="wrkspc_1",
            seller="anthropic",
            response_model="claude-sonnet-4-5-20250929",
        )
    )
    import_bill(store, read_bill(BillKind.ANTHROPIC_COST, [BILLS / "anthropic_cost.json"]), LATER)
    found = reconcile(store, "anthropic", date(2026, 11, 1), MONDAY)
    assert found.totals.causes == {"missing_spans": Decimal("0.085")}
    assert "Priority Tier" in found.notes[0]
    assert "Priority Tier" in text(found)


def test_the_same_bill_twice_is_one_import(tmp_path):
    store = store_with(Used())
    first = bill(store, tmp_path, Billed("1.5"))
    path = next(tmp_path.iterdir())
    again = import_bill(store, read_bill(BillKind.OPENAI_COSTS, [path.rename(tmp_path / "renamed.json")]), LATER)
    assert (again.import_id, again.known_before, first.known_before) == (first.import_id, True, False)
    assert rows(store, "select count(*) as n from bill_lines") == [{"n": 1}]
    assert rows(store, "select name from bill_files") == [{"name": path.name}]


def test_a_newer_report_of_a_day_takes_the_place_of_the_older(tmp_path):
    store = store_with(Used(), Used(day=TUESDAY))
    bill(store, tmp_path, Billed("9"), Billed("9", day=TUESDAY), at=LATER)
    newer = bill(store, tmp_path, Billed("1"), at=LATER + timedelta(hours=1))
    found = reconcile(store, "openai", *WEEK)
    assert [(day.day, day.theirs_usd) for day in found.days[:2]] == [(MONDAY, 1), (TUESDAY, 9)]
    assert len(imports(store)) == 2
    chosen = reconcile(store, "openai", *WEEK, import_ids=[newer.import_id])
    assert [day.told for day in chosen.days[:2]] == [True, False]


def test_comparing_without_a_bill_says_what_is_there(tmp_path):
    store = store_with(Used())
    with pytest.raises(NoBill, match="nothing was imported yet"):
        of_monday(store)
    bill(store, tmp_path, Billed(day=TUESDAY))
    with pytest.raises(NoBill, match="openai 2026-11-03 to 2026-11-04"):
        of_monday(store)


def test_a_bill_that_is_refused_changes_nothing(tmp_path):
    store = store_with(Used())
    path = tmp_path / "broken.json"
    path.write_text('{"data": [], "has_more": false}')
    with pytest.raises(Unreadable, match="no day"):
        import_bill(store, read_bill(BillKind.OPENAI_COSTS, [path]), LATER)
    assert imports(store) == ()


def test_the_same_figures_have_the_same_name(tmp_path):
    sides = []
    for _ in range(2):
        store = store_with(Used(), Used(usage_class="output"))
        bill(store, tmp_path, Billed("1.5"), Billed("1.5", f"{SNAPSHOT}, output"))
        sides.append(of_monday(store).reconciliation_id)
    assert sides[0] == sides[1]


def test_the_text_names_amounts_causes_places_and_traces(tmp_path):
    store = store_with()
    (trace,) = use(store, Used())
    bill(store, tmp_path, Billed("1.25", quantity=500_000))
    told = text(of_monday(store))
    expected = [
        "gap 0.25 USD (0.2 of the bill); 0 of 1 cells agree",
        "0.25 USD  proj_a, 2026-11-02, gpt-4o-2024-08-06, input_uncached",
        "bill 1.25 USD  ledger 1 USD  booked 0 USD",
        "quantity_difference 0.25 USD",
        f"trace {trace}",
        "data[0].results[0]",
        "look at: the traces below",
    ]
    assert [line for line in expected if line not in told] == []


def test_json_holds_money_as_text(tmp_path):
    store = store_with(Used())
    bill(store, tmp_path, Billed("1.25", quantity=500_000))
    told = of_monday(store).model_dump(mode="json")
    assert (told["totals"]["gap_usd"], told["totals"]["gap_ratio"]) == ("0.25", "0.2")
    assert told["totals"]["causes"] == {"quantity_difference": "0.25"}
    assert told["differences"][0]["day"] == "2026-11-02"
