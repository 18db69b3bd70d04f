"""Bills are read exactly, or refused with the place, what was found, what was expected and what to do."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from analytics.reconciliation.bill import BillKind, LineKind
from analytics.reconciliation.reading import BillOptions, read_bill
from analytics.reconciliation.refusals import MissingDay, Unreadable, WrongBuckets, WrongCurrency
from collector.dialects.usage_classes import UsageClass

BILLS = Path(__file__).parents[2] / "fixtures" / "bills"
PAGES = [BILLS / "openai_costs_1.json", BILLS / "openai_costs_2.json"]
FIRST = date(2026, 11, 1)


def changed(tmp_path: Path, source: Path, old: str, new: str) -> Path:
    """Write a copy of a fixture with one text in it changed."""
    text = source.read_text()
    assert old in text
    path = tmp_path / source.name
    path.write_text(text.replace(old, new, 1))
    return path


def test_openai_pages_are_read_as_one_bill_with_every_day_of_the_range():
    bill = read_bill(BillKind.OPENAI_COSTS, PAGES)
    assert (bill.start, bill.until) == (FIRST, date(2026, 11, 4))
    assert [day for _, day in bill.days] == [FIRST, date(2026, 11, 2), date(2026, 11, 3)]
    assert bill.total_usd == Decimal("0.06") + Decimal("0.0125") + Decimal("0.1") + Decimal("0.02") + 1
    meters = [(line.model, line.usage_class, line.quantity) for line in bill.lines[:4]]
    assert meters == [
        ("gpt-4o-2024-08-06", UsageClass.INPUT_UNCACHED, 24_000),
        ("gpt-4o-2024-08-06", UsageClass.CACHE_READ, 10_000),
        ("gpt-4o-2024-08-06", UsageClass.OUTPUT, 10_000),
        (None, UsageClass.SEARCH_UNITS, None),
    ]


def test_float_noise_is_repaired_and_counted():
    bill = read_bill(BillKind.OPENAI_COSTS, PAGES)
    assert bill.lines[0].amount_usd == Decimal("0.06")
    assert bill.repaired == 1


def test_what_is_given_back_is_a_credit_and_words_in_no_table_stay():
    line = read_bill(BillKind.OPENAI_COSTS, PAGES).lines[-1]
    assert (line.kind, line.usage_type, line.model, line.amount_usd) == (
        LineKind.CREDIT,
        "goodwill",
        None,
        Decimal("-0.25"),
    )
    assert line.line_ref == "openai_costs_2.json data[0].results[1]"


def test_the_order_of_the_files_is_irrelevant():
    assert read_bill(BillKind.OPENAI_COSTS, PAGES) == read_bill(BillKind.OPENAI_COSTS, PAGES[::-1])


def test_anthropic_amounts_are_cents_and_no_workspace_is_the_default_one():
    bill = read_bill(BillKind.ANTHROPIC_COST, [BILLS / "anthropic_cost.json"])
    assert [line.amount_usd for line in bill.lines] == [Decimal("1.2345"), Decimal("0.075"), Decimal("0.01")]
    assert [line.project for line in bill.lines] == ["wrkspc_1", None, None]
    assert [line.usage_class for line in bill.lines] == ["input_uncached", "cache_write_1h", "search_units"]
    assert "Priority Tier" in bill.notes[0]


def test_a_focus_file_gives_its_model_rows_and_counts_the_others():
    bill = read_bill(BillKind.FOCUS, [BILLS / "focus.csv"])
    assert [(line.issuer, line.model, line.usage_class) for line in bill.lines[:2]] == [
        ("azure", "gpt-4o", "input_uncached"),
        ("azure", "gpt-4o", "cache_read"),
    ]
    assert [line.quantity for line in bill.lines] == [1_000_000, 100 * 1_000, None]
    assert bill.lines[2].kind is LineKind.CREDIT
    assert (bill.left_out, bill.left_out_usd) == (1, 48)


def test_the_cost_of_a_focus_file_can_be_the_effective_one():
    bill = read_bill(BillKind.FOCUS, [BILLS / "focus.csv"], BillOptions(cost_column="EffectiveCost"))
    assert bill.lines[0].amount_usd == Decimal("2.25")


def test_hours_of_a_cur_file_belong_to_their_day_and_other_products_are_left_out():
    bill = read_bill(BillKind.CUR, [BILLS / "cur.csv"])
    assert [(line.day, line.model, line.usage_class) for line in bill.lines[:3]] == [
        (FIRST, "claude-sonnet-4-6", "input_uncached"),
        (FIRST, "claude-sonnet-4-6", "input_uncached"),
        (FIRST, "anthropic.claude-opus-4-8", "cache_write_5m"),
    ]
    assert [line.quantity for line in bill.lines] == [23_000, 2_000, 10_000, None]
    assert bill.lines[3].kind is LineKind.TAX
    assert bill.left_out_usd == Decimal("0.096")


def test_the_caller_can_be_the_project_of_a_cur_file():
    options = BillOptions(project_column="line_item_iam_principal")
    bill = read_bill(BillKind.CUR, [BILLS / "cur.csv"], options)
    assert [(line.project or "").rpartition("/")[2] for line in bill.lines[:3]] == ["alice", "alice", "bob"]


def test_parquet_with_doubles_and_timestamps_reads_like_the_text(tmp_path):
    path = tmp_path / "cur.parquet"
    moments = [
        pl.col(f"line_item_usage_{end}_date").str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ") for end in ("start", "end")
    ]
    numbers = pl.col("line_item_usage_amount", "line_item_unblended_cost").cast(pl.Float64)
    pl.read_csv(BILLS / "cur.csv", infer_schema=False).with_columns(*moments, numbers).write_parquet(path)
    told, written = read_bill(BillKind.CUR, [path]), read_bill(BillKind.CUR, [BILLS / "cur.csv"])
    assert [line.amount_usd for line in told.lines] == [line.amount_usd for line in written.lines]
    assert [(line.day, line.quantity) for line in told.lines] == [(line.day, line.quantity) for line in written.lines]


JSON_MISTAKES = [
    ("1793664000", '"2026-11-03"', Unreadable, ["data[0].start_time", '"2026-11-03"', "seconds since 1970"]),
    ('"currency": "usd"', '"currency": "eur"', WrongCurrency, ["data[0].results[0].amount.currency", "eur", "USD"]),
    ('"value": 1.25', '"value": true', Unreadable, ["data[0].results[0].amount.value", "true", "a number"]),
    ('"value": 1.25', '"value": "1,25"', Unreadable, ["1,25", "decimal number"]),
    ('"value": 1.25', '"value": "\uff11"', Unreadable, ["decimal number"]),
    ('"line_item": "', '"line_item": "\\ud800', Unreadable, ["data[0].results[0].line_item", "whole characters"]),
    ('"value": 1.25', '"value": NaN', Unreadable, ["openai_costs_2.json", "NaN is no number"]),
    ('"value": 1.25, ', "", Unreadable, ["data[0].results[0].amount", "no field 'value'"]),
    ('"currency": "usd"', '"currency": "usd", "currency": "usd"', Unreadable, ["'currency' twice"]),
    ('"end_time": 1793750400', '"end_time": 1793667600', WrongBuckets, ["T01:00:00Z", "whole UTC day", "1d"]),
    ("1793664000", "1793577600", WrongBuckets, ["whole UTC day"]),
    ('"has_more": false', '"has_more": true', MissingDay, ["after 2026-11-03", "next_page"]),
    ('"data"', '"dat"', Unreadable, ["at the top", "no field 'data'"]),
]


@pytest.mark.parametrize(("old", "new", "refusal", "said"), JSON_MISTAKES)
def test_a_mistake_in_a_report_is_refused_where_it_stands(tmp_path, old, new, refusal, said):
    broken = changed(tmp_path, PAGES[1], old, new)
    with pytest.raises(refusal) as error:
        read_bill(BillKind.OPENAI_COSTS, [PAGES[0], broken])
    assert [word for word in said if word not in str(error.value)] == []


def test_a_missing_day_is_refused_by_its_date(tmp_path):
    page = json.loads(PAGES[0].read_text())
    page["data"].pop(1)
    path = tmp_path / "first.json"
    path.write_text(json.dumps(page))
    with pytest.raises(MissingDay, match=r"no bucket for 2026-11-02, after 2026-11-01 in first\.json"):
        read_bill(BillKind.OPENAI_COSTS, [path, PAGES[1]])


def test_a_missing_day_can_be_accepted_and_is_then_no_day_of_the_bill(tmp_path):
    page = json.loads(PAGES[0].read_text())
    page["data"].pop(1)
    path = tmp_path / "first.json"
    path.write_text(json.dumps(page))
    bill = read_bill(BillKind.OPENAI_COSTS, [path, PAGES[1]], BillOptions(accept_missing_days=True))
    assert [day.day for _, day in bill.days] == [1, 3]


def test_a_missing_page_in_the_middle_is_a_missing_day(tmp_path):
    late = changed(tmp_path, PAGES[1], "1793664000", "1793750400")
    late = changed(tmp_path, late, '"end_time": 1793750400', '"end_time": 1793836800')
    with pytest.raises(MissingDay, match="2026-11-03"):
        read_bill(BillKind.OPENAI_COSTS, [PAGES[0], late])


def test_overlapping_pages_are_refused_with_both_places(tmp_path):
    path = tmp_path / "again.json"
    path.write_text(PAGES[1].read_text() + "\n")
    with pytest.raises(WrongBuckets, match=r"2026-11-03, which .* data\[0\] has as well"):
        read_bill(BillKind.OPENAI_COSTS, [*PAGES, path])


def test_the_same_file_twice_is_refused(tmp_path):
    path = tmp_path / "copy.csv"
    path.write_text((BILLS / "focus.csv").read_text())
    with pytest.raises(WrongBuckets, match=r"focus\.csv: found a copy of copy\.csv"):
        read_bill(BillKind.FOCUS, [BILLS / "focus.csv", path])


def test_overlapping_cur_files_are_refused_by_the_identity_of_the_line(tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("\n".join((BILLS / "cur.csv").read_text().splitlines()[:2]) + "\n")
    with pytest.raises(WrongBuckets, match=r"row 1, identity_line_item_id: found a1, which cur\.csv row 1"):
        read_bill(BillKind.CUR, [BILLS / "cur.csv", path])


def test_a_row_that_differs_in_the_amount_only_is_a_copy(tmp_path):
    path = changed(tmp_path, PAGES[1], "goodwill", "gpt-4o-2024-08-06, input")
    path = changed(tmp_path, path, '"project_id": "proj_b", "quantity": 500000', '"project_id": "proj_b"')
    with pytest.raises(WrongBuckets, match=r"results\[1\]: found the same row as data\[0\]\.results\[0\]"):
        read_bill(BillKind.OPENAI_COSTS, [PAGES[0], path])


def test_an_anthropic_amount_that_is_no_text_is_refused(tmp_path):
    path = changed(tmp_path, BILLS / "anthropic_cost.json", '"123.45"', "123.45")
    with pytest.raises(Unreadable, match=r"data\[0\]\.results\[0\]\.amount: found .*123\.45.* a text"):
        read_bill(BillKind.ANTHROPIC_COST, [path])


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+14:00", "9999-12-31T00:00:00Z"])
def test_an_instant_that_utc_has_not_is_refused(tmp_path, instant):
    report = changed(tmp_path, BILLS / "anthropic_cost.json", "2026-11-01T00:00:00Z", instant)
    rows = changed(tmp_path, BILLS / "focus.csv", "2026-11-01T00:00:00Z", instant)
    for kind, path in ((BillKind.ANTHROPIC_COST, report), (BillKind.FOCUS, rows)):
        with pytest.raises(Unreadable, match="an instant such as 2026-10-01T00:00:00Z"):
            read_bill(kind, [path])


ROW_MISTAKES = [
    ("InvoiceIssuerName", "Issuer", Unreadable, ["no column InvoiceIssuerName", "Choose these columns"]),
    ("2.5,2.25,USD", "2.5,2.25,EUR", WrongCurrency, ["row 1, BillingCurrency", "EUR"]),
    ("2.5,2.25,USD", '"2,5",2.25,USD', Unreadable, ["row 1, BilledCost", "'2,5'"]),
    ("2.5,2.25,USD", ",2.25,USD", Unreadable, ["row 1, BilledCost", "nothing"]),
    ("Usage,input", "Usagee,input", Unreadable, ["row 1, ChargeCategory", "Usagee", "Usage, Purchase"]),
    ("2026-11-01T00:00:00Z", "2026-11-01 00:00:00", Unreadable, ["row 1, ChargePeriodStart", "zone"]),
    ("2026-11-02T00:00:00Z", "2026-11-03T00:00:00Z", WrongBuckets, ["within one UTC day", "granularity"]),
    ('"{""x_ModelId"":""gpt-4o""}"', '"{""x_ModelId"":""\\ud800""}"', Unreadable, ["row 1, SkuPriceDetails"]),
    ('"{""x_ModelId"":""gpt-4o""}"', "[" * 100_000, Unreadable, ["row 1, SkuPriceDetails", "JSON object"]),
    ('"{""x_ModelId"":""gpt-4o""}"', "gpt-4o", Unreadable, ["row 1, SkuPriceDetails", "JSON object"]),
]


@pytest.mark.parametrize(("old", "new", "refusal", "said"), ROW_MISTAKES)
def test_a_mistake_in_a_row_is_refused_where_it_stands(tmp_path, old, new, refusal, said):
    with pytest.raises(refusal) as error:
        read_bill(BillKind.FOCUS, [changed(tmp_path, BILLS / "focus.csv", old, new)])
    assert [word for word in said if word not in str(error.value)] == []


def test_files_that_are_not_there_or_hold_nothing_are_refused(tmp_path):
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    with pytest.raises(Unreadable, match=r"gone\.json: found No such file"):
        read_bill(BillKind.OPENAI_COSTS, [tmp_path / "gone.json"])
    with pytest.raises(Unreadable, match=r"empty\.csv: found no table"):
        read_bill(BillKind.FOCUS, [empty])
    with pytest.raises(Unreadable, match="no file: found no day"):
        read_bill(BillKind.CUR, [])
