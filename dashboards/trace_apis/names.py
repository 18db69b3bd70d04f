"""Names and values of attributes, for the fields of Grafana's search form.

Attributes have no columns, so they are looked up in the newest stored requests; what is seldom said may be missing.
Names and services have columns and are complete.
"""

from collections.abc import Iterator
from typing import Any

from collector.store import Store, queries_of
from dashboards.trace_apis.jaeger_json import KINDS, tag
from dashboards.trace_apis.limits import MOST_NAMES, PAYLOAD_BYTES_AT_ONCE, SAMPLED_PAYLOADS
from dashboards.trace_apis.sent import bodies, decoded

_QUERIES = queries_of("dashboards.trace_apis")
INTRINSIC = ("duration", "kind", "name", "status")
_TYPES = {"string": "string", "bool": "bool", "int64": "int", "float64": "float"}
_WORDS = {"status": ("error", "ok", "unset"), "kind": tuple(sorted(KINDS.values()))}
_COLUMNS = {"name": "operations", "service.name": "services"}


def tag_names(store: Store) -> dict[str, list[str]]:
    """Names of attributes by where they stand: ``span``, ``resource``, ``event``, ``instrumentation``."""
    found: dict[str, set[str]] = {"resource": {"service.name"}, "span": set()}
    for place, pair in _said(store):
        found.setdefault(place, set()).add(pair.key)
    return {place: sorted(names)[:MOST_NAMES] for place, names in found.items()}


def tag_values(store: Store, name: str) -> list[tuple[str, str]]:
    """Types and values of an attribute, ``name`` as the search form writes it: ``span.x``, ``.x`` or ``x``."""
    place, dot, rest = name.partition(".")
    scoped = dot and place in {"", "span", "resource", "event", "instrumentation"}
    key = rest if scoped else name
    if not scoped and name in _WORDS:
        return [("keyword", word) for word in _WORDS[name]]
    if key in _COLUMNS and (key == "service.name") is not (name == "name"):
        params = {"limit": MOST_NAMES} | ({"service": None} if key == "name" else {})
        return [("string", value) for value in store.run(_QUERIES[_COLUMNS[key]], params)["name"].to_pylist()]
    found: set[tuple[str, str]] = set()
    for at, pair in _said(store):
        if pair.key == key and (not scoped or place in {"", at}):
            one = tag(key, pair.value)
            value = str(one["value"]).lower() if one["type"] == "bool" else str(one["value"])
            found.add((_TYPES.get(one["type"], "string"), value))
            if len(found) == MOST_NAMES:
                break
    return sorted(found)


def _said(store: Store) -> Iterator[tuple[str, Any]]:
    """Every attribute in the newest stored requests, with where it stands."""
    newest = store.run(_QUERIES["newest_batches"], {"limit": SAMPLED_PAYLOADS})["batch_seq"].to_pylist()
    for _, body in bodies(store, newest, PAYLOAD_BYTES_AT_ONCE):
        request = decoded(body)
        for of_resource in request.resource_spans if request else ():
            yield from (("resource", pair) for pair in of_resource.resource.attributes)
            for of_scope in of_resource.scope_spans:
                yield from (("instrumentation", pair) for pair in of_scope.scope.attributes)
                for span in of_scope.spans:
                    yield from (("span", pair) for pair in span.attributes)
                    yield from (("event", pair) for event in span.events for pair in event.attributes)
