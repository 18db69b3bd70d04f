"""The committed data is what the pinned packages say, byte for byte, and nothing is dropped uncounted."""

import json
import shutil
import time
import tracemalloc
from datetime import UTC, date
from datetime import time as clock
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest

from analytics.prices import Confidence, PriceBook, PriceKey
from analytics.prices.import_genai_prices import import_genai_prices
from analytics.prices.import_litellm import import_litellm
from analytics.prices.left_out import Reason
from analytics.prices.lists import DATA
from analytics.prices.off_peak import NotFixedError, off_peak_windows
from analytics.prices.price_file import PriceFileError, read, written
from analytics.prices.regenerate import regenerate
from analytics.prices.windows import instant_of, words
from collector.dialects.usage_classes import UsageClass as Class

TODAY = date(2026, 11, 21)


def imported(figures, **fields):
    decimals = {name: Decimal(figure) for name, figure in figures.items()}
    entry = {"litellm_provider": "acme", "mode": "chat"} | decimals | fields
    return import_litellm({"acme/m": entry}, "litellm 0", TODAY)


def by_class(prices, tier="standard"):
    return {
        (price.usage_class.value, price.context_above, price.context_until): format(price.unit_price_usd, "f")
        for price in prices
        if price.tier.label == tier
    }


def reasons(result):
    return [(item.reason, item.what) for item in result.left_out]


def test_importing_again_gives_the_committed_bytes(tmp_path):
    recorded_on = read(DATA / "genai_prices.csv").recorded_on
    left_out = regenerate(shutil.copytree(DATA, tmp_path / "data"), recorded_on)
    names = sorted(path.name for path in DATA.iterdir())
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == names
    for name in names:
        assert (tmp_path / "data" / name).read_bytes() == (DATA / name).read_bytes(), name
    assert [tally for tally in left_out if tally.reason in (Reason.UNKNOWN_FIELD, Reason.STALE_VENDOR_DATE)] == []


def test_the_data_stays_small_and_carries_both_licences():
    assert sum(path.stat().st_size for path in DATA.iterdir()) < 4_000_000
    notice = (DATA / "NOTICE.txt").read_text(encoding="utf-8")
    assert "Copyright (c) Pydantic Services Inc." in notice
    assert "Copyright (c) 2023 Berri AI" in notice


def test_a_book_opens_in_under_half_a_second_and_a_few_megabytes():
    started = time.process_time()
    PriceBook.load().resolve(PriceKey("openai", "gpt-4o"))
    assert time.process_time() - started < 0.5
    tracemalloc.start()
    book = PriceBook.load()
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert size < 20_000_000
    assert book.stated == ()


def test_float_noise_is_repaired_and_a_repeating_fraction_is_left_out():
    result = imported(
        {"input_cost_per_token": "0.000015000020000000002", "output_cost_per_token": "0.0000833333333333333333"}
    )
    assert by_class(result.prices) == {("input_uncached", None, None): "0.00001500002"}
    assert reasons(result) == [(Reason.FINER_THAN_15_DECIMALS, "output_cost_per_token")]


def test_thresholds_become_bands_without_overlap():
    result = imported({"input_cost_per_token": "0.000001", "input_cost_per_token_above_200k_tokens": "0.000002"})
    assert by_class(result.prices) == {
        ("input_uncached", None, 200_000): "0.000001",
        ("input_uncached", 200_000, None): "0.000002",
    }


def test_tiers_written_as_ranges_become_the_same_bands():
    tiers = [
        {"input_cost_per_token": Decimal("0.000001"), "range": [0, Decimal("32000.0")]},
        {"input_cost_per_token": Decimal("0.000003"), "range": [Decimal("32000.0"), Decimal("256000.0")]},
    ]
    assert by_class(imported({}, tiered_pricing=tiers).prices) == {
        ("input_uncached", None, 32_000): "0.000001",
        ("input_uncached", 32_000, None): "0.000003",
    }


def test_the_threshold_of_x_ai_is_reached_at_the_number_itself():
    figures = {"input_cost_per_token": "0.000001", "input_cost_per_token_above_200k_tokens": "0.000002"}
    found = by_class(imported(figures, litellm_provider="xai").prices)
    assert set(found) == {("input_uncached", None, 199_999), ("input_uncached", 199_999, None)}


def test_a_price_above_a_threshold_without_one_below_is_left_out():
    result = imported({"input_cost_per_token": "0.000001", "cache_read_input_token_cost_above_200k_tokens": "0.000002"})
    assert (Reason.BAND_WITHOUT_BASE, "cache_read") in reasons(result)


