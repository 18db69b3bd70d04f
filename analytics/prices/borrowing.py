"""Borrowed prices: what a usage class costs when no list has a price of its own for it.

Only where the seller is known to bill the class at another class's price. Every other class without a price stays
unpriced, because the nearest price would be wrong: an hour's cache write, generated audio and generated images cost
a multiple of what they would be borrowed from, and images, searches and requests have no relative at all.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from collector.dialects.usage_classes import UsageClass


class Borrowing(NamedTuple):
    """One rule: which class may take the price of which other, at which sellers (None: all), and why."""

    usage_class: UsageClass
    borrowed_from: UsageClass
    sellers: frozenset[str] | None
    reason: str


# sellers as genai-prices names them; the first rule whose source has a price of its own applies
BORROWINGS = (
    Borrowing(
        UsageClass.CACHE_READ,
        UsageClass.INPUT_UNCACHED,
        None,
        "A seller that lists no discount for cached tokens bills them as input.",
    ),
    Borrowing(
        UsageClass.CACHE_WRITE_5M,
        UsageClass.INPUT_UNCACHED,
        frozenset({"azure", "cerebras", "deepseek", "google", "groq", "moonshotai", "openai", "x-ai"}),
        "These sellers cache by themselves and bill the tokens they cache as input; where one takes a surcharge, it is "
        "listed. Anthropic and Bedrock take one, so there a missing price stays missing.",
    ),
    Borrowing(
        UsageClass.AUDIO_IN,
        UsageClass.INPUT_UNCACHED,
        frozenset({"google"}),
        "Gemini models without an audio price have one input price for all modalities. OpenAI's audio costs many times "
        "the text price, so there a missing price stays missing.",
    ),
    Borrowing(
        UsageClass.AUDIO_CACHE_READ,
        UsageClass.AUDIO_IN,
        None,
        "A seller that lists no discount for cached audio bills it as audio.",
    ),
    Borrowing(
        UsageClass.AUDIO_CACHE_READ,
        UsageClass.CACHE_READ,
        frozenset({"google"}),
        "Gemini models without an audio price have one cached input price for all modalities.",
    ),
    Borrowing(
        UsageClass.IMAGE_IN,
        UsageClass.INPUT_UNCACHED,
        None,
        "Image tokens of a prompt are billed as input tokens unless a price of their own is listed.",
    ),
)


def borrowed(own: AbstractSet[UsageClass], seller: str | None) -> Iterator[Borrowing]:
    """Return the rule that prices each class without a price of its own, given the classes that have one.

    >>> [rule.borrowed_from.value for rule in borrowed({UsageClass.INPUT_UNCACHED}, "anthropic")]
    ['input_uncached', 'input_uncached']
    """
    served = set(own)
    for rule in BORROWINGS:
        if rule.usage_class in served or rule.borrowed_from not in own:
            continue
        if rule.sellers is None or seller in rule.sellers:
            served.add(rule.usage_class)
            yield rule
