"""What Grafana's plugin decodes Jaeger's JSON into, as strict as Go: no 12.0 for an integer, no 1 for a bool."""

from typing import Any

Any_ = object()
TAG = {"key": str, "type": str, "value": Any_}
REFERENCE = {"refType": str, "traceID": str, "spanID": str}
LOG = {"timestamp": int, "fields": [TAG]}
SPAN = {
    "traceID": str,
    "spanID": str,
    "processID": str,
    "operationName": str,
    "flags": int,
    "references": [REFERENCE],
    "startTime": int,
    "duration": int,
    "tags": [TAG],
    "logs": [LOG],
    "warnings": (None, [str]),
    "stackTraces": (None, [str]),
}
PROCESS = {"serviceName": str, "tags": [TAG]}
TRACE = {"traceID": str, "spans": [SPAN], "processes": {str: PROCESS}, "warnings": (None, [str])}
PAGE = {"errors": Any_, "limit": int, "offset": int, "total": int}
TRACES = PAGE | {"data": [TRACE]}
NAMES = PAGE | {"data": [str]}
DEPENDENCIES = {
    "data": [{"parent": str, "child": str, "callCount": int}],
    "errors": (None, [{"code": int, "msg": str}]),
}
VALUES = {"string": str, "bool": bool, "int64": int, "float64": float, "binary": str}


def strays(value: Any, kind: Any, at: str = "$") -> list[str]:
    """Where a value is not of its type; keys that are missing or that nobody knows are strays too."""
    if kind is Any_:
        return []
    if isinstance(kind, tuple):
        return [] if value is None else strays(value, kind[1], at)
    if isinstance(kind, list | dict):
        return _inside(value, kind, at)
    return [] if type(value) is kind else [f"{at}: {value!r}"]


def _inside(value: Any, kind: Any, at: str) -> list[str]:
    """Strays among the items of a list, the values of a map, or the fields of a struct."""
    if type(value) is not type(kind) or (isinstance(kind, dict) and str not in kind and value.keys() != kind.keys()):
        return [f"{at}: {value!r}"]
    items = enumerate(value) if isinstance(kind, list) else value.items()
    of = (lambda _: kind[0]) if isinstance(kind, list) else lambda key: kind.get(str, kind.get(key))
    found = [stray for key, item in items for stray in strays(item, of(key), f"{at}.{key}")]
    return found + _stray_value(value, at) if kind is TAG else found


def _stray_value(tag: dict[str, Any], at: str) -> list[str]:
    return [] if type(tag["value"]) is VALUES[tag["type"]] else [f"{at}: {tag!r}"]
