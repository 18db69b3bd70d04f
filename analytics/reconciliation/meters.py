"""The tables from a provider's words to usage classes. What is not in them stays in the bill, at a coarser grain.

Words are compared in lower case. The sources are the providers' own references and reports as seen in November 2026.
"""

from collections.abc import Mapping

from analytics.focus.meters import METERS
from collector.dialects.usage_classes import UsageClass as Of

OPENAI_DIRECTIONS: Mapping[tuple[str, str], Of] = {
    ("text", "input"): Of.INPUT_UNCACHED,
    ("text", "cached input"): Of.CACHE_READ,
    ("text", "cache writes"): Of.CACHE_WRITE_5M,
    ("text", "output"): Of.OUTPUT,
    ("audio", "input"): Of.AUDIO_IN,
    ("audio", "cached input"): Of.AUDIO_CACHE_READ,
    ("audio", "output"): Of.AUDIO_OUT,
    ("image", "input"): Of.IMAGE_IN,
    ("image", "cached input"): Of.CACHE_READ,
    ("image", "output"): Of.IMAGE_OUT,
}
"""(modality, direction) of a line item such as ``gpt-audio-mini-2025-12-15 audio, cached input``; else it is text."""

OPENAI_TIERS = frozenset({"standard", "default", "priority", "flex", "batch"})
"""What may stand before the bar: ``priority | gpt-5.6-sol, output, long context``."""

OPENAI_QUALIFIERS = frozenset({"long context"})
"""What may follow a direction without changing the meter."""

OPENAI_TOOLS: Mapping[str, Of | None] = {
    "web search tool calls": Of.SEARCH_UNITS,
    "web search tool call": Of.SEARCH_UNITS,
    "assistants api | file search": None,
    "assistants api | code interpreter": None,
    "vector storage": None,
}
"""Line items that name no model."""

ANTHROPIC_TOKEN_TYPES: Mapping[str, Of] = {
    "uncached_input_tokens": Of.INPUT_UNCACHED,
    "cache_read_input_tokens": Of.CACHE_READ,
    "cache_creation.ephemeral_5m_input_tokens": Of.CACHE_WRITE_5M,
    "cache_creation.ephemeral_1h_input_tokens": Of.CACHE_WRITE_1H,
    "output_tokens": Of.OUTPUT,
}
ANTHROPIC_COST_TYPES: Mapping[str, Of | None] = {
    "tokens": None,  # the token type says which
    "web_search": Of.SEARCH_UNITS,
    "code_execution": None,
    "session_usage": None,
}

AWS_METERS: Mapping[str, Of] = {
    "input-tokens": Of.INPUT_UNCACHED,
    "input-token-count": Of.INPUT_UNCACHED,
    "text-input-tokens": Of.INPUT_UNCACHED,
    "cache-read-input-token-count": Of.CACHE_READ,
    "cache-read-input-tokens": Of.CACHE_READ,
    "cache-read-tokens": Of.CACHE_READ,
    "cache-write-input-token-count": Of.CACHE_WRITE_5M,
    "cache-write-input-tokens": Of.CACHE_WRITE_5M,
    "cache-write-tokens": Of.CACHE_WRITE_5M,
    "cache-write-tokens-5m": Of.CACHE_WRITE_5M,
    "cache-write-1h-input-token-count": Of.CACHE_WRITE_1H,
    "cache-write-input-token-count-1-hour": Of.CACHE_WRITE_1H,
    "cache-write-tokens-1h": Of.CACHE_WRITE_1H,
    "output-tokens": Of.OUTPUT,
    "output-token-count": Of.OUTPUT,
    "text-output-tokens": Of.OUTPUT,
    "speech-input-tokens": Of.AUDIO_IN,
    "speech-output-tokens": Of.AUDIO_OUT,
    "search-units": Of.SEARCH_UNITS,
}
"""The middle of a usage type such as ``USE1-Claude4.6Sonnet-cache-read-input-token-count-cross-region-global``."""

