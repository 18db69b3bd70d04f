"""Looking into an object that may be a dict, a pydantic model or anything else, without trusting it.

Responses are read on every call, so this is the path that has to be quick: a look at a missing attribute of a pydantic
model costs microseconds, a look into its dict costs a tenth of one.

>>> look_into({"usage": 1})("usage"), look_into(object())("usage"), look_into(None)("usage")
(1, None, None)
"""

from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache, partial
from typing import Any, Final

from instrumentation.fault_log import note

Look = Callable[[str], Any]
"""Takes a key or attribute name, gives its value; None when it is missing or cannot be read."""

_MAX_KINDS: Final = 512
"""Classes remembered; an app sees a few dozen."""


def look_into(source: object) -> Look:
    """Return a look into the object."""
    try:
        kind = type(source)
        if kind is dict:
            return source.get  # type: ignore[attr-defined, no-any-return]  # it is a dict
        if source is None:
            return _nothing
        properties = _properties(kind)  # type: ignore[arg-type]  # typeshed: a class counts as unhashable if object does
        if properties is not None:
            extra = source.__pydantic_extra__  # type: ignore[attr-defined]  # every pydantic model has it
            fields = {**source.__dict__, **extra} if extra else source.__dict__
            return partial(_look_model, source, fields, properties) if properties else fields.get
    except Exception as error:  # noqa: BLE001 - the object may raise at every touch
        note("unreadable response", error)
    return partial(_look, source)


def _nothing(_key: str) -> None:
    """Find nothing in nothing."""


@lru_cache(_MAX_KINDS)
def _properties(kind: type) -> frozenset[str] | None:
    """Return the names a pydantic class computes; all others are in an instance's dict. None: no pydantic class."""
    if not hasattr(kind, "__pydantic_fields__"):
        return None
    own = [vars(base) for base in kind.__mro__ if not base.__module__.startswith("pydantic")]
    return frozenset(
        name for members in own for name, member in members.items() if isinstance(member, (property, cached_property))
    )


def _look_model(source: object, fields: Mapping[str, object], properties: frozenset[str], key: str) -> object:
    if key in fields:
        return fields[key]
    return _look(source, key) if key in properties else None


def _look(source: object, key: str) -> object:
    try:
        if isinstance(source, Mapping):
            return source.get(key)
        return getattr(source, key, None)
    except Exception as error:  # noqa: BLE001 - a response's property may raise anything
        note("unreadable response", error)
        return None
