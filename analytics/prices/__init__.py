"""The price book: dated, sourced prices, found for what a span says and applied exactly.

`PriceBook.load()` opens the committed data, `resolve` finds the prices of a `PriceKey`, `rows_for` gives them as
columns, `rate` is the exact arithmetic. See README.md for sources, precedence and decisions.
"""

from analytics.prices.aliases import Alias
from analytics.prices.book import ModelPrices, PriceBook, Resolution
from analytics.prices.explain import Explanation, explain
from analytics.prices.explain_text import text
from analytics.prices.keys import PriceKey, PriceRecord, UnpricedReason
from analytics.prices.price import Confidence, Discount, Price
from analytics.prices.rating import PROMPT_CLASSES, Line, prompt_tokens, rate
from analytics.prices.service_tiers import service_tier
from analytics.prices.stated import stated_prices

__all__ = [
    "PROMPT_CLASSES",
    "Alias",
    "Confidence",
    "Discount",
    "Explanation",
    "Line",
    "ModelPrices",
    "Price",
    "PriceBook",
    "PriceKey",
    "PriceRecord",
    "Resolution",
    "UnpricedReason",
    "explain",
    "prompt_tokens",
    "rate",
    "service_tier",
    "stated_prices",
    "text",
]
