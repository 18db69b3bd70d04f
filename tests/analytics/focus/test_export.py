"""An export as finance receives it: files, control totals, and the same bytes every time."""

import csv
import json
import random
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analytics.focus import batches as batches_module
from analytics.focus.batches import BadCharges
from analytics.focus.export import export
from analytics.focus.files import hashed
from analytics.focus.manifest import BadManifest, ExportManifest, read_manifest
from analytics.focus.profiles import PROFILES, Form, Format
from analytics.focus_check.check import check
from analytics.notation import usd_text
from tests.analytics.focus.charged import CLOSED, OPEN, TERMS, amount, batches, charge, correction, month

ALL = tuple(Format)


def made(folder: Path, charges: list[dict[str, object]], **options: object) -> ExportManifest:
    said = {"profile": "focus-1.4", "terms": TERMS, "period_info": CLOSED} | options
    return export(batches(charges), folder=folder, **said)


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize("profile", PROFILES)
def test_a_month_with_one_of_everything_passes_our_own_checker(profile: str, tmp_path: Path):
    made(tmp_path, month(), profile=profile, formats=ALL)
    report = check(tmp_path, PROFILES[profile])
    assert report.findings == ()
    assert report.rows["cost_and_usage.csv"] == len(month()) - 1  # the unpriced one


