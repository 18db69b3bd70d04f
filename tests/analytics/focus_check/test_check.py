"""What a check reads, and what it says of it."""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.focus.columns import Dataset, Kind, Version, all_columns, columns
from analytics.focus.export import export
from analytics.focus.profiles import PROFILES, Form
from analytics.focus_check.check import check
from analytics.focus_check.costs import PRODUCTS
from analytics.focus_check.report import Findings, Report, text
from analytics.focus_check.source import Batch, Source
from analytics.focus_check.structure import SUPPORTED
from tests.analytics.focus.charged import CLOSED, TERMS, batches, charge, month
from tests.analytics.focus_check.sample import clean, totalled, written

PROFILE = PROFILES["focus-1.4"]
_UNITS = st.integers(-(10**33), 10**33)


def digits(units: int, places: int) -> str:
    """A whole number of units of the last place, as text."""
    whole, part = divmod(abs(units), 10**places)
    return f"{'-' if units < 0 else ''}{whole}.{part:0{places}d}"


def rows(name: str, **values: str | None) -> pl.DataFrame:
    """The sample's row of that name, with other values, in the order of the sample's columns."""
    sample = clean()
    row = sample.row(name) | values
    return pl.DataFrame({column: row.get(column) for column in sample.header}, schema_overrides=_text(sample.header))


def _text(names: Iterable[str]) -> dict[str, type[pl.String]]:
    return dict.fromkeys(names, pl.String)


def parquet(path: Path, frame: pl.DataFrame) -> Path:
    frame.write_parquet(path)
    return path


def rules_of(report: Report) -> set[str]:
    return set(report.counts)


@given(price=_UNITS, quantity=_UNITS)
def test_a_cost_is_right_only_to_the_last_digit(price: int, quantity: int):
    source = Source(Path("cost_and_usage.csv"), Dataset.COST_AND_USAGE, Version.V1_4)
    for off, expected in ((0, 0), (1, 1)):
        findings = Findings(cap=5)
        cost = digits(price * quantity + off, 30)
        cells = {"ListUnitPrice": digits(price, 15), "PricingQuantity": digits(quantity, 15), "ListCost": cost}
        PRODUCTS[0].see(Batch(source, 1, pl.DataFrame(cells)), findings)
        assert findings.counts.total() == expected


def test_a_parquet_file_of_text_is_checked_like_csv(tmp_path: Path):
    found = check(parquet(tmp_path / "one.parquet", rows("input", ListCost="37.51")), PROFILE)
    assert rules_of(found) == {"list-cost-exact"}
    assert [(each.row, each.column, each.found) for each in found.findings if each.row] == [(1, "ListCost", "37.51")]


def test_decimals_and_instants_of_parquet_are_read_exactly(tmp_path: Path):
    names = [each.name for each in columns(Dataset.COST_AND_USAGE, Version.V1_4) if each.kind is Kind.DECIMAL]
    frame = rows("input").with_columns(
        *(pl.col(name).cast(pl.Decimal(38, 15)) for name in names),
        ChargePeriodStart=pl.lit(datetime(2026, 10, 4, tzinfo=UTC)),
    )
    assert rules_of(check(parquet(tmp_path / "one.parquet", frame), PROFILE)) == set()


def test_floats_and_zoneless_timestamps_of_parquet_are_refused(tmp_path: Path):
    frame = rows("input").with_columns(
        pl.col("ListCost").cast(pl.Float64),
        ChargePeriodStart=pl.lit(datetime(2026, 10, 4)),  # noqa: DTZ001 - without a zone is the mistake
    )
    report = check(parquet(tmp_path / "one.parquet", frame), PROFILE)
    assert rules_of(report) == {"column-type"}
    assert {each.column for each in report.findings if each.rule == "column-type"} == {"ListCost", "ChargePeriodStart"}


