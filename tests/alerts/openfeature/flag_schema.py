"""The form of a flagd file, as far as ours uses it: written after flagd.dev/schema/v0, as a table of operations."""

from typing import Any

_ARG = {"$ref": "#/$defs/arg"}
_WEIGHT = {
    "type": "array",
    "prefixItems": [{"type": "string"}, {"type": "integer", "minimum": 0}],
    "minItems": 2,
    "maxItems": 2,
}
_VAR = {
    "anyOf": [
        {"pattern": r"^\$flagd\.(timestamp|flagKey)$", "type": "string"},
        {"pattern": r"^(?!\$flagd\.).+", "type": "string"},
    ]
}


def _args(least: int, most: int | None = None) -> dict[str, Any]:
    return {"type": "array", "items": _ARG, "minItems": least} | ({} if most is None else {"maxItems": most})


OPERATIONS = {
    "var": _VAR,
    "if": _args(3, 3),
    "===": _args(2, 2),
    "<": _args(1),
    "and": _args(1),
    "cat": _args(1),
    "fractional": {"type": "array", "prefixItems": [{"$ref": "#/$defs/rule"}], "items": _WEIGHT, "minItems": 3},
}


def _one_of(variants: str) -> dict[str, Any]:
    return {"type": "object", "minProperties": 1, "additionalProperties": {"type": variants}}


_METADATA = {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}}
_FLAG = {
    "type": "object",
    "required": ["state", "variants"],
    "additionalProperties": False,
    "properties": {
        "state": {"enum": ["ENABLED", "DISABLED"]},
        "defaultVariant": {"type": ["string", "null"]},
        "targeting": {"anyOf": [{"type": "object", "maxProperties": 0}, {"$ref": "#/$defs/rule"}]},
        "variants": {"anyOf": [_one_of("string"), _one_of("boolean")]},
        "metadata": _METADATA,
    },
}
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$defs": {
        "arg": {"anyOf": [{"$ref": "#/$defs/rule"}, {"type": ["null", "boolean", "number", "string"]}]},
        "rule": {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": False,
            "properties": OPERATIONS,
        },
    },
    "type": "object",
    "required": ["flags"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string"},
        "flags": {"type": "object", "additionalProperties": _FLAG},
        "metadata": _METADATA,
    },
}
