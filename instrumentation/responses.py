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
from typing import Final, TypedDict

from instrumentation.fault_log import note
from instrumentation.finishing import finish_reasons, merged, text_of
from instrumentation.looking import Look, look_into
from instrumentation.usage_shapes import SHAPES, Path, Shape


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
    body = look_into(response)
    event = body("type")
    payload = _PAYLOADS.get(event) if isinstance(event, str) else None
    if payload is not None:
        body = look_into(body(payload))
    found = Reading()
    for name, key in _TEXTS:
        value = body(key)
        text = None if value is None else text_of(value)
        if text is not None:
            found[name] = text  # type: ignore[literal-required]  # the table holds keys of Reading
    if found.get("service_tier") == "auto":  # what was asked for, not what was served
        del found["service_tier"]
    reasons = finish_reasons(body)
    if reasons:
        found["finish_reasons"] = reasons
    _read_usage(body, found)
    if event == "message_start":  # its output count is a placeholder; message_delta carries the real one
        found.pop("output_tokens", None)
    return found


def merge(reading: Reading, later: Reading) -> None:
    """Take a later chunk's word over an earlier one's; finish reasons gather by choice."""
    if not reading:
        reading.update(later)
        return
    reasons = merged(reading.get("finish_reasons", {}), later.get("finish_reasons", {}))
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


def count_of(value: object) -> int | None:
    """Return a token count; None for what is none.

    >>> count_of(12), count_of(12.0), count_of("12"), count_of(True), count_of(-1), count_of(None)
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


def _read_usage(body: Look, found: Reading) -> None:
    for holder, shapes in SHAPES.items():
        usage = body(holder)
        if usage is not None:
            look = look_into(usage)
            for shape in shapes:
                for mark in shape.marks:
                    if look(mark) is not None:
                        _read_shape(look, shape, found)
                        return


def _read_shape(usage: Look, shape: Shape, found: Reading) -> None:
    inside: dict[Path, Look] = {(): usage}
    for name, holder, key in shape.places:
        if name in found:
            continue
        look = inside.get(holder)
        value = (_look_down(holder, inside) if look is None else look)(key)
        count = None if value is None else count_of(value)
        if count is not None:
            found[name] = count  # type: ignore[literal-required]  # the tables hold keys of Usage
    if shape.cache_excluded:
        found["cache_excluded"] = True
    if shape.reasoning_excluded:
        found["reasoning_excluded"] = True
    tier = text_of(usage("service_tier"))
    if tier is not None:
        found["service_tier"] = tier


def _look_down(path: Path, inside: dict[Path, Look]) -> Look:
    """Return a look into the object at a path, each object opened once."""
    outer = inside.get(path[:-1]) or _look_down(path[:-1], inside)
    look = inside[path] = look_into(outer(path[-1]))
    return look