AWS_MARKETPLACE_METERS: Mapping[str, Of] = {
    "inputtokencount": Of.INPUT_UNCACHED,
    "input_tokens": Of.INPUT_UNCACHED,
    "cachereadinputtokencount": Of.CACHE_READ,
    "cache_read_tokens": Of.CACHE_READ,
    "cachewriteinputtokencount": Of.CACHE_WRITE_5M,
    "cache_write_tokens": Of.CACHE_WRITE_5M,
    "cachewrite1hinputtokencount": Of.CACHE_WRITE_1H,
    "cache_write_1h_tokens": Of.CACHE_WRITE_1H,
    "outputtokencount": Of.OUTPUT,
    "output_tokens": Of.OUTPUT,
}
"""The same in the usage types of the marketplace: ``USE1-MP:USE1_CacheWrite1hInputTokenCount_Global-Units``."""

AWS_QUALIFIERS = (
    "cross-region-global",
    "cross-region-geo",
    "latency-optimized",
    "long-context",
    "long-ctx",
    "standard",
    "priority",
    "global",
    "batch",
    "flex",
)
"""What may follow a meter without changing it: routing, tier and context, which the price tells apart."""

AWS_MODELS: Mapping[str, str] = {
    "claude2.0": "claude-2.0",
    "claude2.1": "claude-2.1",
    "claudeinstant": "claude-instant-v1",
    "claude3haiku": "claude-3-haiku",
    "claude3sonnet": "claude-3-sonnet",
    "claude3opus": "claude-3-opus",
    "claude3.5haiku": "claude-3-5-haiku",
    "claude3.5sonnet": "claude-3-5-sonnet",
    "claude3.5sonnetv2": "claude-3-5-sonnet",
    "claude3.7sonnet": "claude-3-7-sonnet",
    "claude4sonnet": "claude-sonnet-4",
    "claude4opus": "claude-opus-4",
    "claude4.1opus": "claude-opus-4-1",
    "claude4.5haiku": "claude-haiku-4-5",
    "claude4.5sonnet": "claude-sonnet-4-5",
    "claude4.5opus": "claude-opus-4-5",
    "claude4.6sonnet": "claude-sonnet-4-6",
    "claude4.6opus": "claude-opus-4-6",
    "novamicro": "nova-micro",
    "novalite": "nova-lite",
    "novapro": "nova-pro",
    "novapremier": "nova-premier",
    "nova2.0lite": "nova-2-lite",
}
"""Names of models in usage types, which are display names and no model ids; newer usage types hold the id itself."""

FOCUS_METERS: Mapping[str, Of] = {
    **{meter.name.lower(): usage_class for usage_class, meter in METERS.items()},
    "cache write 5m input tokens": Of.CACHE_WRITE_5M,
}
"""SkuMeter of a FOCUS row: the meters of our own export, and another word for one of them."""

FOCUS_DETAILS: Mapping[tuple[str | None, ...], Of] = {
    (meter.direction, meter.cache_action, meter.cache_ttl, meter.modality): usage_class
    for usage_class, meter in METERS.items()
    if meter.direction is not None
}
"""(direction, cache action, its time, modality) of SkuPriceDetails, where SkuMeter does not say."""

UNITS: Mapping[str, int] = {
    "token": 1,
    "tokens": 1,
    "1k tokens": 1_000,
    "1000 tokens": 1_000,
    "1m tokens": 1_000_000,
    "1000000 tokens": 1_000_000,
    "search": 1,
    "searches": 1,
    "search units": 1,
    "image": 1,
    "images": 1,
    "request": 1,
    "requests": 1,
}
"""How many units of a usage class one unit of a bill's quantity is."""

ISSUERS: Mapping[str, str] = {
    "amazon web services": "aws",
    "amazon web services, inc.": "aws",
    "amazon web services emea sarl": "aws",
    "microsoft": "azure",
    "microsoft corporation": "azure",
    "openai, llc": "openai",
    "openai opco, llc": "openai",
    "anthropic, pbc": "anthropic",
    "google cloud": "google",
    "google llc": "google",
}
"""Names on invoices that are not names of sellers in the price book."""
