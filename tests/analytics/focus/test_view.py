"""The rounded view, read back from the XLSX itself."""

import re
import zipfile
from pathlib import Path

from analytics.focus.batches import batches_of
from analytics.focus.columns import Version
from analytics.focus.export import export
from analytics.focus.profiles import Format
from analytics.focus.rows import select
from analytics.focus.totals import Totals
from analytics.focus.view import View
from analytics.focus.wording import wording
from tests.analytics.focus.charged import CLOSED, OCTOBER, TERMS, amount, batches, charge

SUMMARY, CHARGES, UNPRICED = (f"xl/worksheets/sheet{number}.xml" for number in (1, 2, 3))


def sheets(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/sheet")}


def viewed(folder: Path, *charges: dict[str, object]) -> dict[str, str]:
    said = {"terms": TERMS, "period_info": CLOSED, "formats": (Format.XLSX,)}
    export(batches(charges), "focus-1.4", folder, **said)
    return sheets(folder / "rounded_view.xlsx")


def numbers(sheet: str) -> list[str]:
    return re.findall(r"<c r=\"[A-Z]+\d+\"(?: s=\"\d+\")?><v>([^<]*)</v>", sheet)


def test_every_sheet_says_that_it_is_a_rounded_view(tmp_path: Path):
    assert all("ROUNDED VIEW" in sheet for sheet in viewed(tmp_path, charge()).values())


def test_no_cell_is_a_formula(tmp_path: Path):
    found = viewed(tmp_path, charge(model="=1+1", team="=HYPERLINK(0)"), charge(model="=2", unit_price=None))
    assert not any("<f>" in sheet for sheet in found.values())
    assert "'=1+1" in found[CHARGES]
    assert "'=2" in found[UNPRICED]


def test_amounts_are_rounded_half_even_and_negative_ones_stay_numbers(tmp_path: Path):
    found = viewed(tmp_path, amount("adjustment", "-0.1250005"), amount("adjustment", "0.0000025"))
    assert {"-0.125000", "0.000002"} <= set(numbers(found[CHARGES]))
    assert "-0.12" in numbers(found[SUMMARY])


def test_money_is_shown_with_cents_and_separators(tmp_path: Path):
    viewed(tmp_path, charge())
    with zipfile.ZipFile(tmp_path / "rounded_view.xlsx") as book:
        assert 'formatCode="#,##0.00####"' in book.read("xl/styles.xml").decode()


def test_rows_beyond_what_a_sheet_holds_are_counted(tmp_path: Path):
    charges = [charge() for _ in range(10)]
    view, totals = View(tmp_path, CLOSED, sheet_rows=8), Totals()
    batch = next(batches_of(batches(charges), OCTOBER))
    said = wording(TERMS, CLOSED).said(batch)
    totals.add(said)
    view.add(said.lazy().select(select(Version.V1_4)).collect(), said, batch.clear())
    written = view.close(totals)
    assert written.rows == 8 - 3  # a note, a header, and the sentence
    assert "5 more rows do not fit" in sheets(tmp_path / "rounded_view.xlsx.partial")[CHARGES]
