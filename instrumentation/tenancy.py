"""Who a request is for and how it is served, and how every span below it comes to know.

`request(...)` writes the fields that may leave the process into OpenTelemetry baggage, under the very names they have
as span attributes, so that a service which receives the `baggage` header attributes its spans the same way. What is
learnt later (the tier a router chose) is kept beside the baggage, in a cell that all contexts of the request share,
and wins.

The user's id is personal data, and an instrumented HTTP client sends baggage to every host it calls, model providers
included. It therefore stays in the process unless `share_user=True`.
"""

import weakref
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from itertools import islice
from typing import Any, Final

from opentelemetry import baggage
from opentelemetry.context import Context, attach, create_key, get_current, get_value, set_value
from opentelemetry.trace import INVALID_SPAN, Span, TracerProvider

from instrumentation import names
from instrumentation.fault_log import contained, note

MAX_VALUE_BYTES: Final = 256
"""Longer values are cut: nine of them, each byte escaped as `%XX`, stay inside the 8,192 bytes of a baggage header."""

MAX_DOCUMENTS: Final = 10_000
"""Ids of documents that a request remembers, to tell whether its citations hold."""

FIELDS: Final[Mapping[str, str]] = {
    "tenant": names.TENANT,
    "team": names.TEAM,
    "feature": names.FEATURE,
    "route": names.ROUTE,
    "tier": names.TIER,
    "degraded": names.DEGRADED,
    "cost_center": names.COST_CENTER,
    "environment": names.ENVIRONMENT,
    "user": names.USER,
}
"""Field of `Attribution` to its name, as span attribute and in baggage. Only `user` stays out of baggage by default."""

ATTRIBUTED: Final[weakref.WeakSet[TracerProvider]] = weakref.WeakSet()
"""Providers with a processor that puts the attribution on every span, so that the wrappers need not."""

_FIELD_OF: Final = {name: field_name for field_name, name in FIELDS.items()}
_CELL_KEY: Final = create_key("burnline-request")


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who a request is for (tenant ... environment) and how it is served (route, tier, degraded). None: not said."""

    tenant: str | None = None
    team: str | None = None
    feature: str | None = None
    route: str | None = None
    tier: str | None = None
    degraded: bool | None = None
    cost_center: str | None = None
    environment: str | None = None
    user: str | None = None


@dataclass(slots=True)
class Cell:
    """What one request learnt that its baggage does not say, shared by all contexts of the request."""

    late: dict[str, str | bool] = field(default_factory=dict)
    span: Span = INVALID_SPAN
    documents: set[str] = field(default_factory=set)
    """Ids of what its retrievals found, at most `MAX_DOCUMENTS`."""


def attribution(context: Context | None = None) -> Attribution:
    """Return the attribution in force here (or in `context`).

    >>> attribution().tenant is None
    True
    """
    found: dict[str, str | bool] = {}
    with contained("attribution"):
        found = attributes_of(context)
    said: dict[str, Any] = {_FIELD_OF[name]: value for name, value in found.items()}
    return Attribution(**said)


def attribute(
    *,
    tenant: str | None = None,
    team: str | None = None,
    feature: str | None = None,
    route: str | None = None,
    tier: str | None = None,
    degraded: bool | None = None,
    cost_center: str | None = None,
    environment: str | None = None,
    user: str | None = None,
) -> None:
    """Say later, from inside a request, what was not known when it began. Outside a request this does nothing."""
    with contained("attribute"):
        said = Attribution(tenant, team, feature, route, tier, degraded, cost_center, environment, user)
        if amend(said):
            republish()


def amend(said: Attribution, context: Context | None = None) -> bool:
    """Add to what the request of this context knows and to its span; say whether there is a request."""
    cell = get_value(_CELL_KEY, context)
    if not isinstance(cell, Cell):
        return False
    learnt = attributes(said)
    cell.late.update(learnt)
    cell.span.set_attributes(learnt)
    return True


def remember_documents(ids: Iterable[str], context: Context | None = None) -> None:
    """Remember what a retrieval of this request found."""
    cell = get_value(_CELL_KEY, context)
    if isinstance(cell, Cell):
        cell.documents.update(islice(ids, MAX_DOCUMENTS - len(cell.documents)))


def documents_found(context: Context | None = None) -> frozenset[str]:
    """Return the ids of what the retrievals of this request found so far."""
    cell = get_value(_CELL_KEY, context)
    return frozenset(cell.documents) if isinstance(cell, Cell) else frozenset()


def republish() -> None:
    """Bring the baggage of the current context up to date, so that outgoing headers carry what was learnt late.

    The context stays attached until the request ends, whose own detach restores what was there before.
    """
    cell = get_value(_CELL_KEY)
    if isinstance(cell, Cell):
        attach(_with_baggage(cell.late, get_current(), share_user=False))


def entered(said: Attribution, *, inherit: bool, share_user: bool) -> tuple[Context, Cell]:
    """Return the context of a new request and its cell: what is inherited, overlaid with what is said."""
    context = get_current()
    known = attributes_of(context) if inherit else {}
    known.update(attributes(said))
    if not inherit:
        for name in FIELDS.values():
            context = baggage.remove_baggage(name, context)
    context = _with_baggage(known, context, share_user=share_user)
    cell = Cell({names.USER: known[names.USER]} if names.USER in known else {})
    return set_value(_CELL_KEY, cell, context), cell


def attributes_of(context: Context | None) -> dict[str, str | bool]:
    """Return the span attributes in force: those in baggage, overlaid with what the request learnt late."""
    carried = baggage.get_all(context)
    found: dict[str, str | bool] = {}
    if carried:
        for name in _FIELD_OF:
            if name in carried:
                value = _value(name, carried[name])
                if value is not None:
                    found[name] = value
    cell = get_value(_CELL_KEY, context)
    if isinstance(cell, Cell):
        found.update(cell.late)
    return found


def attributes(said: Attribution) -> dict[str, str | bool]:
    """Return the said fields as attributes, each made fit for a header; an unfit one is noted and left out."""
    found: dict[str, str | bool] = {}
    for said_field in fields(said):
        raw = getattr(said, said_field.name)
        if raw is not None:
            with contained("attribution value"):
                value = _value(FIELDS[said_field.name], raw)
                if value is not None:
                    found[FIELDS[said_field.name]] = value
    return found


def _with_baggage(known: Mapping[str, str | bool], context: Context, *, share_user: bool) -> Context:
    for name, value in known.items():
        if name != names.USER or share_user:
            text = str(value).lower() if isinstance(value, bool) else value
            context = baggage.set_baggage(name, text, context)
    return context


def _value(name: str, raw: object) -> str | bool | None:
    """Return a value as its attribute type; None for one that says nothing.

    >>> _value("burnline.degraded", "true"), _value("burnline.tenant", ""), _value("burnline.tenant", 7)
    (True, None, '7')
    """
    if name == names.DEGRADED:
        return raw if isinstance(raw, bool) else {"true": True, "false": False}.get(str(raw).lower())
    text = raw if type(raw) is str else str(getattr(raw, "value", raw))
    if len(text) > MAX_VALUE_BYTES or not text.isascii():
        coded = text.encode("utf-8", "replace")
        if len(coded) > MAX_VALUE_BYTES:
            note("attribution value too long")
        text = coded[:MAX_VALUE_BYTES].decode("utf-8", "ignore")
    return text.strip() or None  # propagators strip too, and both ends must say the same
