"""The fields of LiteLLM's price map: which usage class, context threshold and service tier each one prices.

A field name is a base, then optionally the one-hour cache, a context threshold, and a service tier:

>>> parsed("cache_creation_input_token_cost_above_1hr_above_200k_tokens")
Field(usage_class=<UsageClass.CACHE_WRITE_1H: 'cache_write_1h'>, above=200000, service_tier='standard')
>>> parsed("input_cost_per_token_above_272k_tokens_flex").service_tier
'flex'
>>> parsed("input_cost_per_second") is None
True
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from analytics.prices.left_out import Reason
from analytics.prices.service_tiers import STANDARD
from collector.dialects.usage_classes import UsageClass

BASE_FIELDS: Mapping[str, UsageClass] = {
    "input_cost_per_token": UsageClass.INPUT_UNCACHED,
    "cache_read_input_token_cost": UsageClass.CACHE_READ,
    "cache_creation_input_token_cost": UsageClass.CACHE_WRITE_5M,
    "output_cost_per_token": UsageClass.OUTPUT,
    "input_cost_per_audio_token": UsageClass.AUDIO_IN,
    "cache_read_input_audio_token_cost": UsageClass.AUDIO_CACHE_READ,
    "output_cost_per_audio_token": UsageClass.AUDIO_OUT,
    "input_cost_per_image_token": UsageClass.IMAGE_IN,
    "output_cost_per_image_token": UsageClass.IMAGE_OUT,
    "output_cost_per_image": UsageClass.IMAGES,
    "input_cost_per_query": UsageClass.SEARCH_UNITS,
    "input_cost_per_request": UsageClass.REQUESTS,
}
# the suffix of a field -> service tier; the map names its lesser tiers as the vendors do
SUFFIX_TIERS: Mapping[str, str] = {
    "batches": "batch",
    "flex": "flex",
    "priority": "priority",
    "ultrafast": "ultrafast",
    "balanced": "balanced",
    "decisions": "decisions",
}
# fields that name a price and are not imported, by how they begin, with the reason; the first match counts
LEFT_OUT_FIELDS: tuple[tuple[str, Reason], ...] = (
    ("input_dbu_cost_per_token", Reason.OTHER_CURRENCY),
    ("output_dbu_cost_per_token", Reason.OTHER_CURRENCY),
    ("search_context_cost_per_query", Reason.CONDITION_NOT_MODELLED),  # depends on the size of the search context
    ("google_maps_grounding_cost_per_query", Reason.CONDITION_NOT_MODELLED),
    ("explicit_cache_read_input_token_cost", Reason.CONDITION_NOT_MODELLED),
    ("cache_creation_input_audio_token_cost", Reason.NO_USAGE_CLASS),
    ("cache_read_input_image_token_cost", Reason.NO_USAGE_CLASS),
    ("citation_cost_per_token", Reason.NO_USAGE_CLASS),
    ("input_cost_per_image", Reason.NO_USAGE_CLASS),
    ("input_cost_per_video", Reason.NO_USAGE_CLASS),
    ("input_cost_per_audio_per_second", Reason.NO_USAGE_CLASS),
    ("input_cost_per_character", Reason.NO_USAGE_CLASS),
    ("input_cost_per_pixel", Reason.NO_USAGE_CLASS),
    ("input_cost_per_second", Reason.NO_USAGE_CLASS),
    ("input_cost_per_text_message", Reason.NO_USAGE_CLASS),
    ("output_cost_per_image_", Reason.NO_USAGE_CLASS),  # one price for each image size
    ("output_cost_per_video", Reason.NO_USAGE_CLASS),
    ("output_cost_per_character", Reason.NO_USAGE_CLASS),
    ("output_cost_per_pixel", Reason.NO_USAGE_CLASS),
    ("output_cost_per_second", Reason.NO_USAGE_CLASS),
    ("cost_per_second", Reason.NO_USAGE_CLASS),
    ("annotation_cost_per_page", Reason.NO_USAGE_CLASS),
    ("ocr_cost_per_", Reason.NO_USAGE_CLASS),
    ("guardrail_cost_per_unit", Reason.NO_USAGE_CLASS),
    ("code_interpreter_cost_per_session", Reason.NO_USAGE_CLASS),
)
# fields that say again what another one says
RESTATED_FIELDS = frozenset({"input_cost_per_token_cache_hit"})
# fields read together with others
READ_APART = frozenset(
    {
        "tiered_pricing",
        "off_peak_pricing",
        "output_cost_per_reasoning_token",
        "regional_processing_uplift_multiplier_eu",
        "regional_processing_uplift_multiplier_us",
        "regional_endpoint_uplift_multiplier",
    }
)

_PRICE_WORDS = re.compile(r"cost|pric|uplift")
_FIELD = re.compile(
    rf"(?P<base>{'|'.join(sorted(BASE_FIELDS, key=len, reverse=True))})"
    r"(?P<hour>_above_1hr)?"
    r"(?:_above_(?P<thousands>\d+)k_tokens)?"
    rf"(?:_(?P<tier>{'|'.join(SUFFIX_TIERS)}))?"
)


class Field(NamedTuple):
    """What one field prices: a class, above a number of prompt tokens or None, in a service tier."""

    usage_class: UsageClass
    above: int | None
    service_tier: str


def parsed(name: str) -> Field | None:
    """Meaning of a field name, or None when it prices no usage class."""
    match = _FIELD.fullmatch(name)
    if match is None:
        return None
    usage_class = BASE_FIELDS[match["base"]]
    if match["hour"]:
        if usage_class is not UsageClass.CACHE_WRITE_5M:
            return None
        usage_class = UsageClass.CACHE_WRITE_1H
    above = int(match["thousands"]) * 1000 if match["thousands"] else None
    return Field(usage_class, above, SUFFIX_TIERS.get(match["tier"] or "", STANDARD))


def reason_left_out(name: str) -> Reason | None:
    """Why a field is not imported; None when it is, or when it names no price at all.

    >>> reason_left_out("input_cost_per_second"), reason_left_out("max_tokens"), reason_left_out("cost_per_wish")
    (<Reason.NO_USAGE_CLASS: 'no_usage_class'>, None, <Reason.UNKNOWN_FIELD: 'unknown_field'>)
    """
    if not _PRICE_WORDS.search(name) or name in RESTATED_FIELDS | READ_APART or parsed(name) is not None:
        return None
    return next((reason for start, reason in LEFT_OUT_FIELDS if name.startswith(start)), Reason.UNKNOWN_FIELD)
