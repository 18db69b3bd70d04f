"""Values as JSON has them, and back into the frozen dataclasses they came from.

What a class gained since is taken from its defaults, what it lost is left out, so that older entries stay readable.

>>> back(tuple[Decimal, ...], plain((Decimal("0.10"), Decimal(2))))
(Decimal('0.10'), Decimal('2'))
"""

import types
import typing
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any


def plain(value: Any) -> Any:  # noqa: ANN401 - a walk over whatever a dataclass holds
    """The same as values JSON has."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, typing.Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | StrEnum) else value


def back(kind: Any, value: Any) -> Any:  # noqa: ANN401 - one reader for every type that a field may have
    """A value of a type, out of what ``plain`` made of it."""
    if typing.get_origin(kind) in (types.UnionType, typing.Union):
        (kind,) = (part for part in typing.get_args(kind) if part is not types.NoneType)
        return None if value is None else back(kind, value)
    if typing.get_origin(kind) is tuple:
        return tuple(back(typing.get_args(kind)[0], part) for part in value)
    if isinstance(kind, type) and is_dataclass(kind):
        return kind(**{name: back(hint, value[name]) for name, hint in _hints(kind).items() if name in value})
    if kind is datetime:
        return datetime.fromisoformat(value)
    return kind(value) if isinstance(kind, type) and issubclass(kind, StrEnum | Decimal | float) else value


@cache
def _hints(kind: type) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind) if field.init}