def test_an_entry_of_zeros_is_left_out_but_a_zero_beside_a_price_stays():
    assert reasons(imported({"input_cost_per_token": "0.0", "output_cost_per_token": "0.0"})) == [
        (Reason.ALL_ZERO, "entry")
    ]
    rerank = imported({"input_cost_per_query": "0.002", "input_cost_per_token": "0.0"}, mode="rerank")
    assert by_class(rerank.prices) == {("input_uncached", None, None): "0", ("search_units", None, None): "0.002"}


def test_a_free_cache_write_beside_paid_input_is_not_believed():
    result = imported({"input_cost_per_token": "0.000001", "cache_creation_input_token_cost": "0.0"})
    assert (Reason.ZERO_CACHE_WRITE, "cache_creation_input_token_cost") in reasons(result)


def test_a_tier_that_lacks_the_output_price_is_left_out():
    result = imported(
        {
            "input_cost_per_token": "0.000002",
            "output_cost_per_token": "0.000008",
            "input_cost_per_token_batches": "0.000001",
        }
    )
    assert by_class(result.prices, "batch") == {}
    assert reasons(result) == [(Reason.INCOMPLETE_TIER, "batch")]


OFF_PEAK = {
    "input_cost_per_token": Decimal("0.000001"),
    "windows": [
        {"hours_utc": ["22:00-06:00"], "weekdays": [1, 2, 3, 4, 5]},
        {"hours_utc": "00:00-00:00", "weekdays": [6, 7]},
    ],
}


def by_window(result):
    return {words(price.when): price.unit_price_usd.scaleb(6) for price in result.prices}


def test_off_peak_hours_of_some_days_cut_the_week_into_two_prices_without_a_hole():
    found = by_window(imported({"input_cost_per_token": "0.000002"}, off_peak_pricing=OFF_PEAK))
    assert found == {
        "mon-fri, 06:00-22:00 UTC": 2,
        "mon-fri, 22:00-24:00 UTC": 1,
        "mon-fri, 00:00-06:00 UTC": 1,
        "sat-sun": 1,
    }


def test_days_of_another_calendar_are_moved_to_the_days_of_utc():
    in_shanghai = {"hours_utc": "12:00-20:00", "weekdays": [1]}  # from 16:00 UTC on it is the next day there
    rule = OFF_PEAK | {"windows": [in_shanghai], "weekday_timezone": "Asia/Shanghai"}
    result = imported({"input_cost_per_token": "0.000002"}, off_peak_pricing=rule)
    assert {window for window, price in by_window(result).items() if price == 1} == {
        "mon, 12:00-16:00 UTC",
        "sun, 16:00-20:00 UTC",
    }


def test_a_calendar_with_summer_time_is_refused():
    rule = OFF_PEAK | {"weekday_timezone": "Europe/Berlin"}
    with pytest.raises(NotFixedError, match="Europe/Berlin move against UTC"):
        off_peak_windows(rule)


def test_off_peak_hours_beside_a_context_band_are_left_out_because_nobody_says_which_band_they_cut():
    figures = {"input_cost_per_token": "0.000002", "input_cost_per_token_above_200k_tokens": "0.000004"}
    result = imported(figures, off_peak_pricing=OFF_PEAK)
    assert (result.prices, reasons(result)) == ([], [(Reason.WEEKDAY_WINDOW, "off_peak_pricing")])


def test_a_factor_for_a_region_is_kept_as_a_factor():
    result = imported({"input_cost_per_token": "0.000002"}, regional_processing_uplift_multiplier_eu=Decimal("1.1"))
    assert result.uplifts == ["acme,m,eu,1.1,acme/m"]


def test_a_factor_that_leaves_too_many_decimals_is_counted():
    factor = {"regional_processing_uplift_multiplier_eu": Decimal("1.0000000001")}
    result = imported({"input_cost_per_token": "0.000002"}, **factor)
    assert reasons(result) == [(Reason.FINER_THAN_15_DECIMALS, "regional_processing_uplift_multiplier_eu")]


def test_reasoning_at_another_price_leaves_the_output_unpriced():
    result = imported(
        {
            "input_cost_per_token": "0.000001",
            "output_cost_per_token": "0.000002",
            "output_cost_per_reasoning_token": "0.000009",
        }
    )
    assert by_class(result.prices) == {("input_uncached", None, None): "0.000001"}
    assert reasons(result) == [(Reason.REASONING_PRICED_APART, "output_cost_per_token")]


def test_a_field_nobody_taught_the_import_is_noted():
    result = imported({"input_cost_per_token": "0.000001", "cost_per_wish": "3"})
    assert reasons(result) == [(Reason.UNKNOWN_FIELD, "cost_per_wish")]


def provider(prices, variants=()):
    match = SimpleNamespace(equals="m")
    model = SimpleNamespace(id="m", match=match, prices=prices, price_variants=list(variants))
    return SimpleNamespace(
        id="p", model_match=None, provider_match=None, fallback_model_providers=None, pricing_urls=None, models=[model]
    )


