"""What the loader can see in a type: the meat of an optional, durations, and how a field may be spelled."""

import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from difflib import get_close_matches


def inner(hint: object) -> object:
    """``X`` of ``X | None``; anything else as it is."""
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        kept = [part for part in typing.get_args(hint) if part is not type(None)]
        if len(kept) == 1:
            return kept[0]
    return hint


def record(hint: object) -> type | None:
    """The dataclass a hint means, or None."""
    kind = inner(hint)
    return kind if isinstance(kind, type) and is_dataclass(kind) else None


def is_duration(name: str, hint: object) -> bool:
    """Whether a field holds seconds and so may be written as ``5m`` under its name without ``_s``."""
    return name.endswith("_s") and inner(hint) is float


def settable(kind: type) -> Mapping[str, "Field[typing.Any]"]:
    """The fields of a dataclass that a file can set, by name."""
    return {entry.name: entry for entry in fields(kind) if entry.init}


def required(entry: "Field[typing.Any]") -> bool:
    """Whether a field has no default."""
    return entry.default is MISSING and entry.default_factory is MISSING


def preferred(kind: type) -> Mapping[str, str]:
    """The key people should write for each field: durations without their ``_s``."""
    hints = typing.get_type_hints(kind)
    names = settable(kind)
    return {name: _short(name, names) if is_duration(name, hints[name]) else name for name in names}


def keys_of(kind: type) -> Mapping[str, str]:
    """Every key a group may have, with the field it sets."""
    return {key: name for name, key in preferred(kind).items()} | {name: name for name in settable(kind)}


def same_key(one: object, other: object) -> bool:
    """Whether two keys set the same field.

    >>> same_key("period", "period_s"), same_key("period", "periods")
    (True, False)
    """
    return str(one).removesuffix("_s") == str(other).removesuffix("_s")


def did_you_mean(word: str, known: typing.Iterable[str]) -> str:
    """The nearest known word as a question, or ''.

    >>> did_you_mean("targt", ["target", "tenant"])
    'did you mean target?'
    """
    near = get_close_matches(word, list(known), n=1)
    return f"did you mean {near[0]}?" if near else ""


def one_of(words: typing.Iterable[str]) -> str:
    """The words in a sentence.

    >>> one_of(["ok", "error"])
    'one of ok, error'
    """
    return "one of " + ", ".join(words)


def _short(name: str, names: Mapping[str, object]) -> str:
    short = name.removesuffix("_s")
    return name if short in names else short
