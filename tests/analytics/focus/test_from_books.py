"""From the books to the files: an open month, its close, what comes late, and the export made again."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from analytics.focus.booked import period_info
from analytics.focus.export import export
from analytics.focus.manifest import ExportManifest
from analytics.focus.profiles import PROFILES
from analytics.focus_check.check import check
from analytics.ledger.charges import charges
from analytics.ledger.closing import close
from analytics.statements.write import write_statements
from collector.store import DuckDBStore
from tests.analytics.focus.charged import TERMS
from tests.analytics.ledger.books import NO_TERMS, NOVEMBER, OCTOBER, Used, arrive, ledger

LATER = datetime(2027, 3, 1, tzinfo=UTC)


def exported(store: DuckDBStore, month: date, folder: Path, now: datetime = LATER) -> ExportManifest:
    said = {"terms": TERMS, "period_info": period_info(store, month, now)}
    manifest = export(charges(store, month, terms=NO_TERMS), "focus-1.4", folder / "export", **said)
    made = charges(store, month, terms=NO_TERMS)
    write_statements(made, folder / "statements", manifest=manifest, **said)
    assert check(folder / "export", PROFILES["focus-1.4"]).findings == ()
    return manifest


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_month_is_exported_closed_corrected_later_and_exported_again(tmp_path: Path):
    store = ledger(Used(quantity=1_001), Used(trace=2, quantity=2_000, cost_center=None, team=None))

    # While October is open, its exact sum is exported and may still change.
    opened = exported(store, OCTOBER, tmp_path / "open", datetime(2026, 10, 20, tzinfo=UTC))
    assert not opened.closed
    assert opened.sums["BilledCost"] == "0.0075025"  # 3,001 x 0.0000025

    # Finance closes it: whole cents on every invoice and cost centre, signed off by a person.
    close(store, OCTOBER, by="finance@acme.example", at=datetime(2026, 11, 3, tzinfo=UTC), terms=NO_TERMS)
    closed = exported(store, OCTOBER, tmp_path / "closed")
    assert closed.closed
    assert closed.document["period"]["signed_off_by"] == "finance@acme.example"
    assert all(Decimal(each["sums"]["BilledCost"]) % Decimal("0.01") == 0 for each in closed.document["cost_centers"])
    assert all(Decimal(each["sums"]["BilledCost"]) % Decimal("0.01") == 0 for each in closed.document["invoices"])

    # A span of October comes late. It changes nothing in October; November takes it back and states it again.
    arrive(store, Used(trace=3, quantity=1_000_000, on=date(2026, 10, 5)), Used(trace=4, on=date(2026, 11, 2)))
    november = exported(store, NOVEMBER, tmp_path / "november", datetime(2026, 11, 20, tzinfo=UTC))
    corrections = [each for each in november.document["entries"] if each["entry"] in {"reversal", "restatement"}]
    assert sum(Decimal(each["sums"]["BilledCost"]) for each in corrections) == Decimal("2.5")

    # Made again months later, October's files and statements are the same, byte for byte.
    exported(store, OCTOBER, tmp_path / "again")
    assert contents(tmp_path / "again") == contents(tmp_path / "closed")
