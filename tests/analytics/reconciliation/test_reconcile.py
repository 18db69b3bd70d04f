"""Every cent between a bill and the ledger is found, located and explained; arithmetic a reader can redo.

The ledger's line, unless a test says otherwise, is 400,000 input tokens at $2.50 a million: one dollar.
"""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from analytics.reconciliation.bill import BillKind
from analytics.reconciliation.imports import import_bill, imports
from analytics.reconciliation.reading import BillOptions, read_bill
from analytics.reconciliation.reconcile import reconcile
from analytics.reconciliation.refusals import NoBill, Unreadable
from analytics.reconciliation.text import text
from tests.analytics.reconciliation.books import (
    LATER,
    MONDAY,
    SNAPSHOT,
    TUESDAY,
    Billed,
    Used,
    bill,
    of_monday,
    only,
    rows,
    store_with,
    use,
    week,
)

BILLS = Path(__file__).parents[2] / "fixtures" / "bills"
WEEK = MONDAY, MONDAY + timedelta(days=7)


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


def test_the_largest_difference_stands_first(tmp_path):
    store = store_with(Used(), Used(usage_class="output"), Used(usage_class="cache_read"))
    items = {"input": "1.1", "output": "0.5", "cached input": "1.2"}
    bill(store, tmp_path, *(Billed(amount, f"{SNAPSHOT}, {item}") for item, amount in items.items()))
    found = of_monday(store)
    assert [one.gap_usd for one in found.differences] == [Decimal("-0.5"), Decimal("0.2"), Decimal("0.1")]


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
