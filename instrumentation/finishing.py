"""Why a response ended, in the words of its provider: one for each of its choices.

>>> from instrumentation.looking import look_into
>>> finish_reasons(look_into({"choices": [{"finish_reason": "stop"}, {"finish_reason": "length"}]}))
{0: 'stop', 1: 'length'}
>>> finish_reasons(look_into({"stopReason": "guardrail_intervened"}))
{0: 'guardrail_intervened'}
"""

from collections.abc import Mapping
from enum import Enum
from typing import Final

from instrumentation.fault_log import note
from instrumentation.looking import Look, look_into

MAX_TEXT_CHARS: Final = 256
"""Ids, model names and finish reasons are short; anything longer is not one of them."""
MAX_CHOICES: Final = 128
"""The most choices a provider gives to one request."""
REFUSAL: Final = "refusal"
"""OpenAI says `stop`, or `completed`, where its model declined, and that it declined in a field beside it."""
_PLACES: Final[tuple[tuple[str, str], ...]] = (
    ("", "stop_reason"),  # Anthropic
    ("delta", "stop_reason"),  # Anthropic, streamed
    ("", "stopReason"),  # Bedrock Converse
    ("messageStop", "stopReason"),  # Bedrock Converse, streamed
    ("", "finish_reason"),  # Cohere
    ("delta", "finish_reason"),  # Cohere, streamed
    ("prompt_feedback", "block_reason"),  # Gemini: a question that was not let through has no candidates
)
"""Holder and key of the reason of a response without choices, in the order they are asked."""


def finish_reasons(body: Look) -> dict[int, str]:
    """Return the reasons of a response or a chunk, by choice; empty where it says none."""
    choices = body("choices")
    if choices is None:
        choices = body("candidates")
    if isinstance(choices, list) and choices:
        return _of_choices(choices[:MAX_CHOICES])
    reason = _of_response(body) if body("object") == "response" else _of_places(body)
    return {} if reason is None else {0: reason}


def merged(earlier: Mapping[int, str], later: Mapping[int, str]) -> dict[int, str]:
    """Return the later words over the earlier ones; what was declined stays so.

    >>> merged({0: "refusal", 1: "stop"}, {0: "stop", 1: "length"})
    {0: 'refusal', 1: 'length'}
    """
    return {**earlier, **{place: reason for place, reason in later.items() if earlier.get(place) != REFUSAL}}


def text_of(value: object) -> str | None:
    """Return a short text, of an enumeration its value; None for what is none."""
    if value is None:
        return None
    if not isinstance(value, str):
        note("response text is no text")
        return None
    text = value.value if isinstance(value, Enum) else value
    return text[:MAX_TEXT_CHARS] if isinstance(text, str) and text else None


def _of_choices(choices: list[object]) -> dict[int, str]:
    found: dict[int, str] = {}
    for place, choice in enumerate(choices):
        look = look_into(choice)
        reason = text_of(look("finish_reason"))
        said = look("delta" if reason is None else "message")  # a chunk that ends a stream says nothing more
        if said is not None and look_into(said)("refusal"):
            reason = REFUSAL
        if reason is not None:
            index = look("index")
            found[index if isinstance(index, int) else place] = reason
    return found


def _of_response(body: Look) -> str | None:
    """Of OpenAI's Responses: that its model declined, why it is incomplete, or its status."""
    items = body("output")
    for item in items[:MAX_CHOICES] if isinstance(items, list) else ():
        parts = look_into(item)("content")
        for part in parts[:MAX_CHOICES] if isinstance(parts, list) else ():
            if look_into(part)("type") == REFUSAL:
                return REFUSAL
    return text_of(look_into(body("incomplete_details"))("reason")) or text_of(body("status"))


def _of_places(body: Look) -> str | None:
    for holder, key in _PLACES:
        inside = body(holder) if holder else None
        value = body(key) if not holder else None if inside is None else look_into(inside)(key)
        reason = None if value is None else text_of(value)
        if reason is not None:
            return reason
    return None
