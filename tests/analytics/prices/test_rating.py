"""The arithmetic, and the account of it."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from analytics.prices import PriceBook, PriceKey, Resolution, UnpricedReason, explain, prompt_tokens, rate, text
from analytics.prices.borrowing import BORROWINGS
from analytics.prices.lists import GenaiPrices, Lists, LitellmMap
from analytics.prices.price_file import written
from analytics.prices.rating import PROMPT_CLASSES, cost
from collector.dialects.usage_classes import UsageClass as Class

NOVEMBER = datetime(2026, 11, 15, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def book() -> PriceBook:
    return PriceBook.load()


def line(book, provider, model, usage_class, quantity=1, *, tier=None):
    (found,) = rate({usage_class: quantity}, book.resolve(PriceKey(provider, model, tier)), at=NOVEMBER)
    return found


def test_every_input_class_and_no_output_class_decides_the_context_band():
    outputs = {Class.OUTPUT, Class.AUDIO_OUT, Class.IMAGE_OUT, Class.IMAGES, Class.SEARCH_UNITS, Class.REQUESTS}
    assert frozenset(Class) - outputs == PROMPT_CLASSES
    assert prompt_tokens(dict.fromkeys(Class, 1)) == len(PROMPT_CLASSES)


def test_one_token_at_the_smallest_listed_price_keeps_its_last_digit():
    assert cost(1, Decimal("0.000000000000001")) == Decimal("1E-15")
    assert cost(10**12, Decimal("0.000000003625")) == 3625


def test_a_product_that_needs_more_digits_is_refused_rather_than_rounded():
    with pytest.raises(ValueError, match=r"0\.1 x 1E-15 USD does not fit"):
        cost(Decimal("0.1"), Decimal("1E-15"))


def test_usage_below_zero_is_refused(book):
    with pytest.raises(ValueError, match="usage of output is -1"):
        line(book, "openai", "gpt-4o", Class.OUTPUT, -1)


def test_an_unknown_model_costs_none_and_not_zero(book):
    found = line(book, "openai", "gpt-97", Class.OUTPUT, 1_000)
    assert (found.cost_usd, found.unit_price_usd, found.reason) == (None, None, UnpricedReason.UNKNOWN_MODEL)


def test_cached_tokens_without_a_discount_are_billed_as_input(book):
    found = line(book, "moonshot", "kimi-k2", Class.CACHE_READ, 1_000_000)
    assert (found.cost_usd, found.borrowed_from) == (Decimal("0.57"), Class.INPUT_UNCACHED)


def test_a_price_of_its_own_is_never_replaced_by_a_borrowed_one(book):
    assert line(book, "openai", "gpt-4o", Class.CACHE_READ).borrowed_from is None


@pytest.mark.parametrize(
    ("provider", "model", "usage_class"),
    [
        ("anthropic", "claude-2.1", Class.CACHE_WRITE_5M),  # Anthropic takes a surcharge for cache writes
        ("google", "gemini-2.5-pro", Class.CACHE_WRITE_1H),
        ("openai", "gpt-4o-audio-preview", Class.AUDIO_IN),  # audio costs many times the text price
        ("openai", "gpt-4o", Class.AUDIO_OUT),
        ("openai", "gpt-4o", Class.IMAGE_OUT),
        ("openai", "gpt-4o", Class.IMAGES),
        ("anthropic", "claude-opus-4-1", Class.REQUESTS),
    ],
)
def test_a_class_with_no_price_and_no_safe_relative_is_unpriced(book, provider, model, usage_class):
    assert line(book, provider, model, usage_class).reason is UnpricedReason.NO_PRICE_FOR_USAGE_CLASS


def test_a_class_priced_plainly_but_not_in_the_tier_is_not_borrowed_within_it(book):
    plain = line(book, "azure", "gpt-5.1", Class.CACHE_READ)
    batch = line(book, "azure", "gpt-4o-2024-08-06", Class.CACHE_READ, tier="batch")
    assert plain.cost_usd is not None
    assert batch.cost_usd is None


def test_lists_that_disagree_on_the_plain_price_do_not_fill_each_others_gaps(book):
    # The alias has moved: one list still prices the older snapshot, the other one prices the newer.
    listed = book.lists.genai.prices("mistral", "mistral-large-latest")
    mapped = book.lists.litellm.prices(("mistral",), "mistral-large-latest")
    assert Class.CACHE_READ not in {price.usage_class for price in listed}
    assert Class.CACHE_READ in {price.usage_class for price in mapped}
    assert line(book, "mistral", "mistral-large-latest", Class.CACHE_READ).borrowed_from is Class.INPUT_UNCACHED


def test_every_borrowing_says_why_and_takes_from_a_class_of_the_same_unit():
    tokens = PROMPT_CLASSES
    for rule in BORROWINGS:
        assert rule.reason.endswith(".")
        assert {rule.usage_class, rule.borrowed_from} <= tokens


def test_a_price_that_has_not_begun_says_so(book):
    # The plain price fell on 2026-08-21; what a batch cost before that nobody wrote down.
    key = PriceKey("openai", "gpt-5.6-sol", "batch")
    (found,) = rate({Class.OUTPUT: 1}, book.resolve(key), at=datetime(2026, 8, 20, tzinfo=UTC))
    assert found.reason is UnpricedReason.NO_PRICE_AT_INSTANT


def test_an_explanation_sums_to_the_bill_and_names_price_source_and_borrowing(book):
    usage = {Class.INPUT_UNCACHED: 1_000, Class.CACHE_READ: 500, Class.AUDIO_OUT: 3}
    explanation = explain(book, PriceKey("moonshot_ai", "kimi-k2"), at=NOVEMBER, usage=usage)
    assert explanation.cost_usd == 1_500 * Decimal("0.57") / 1_000_000
    assert not explanation.is_complete
    price_id = "genai-prices/moonshotai/kimi-k2/input_uncached/standard"
    source = "genai-prices 0.2.3, undated, recorded 2026-11-21"
    assert text(explanation).splitlines() == [
        "moonshot_ai / kimi-k2: priced as moonshot/kimi-k2, tier standard, at 2026-11-15T12:00:00+00:00",
        "1500 prompt tokens decide the context band",
        f"  input_uncached: 1000 x 0.00000057 = 0.00057 USD ({price_id}; {source})",
        f"  cache_read: 500 x 0.00000057 = 0.000285 USD ({price_id}; {source}, borrowed from input_uncached)",
        "  audio_out: 3, unpriced: no_price_for_usage_class",
        "cost: 0.000855 USD, without the unpriced lines",
    ]


def test_an_unpriced_call_is_explained_by_its_reason(book):
    explanation = explain(book, PriceKey(None, "gpt-97"), at=NOVEMBER, usage={Class.OUTPUT: 1})
    assert explanation.cost_usd is None
    assert text(explanation).startswith(
        "(no provider) / gpt-97: unpriced, unknown_model\nno list has it: state its price "
    )


def test_a_model_that_several_sellers_answer_to_is_unpriced_unless_one_is_named(book, tmp_path):
    listed = book.lists.genai.file
    prices = [*listed.prices("groq", "llama-3.3-70b-versatile"), *listed.prices("cerebras", "llama-3.3-70b")]
    (tmp_path / "genai_prices.csv").write_text(written(prices, "genai-prices 0", NOVEMBER.date()), encoding="utf-8")
    (tmp_path / "litellm.csv").write_text(written([], "litellm 0", NOVEMBER.date()), encoding="utf-8")
    rule = {"starts_with": "llama"}
    makers = {price.provider: price.model for price in prices}
    provider = {"model_match": rule, "provider_match": None, "fallback_providers": []}
    lines(tmp_path / "genai_prices_providers.jsonl", [{"provider": name} | provider for name in makers])
    models = [{"provider": name, "model": model, "match": rule} for name, model in makers.items()]
    lines(tmp_path / "genai_prices_models.jsonl", models)
    small = PriceBook(Lists(GenaiPrices.load(tmp_path), LitellmMap.load(tmp_path)))
    assert small.resolve(PriceKey("langchain", "llama-3.3")) == Resolution(None, UnpricedReason.AMBIGUOUS_PROVIDER)
    assert small.resolve(PriceKey("groq", "llama-3.3")).prices.seller == "groq"


def lines(path, records):
    path.write_text("\n".join(json.dumps(record) for record in [{"source": "x"}, *records]), encoding="utf-8")
