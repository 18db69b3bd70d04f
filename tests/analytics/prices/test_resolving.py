"""Who sells the model that a span names, and when the honest answer is that nobody knows."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from analytics.prices import PriceBook, PriceKey, UnpricedReason
from analytics.prices.sellers import FRAMEWORKS, SELF_HOSTED, SELLERS
from analytics.prices.service_tiers import TIERS
from collector.dialects.usage_classes import UsageClass as Class

NOVEMBER = datetime(2026, 11, 15, 12, 0, tzinfo=UTC)
# a model each seller is known for
SOLD_BY = {
    "anthropic": "claude-sonnet-4-5",
    "aws": "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "azure": "gpt-4o",
    "cerebras": "gpt-oss-120b",
    "cohere": "command-r-plus",
    "databricks": "databricks-claude-sonnet-4-5",
    "deepseek": "deepseek-chat",
    "fireworks": "accounts/fireworks/models/deepseek-v3",
    "google": "gemini-2.5-flash",
    "google_ai_studio": "gemini-2.5-flash",
    "groq": "llama-3.3-70b-versatile",
    "ibm.watsonx.ai": "ibm/granite-3-8b-instruct",
    "mistral": "mistral-small-latest",
    "moonshot": "kimi-k2",
    "openai": "gpt-4o",
    "openrouter": "anthropic/claude-sonnet-4.5",
    "perplexity": "sonar-pro",
    "together": "meta-llama/Llama-3.3-70B-Instruct-Turbo",
    "vertex_ai": "gemini-2.5-flash",
    "voyage": "voyage-3.5",
    "x_ai": "grok-4",
    "zai": "glm-4.6",
}


@pytest.fixture(scope="module")
def book() -> PriceBook:
    return PriceBook.load()


def seller_and_model(book, provider, model, tier=None, region=None):
    found = book.resolve(PriceKey(provider, model, tier, region)).prices
    return None if found is None else (found.seller, found.model)


def reason(book, provider, model, tier=None):
    return book.resolve(PriceKey(provider, model, tier)).reason


def per_million(book, provider, model, usage_class, region=None):
    row = book.resolve(PriceKey(provider, model, None, region)).prices.row(usage_class, NOVEMBER, 1)
    return row.price.unit_price_usd * 1_000_000


@pytest.mark.parametrize("seller", SELLERS, ids=lambda seller: seller.name)
def test_a_seller_is_found_under_each_of_its_names(book, seller):
    model = SOLD_BY[seller.name]
    for name in (seller.name, seller.name.upper(), f" {seller.name} ", *seller.also_called):
        assert (name, seller_and_model(book, name, model)[0]) == (name, seller.name)


@pytest.mark.parametrize(
    ("provider", "seller"),
    [
        ("openai.chat", "openai"),
        ("openai.embedding", "openai"),
        ("anthropic.messages", "anthropic"),
        ("google.generative-ai.chat", "google_ai_studio"),
        ("az.ai.openai", "azure"),
        ("vertex_ai", "vertex_ai"),
        ("gemini", "google_ai_studio"),
        ("mistral_ai", "mistral"),
        ("xai", "x_ai"),
    ],
)
def test_names_that_conventions_and_libraries_use_lead_to_the_seller(book, provider, seller):
    assert seller_and_model(book, provider, SOLD_BY[seller])[0] == seller


@pytest.mark.parametrize("provider", [None, *sorted(FRAMEWORKS)])
def test_a_framework_says_nothing_so_the_model_name_tells_the_seller(book, provider):
    assert seller_and_model(book, provider, "claude-sonnet-4-5-20250929")[0] == "anthropic"
    assert seller_and_model(book, provider, "gpt-4o")[0] == "openai"
    assert seller_and_model(book, provider, "text-embedding-3-small")[0] == "openai"
    assert seller_and_model(book, provider, "rerank-v3.5")[0] == "cohere"
    assert seller_and_model(book, provider, "us.anthropic.claude-sonnet-4-5-20250929-v1:0")[0] == "aws"


@pytest.mark.parametrize(
    ("provider", "model", "found"),
    [
        ("litellm", "openai/gpt-4o", ("openai", "gpt-4o")),
        ("openai", "anthropic/claude-sonnet-4-5", ("anthropic", "claude-sonnet-4-5")),
        ("azure.ai.openai", "azure/gpt-4o", ("azure", "gpt-4o")),
        ("", "bedrock/converse/us.amazon.nova-pro-v1:0", ("aws", "converse/us.amazon.nova-pro-v1:0")),
        ("", "gemini/gemini-2.5-flash", ("google_ai_studio", "gemini-2.5-flash")),
        ("gcp.gen_ai", "models/gemini-2.5-flash", ("google", "gemini-2.5-flash")),
        ("gcp.vertex_ai", "projects/p/locations/l/publishers/google/models/gemini-2.5-flash", None),
        ("aws.bedrock", "arn:aws:bedrock:us-east-1::foundation-model/cohere.rerank-v3-5:0", None),
        ("openai", "gpt-4o-20240806", ("openai", "gpt-4o-20240806")),
    ],
)
def test_paths_and_prefixes_around_a_name_are_understood(book, provider, model, found):
    assert seller_and_model(book, provider, model) is not None
    assert found is None or seller_and_model(book, provider, model) == found


def test_a_reseller_is_not_bypassed_for_the_maker_its_model_is_named_after(book):
    assert seller_and_model(book, "groq", "openai/gpt-oss-120b")[0] == "groq"
    assert reason(book, "groq", "anthropic/claude-sonnet-4-5") is UnpricedReason.UNKNOWN_MODEL


def test_a_regional_bedrock_profile_costs_what_its_region_costs(book):
    base = "anthropic.claude-sonnet-4-5-20250929-v1:0"
    assert per_million(book, "aws.bedrock", f"global.{base}", Class.OUTPUT) == 15
    assert per_million(book, "aws.bedrock", f"eu.{base}", Class.OUTPUT) == Decimal("16.5")


def test_a_price_of_exactly_the_region_comes_before_the_general_one(book):
    assert per_million(book, "azure.ai.openai", "gpt-4o", Class.OUTPUT) == 10
    assert per_million(book, "azure.ai.openai", "gpt-4o", Class.OUTPUT, region="eu") == 11
    assert per_million(book, "azure.ai.openai", "gpt-4o", Class.OUTPUT, region="westeurope") == 10


@pytest.mark.parametrize(
    ("provider", "model", "expected"),
    [
        ("openai", "gpt-97", UnpricedReason.UNKNOWN_MODEL),
        ("openai", "claude-sonnet-4-5", UnpricedReason.UNKNOWN_MODEL),  # not OpenAI's to sell
        ("", "my-own-finetune", UnpricedReason.UNKNOWN_MODEL),
        ("openai", "x" * 10_000, UnpricedReason.UNKNOWN_MODEL),
        ("openai", "", UnpricedReason.NO_MODEL),
        ("openai", None, UnpricedReason.NO_MODEL),
        ("", "ollama/llama3", UnpricedReason.SELF_HOSTED),
        ("", "text-embedding-ada-003", UnpricedReason.UNKNOWN_MODEL),
    ],
)
def test_what_nobody_lists_is_unpriced_with_a_reason(book, provider, model, expected):
    assert reason(book, provider, model) is expected
    assert book.find(provider, model, at=NOVEMBER) is None


@pytest.mark.parametrize("server", sorted(SELF_HOSTED))
def test_a_model_on_own_machines_never_gets_a_vendors_price(book, server):
    assert reason(book, server, "deepseek-chat") is UnpricedReason.SELF_HOSTED


@pytest.mark.parametrize("tier", sorted(name for name, tier in TIERS.items() if tier == "standard"))
def test_tiers_that_mean_the_plain_price_get_it(book, tier):
    assert seller_and_model(book, "openai", "gpt-4o", tier) == ("openai", "gpt-4o")
    assert seller_and_model(book, "openai", "gpt-4o", tier.upper()) == ("openai", "gpt-4o")


@pytest.mark.parametrize("tier", ["flex", "scale", "provisioned_throughput"])
def test_a_tier_without_a_price_is_unpriced_and_not_billed_as_plain(book, tier):
    assert reason(book, "openai", "gpt-4o", tier) is UnpricedReason.NO_PRICE_FOR_SERVICE_TIER


def test_remembering_answers_does_not_change_them(book):
    key = PriceKey("openai", "gpt-4o")
    assert book.resolve(key) is book.resolve(key)
    assert PriceBook.load().resolve(key) == book.resolve(key)
