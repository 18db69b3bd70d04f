"""What a part of a document may look like, and what is wrong with one that does not.

The shapes are a table's vocabulary: :mod:`analytics.slo.documents.openslo.spec` says with them what OpenSLO v1 is.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from collector.configuration import Problem
from collector.configuration.building import NULL
from collector.configuration.shapes import did_you_mean, one_of


@dataclass(frozen=True, slots=True)
class Text:
    """A single value, taken as text."""

    longest: int | None = None
    pattern: str | None = None
    words: tuple[str, ...] = ()
    expected: str = "text"
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A number, read exactly."""

    least: str | None = None
    above: str | None = None
    most: str | None = None
    below: str | None = None
    remedy: str = ""

    @property
    def expected(self) -> str:
        """The range in words."""
        bounds = (("at least", self.least), ("above", self.above), ("at most", self.most), ("below", self.below))
        said = " and ".join(f"{word} {bound}" for word, bound in bounds if bound is not None)
        return f"a number {said}".strip()

    def holds(self, value: Decimal) -> bool:
        """Whether a number is in the range."""
        return (
            (self.least is None or value >= Decimal(self.least))
            and (self.above is None or value > Decimal(self.above))
            and (self.most is None or value <= Decimal(self.most))
            and (self.below is None or value < Decimal(self.below))
        )


@dataclass(frozen=True, slots=True)
class Truth:
    """true or false."""


@dataclass(frozen=True, slots=True)
class Anything:
    """Whatever the implementation wants: connection details, queries."""


@dataclass(frozen=True, slots=True)
class Words:
    """Keys of any name that match a pattern, each with a text or, where ``lists``, with several."""

    keys: str
    lists: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    of: "Shape"
    least: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Keys with values."""

    keys: "Mapping[str, Shape]"
    required: tuple[str, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()
    """Exactly one key of each of these."""
    together: tuple[tuple[str, str], ...] = field(default=())
    """The first needs the second."""


@dataclass(frozen=True, slots=True)
class Either:
    """A single value or a group."""

    single: "Text | Number"
    group: Group


Shape = Text | Number | Truth | Anything | Words | Items | Group | Either


def faults(node: Node, shape: Shape, path: str) -> Iterator[Problem]:
    """Everything in which a node is not of a shape, in the order of the file."""
    match shape:
        case Anything():
            return
        case Text() | Number() | Truth():
            yield from _single(node, shape, path)
        case Either(single, group):
            yield from faults(node, single if isinstance(node, ScalarNode) else group, path)
        case Items():
            yield from _items(node, shape, path)
        case Words():
            yield from _words(node, shape, path)
        case Group():
            yield from _group(node, shape, path)


def entries(node: Node | None) -> dict[str, Node]:
    """The keys of a group that have a value; null is none."""
    pairs = node.value if isinstance(node, MappingNode) else []
    return {key.value: value for key, value in pairs if value.tag != NULL}


def number(node: Node) -> Decimal | None:
    """The number of a node; None where it is none, quoted, or not finite."""
    if not isinstance(node, ScalarNode) or node.style is not None:
        return None
    try:
        found = Decimal(node.value)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def fault(node: Node, path: str, found: str, expected: str = "", remedy: str = "") -> Problem:
    """One problem at a node."""
    return Problem(str(node.start_mark.name), node.start_mark.line + 1, path, found, expected, remedy)


def joined(path: str, key: str) -> str:
    """The path of a key."""
    return f"{path}.{key}" if path else key


def _single(node: Node, shape: Text | Number | Truth, path: str) -> Iterator[Problem]:
    if not isinstance(node, ScalarNode):
        yield fault(node, path, "a list or a group of keys", "a single value")
    elif isinstance(shape, Truth):
        if node.value.lower() not in {"true", "false"}:
            yield fault(node, path, repr(node.value), "true or false")
    elif isinstance(shape, Number):
        value = number(node)
        if value is None or not shape.holds(value):
            quoted = "remove the quotes" if value is None and node.style is not None else shape.remedy
            yield fault(node, path, repr(node.value), shape.expected, quoted)
    else:
        yield from _text(node, shape, path)


def _text(node: ScalarNode, shape: Text, path: str) -> Iterator[Problem]:
    if shape.words and node.value not in shape.words:
        yield fault(node, path, repr(node.value), one_of(shape.words), did_you_mean(node.value, shape.words))
    elif shape.pattern is not None and not re.fullmatch(shape.pattern, node.value):
        yield fault(node, path, repr(node.value), shape.expected, shape.remedy)
    elif shape.longest is not None and len(node.value) > shape.longest:
        yield fault(node, path, f"{len(node.value)} characters", f"at most {shape.longest}", "shorten it")


def _items(node: Node, shape: Items, path: str) -> Iterator[Problem]:
    if not isinstance(node, SequenceNode):
        yield fault(node, path, "no list", "a list", "write it with dashes")
        return
    count = len(node.value)
    if count < shape.least or (shape.most is not None and count > shape.most):
        wanted = f"exactly {shape.least}" if shape.least == shape.most else f"at least {shape.least}"
        yield fault(node, path, f"{count} entries", wanted)
    for index, item in enumerate(node.value):
        yield from faults(item, shape.of, f"{path}[{index}]")


def _words(node: Node, shape: Words, path: str) -> Iterator[Problem]:
    if not isinstance(node, MappingNode):
        yield fault(node, path, "no group of keys", "keys with texts")
        return
    for key, value in node.value:
        below = joined(path, key.value)
        if not re.fullmatch(shape.keys, key.value):
            yield fault(key, below, repr(key.value), "a key such as team or example.com/team, at most 63 characters")
        listed = isinstance(value, SequenceNode) and shape.lists
        texts = value.value if listed else [value]
        if not all(isinstance(text, ScalarNode) for text in texts):
            yield fault(value, below, "a group or a list", "a text")


def _group(node: Node, shape: Group, path: str) -> Iterator[Problem]:
    if not isinstance(node, MappingNode):
        yield fault(node, path, "no group of keys", one_of(shape.keys))
        return
    for key, value in node.value:
        below = joined(path, key.value)
        if key.value not in shape.keys:
            known = one_of(shape.keys)
            yield fault(key, below, "an unknown key", known, did_you_mean(key.value, shape.keys) or "remove it")
        elif value.tag != NULL:
            yield from faults(value, shape.keys[key.value], below)
    yield from _missing(node, shape, path)


def _missing(node: MappingNode, shape: Group, path: str) -> Iterator[Problem]:
    given = entries(node)
    for key in shape.required:
        if key not in given:
            yield fault(node, joined(path, key), "no such key", "a value: it has no default")
    for choice in shape.one_of:
        found = [key for key in choice if key in given]
        if len(found) != 1:
            told = " and ".join(found) or "none of them"
            yield fault(node, path, told, f"exactly one of {', '.join(choice)}")
    for key, needed in shape.together:
        if key in given and needed not in given:
            yield fault(node, joined(path, needed), "no such key", f"a value, because {key} is given")
