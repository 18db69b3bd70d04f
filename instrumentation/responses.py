"""What a provider's response says: usage, identity, finish reasons, in one vocabulary whatever the provider's shape.

Works on SDK objects, LiteLLM objects and plain dicts alike, whole or in chunks. Only what is there is read: a quantity
that nobody reported stays absent, because absent and zero are billed differently. Nothing here raises, whatever the
object does; what cannot be read is noted and left out.

>>> chunks = [
...     {"type": "message_start", "message": {"usage": {"input_tokens": 3, "cache_read_input_tokens": 90}}},
...     {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 12}},
... ]
>>> reading = Reading()
>>> for chunk in chunks:
...     merge(reading, read(chunk))
>>> usage_of(reading)
{'input_tokens': 93, 'output_tokens': 12, 'cache_read_tokens': 90}
"""

from collections.abc import Mapping
from typing import Any, Final, TypedDict

from instrumentation.fault_log import note
from instrumentation.usage_shapes import SHAPES, Path, Shape

MAX_TEXT_CHARS: Final = 256
"""Ids, model names and finish reasons are short; anything longer is not one of them."""
MAX_CHOICES: Final = 128
"""The most choices a provider gives to one request."""


class Usage(TypedDict, total=False):
    """Billed quantities. Input includes what was read from and written to a cache, output includes reasoning."""

    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int
    cache_write_1h_tokens: int
    reasoning_tokens: int
    audio_input_tokens: int
    audio_output_tokens: int
    image_input_tokens: int
    image_output_tokens: int
    search_units: int


class Reading(Usage, total=False):
    """All that was read of one response so far. Token counts are as reported; `usage_of` makes them inclusive."""

    response_id: str
    response_model: str
    service_tier: str
    fingerprint: str
    finish_reasons: dict[int, str]
    cache_excluded: bool
    reasoning_excluded: bool


_PAYLOADS: Final[Mapping[str, str]] = {
    "message_start": "message",
    "response.created": "response",
    "response.in_progress": "response",
    "response.completed": "response",
    "response.incomplete": "response",
    "response.failed": "response",
    "chunk": "chunk",
}
"""Type of a stream event to the field that holds a response (or chunk) like one that is not streamed."""

_TEXTS: Final[tuple[tuple[str, str], ...]] = (
    ("response_id", "id"),
    ("response_id", "response_id"),
    ("response_model", "model"),
    ("response_model", "model_version"),
    ("service_tier", "service_tier"),
    ("fingerprint", "system_fingerprint"),
)


def read(response: object) -> Reading:
    """Read a whole response or one chunk of a stream."""
    event = _get(response, "type")
    payload_field = _PAYLOADS.get(event) if isinstance(event, str) else None
    body = response if payload_field is None else _get(response, payload_field)
    found = Reading()
    for name, key in _TEXTS:
        text = _text(_get(body, key))
        if text is not None:
            found[name] = text  # type: ignore[literal-required]  # the table holds keys of Reading
    if found.get("service_tier") == "auto":  # what was asked for, not what was served
        del found["service_tier"]
    reasons = _finish_reasons(body)
    if reasons:
        found["finish_reasons"] = reasons
    _read_usage(body, found)
    if event == "message_start":  # its output count is a placeholder; message_delta carries the real one
        found.pop("output_tokens", None)
    return found


def merge(reading: Reading, later: Reading) -> None:
    """Take a later chunk's word over an earlier one's; finish reasons gather by choice."""
    reasons = {**reading.get("finish_reasons", {}), **later.get("finish_reasons", {})}
    reading.update(later)
    if reasons:
        reading["finish_reasons"] = reasons


def usage_of(reading: Reading) -> Usage:
    """Return the usage with inclusive counts; empty when nothing, or nothing but zeros, was reported.

    No model call uses zero tokens: all zeros is how LiteLLM fills in a usage the provider did not report.
    """
    found = Usage()
    for name in Usage.__annotations__:
        if name in reading:
            found[name] = reading[name]  # type: ignore[literal-required]  # the keys of Usage
    if not any(found.values()):
        return Usage()
    if reading.get("cache_excluded") and "input_tokens" in found:
        found["input_tokens"] += found.get("cache_read_tokens", 0) + found.get("cache_write_tokens", 0)
    if reading.get("reasoning_excluded") and "output_tokens" in found:
        found["output_tokens"] += found.get("reasoning_tokens", 0)
    return found


def _read_usage(body: object, found: Reading) -> None:
    for holder, shapes in SHAPES.items():
        usage = _get(body, holder)
        if usage is not None:
            for shape in shapes:
                if any(_get(usage, mark) is not None for mark in shape.marks):
                    _read_shape(usage, shape, found)
                    return


def _read_shape(usage: object, shape: Shape, found: Reading) -> None:
    for name, paths in shape.counts.items():
        count = _first_count(usage, paths)
        if count is not None:
            found[name] = count  # type: ignore[literal-required]  # the tables hold keys of Usage
    if shape.cache_excluded:
        found["cache_excluded"] = True
    if shape.reasoning_excluded:
        found["reasoning_excluded"] = True
    tier = _text(_get(usage, "service_tier"))
    if tier is not None:
        found["service_tier"] = tier


def _first_count(usage: object, paths: tuple[Path, ...]) -> int | None:
    """Return the count at the first path that holds one."""
    for path in paths:
        count = _count(_at(usage, path))
        if count is not None:
            return count
    return None


def _finish_reasons(body: object) -> dict[int, str]:
    choices = _get(body, "choices")
    if choices is None:
        choices = _get(body, "candidates")
    if isinstance(choices, list):
        return _choice_reasons(choices[:MAX_CHOICES])
    reason = _text(_get(body, "stop_reason")) or _text(_at(body, ("delta", "stop_reason")))
    if reason is None and _get(body, "object") == "response":
        reason = _text(_at(body, ("incomplete_details", "reason"))) or _text(_get(body, "status"))
    return {} if reason is None else {0: reason}


def _choice_reasons(choices: list[object]) -> dict[int, str]:
    found: dict[int, str] = {}
    for place, choice in enumerate(choices):
        reason = _text(_get(choice, "finish_reason"))
        if reason is not None:
            index = _get(choice, "index")
            found[index if isinstance(index, int) else place] = reason
    return found


def _at(source: object, path: Path) -> object:
    for key in path:
        if source is None:
            return None
        source = _get(source, key)
    return source


def _get(source: object, key: str) -> Any:  # noqa: ANN401 - whatever the response holds
    """Read a key or attribute; None when it is missing or cannot be read."""
    if source is None:
        return None
    try:
        if isinstance(source, Mapping):
            return source.get(key)
        return getattr(source, key, None)
    except Exception as error:  # noqa: BLE001 - a response's property may raise anything
        note("unreadable response", error)
        return None


def _count(value: object) -> int | None:
    """Return a token count; None for what is none.

    >>> _count(12), _count(12.0), _count("12"), _count(True), _count(-1), _count(None)
    (12, 12, None, None, None, None)
    """
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    note("usage is no count")
    return None


def _text(value: object) -> str | None:
    if value is None or (isinstance(value, str) and not value):
        return None
    if not isinstance(value, str):
        note("response text is no text")
        return None
    value = getattr(value, "value", value)  # an enum that is a str
    return value[:MAX_TEXT_CHARS] if isinstance(value, str) else None
