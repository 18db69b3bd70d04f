"""How long does it take to check a month of a million FOCUS rows, rule by rule, and how much memory?

The rows are usage of 40 prices, 97 cost centres and 31 days, each with its own quantity and its own exact cost, in the
1.4 profile with all its columns. CSV and Parquet are checked in processes of their own, so that each has its own peak.

Run as ``python -m tests.benchmarks.focus_check [rows]``.
"""

import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

from analytics.focus.profiles import PROFILES
from analytics.focus_check.check import check
from tests.analytics.focus_check.sample import clean

PROFILE = PROFILES["focus-1.4"]
HEADER = "| file | size MB | rows/s | seconds | CPU seconds | peak RSS MB |\n|---|---|---|---|---|---|"
_MILLIONTHS = 1_000_000


def main() -> None:
    """Print one table."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    print(__doc__.splitlines()[0], HEADER, sep="\n\n")
    fresh = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        for name in ("cost_and_usage.csv", "cost_and_usage.parquet"):
            path = Path(folder) / name
            for each in (_write, _measure):
                process = fresh.Process(target=each, args=(path, rows))
                process.start()
                process.join()
                if process.exitcode:
                    raise SystemExit(process.exitcode)


def _measure(path: Path, rows: int) -> None:
    started = time.perf_counter()
    report = check(path, PROFILE)
    seconds = time.perf_counter() - started
    if report.findings or report.rows != {path.name: rows}:
        raise SystemExit(f"found {report.findings[:3]} on {report.rows}; expected nothing on {rows} rows")
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(
        f"| {path.suffix[1:]} | {path.stat().st_size / 1e6:,.0f} | {rows / seconds:,.0f} | {seconds:.1f} "
        f"| {used.ru_utime + used.ru_stime:.1f} | {used.ru_maxrss / 1024:,.0f} |",
        flush=True,
    )


def _write(path: Path, rows: int) -> None:
    frame = _month(rows)
    frame.write_csv(path) if path.suffix == ".csv" else frame.write_parquet(path)


def _month(rows: int) -> pl.DataFrame:
    sample = clean()
    row = sample.row("input")
    constant = [pl.lit(row.get(name), dtype=pl.String).alias(name) for name in sample.header]
    at = pl.int_range(rows)
    price, tokens, center = at % 40 + 1, at * 104_729 % 9_999_991 + 1, (at * 31 % 97).cast(pl.String)
    team = (at % 13).cast(pl.String)
    day = (at % 30 + 1).cast(pl.String).str.zfill(2)
    sku = pl.concat_str(pl.lit("aws/claude/"), price.cast(pl.String))
    cost, unit_price = _decimal(price * tokens), pl.concat_str(price.cast(pl.String), pl.lit(".0"))
    costs = ("BilledCost", "ContractedCost", "EffectiveCost", "ListCost", "PricingCurrencyEffectiveCost")
    prices = ("Contracted", "List", "PricingCurrencyContracted", "PricingCurrencyList")
    return pl.select(constant).select(pl.all().repeat_by(rows).explode()).with_columns(
        *(cost.alias(name) for name in costs),
        *(unit_price.alias(f"{name}UnitPrice") for name in prices),
        ChargePeriodStart=pl.concat_str(pl.lit("2026-10-"), day, pl.lit("T00:00:00Z")),
        ChargePeriodEnd=pl.concat_str(pl.lit("2026-10-"), day, pl.lit("T23:59:59Z")),
        ConsumedQuantity=pl.concat_str(tokens.cast(pl.String), pl.lit(".0")),
        PricingQuantity=_decimal(tokens),
        SkuId=sku,
        SkuPriceId=pl.concat_str(sku, pl.lit("/us-east-1/standard")),
        Tags=pl.concat_str(pl.lit('{"cost_center":"CC-'), center, pl.lit('","team":"t'), team, pl.lit('"}')),
        x_ChargeId=pl.concat_str(pl.lit("0123456789abcdef0123"), at.cast(pl.String).str.zfill(12)),
        x_CostCenter=pl.concat_str(pl.lit("CC-"), center),
    )  # fmt: skip


def _decimal(millionths: pl.Expr) -> pl.Expr:
    whole, part = millionths // _MILLIONTHS, millionths % _MILLIONTHS
    return pl.concat_str(whole.cast(pl.String), pl.lit("."), part.cast(pl.String).str.zfill(6))


if __name__ == "__main__":
    main()
