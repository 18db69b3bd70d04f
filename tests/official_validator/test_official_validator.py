"""The official validator accepts what we export, and what it lets pass our own checker finds."""

from decimal import Decimal
from pathlib import Path

import pytest

from analytics.focus.columns import Version
from analytics.focus.export import export
from analytics.focus.profiles import PROFILES
from analytics.focus_check.check import check
from tests.analytics.focus.charged import CLOSED, TERMS, batches, month
from tests.analytics.focus_check.sample import clean, totalled, written
from tests.official_validator.validating import CLEANEST, UNAVOIDABLE, broken, validate

PROFILE = PROFILES["focus-1.2"]
MISSED = {
    # (a) a value that no list has, as long as another row has a listed one
    "value-allowed": ("rounding", {"ChargeCategory": "Adjustmnt"}),
    # (b) a cost that is not price x quantity, (c) or not to the last digit
    "list-cost-exact": ("input", {"ListCost": "99.0"}),
    "contracted-cost-exact": ("output", {"ContractedCost": "15.000015000000001"}),
    # (d) an array in Tags, a unit in the wrong case, an instant without a zone
    "key-value-form": ("tax", {"Tags": '["support"]'}),
    "unit-spelling": ("free", {"ConsumedUnit": "tokens"}),
    "instant-form": ("credit", {"ChargePeriodStart": "2026-10-04 00:00:00"}),
}
"""What the official validator lets pass, by our rule that finds it: the row and its mistake."""
# (e) the sum of an invoice, which is none of these rows' fault
PAYABLE = {("AWS", "aws-2026-10"): Decimal("159.26")}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A sample with all that is missed, one that lacks a column, and a real export."""
    folders = {name: tmp_path_factory.mktemp(name) for name in ("missed", "lacking", "exported")}
    sample = clean(Version.V1_2)
    for row, values in MISSED.values():
        sample.row(row).update(values)
    written(totalled(sample), folders["missed"])
    sample = clean(Version.V1_2)
    sample.header.remove("ServiceName")
    written(totalled(sample), folders["lacking"])
    export(batches(month()), "focus-1.2", folders["exported"], terms=TERMS, period_info=CLOSED)
    return folders


@pytest.fixture(scope="module")
def results(folders: dict[str, Path]) -> dict[str, dict[str, bool]]:
    """What the official validator says of each; it takes some seconds to start, so it is started once."""
    paths = {name: folder / "cost_and_usage.csv" for name, folder in folders.items()}
    paths["exported as Parquet"] = folders["exported"] / "cost_and_usage.parquet"
    return dict(zip(paths, validate(*paths.values()), strict=True))


@pytest.mark.parametrize("name", ["exported", "exported as Parquet"])
def test_the_official_validator_finds_only_what_it_finds_in_every_file(name: str, results: dict[str, dict[str, bool]]):
    assert broken(results[name]) == UNAVOIDABLE
    assert sum(results[name].values()) >= CLEANEST


def test_the_official_validator_does_find_a_column_that_is_missing(results: dict[str, dict[str, bool]]):
    assert "ServiceName-C-000-M" in broken(results["lacking"])


def test_our_checker_finds_what_the_official_one_misses(folders: dict[str, Path], results: dict[str, dict[str, bool]]):
    assert broken(results["missed"]) == UNAVOIDABLE
    report = check(folders["missed"], PROFILE, payable=PAYABLE)
    assert set(report.counts) == {*MISSED, "payable-amount"}


def test_our_checker_accepts_what_the_official_one_accepts(folders: dict[str, Path]):
    assert check(folders["exported"], PROFILE).findings == ()