def conditional(constraint=None, **figures):
    figures = {name: Decimal(figure) for name, figure in figures.items()}
    return SimpleNamespace(constraint=constraint, prices=SimpleNamespace(**figures))


def day(at):
    assert at is None or instant_of(str(at.date())) == at
    return at and at.date()


def windows(prices, tier="standard"):
    return [
        (
            day(price.effective_from),
            day(price.effective_until),
            price.tod_start_s,
            price.tod_end_s,
            price.unit_price_usd.scaleb(6),
        )
        for price in prices
        if price.tier.label == tier
    ]


def test_a_window_over_midnight_is_cut_at_midnight():
    night = SimpleNamespace(start_time=clock(22, tzinfo=UTC), end_time=clock(6, tzinfo=UTC))
    listed = [conditional(input_mtok=2), conditional(night, input_mtok=1)]
    result = import_genai_prices([provider(listed)], "genai-prices 0", TODAY)
    assert windows(result.prices) == [
        (None, None, None, 6 * 3600, 1),
        (None, None, 6 * 3600, 22 * 3600, 2),
        (None, None, 22 * 3600, None, 1),
    ]


def test_a_date_on_which_a_price_did_not_change_leaves_no_seam():
    started = SimpleNamespace(start_date=date(2026, 8, 1))
    listed = [conditional(input_mtok=2, output_mtok=4), conditional(started, input_mtok=2, output_mtok=3)]
    result = import_genai_prices([provider(listed)], "genai-prices 0", TODAY)
    assert windows(p for p in result.prices if p.usage_class is Class.INPUT_UNCACHED) == [(None, None, None, None, 2)]


BATCH_SEEN_ON = date(2026, 10, 14)


def with_batch(*listed):
    batch = conditional(SimpleNamespace(start_date=BATCH_SEEN_ON), input_mtok=1)
    batch.when = {"processing": "batch"}
    return import_genai_prices([provider(list(listed), [batch])], "genai-prices 0", TODAY)


def test_a_variant_keeps_the_plain_prices_it_does_not_name():
    result = with_batch(conditional(input_mtok=2, cache_read_mtok="0.5"))
    seen = [price for price in result.prices if price.confidence is Confidence.FIRST_SEEN]
    assert windows(seen, "batch") == [
        (BATCH_SEEN_ON, None, None, None, 1),
        (BATCH_SEEN_ON, None, None, None, Decimal("0.5")),
    ]


def test_a_tier_noticed_late_reaches_back_and_says_that_it_was_not_seen_then():
    result = with_batch(conditional(input_mtok=2))
    (before,) = [price for price in result.prices if price.confidence is Confidence.BEFORE_SEEN]
    assert windows([before], "batch") == [(None, BATCH_SEEN_ON, None, None, 1)]


def test_it_reaches_back_no_further_than_the_plain_price_beside_it():
    changed = SimpleNamespace(start_date=date(2026, 8, 21))
    result = with_batch(conditional(input_mtok=3), conditional(changed, input_mtok=2))
    assert windows(result.prices, "batch") == [
        (date(2026, 8, 21), BATCH_SEEN_ON, None, None, 1),
        (BATCH_SEEN_ON, None, None, None, 1),
    ]


def test_it_does_not_reach_back_at_all_when_the_plain_price_changed_on_the_same_day():
    changed = SimpleNamespace(start_date=BATCH_SEEN_ON)
    result = with_batch(conditional(input_mtok=3), conditional(changed, input_mtok=2))
    assert windows(result.prices, "batch") == [(BATCH_SEEN_ON, None, None, None, 1)]


def test_a_price_file_reads_back_what_was_written(tmp_path):
    prices = list(read(DATA / "litellm.csv").all_prices())[:500]
    path = tmp_path / "prices.csv"
    path.write_text(written(prices, "litellm 1.106.2", prices[0].recorded_on), encoding="utf-8")
    assert list(read(path).all_prices()) == prices


def test_a_broken_line_is_refused_with_its_text_and_what_was_expected(tmp_path):
    path = tmp_path / "prices.csv"
    good = (DATA / "genai_prices.csv").read_text(encoding="utf-8").splitlines()[:5]
    path.write_text("\n".join([*good, good[-1].replace("0.0000", "cheap")]), encoding="utf-8")
    with pytest.raises(PriceFileError, match=r"prices\.csv: cannot read the line .*cheap.*unit_price_usd"):
        list(read(path).all_prices())


def test_rules_are_plain_data():
    lines = (Path(DATA) / "genai_prices_models.jsonl").read_text(encoding="utf-8").splitlines()
    rules = {(r["provider"], r["model"]): r["match"] for r in map(json.loads, lines[1:])}
    assert {"equals": "gpt-4o-2024-08-06"} in rules["openai", "gpt-4o"]["or"]
