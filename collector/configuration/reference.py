"""The reference of every key, made from the dataclasses themselves so that it cannot lie."""

import ast
import inspect
import textwrap
import typing
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass
from decimal import Decimal
from enum import StrEnum

from collector.configuration.shapes import inner, is_duration, preferred, record, required, settable
from collector.configuration.values import duration_text


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of the configuration."""

    key: str
    kind: str
    default: str
    text: str


def reference(sections: Mapping[str, object]) -> list[Entry]:
    """Every key of every section, in the order of the dataclasses."""
    return [entry for name, kind in sections.items() for entry in list(_entries(name, kind)) or [_single(name, kind)]]


def reference_table(sections: Mapping[str, object]) -> str:
    """The reference as a Markdown table."""
    head = ["| key | type | default | meaning |", "|---|---|---|---|"]
    rows = [f"| `{e.key}` | {e.kind} | {_cell(e.default)} | {e.text} |" for e in reference(sections)]
    return "\n".join([*head, *rows])


def _entries(path: str, hint: object) -> Iterator[Entry]:
    if typing.get_origin(inner(hint)) is tuple:
        path, hint = f"{path}[]", typing.get_args(inner(hint))[0]
    kind = record(hint)
    if kind is None:
        return
    hints, texts = typing.get_type_hints(kind), _texts(kind)
    for name, key in preferred(kind).items():
        below = list(_entries(f"{path}.{key}", hints[name]))
        duration = is_duration(name, hints[name])
        said = _kind(hints[name], duration=duration)
        own = Entry(f"{path}.{key}", said, _default(settable(kind)[name], duration=duration), texts.get(name, ""))
        yield from below or [own]


def _single(name: str, hint: object) -> Entry:
    """A section that is one value; what it means stands in the docstring of its type."""
    kind = inner(hint)
    text = " ".join((inspect.getdoc(kind) or "").split())
    return Entry(name, _kind(hint, duration=False), "required" if kind is hint else "null", text)


def _texts(kind: type) -> dict[str, str]:
    """The docstring under each field."""
    body = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    found: dict[str, str] = {}
    last = ""
    for statement in body.body if isinstance(body, ast.ClassDef) else []:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            last = statement.target.id
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant) and last:
            found[last] = " ".join(str(statement.value.value).split())
            last = ""
    return found


def _kind(hint: object, *, duration: bool) -> str:
    """The type in words."""
    wanted = inner(hint)
    if wanted is not hint:
        return f"{_kind(wanted, duration=duration)}, or nothing"
    if duration:
        return "duration"
    origin, args = typing.get_origin(wanted), typing.get_args(wanted)
    if origin is tuple:
        return f"list of {_kind(args[0], duration=False)}"
    if origin is not None:
        return f"keys with {_kind(args[1], duration=False)}"
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        return " \\| ".join(word.value for word in wanted)
    return _WORDS.get(wanted, getattr(wanted, "__name__", str(wanted)))


_WORDS: Mapping[object, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    Decimal: "decimal",
}


def _default(entry: "Field[typing.Any]", *, duration: bool) -> str:
    if required(entry):
        return "required"
    value = entry.default if entry.default_factory is MISSING else entry.default_factory()
    return spelled(value, duration=duration)


def spelled(value: object, *, duration: bool = False) -> str:
    """A value as it would stand in the file.

    >>> spelled(300.0, duration=True), spelled(None), spelled(("a", "b")), spelled(True)
    ('5m', 'null', '[a, b]', 'true')
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if duration and isinstance(value, int | float):
        return duration_text(value)
    if isinstance(value, tuple):
        return f"[{', '.join(spelled(part) for part in value)}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {spelled(part)}" for key, part in value.items()) + "}"
    return str(value) if value != "" else '""'


def _cell(text: str) -> str:
    return text if text == "required" else f"`{text}`"