@pytest.mark.parametrize("rows", [1, 7, 1_000])
def test_batches_of_any_size_give_the_same_bytes(rows: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(batches_module, "BATCH_ROWS", 10)
    charges = month()
    for name, size in (("one", 10_000), ("other", rows)):
        said = {"terms": TERMS, "period_info": CLOSED, "formats": ALL}
        export(batches(charges, size), "focus-1.4", tmp_path / name, **said)
    assert contents(tmp_path / "one") == contents(tmp_path / "other")


def test_the_order_in_which_charges_were_booked_changes_nothing(tmp_path: Path):
    charges = month()
    made(tmp_path / "one", charges)
    random.Random(7).shuffle(charges)
    made(tmp_path / "other", charges)
    assert contents(tmp_path / "one") == contents(tmp_path / "other")


def test_rows_are_sorted_by_their_id(tmp_path: Path):
    made(tmp_path, month())
    ids = [row["x_ChargeId"] for row in lines(tmp_path / "cost_and_usage.csv")]
    assert ids == sorted(ids)


def test_the_manifest_adds_up(tmp_path: Path):
    manifest = made(tmp_path, month())
    found = json.loads((tmp_path / "manifest.json").read_bytes())
    rows = lines(tmp_path / "cost_and_usage.csv")
    billed = sum(Decimal(row["BilledCost"]) for row in rows)
    assert found["sums"]["BilledCost"] == usd_text(billed) == manifest.sums["BilledCost"]
    for key in ("invoices", "cost_centers", "entries"):
        assert sum(Decimal(part["sums"]["BilledCost"]) for part in found[key]) == billed
        assert sum(part["rows"] for part in found[key]) == len(rows) == manifest.rows


def test_the_manifest_names_every_file_with_its_hash(tmp_path: Path):
    manifest = made(tmp_path, month(), formats=ALL)
    assert {file.name for file in manifest.files} | {"manifest.json"} == set(contents(tmp_path))
    for file in manifest.files:
        assert hashed(tmp_path / file.name) == (file.bytes, file.sha256)


def test_csv_and_parquet_hold_the_same_figures(tmp_path: Path):
    made(tmp_path, month())
    table = pq.read_table(tmp_path / "cost_and_usage.parquet")
    rows = lines(tmp_path / "cost_and_usage.csv")
    for name in ("BilledCost", "ListCost", "PricingQuantity", "ListUnitPrice"):
        exact = [None if row[name] == "" else Decimal(row[name]) for row in rows]
        assert table.column(name).to_pylist() == exact


def test_parquet_holds_decimals_and_utc_instants_and_says_which_version(tmp_path: Path):
    made(tmp_path, month())
    file = pq.ParquetFile(tmp_path / "cost_and_usage.parquet")
    schema, said = file.schema_arrow, file.metadata.metadata
    assert schema.field("BilledCost").type == pa.decimal128(38, 15)
    assert schema.field("ChargePeriodStart").type == pa.timestamp("us", tz="UTC")
    assert not [field for field in schema if pa.types.is_floating(field.type)]
    assert (said[b"focus.version"], said[b"burnline.decimals.costs"]) == (b"1.4", b"decimal(38,15)")


def test_numbers_in_csv_are_plain(tmp_path: Path):
    made(
        tmp_path,
        [charge(units=1, unit_price="0.000000000000001"), charge(units=5, unit_price="1", usage_class="images")],
    )
    rows = {row["BilledCost"]: row for row in lines(tmp_path / "cost_and_usage.csv")}
    assert set(rows) == {"0.000000000000001", "5.0"}
    assert rows["0.000000000000001"]["ChargePeriodStart"] == "2026-10-01T00:00:00Z"


def test_usage_without_a_price_is_in_no_focus_file(tmp_path: Path):
    manifest = made(tmp_path, [charge(), charge(model="mystery", unit_price=None, reason="unknown_model", units=77)])
    assert manifest.rows == 1
    (unpriced,) = lines(tmp_path / "unpriced.csv")
    assert (unpriced["model"], unpriced["quantity"], unpriced["reason"]) == ("mystery", "77", "unknown_model")
    assert manifest.document["unpriced"][0]["quantity"] == "77"
    assert manifest.document["coverage"] == {
        "ledger_lines": {"priced": 3, "amortised": 0, "unpriced": 3},
        "priced_ratio": "0.500000",
    }


def test_lines_of_an_invoice_add_up_to_its_charges(tmp_path: Path):
    made(tmp_path, month())
    charged: dict[str, Decimal] = {}
    for row in lines(tmp_path / "cost_and_usage.csv"):
        charged[row["InvoiceDetailId"]] = charged.get(row["InvoiceDetailId"], Decimal(0)) + Decimal(row["BilledCost"])
    details = lines(tmp_path / "invoice_detail.csv")
    assert {row["InvoiceDetailId"]: Decimal(row["BilledCost"]) for row in details} == charged


def test_a_correction_refers_to_the_invoice_it_corrects(tmp_path: Path):
    made(tmp_path, [charge(), correction("reversal", -1, "-0.000003")])
    referred = {row["InvoiceDetailId"]: row["ReferenceInvoiceId"] for row in lines(tmp_path / "invoice_detail.csv")}
    assert referred == {
        "openai-2026-10/CC-1/Usage": "openai-2026-10",
        "openai-2026-10/CC-1/Usage/2026-09": "openai-2026-09",
    }


def test_an_open_period_says_so_everywhere(tmp_path: Path):
    manifest = made(tmp_path, month(), period_info=OPEN)
    assert manifest.document["period"]["status"] == "open"
    assert {row["BillingPeriodStatus"] for row in lines(tmp_path / "billing_period.csv")} == {"Open"}
    assert {row["InvoiceIssueStatus"] for row in lines(tmp_path / "invoice_detail.csv")} == {"Open"}


def test_a_month_without_charges_is_an_export_without_rows(tmp_path: Path):
    manifest = made(tmp_path, [])
    assert (manifest.rows, manifest.sums["BilledCost"]) == (0, "0")
    assert lines(tmp_path / "cost_and_usage.csv") == []
    assert pq.read_table(tmp_path / "cost_and_usage.parquet").num_rows == 0


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_text_a_spreadsheet_would_execute_is_defused_in_its_form_and_whole_in_the_other(text: str, tmp_path: Path):
    made(tmp_path / "machine", [charge(model=text)])
    made(tmp_path / "sheet", [charge(model=text)], form=Form.SPREADSHEET)
    assert lines(tmp_path / "machine" / "cost_and_usage.csv")[0]["x_Model"] == text
    assert lines(tmp_path / "sheet" / "cost_and_usage.csv")[0]["x_Model"] == f"'{text}"


def test_negative_amounts_stay_numbers_in_the_spreadsheet_form(tmp_path: Path):
    manifest = made(tmp_path, [amount("adjustment", "-0.12")], form=Form.SPREADSHEET)
    assert lines(tmp_path / "cost_and_usage.csv")[0]["BilledCost"] == "-0.12"
    assert manifest.document["form"] == "spreadsheet"
    assert (tmp_path / "cost_and_usage.csv").read_bytes().startswith(b'\xef\xbb\xbf"')


@pytest.mark.parametrize("text", ['say "hi"', "a,b", "two\nlines", "carriage\rreturn", "Zoë 漢字"])
def test_any_text_survives_the_csv(text: str, tmp_path: Path):
    made(tmp_path, [charge(model=text)])
    assert lines(tmp_path / "cost_and_usage.csv")[0]["x_Model"] == text


def test_charges_out_of_order_are_refused_and_leave_nothing(tmp_path: Path):
    made(tmp_path, [charge()])
    before = {path.name for path in tmp_path.iterdir()}
    twice = [*batches([charge()]), *batches([charge(charge_id="0" * 32)])]
    with pytest.raises(BadCharges, match="stands behind"):
        export(twice, "focus-1.4", tmp_path, terms=TERMS, period_info=CLOSED, formats=tuple(Format))
    assert {path.name for path in tmp_path.iterdir()} <= before
    with pytest.raises(BadManifest, match=r"no manifest\.json"):
        read_manifest(tmp_path)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"cost_usd": None}, "priced and has no cost"),
        ({"unit_price": None, "cost_usd": Decimal(1)}, "unpriced and has a cost"),
        ({"period_start": CLOSED.until}, "not of 2026-10"),
    ],
)
def test_charges_that_contradict_themselves_are_refused(wrong: dict[str, object], message: str, tmp_path: Path):
    with pytest.raises(BadCharges, match=message):
        made(tmp_path, [charge(**wrong)])


