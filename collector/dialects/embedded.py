"""Facts that emitters hide inside the text of one attribute, taken out as attributes of their own.

A row ``outer -> inner paths`` gives keys ``outer->path``; the path ``""`` is the whole value. Only these few keys are
ever parsed, and only as deep as the paths say: text is hostile and can be large.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import orjson

Scalar = str | int | float | bool
_LARGEST_PARSED = 1 << 20
_RESPONSE_ID = re.compile(r'"id"\s*:\s*"((?:chatcmpl-|resp_|msg_)[^"\\]{1,200})"')


@dataclass(frozen=True, slots=True)
class Embedded:
    """One attribute whose text holds more attributes."""

    outer: str
    read: Callable[[str], object]
    paths: tuple[str, ...]


def _json(text: str) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _python(text: str) -> object:
    """LiteLLM v1 sends ``repr`` of a usage dict."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None


def _response_id(text: str) -> object:
    """The first provider id in a serialized response; the whole is not parsed, it can be megabytes."""
    match = _RESPONSE_ID.search(text)
    return {"id": match[1]} if match else None


_DETAILS = ("cached_tokens", "audio_tokens")
_LANGFUSE = (
    "prompt_tokens",
    "completion_tokens",
    "input_tokens",
    "output_tokens",
    "total_tokens",
    "input",
    "output",
    "total",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "input_cached_tokens",
    "input_cache_read",
    "input_cache_creation",
    "output_reasoning_tokens",
    "prompt_tokens_details.cached_tokens",
    "prompt_tokens_details.audio_tokens",
    "input_tokens_details.cached_tokens",
    "completion_tokens_details.reasoning_tokens",
    "completion_tokens_details.audio_tokens",
    "output_tokens_details.reasoning_tokens",
)
_MLFLOW = (
    "input_tokens",
    "output_tokens",
    "total_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "cache_creation_input_tokens_above_1hr",
    "reasoning_output_tokens",
)
_LITELLM = (
    "prompt_tokens_details.cached_tokens",
    "completion_tokens_details.reasoning_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
)

EMBEDDED = (
    Embedded("langfuse.observation.usage_details", _json, _LANGFUSE),
    Embedded("langfuse.observation.cost_details", _json, ("total",)),
    Embedded("langfuse.observation.output", _response_id, ("id",)),
    Embedded("mlflow.spanType", _json, ("",)),
    Embedded("mlflow.llm.model", _json, ("",)),
    Embedded("mlflow.chat.tokenUsage", _json, _MLFLOW),
    Embedded("mlflow.spanInputs", _json, ("model",)),
    Embedded("mlflow.spanOutputs", _response_id, ("id",)),
    Embedded("metadata.usage_object", _python, _LITELLM),
    Embedded("llm.invocation_parameters", _json, ("model",)),
    Embedded("output.value", _response_id, ("id",)),
)


def scalars(row: Embedded, text: str) -> Iterator[tuple[str, Scalar]]:
    """Key and value of every path of ``row`` that ``text`` holds.

    >>> row = next(row for row in EMBEDDED if row.outer == "mlflow.chat.tokenUsage")
    >>> list(scalars(row, '{"input_tokens": 3, "other": 1}'))
    [('mlflow.chat.tokenUsage->input_tokens', 3)]
    """
    if len(text) > _LARGEST_PARSED and row.read is not _response_id:
        return
    value = row.read(text)
    for path in row.paths:
        found = _at(value, path)
        if isinstance(found, str | int | float):
            yield f"{row.outer}->{path}", found


def _at(value: object, path: str) -> object:
    for step in path.split(".") if path else ():
        if not isinstance(value, dict):
            return None
        value = value.get(step)
    return value
