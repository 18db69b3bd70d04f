"""The part of TraceQL that Grafana's search form writes: one pair of braces, conditions joined by ``&&``.

    {}    {resource.service.name="shop" && name="chat" && status=error && duration>1.5s && span.gen_ai.x="y"}

Conditions hold for one and the same span. Attributes are written with ``span.``, ``resource.``, ``event.``,
``instrumentation.`` or a bare ``.`` in front; ``=~`` takes texts separated by ``|``, and no other pattern: a pattern
from outside could take for ever. Everything else of the language is refused with a sentence, never ignored.
"""

import re
from typing import Any

from analytics.questions import BadParameter
from dashboards.trace_apis.matching import SPAN_NAME, Place, Wanted
from dashboards.trace_apis.reading import duration_ns
from dashboards.trace_apis.search import OF_REQUEST

_CONDITION = re.compile(
    r"\s*(?P<key>(?:[\w:.\-/]|\"(?:[^\"\\]|\\.)*\")+)\s*(?P<sign>=~|!=|>=|<=|=|>|<)\s*"
    r"(?P<value>\"(?:[^\"\\]|\\.)*\"|`[^`]*`|[^\s&|{}()\"]+)\s*(?P<joined>&&|$)"
)
_PATTERN = re.compile(r"[\\^$.*+?()\[\]{}]")
_KNOWS = (
    "be {} or conditions joined by && in braces, such as "
    '{resource.service.name="shop" && name="chat" && status=error && duration>1s && span.key="value"}'
)
_PLACES = {
    "span": Place.SPAN,
    "resource": Place.RESOURCE,
    "event": Place.EVENT,
    "instrumentation": Place.SCOPE,
    "": Place.ANYWHERE,
}
_ALIASES = {"span:name": "name", "span:status": "status", "span:duration": "duration", "span:kind": "kind"}


def conditions(text: str) -> dict[str, Any]:
    """Read a query as fields of a :class:`~dashboards.trace_apis.search.Search`.

    >>> conditions('{name="chat" && duration>=100ms}')
    {'operation': 'chat', 'min_ns': 100000000}
    """
    inner = text.strip()
    if inner in {"", "{}"}:
        return {}
    if not (inner.startswith("{") and inner.endswith("}")):
        raise BadParameter("q", text, _KNOWS)
    rest, read = inner[1:-1].strip(), dict[str, Any]()
    while rest:
        found = _CONDITION.match(rest)
        if found is None or (found["joined"] and not rest[found.end() :].strip()):
            raise BadParameter("q", text, _KNOWS)
        _add(read, _ALIASES.get(found["key"], found["key"]), found["sign"], _plain(found["value"]), text)
        rest = rest[found.end() :]
    return read


def _plain(value: str) -> str:
    if value.startswith("`"):
        return value[1:-1]
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value


def _add(read: dict[str, Any], key: str, sign: str, value: str, text: str) -> None:
    """Add one condition, on a column where there is one and it is still free."""
    if sign == "=~" and _PATTERN.search(value):
        raise BadParameter("q", text, "have after =~ only texts separated by |, without signs of a pattern")
    if key == "duration":
        _add_duration(read, sign, duration_ns("q", value), text)
    elif key == "status" and sign in {"=", "!="} and value == "error":
        read["status" if sign == "=" else "not_status"] = "error"
    elif key in {"name", "resource.service.name"} and sign == "=" and _COLUMNS[key] not in read:
        read[_COLUMNS[key]] = value
    else:
        _add_said(read, key, sign, value, text)


_COLUMNS = {"name": "operation", "resource.service.name": "service"}
_FIELDS = {"name": SPAN_NAME, "status": "otel.status_code", "kind": "span.kind"}


def _add_duration(read: dict[str, Any], sign: str, ns: int, text: str) -> None:
    least = {">": ns + 1, ">=": ns, "=": ns}.get(sign)
    most = {"<": ns - 1, "<=": ns, "=": ns}.get(sign)
    if least is None and most is None:
        raise BadParameter("q", text, "compare duration by = > >= < <=")
    if least is not None:
        read["min_ns"] = max(least, read.get("min_ns", 0))
    if most is not None:
        read["max_ns"] = min(most, read.get("max_ns", most))


def _add_said(read: dict[str, Any], key: str, sign: str, value: str, text: str) -> None:
    place, dot, name = key.partition(".")
    if key in _FIELDS:
        said = value.upper() if key == "status" else value
        read["wanted"] = (*read.get("wanted", ()), Wanted(_FIELDS[key], said, sign))
    elif not dot or place not in _PLACES:
        raise BadParameter(
            "q", text, f"ask for name, status, kind, duration, or for attributes as .{key} or span.{key}, not for {key}"
        )
    elif sign == "=" and name in OF_REQUEST:
        read["of_request"] = read.get("of_request", {}) | {OF_REQUEST[name]: value}
    else:
        wanted = Wanted(name.replace('"', ""), value, sign, _PLACES[place])
        read["wanted"] = (*read.get("wanted", ()), wanted)
