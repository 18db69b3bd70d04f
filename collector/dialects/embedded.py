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
_LARGEST_REPR = 1 << 14
"""Python's own parser takes a second and 200 MB for a hostile megabyte; a real usage dict has 2,000 characters."""
_RESPONSE_ID = re.compile(r"(?:chatcmpl-|resp_|msg_)[^\"\\]{1,200}")
_NESTED_ID = re.compile(r'"id"\s*:\s*"(' + _RESPONSE_ID.pattern + ')"')


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
    """LiteLLM v1 sends ``repr`` of a usage dict; a list as a key is syntax, but raises TypeError."""
    if len(text) > _LARGEST_REPR:
        return None
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return None


def _response(text: str) -> object:
    """A serialized response: its id is its own if it has one, else that of the message inside a framework's result.

    Only provider ids count: a framework's run id joins nothing. The output items of one response have ids that begin
    like a message's, so a response that shows its own shape is never searched.
    """
    value = _json(text) if len(text) <= _LARGEST_PARSED else None
    if isinstance(value, dict) and "generations" not in value:
        own = value.get("id")
        is_provider_id = isinstance(own, str) and _RESPONSE_ID.fullmatch(own)
        return value if is_provider_id else value | {"id": None}
    match = _NESTED_ID.search(text) if isinstance(value, dict) or value is None else None
    return {"id": match[1]} if match else None


def _documents(text: str) -> object:
    """A list of documents found, by its length, its best scores, its repetitions and how long its documents are."""
    value = _json(text)
    if not isinstance(value, list):
        return None
    rows = [row for row in value if isinstance(row, dict)]
    scores = sorted((row["score"] for row in rows if type(row.get("score")) in (int, float)), reverse=True)
    ids = [row["id"] for row in rows if isinstance(row.get("id"), str)]
    chars = [len(row["content"]) for row in rows if isinstance(row.get("content"), str)]
    return {
        "count": len(value),
        "top_score": scores[0] if scores else None,
        "score_gap": scores[0] - scores[1] if len(scores) > 1 else None,
        "duplicates": len(ids) - len(set(ids)) if len(ids) == len(value) else None,
        "chunk_chars": orjson.dumps(chars).decode() if chars else None,
    }


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
_MLFLOW_OUTPUTS = (
    "choices.0.finish_reason",
    "stop_reason",
    "usage.prompt_tokens",
    "usage.completion_tokens_details.reasoning_tokens",
    "usage.output_tokens_details.reasoning_tokens",
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
    Embedded("langfuse.observation.output", _response, ("id",)),
    Embedded("langfuse.observation.metadata.finish_reason", _json, ("",)),
    Embedded("mlflow.spanType", _json, ("",)),
    Embedded("mlflow.llm.model", _json, ("",)),
    Embedded("mlflow.chat.tokenUsage", _json, _MLFLOW),
    Embedded("mlflow.spanInputs", _json, ("model",)),
    Embedded("mlflow.spanOutputs", _response, ("id", *_MLFLOW_OUTPUTS)),
    Embedded("metadata.usage_object", _python, _LITELLM),
    Embedded("llm.invocation_parameters", _json, ("model",)),
    Embedded("output.value", _response, ("id",)),
    Embedded(
        "gen_ai.retrieval.documents", _documents, ("count", "top_score", "score_gap", "duplicates", "chunk_chars")
    ),
)


def scalars(row: Embedded, text: str) -> Iterator[tuple[str, Scalar]]:
    """Key and value of every path of ``row`` that ``text`` holds.

    >>> row = next(row for row in EMBEDDED if row.outer == "mlflow.chat.tokenUsage")
    >>> list(scalars(row, '{"input_tokens": 3, "other": 1}'))
    [('mlflow.chat.tokenUsage->input_tokens', 3)]
    """
    if len(text) > _LARGEST_PARSED and row.read is not _response:
        return
    value = row.read(text)
    for path in row.paths:
        found = _at(value, path)
        if isinstance(found, str):  # Python's notation knows half characters, UTF-8 does not
            yield f"{row.outer}->{path}", found.encode("utf-8", "replace").decode()
        elif isinstance(found, int | float):
            yield f"{row.outer}->{path}", found


def _at(value: object, path: str) -> object:
    for step in path.split(".") if path else ():
        if isinstance(value, list) and step == "0":
            value = value[0] if value else None
            continue
        if not isinstance(value, dict):
            return None
        value = value.get(step)
    return value