def test_an_export_replaces_the_files_of_an_earlier_one_and_nothing_else(tmp_path: Path):
    made(tmp_path, month(), formats=ALL)
    (tmp_path / "notes.txt").write_text("mine")
    made(tmp_path, month(), profile="focus-1.2", formats=(Format.CSV,))
    assert set(contents(tmp_path)) == {"cost_and_usage.csv", "unpriced.csv", "manifest.json", "notes.txt"}


def test_a_manifest_that_somebody_edited_is_not_read(tmp_path: Path):
    made(tmp_path, month())
    path = tmp_path / "manifest.json"
    path.write_text(path.read_text().replace('"rows": 24', '"rows":  24'))
    with pytest.raises(BadManifest, match="changed after it was written"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("wrong", ["[]", "{}", '{"kind": "burnline-focus-export", "layout": 1}', "not json"])
def test_a_manifest_that_is_none_is_refused(wrong: str, tmp_path: Path):
    (tmp_path / "manifest.json").write_text(wrong)
    with pytest.raises(BadManifest, match="export it again"):
        read_manifest(tmp_path)


def test_a_manifest_cannot_name_files_outside_of_its_folder(tmp_path: Path):
    folder, precious = tmp_path / "export", tmp_path / "precious.txt"
    precious.write_text("mine")
    document = dict(made(folder, month()).document)
    document["files"] = [{**document["files"][0], "name": "../precious.txt"}]
    (folder / "manifest.json").write_bytes(ExportManifest(document).content)
    made(folder, month())
    assert precious.read_text() == "mine"


def test_progress_is_told(tmp_path: Path):
    told: list[tuple[str, int, int]] = []
    made(tmp_path, month(), progress=lambda *said: told.append(said), expected_rows=100)
    assert told == [("rows", len(month()), 100)]


def test_an_unknown_profile_is_refused_by_name(tmp_path: Path):
    with pytest.raises(ValueError, match=r"no profile is called focus-1\.3; expected one of focus-1\.2, focus-1\.4"):
        made(tmp_path, month(), profile="focus-1.3")
