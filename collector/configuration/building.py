"""From YAML nodes, which know their line, to frozen dataclasses.

Types it understands: bool, int, float, str, Decimal, Path, StrEnum, dataclasses, ``X | None``, ``tuple[X, ...]`` and
``Mapping[str, X]``. A field that ends in ``_s`` is a duration: ``down_dwell: 5m`` and ``down_dwell_s: 300`` are the
same.
"""

import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from collector.configuration.problems import Problem
from collector.configuration.shapes import (
    did_you_mean,
    inner,
    is_duration,
    keys_of,
    one_of,
    preferred,
    record,
    required,
    settable,
)
from collector.configuration.values import Unreadable, duration_s, readable, scalar, seconds_or_duration

NULL = "tag:yaml.org,2002:null"
TEXT = "tag:yaml.org,2002:str"


class Absent(Enum):
    """Stands for a value that could not be read; its problem is already noted."""

    VALUE = "absent"


@dataclass(slots=True)
class Builder:
    """Builds values and collects what is wrong with them."""

    problems: list[Problem] = field(default_factory=list)

    def build(self, node: Node, hint: object, path: str) -> object:
        """The value of a node as the type asks for it, or :data:`Absent.VALUE` with a problem noted."""
        if node.tag == NULL:
            return self._null(node, hint, path)
        wanted = inner(hint)
        origin = typing.get_origin(wanted)
        if origin in (tuple, list, Sequence):
            return self._items(node, typing.get_args(wanted)[0], path)
        if origin is not None and issubclass(origin, Mapping):
            return self._entries(node, typing.get_args(wanted)[1], path)
        kind = record(wanted)
        if kind is not None:
            return self._record(node, kind, path)
        if isinstance(wanted, type) and readable(wanted):
            return self._scalar(node, wanted, path)
        raise TypeError(f"{path}: the loader has no reader for {hint!r}; use one of the types in its docstring")

    def note(self, node: Node, path: str, found: str, expected: str = "", remedy: str = "") -> Absent:
        """Remember a problem at a node."""
        mark = node.start_mark
        line = None if mark is None or mark.line < 0 else mark.line + 1
        self.problems.append(Problem(str(mark.name) if mark else "", line, path, found, expected, remedy))
        return Absent.VALUE

    def _null(self, node: Node, hint: object, path: str) -> object:
        if inner(hint) is not hint:
            return None
        if typing.get_origin(hint) in (tuple, list, Sequence):
            return ()
        kind = record(hint)
        if kind is not None:  # a section with all its keys commented out
            return self._record(MappingNode("", [], node.start_mark, node.end_mark), kind, path)
        return self.note(node, path, "nothing", "a value", "give one, or remove the key to take its default")

    def _scalar(self, node: Node, kind: type, path: str) -> object:
        if not isinstance(node, ScalarNode):
            return self.note(node, path, f"a {_shape(node)}", "a single value")
        try:
            return scalar(node.value, kind)
        except Unreadable as reason:
            return self.note(node, path, repr(node.value), reason.expected, reason.remedy or _nearest_word(node, kind))

    def _items(self, node: Node, hint: object, path: str) -> object:
        if not isinstance(node, SequenceNode):
            return self.note(node, path, f"a {_shape(node)}", "a list", "write it as [first, second] or with dashes")
        found = [self.build(item, hint, f"{path}[{index}]") for index, item in enumerate(node.value)]
        return Absent.VALUE if Absent.VALUE in found else tuple(found)

    def _entries(self, node: Node, hint: object, path: str) -> object:
        if not isinstance(node, MappingNode):
            return self.note(node, path, f"a {_shape(node)}", "keys with values")
        named = {str(key.value): self.build(value, hint, f"{path}.{key.value}") for key, value in node.value}
        return Absent.VALUE if Absent.VALUE in named.values() else types.MappingProxyType(named)

    def _record(self, node: Node, kind: type, path: str) -> object:
        if not isinstance(node, MappingNode):
            return self.note(node, path, f"a {_shape(node)}", "keys with values", _known(kind))
        given = self._given(node, kind, path)
        hints = typing.get_type_hints(kind)
        values = {name: self._field(key, value, name, hints[name], path) for name, (key, value) in given.items()}
        missing = [name for name, entry in settable(kind).items() if name not in given and required(entry)]
        for name in missing:
            self.note(node, _join(path, name), "no such key", "a value: it has no default")
        if missing or Absent.VALUE in values.values():
            return Absent.VALUE
        try:
            return kind(**values)
        except ValueError as refusal:
            return self._refused(node, given, str(refusal), path)

    def _given(self, node: MappingNode, kind: type, path: str) -> dict[str, tuple[ScalarNode, Node]]:
        """The fields a mapping sets, with the key as written; unknown and repeated keys are noted."""
        known = keys_of(kind)
        given: dict[str, tuple[ScalarNode, Node]] = {}
        for key, value in node.value:
            word = str(key.value)
            name = known.get(word)
            if name is None:
                self.note(key, _join(path, word), "an unknown key", _known(kind), did_you_mean(word, known))
            elif name in given:
                first = given[name][0].start_mark.line + 1
                self.note(key, _join(path, word), "the same key again", f"one value; line {first} has one")
            else:
                given[name] = (key, value)
        return given

    def _field(self, key: ScalarNode, value: Node, name: str, hint: object, path: str) -> object:
        if not is_duration(name, hint) or not isinstance(value, ScalarNode) or value.tag == NULL:
            return self.build(value, hint, _join(path, key.value))
        try:
            return (seconds_or_duration if key.value == name else duration_s)(value.value)
        except Unreadable as reason:
            return self.note(value, _join(path, key.value), repr(value.value), reason.expected, reason.remedy)

    def _refused(self, node: Node, given: Mapping[str, tuple[ScalarNode, Node]], message: str, path: str) -> Absent:
        """A refusal of the dataclass, at the line of the first field that its message names."""
        words = message.replace(":", " ").replace(",", " ").split()
        named = next((name for word in words for name in given if word == name), None)
        key, value = (None, node) if named is None else given[named]
        return self.note(value, _join(path, key.value) if key else path, message)


def _nearest_word(node: ScalarNode, kind: type) -> str:
    return did_you_mean(node.value, kind) if issubclass(kind, StrEnum) else ""


def _known(kind: type) -> str:
    return one_of(preferred(kind).values())


def _shape(node: Node) -> str:
    if isinstance(node, MappingNode):
        return "group of keys"
    return "list" if isinstance(node, SequenceNode) else f"single value {node.value!r}"


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
