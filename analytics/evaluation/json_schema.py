"""Whether an answer is JSON of a shape: the part of JSON Schema (2020-12) that shapes of answers need.

Types, `enum`, `const`, sizes, ranges, `pattern`, `properties`, `required`, `additionalProperties`, `items`, `anyOf`,
`allOf`, `oneOf`, `not` and `$ref` into `$defs`. A schema with another keyword is refused: it would hold for answers it
should not.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from analytics.evaluation.inputs import WrongInput

Schema = Mapping[str, Any] | bool
_Nested = Callable[[Any, Schema], bool]
_FENCE = re.compile(r"\A\s*```(?:json)?\s*\n(.*?)\n\s*```\s*\Z", re.DOTALL)
_DEEPEST = 64


def fits(text: str, schema: Schema) -> bool:
    """Whether a text, bare or in one fence of Markdown, is JSON that the schema allows.

    >>> fits('{"days": 14}', {"type": "object", "required": ["days"], "properties": {"days": {"type": "integer"}}})
    True
    """
    fenced = _FENCE.match(text)
    try:
        value = json.loads(fenced.group(1) if fenced else text)
    except (ValueError, RecursionError):
        return False
    root = schema if isinstance(schema, Mapping) else {}
    return _fits(value, schema, root, 0)


def check_schema(schema: object, where: str) -> None:
    """Refuse a schema with a keyword that is not followed; raises :class:`WrongInput` naming it."""
    if isinstance(schema, bool):
        return
    if not isinstance(schema, Mapping):
        raise WrongInput(f"{where}: {type(schema).__name__}; expected an object, true or false")
    for word, value in schema.items():
        if word not in _KNOWN:
            raise WrongInput(f"{where}: {word} is not followed; expected some of {', '.join(sorted(_KNOWN))}")
        if word == "$ref":
            _referred(value, schema, where)
        for name, inner in _schemas_in(word, value, where):
            check_schema(inner, f"{where}.{word}{name}")


def _schemas_in(word: str, value: object, where: str) -> Iterable[tuple[str, object]]:
    if word in _OF_ONE:
        return [("", value)]
    if word in _OF_MANY and isinstance(value, Mapping):
        return [(f".{name}", one) for name, one in value.items()]
    if word in _OF_LIST and isinstance(value, list):
        return [(f"[{number}]", one) for number, one in enumerate(value)]
    if word in _OF_MANY or word in _OF_LIST:
        raise WrongInput(f"{where}.{word}: {type(value).__name__}; expected schemas")
    return []


def _referred(value: object, schema: Mapping[str, Any], where: str) -> None:
    if not isinstance(value, str) or not value.startswith("#/$defs/"):
        raise WrongInput(f"{where}.$ref: {value!r}; expected #/$defs/NAME in {sorted(schema)}")


def _fits(value: Any, schema: Schema, root: Mapping[str, Any], depth: int) -> bool:  # noqa: ANN401 - whatever JSON holds
    if isinstance(schema, bool):
        return schema
    if depth > _DEEPEST:
        return False

    def nested(inner: Any, of: Schema) -> bool:  # noqa: ANN401 - whatever JSON holds
        return _fits(inner, of, root, depth + 1)

    return all(_holds(word, value, schema, root, nested) for word in schema)


def _holds(word: str, value: Any, schema: Mapping[str, Any], root: Mapping[str, Any], nested: _Nested) -> bool:  # noqa: ANN401 - whatever JSON holds
    asked = schema[word]
    if word in _PLAIN:
        return _PLAIN[word](value, asked)
    if word in _COMPOSED:
        return _COMPOSED[word]([nested(value, one) for one in asked])
    if word == "$ref":
        return nested(value, root.get("$defs", {}).get(asked.removeprefix("#/$defs/"), False))
    if word == "not":
        return not nested(value, asked)
    return all(nested(inner, one) for inner, one in _inside(word, value, schema))


def _inside(word: str, value: Any, schema: Mapping[str, Any]) -> list[tuple[Any, Schema]]:  # noqa: ANN401 - whatever JSON holds
    """What a keyword says about parts of a value: each part with its schema."""
    asked = schema[word]
    if word == "items" and isinstance(value, list):
        return [(one, asked) for one in value]
    if word == "properties" and isinstance(value, dict):
        return [(value[name], one) for name, one in asked.items() if name in value]
    if word == "additionalProperties" and isinstance(value, dict):
        return [(value[name], asked) for name in value.keys() - schema.get("properties", {}).keys()]
    return []


def _is(value: Any, names: Any) -> bool:  # noqa: ANN401 - whatever JSON holds
    return any(_TYPES[name](value) for name in ([names] if isinstance(names, str) else names))


def _number(value: Any) -> bool:  # noqa: ANN401 - whatever JSON holds
    return isinstance(value, int | float) and not isinstance(value, bool)


_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "number": _number,
    "integer": lambda value: _number(value) and value == int(value),
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}
_PLAIN: Mapping[str, Callable[[Any, Any], bool]] = {
    "type": _is,
    "enum": lambda value, asked: any(value == one and type(value) is type(one) for one in asked),
    "const": lambda value, asked: value == asked and type(value) is type(asked),
    "minLength": lambda value, asked: not isinstance(value, str) or len(value) >= asked,
    "maxLength": lambda value, asked: not isinstance(value, str) or len(value) <= asked,
    "pattern": lambda value, asked: not isinstance(value, str) or re.search(asked, value) is not None,
    "minimum": lambda value, asked: not _number(value) or value >= asked,
    "maximum": lambda value, asked: not _number(value) or value <= asked,
    "exclusiveMinimum": lambda value, asked: not _number(value) or value > asked,
    "exclusiveMaximum": lambda value, asked: not _number(value) or value < asked,
    "minItems": lambda value, asked: not isinstance(value, list) or len(value) >= asked,
    "maxItems": lambda value, asked: not isinstance(value, list) or len(value) <= asked,
    "required": lambda value, asked: not isinstance(value, dict) or value.keys() >= set(asked),
}
_COMPOSED: Mapping[str, Callable[[list[bool]], bool]] = {
    "anyOf": any,
    "allOf": all,
    "oneOf": lambda found: sum(found) == 1,
}
_OF_MANY = frozenset({"properties", "$defs"})
_OF_LIST = frozenset(_COMPOSED)
_OF_ONE = frozenset({"items", "additionalProperties", "not"})
_SAYS_NOTHING = frozenset({"$schema", "$id", "title", "description", "default", "examples", "$comment", "$defs"})
_KNOWN = frozenset({*_PLAIN, *_OF_MANY, *_OF_LIST, *_OF_ONE, *_SAYS_NOTHING, "$ref"})
