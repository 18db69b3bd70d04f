"""From what a line of a bill says to a model and a usage class, as far as the tables of ``meters`` know it.

Nothing is guessed: words that are in no table leave the usage class, or the model, open.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from analytics.reconciliation.meters import (
    ANTHROPIC_COST_TYPES,
    ANTHROPIC_TOKEN_TYPES,
    AWS_MARKETPLACE_METERS,
    AWS_METERS,
    AWS_MODELS,
    AWS_QUALIFIERS,
    FOCUS_DETAILS,
    FOCUS_METERS,
    OPENAI_DIRECTIONS,
    OPENAI_QUALIFIERS,
    OPENAI_TIERS,
    OPENAI_TOOLS,
)
from collector.dialects.usage_classes import UsageClass


class Meter(NamedTuple):
    """What was metered; None where the bill's words do not tell."""

    model: str | None
    usage_class: UsageClass | None


_OPEN = Meter(None, None)
_AWS_REGION = re.compile(r"^[A-Z]{2,4}\d?-")
_MARKETPLACE = re.compile(r"^MP:[A-Z0-9]+_(?P<body>.+?)(?:-Units)?$")
_AWS_BY_LENGTH = tuple(sorted(AWS_METERS, key=len, reverse=True))
_MARKETPLACE_BY_LENGTH = tuple(sorted(AWS_MARKETPLACE_METERS, key=len, reverse=True))


def openai_meter(line_item: str | None) -> Meter:
    """Read a line item.

    >>> openai_meter("priority | gpt-5.6-sol, output, long context")
    Meter(model='gpt-5.6-sol', usage_class=<UsageClass.OUTPUT: 'output'>)
    >>> openai_meter("whisper-1, audio"), openai_meter("Web search tool calls").model
    (Meter(model='whisper-1', usage_class=None), None)
    """
    if line_item is None:
        return _OPEN
    told = line_item.strip()
    if told.lower() in OPENAI_TOOLS:
        return Meter(None, OPENAI_TOOLS[told.lower()])
    tier, bar, rest = told.partition(" | ")
    if bar and tier.lower() not in OPENAI_TIERS:
        return _OPEN
    head, *words = [part.strip() for part in (rest if bar else told).split(",")]
    if not words or not head:
        return _OPEN
    model, _, modality = head.partition(" ")
    plain = not OPENAI_QUALIFIERS.isdisjoint(words[1:]) or not words[1:]
    found = OPENAI_DIRECTIONS.get((modality.lower() or "text", words[0].lower())) if plain else None
    return Meter(model, found)


def anthropic_meter(cost_type: str | None, model: str | None, token_type: str | None) -> Meter:
    """Read the three fields of a cost report's row.

    >>> anthropic_meter("tokens", "claude-sonnet-4-5", "output_tokens").usage_class.value
    'output'
    """
    if token_type is not None:
        return Meter(model, ANTHROPIC_TOKEN_TYPES.get(token_type))
    return Meter(model, ANTHROPIC_COST_TYPES.get(cost_type or ""))


def aws_meter(usage_type: str) -> Meter:
    """Read a usage type of Bedrock.

    >>> aws_meter("USE1-Claude4.6Sonnet-cache-read-input-token-count-cross-region-global").usage_class.value
    'cache_read'
    >>> aws_meter("USW2-anthropic.claude-opus-4-8-mantle-cache-write-tokens-1h-global-standard")
    Meter(model='anthropic.claude-opus-4-8', usage_class=<UsageClass.CACHE_WRITE_1H: 'cache_write_1h'>)
    >>> aws_meter("USE1-MP:USE1_CacheReadInputTokenCount_Global-Units")
    Meter(model=None, usage_class=<UsageClass.CACHE_READ: 'cache_read'>)
    """
    body = _AWS_REGION.sub("", usage_type, count=1)
    marketplace = _MARKETPLACE.match(body)
    if marketplace is not None:
        return Meter(None, _marketplace_class(marketplace["body"].lower()))
    plain = _without_qualifiers(body.lower())
    ending = next((meter for meter in _AWS_BY_LENGTH if plain.endswith("-" + meter)), None)
    if ending is None:
        return _OPEN
    name = plain.removesuffix("-" + ending).removesuffix("-mantle")
    return Meter(AWS_MODELS.get(name) or _model_id(name), AWS_METERS[ending])


def focus_meter(sku_meter: str | None, details: Mapping[str, object]) -> Meter:
    """Read SkuMeter and SkuPriceDetails of a FOCUS row; keys with and without the prefix ``x_``.

    >>> focus_meter("Cache Read Input Tokens", {"x_ModelId": "gpt-4o"}).model
    'gpt-4o'
    """
    told = {key.removeprefix("x_"): str(value) for key, value in details.items() if value is not None}
    stated = told.get("UsageClass")
    if stated in set(UsageClass):
        return Meter(told.get("ModelId"), UsageClass(stated))
    found = FOCUS_METERS.get((sku_meter or "").strip().lower()) or FOCUS_DETAILS.get(_said(told))
    return Meter(told.get("ModelId"), found)


def _said(told: Mapping[str, str]) -> tuple[str | None, ...]:
    """The key of FOCUS_DETAILS: what is not said of a token of the prompt is the plain case."""
    direction, action, ttl, modality = (
        told[key].capitalize() if key in told else None
        for key in ("TokenDirection", "TokenCacheAction", "TokenCacheTtl", "TokenModality")
    )
    if direction == "Output":
        action = None
    elif action is None:
        action = "Uncached"
    if action == "Write":
        ttl = ttl or "5m"
    return direction, action, ttl, None if modality == "Text" else modality


def _without_qualifiers(body: str) -> str:
    while True:
        found = next((word for word in AWS_QUALIFIERS if body.endswith("-" + word)), None)
        if found is None:
            return body
        body = body.removesuffix("-" + found)


def _model_id(name: str) -> str | None:
    """A model id holds its vendor before a dot (``anthropic.claude-opus-4-8``); other unknown names are no ids."""
    vendor, dot, rest = name.partition(".")
    return name if dot and vendor.isalpha() and "-" in rest else None


def _marketplace_class(body: str) -> UsageClass | None:
    meter = next((word for word in _MARKETPLACE_BY_LENGTH if body.startswith(word)), None)
    if meter is None:
        return None
    rest = {word for word in body.removeprefix(meter).split("_") if word}
    return AWS_MARKETPLACE_METERS[meter] if rest <= set(AWS_QUALIFIERS) else None
