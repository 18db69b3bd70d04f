"""What a detector knows as plain lists, to be kept in the store, and back.

Only numbers are kept: a record is the list of its fields, so :data:`EDITION` changes with the fields, and what another
edition wrote is judged anew from the roll-ups.
"""

import hashlib
from array import array
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, TypeVar

from analytics.anomalies.detector import Detector

T = TypeVar("T")
_PLAIN = frozenset({float, int, bool, str, type(None)})
"""What a state is made of: a few hundred of these, so they are not looked at twice."""


def lists(kept: object) -> Any:  # noqa: ANN401 - nested lists of numbers
    """Make nested lists of a record.

    >>> from analytics.anomalies.spread import Statistic
    >>> from analytics.anomalies.tail import Tail
    >>> lists(Statistic(Tail(shape=0.1, excess=0.2)))[1:3]
    [1, 0.0]
    """
    kind = type(kept)
    if kind in _PLAIN:
        return kept
    if kind is array:
        return kept.tolist()  # type: ignore[attr-defined]  # it is an array
    values = _values(kind)  # type: ignore[arg-type]  # typeshed: a class counts as unhashable if object does
    if values is not None:
        return [one if type(one) in _PLAIN else lists(one) for one in values(kept)]
    if isinstance(kept, list | tuple | deque):
        return [one if type(one) in _PLAIN else lists(one) for one in kept]
    return kept


@cache
def _values(kind: type) -> Callable[[object], Sequence[Any]] | None:
    """What gives the fields of a record in their order; None of what is no record."""
    if not is_dataclass(kind):
        return None
    names = [one.name for one in fields(kind)]
    return lambda kept: [getattr(kept, name) for name in names]


def filled(blank: T, found: Sequence[Any]) -> T:
    """Write what :func:`lists` made into a new record of the same type."""
    for one, value in zip(fields(blank), found, strict=True):  # type: ignore[arg-type]  # a dataclass, as lists() had
        object.__setattr__(blank, one.name, _like(getattr(blank, one.name), value))
    return blank


def _like(blank: Any, value: Any) -> Any:  # noqa: ANN401 - whatever a field holds
    if is_dataclass(blank):
        return filled(blank, value)
    if isinstance(blank, tuple) and blank and is_dataclass(blank[0]):
        return tuple(filled(one, found) for one, found in zip(blank, value, strict=True))
    if isinstance(blank, deque):
        return deque(value, blank.maxlen)
    if isinstance(blank, array):
        return array(blank.typecode, value)
    return tuple(value) if isinstance(blank, tuple) else value


def _names(kept: object) -> Any:  # noqa: ANN401 - nested lists of names
    if isinstance(kept, tuple):
        return [_names(one) for one in kept]
    if is_dataclass(kept):
        return [[one.name, _names(getattr(kept, one.name))] for one in fields(kept)]
    return None


EDITION = hashlib.sha256(repr(_names(Detector())).encode()).hexdigest()[:16]
"""Changes with the fields of a detector."""
