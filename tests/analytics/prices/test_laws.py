"""What holds for every price in the book, not only for the ones somebody thought of."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import combinations

import pytest
from genai_prices import Usage
from genai_prices.data import providers
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.prices import PriceBook, PriceKey, rate
from analytics.prices.service_tiers import PLAIN
from analytics.prices.windows import meet
from collector.dialects.usage_classes import UsageClass as Class

BOOK = PriceBook.load()
FILES = (BOOK.lists.genai.file, BOOK.lists.litellm.file)
SELLERS = [seller for file in FILES for seller in file.lines]
TIERS = ("standard", "batch", "flex", "priority")
YEAR = datetime(2026, 1, 1, tzinfo=UTC)

instants = st.integers(0, 366 * 86_400).map(lambda second: YEAR + timedelta(seconds=second))
prompt_sizes = st.sampled_from([0, 1, 100_000, 128_000, 199_999, 200_000, 200_001, 272_000, 272_001]) | st.integers(
    0, 2_000_000
)
keys = st.builds(
    lambda seller, tier: PriceKey(seller.provider, seller.model, tier, seller.region or None),
    st.sampled_from(SELLERS),
    st.sampled_from(TIERS),
)


def fits(record, at, total):
    second = at.hour * 3600 + at.minute * 60 + at.second
    return (
        (record.effective_from is None or record.effective_from <= at)
        and (record.effective_until is None or at < record.effective_until)
        and (record.context_above is None or total > record.context_above)
        and (record.next_context_above is None or total <= record.next_context_above)
        and (record.tod_start_s is None or second >= record.tod_start_s)
        and (record.tod_end_s is None or second < record.tod_end_s)
        and (record.weekdays is None or record.weekdays >> at.weekday() & 1)
    )


@pytest.mark.parametrize(("tier", "every"), [(None, 2), ("batch", 6), ("flex", 6), ("priority", 6), ("fast", 6)])
def test_no_two_prices_of_a_class_of_a_model_overlap(tier, every):
    for seller in SELLERS[::every]:
        found = BOOK.resolve(PriceKey(seller.provider, seller.model, tier, seller.region or None)).prices
        for left, right in combinations(found.rows if found else (), 2):
            assert left.usage_class is not right.usage_class or meet(left.when, right.when) is None


def test_every_price_id_names_one_price():
    repeated = [name for name, times in Counter(p.price_id for f in FILES for p in f.all_prices()).items() if times > 1]
    assert repeated == []


def test_every_price_fits_its_column_and_says_where_it_comes_from():
    for price in (price for file in FILES for price in file.all_prices()):
        assert price.unit_price_usd >= 0
        assert price.unit_price_usd == price.unit_price_usd.quantize(Decimal("1E-15"))
        assert price.source_ref
        assert price.unit_price_usd < 10_000


def test_a_band_begins_one_token_above_its_threshold_and_ends_with_the_next_one():
    banded = [price for file in FILES for price in file.all_prices() if price.context_above is not None]
    assert len(banded) > 1_000
    for price in banded:
        end = price.context_until or 10_000_000
        assert [price.covers(total) for total in (price.context_above, price.context_above + 1, end)] == [0, 1, 1]
        assert price.context_until is None or not price.covers(end + 1)


@settings(deadline=None, max_examples=300)
@given(keys, instants, prompt_sizes)
def test_at_any_instant_and_prompt_size_at_most_one_record_of_a_class_fits(key, at, total):
    fitting = Counter(record.usage_class for record in BOOK.rows_for([key]) if fits(record, at, total))
    assert all(times == 1 for times in fitting.values())


@settings(deadline=None, max_examples=300)
@given(keys, instants, prompt_sizes)
def test_at_any_instant_and_prompt_size_at_most_one_price_of_a_class_applies(key, at, total):
    found = BOOK.resolve(key).prices
    applying = Counter(row.usage_class for row in (found.rows if found else ()) if row.applies(at, total))
    assert all(times == 1 for times in applying.values())


@settings(deadline=None, max_examples=300)
@given(keys, instants, st.dictionaries(st.sampled_from(list(Class)), st.integers(0, 400_000)))
def test_joining_the_records_gives_what_the_reference_arithmetic_gives(key, at, usage):
    records = list(BOOK.rows_for([key]))
    lines = rate(usage, BOOK.resolve(key), at=at)
    total = sum(
        usage.get(name, 0) for name in Class if name.value.startswith(("input", "cache", "audio_in", "image_in"))
    )
    total += usage.get(Class.AUDIO_CACHE_READ, 0)
    for line in lines:
        joined = [r for r in records if r.usage_class is line.usage_class and fits(r, at, total)]
        assert [(r.price_id, line.quantity * r.unit_price_usd) for r in joined] == (
            [(line.price_id, line.cost_usd)] if line.reason is None else []
        )


@settings(deadline=None, max_examples=100)
@given(keys, instants, st.integers(1, 1_000_000))
def test_a_line_has_a_cost_or_a_reason_and_never_both(key, at, quantity):
    for line in rate(dict.fromkeys(Class, quantity), BOOK.resolve(key), at=at):
        assert (line.cost_usd is None) == (line.reason is not None)
        assert (line.price_id is None) == (line.reason is not None)


# What the book states otherwise on purpose: a daily window has no date of its own in genai-prices.
# The comparison allows 1e-9 USD, because a few of its figures carry float noise that the import repairs.
WINDOW_DATED_HERE = {("deepseek", "deepseek-v4-pro"), ("deepseek", "deepseek-v4-flash")}


@pytest.mark.parametrize("at", [datetime(2026, 9, 1, 12, tzinfo=UTC), datetime(2026, 11, 20, 2, tzinfo=UTC)])
@pytest.mark.parametrize(("uncached", "generated"), [(1_000, 10), (250_000, 7)])
def test_plain_prices_equal_what_genai_prices_computes_itself(at, uncached, generated):
    compared = 0
    for provider in providers:
        for model in provider.models:
            rows = [row for row in FILES[0].prices(provider.id, model.id) if row.tier == PLAIN]
            by_class = {row.usage_class: row for row in rows if row.applies(at, uncached)}
            if {Class.INPUT_UNCACHED, Class.OUTPUT} - by_class.keys() or (provider.id, model.id) in WINDOW_DATED_HERE:
                continue
            ours = uncached * by_class[Class.INPUT_UNCACHED].unit_price_usd
            ours += generated * by_class[Class.OUTPUT].unit_price_usd
            if Class.REQUESTS in by_class:
                ours += by_class[Class.REQUESTS].unit_price_usd
            usage = Usage(input_tokens=uncached, output_tokens=generated)
            theirs = model.calc_price(usage, provider, genai_request_timestamp=at).total_price
            assert abs(ours - theirs) < Decimal("1E-9"), (provider.id, model.id)
            compared += 1
    assert compared > 1_500