@pytest.mark.parametrize(
    "content", [b"", b"BilledCost\n1,2\n", b"BilledCost,ListCost\n1\n", b"BilledCost\n\xff\n", b"PAR1 is no Parquet"]
)
def test_a_file_that_cannot_be_read_is_a_finding(content: bytes, tmp_path: Path):
    path = tmp_path / ("cost.parquet" if content.startswith(b"PAR1") else "cost.csv")
    path.write_bytes(content)
    assert "file-readable" in check(path, PROFILE).counts


def test_an_empty_folder_lacks_every_dataset_and_the_manifest(tmp_path: Path):
    assert check(tmp_path, PROFILE).counts == {"datasets-present": 3, "manifest-readable": 1}


def test_a_changed_file_has_another_hash(tmp_path: Path):
    sample = clean()
    path = written(totalled(sample), tmp_path) / "billing_period.csv"
    path.write_text(path.read_text().replace("2026-11-03T09:00:00Z", "2026-11-04T09:00:00Z"))
    assert set(check(tmp_path, PROFILE).counts) == {"manifest-sha256"}


@pytest.mark.parametrize(("amount", "broken"), [("159.25", {}), ("159.26", {"payable-amount": 1})])
def test_a_cent_on_the_invoice_is_found(amount: str, broken: dict[str, int], tmp_path: Path):
    # 37.5 + 15.000015 - 2.5 + 1.25 - 2 - 0.000015 + 100 + 7 + 3 = 159.25
    folder = written(totalled(clean()), tmp_path)
    assert check(folder, PROFILE, payable={("AWS", "aws-2026-10"): Decimal(amount)}).counts == broken


@pytest.mark.parametrize("profile", PROFILES)
def test_a_real_export_for_spreadsheets_breaks_no_rule(profile: str, tmp_path: Path):
    hostile = charge(model="=cmd|' /C calc'!A0", team="@sum", feature='a "quoted"\nline')
    charges = batches([*month(), hostile])
    export(charges, profile, tmp_path, terms=TERMS, period_info=CLOSED, form=Form.SPREADSHEET)
    assert check(tmp_path, PROFILES[profile]).findings == ()


def test_text_that_a_spreadsheet_executes_is_found_where_it_would(tmp_path: Path):
    for mark, broken in (("", {}), ("\ufeff", {"text-no-formula": 1})):
        sample = clean()
        sample.row("input")["ChargeDescription"] = "=1+1"
        sample.texts = {"cost_and_usage.csv": f"{mark}{{}}".format}
        assert check(written(totalled(sample), tmp_path), PROFILE).counts == broken


def test_findings_are_capped_and_counted(tmp_path: Path):
    sample = clean()
    for row in sample.rows:
        row["ChargeDescription"] = " "
    report = check(written(totalled(sample), tmp_path), PROFILE, cap=2)
    assert report.counts == {"text-not-blank": 12}
    assert [(each.row, each.found) for each in report.findings] == [(1, "' '"), (2, "' '")]
    more, summary = text(report).splitlines()[2:]
    assert more == "text-not-blank: 10 more"
    assert summary.startswith("FAILED: 77 rules checked on 12 rows of cost_and_usage.csv, 1 rows of")
    assert summary.endswith("; broken: 1 as error")


def test_a_note_does_not_fail_a_check(tmp_path: Path):
    sample = clean()
    sample.row("input")["ConsumedQuantity"] = "1.25E7"
    report = check(written(totalled(sample), tmp_path), PROFILE)
    assert report.passed
    assert text(report).startswith("note number-exponent: cost_and_usage.csv row 1 ConsumedQuantity: found '1.25E7'")


def test_progress_is_told(tmp_path: Path):
    told: list[tuple[str, int, int]] = []
    check(written(totalled(clean()), tmp_path), PROFILE, progress=lambda *each: told.append(each))
    assert ("cost_and_usage.csv", 12, 0) in told


def test_what_our_export_supports_is_what_the_specification_calls_it():
    assert {each.condition for each in all_columns()} >= SUPPORTED
