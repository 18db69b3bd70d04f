"""Plain values as YAML: nodes, whole documents, and single lines. Numbers are exact and have no exponent.

>>> print(yaml_of({"name": "no", "ceiling_usd": Exact("0.02"), "per": ["model"], "windows": [{"long": "1h"}]}), end="")
name: 'no'
ceiling_usd: 0.02
per: [model]
windows:
  - long: 1h
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

import yaml
from yaml.error import Mark
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.resolver import Resolver

from collector.configuration.building import NULL, TEXT

Plain = bool | int | float | str | Sequence["Plain"] | Mapping[str, "Plain"] | None
"""What JSON can say."""
_WIDTH = 120
_MAP, _SEQ = "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"
_BARE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9 ._/-]*[A-Za-z0-9._/-])?")


class Exact(str):
    """A decimal number as text, which JSON quotes and YAML need not."""

    __slots__ = ()


def yaml_of(value: Plain) -> str:
    """Plain values as YAML, in their order."""
    return str(yaml.serialize(node_of(value), Dumper=_Indented, allow_unicode=True, width=_WIDTH))


def node_of(value: Plain, mark: Mark | None = None) -> Node:
    """Plain values as nodes that stand at a mark; None stands nowhere."""
    mark = mark or Mark("document", -1, -1, -1, None, -1)
    if isinstance(value, Mapping):
        keyed = ((ScalarNode(TEXT, key, mark, mark, style=_style(key)), below) for key, below in value.items())
        pairs = [(key, node_of(below, mark)) for key, below in keyed]
        return MappingNode(_MAP, pairs, mark, mark, flow_style=not pairs)
    if isinstance(value, str):
        tag, style = (_tag(value), None) if isinstance(value, Exact) else (TEXT, _style(value))
        return ScalarNode(tag, value, mark, mark, style=style)
    if isinstance(value, Sequence):
        flat = not any(isinstance(item, Mapping) for item in value)
        return SequenceNode(_SEQ, [node_of(item, mark) for item in value], mark, mark, flow_style=flat)
    text = single_text(value)
    return ScalarNode(NULL if value is None else _tag(text), text, mark, mark)


def group(entries: Mapping[str, Node], at: Node) -> MappingNode:
    """Nodes under keys, as one that stands where another does."""
    mark = at.start_mark
    pairs = [(ScalarNode(TEXT, key, mark, mark), node) for key, node in entries.items()]
    return MappingNode(_MAP, pairs, mark, mark)


def moved(node: Node, mark: Mark) -> Node:
    """A node as if it stood elsewhere."""
    if isinstance(node, MappingNode):
        pairs = [(moved(key, mark), moved(value, mark)) for key, value in node.value]
        return MappingNode(node.tag, pairs, mark, mark)
    if isinstance(node, SequenceNode):
        return SequenceNode(node.tag, [moved(item, mark) for item in node.value], mark, mark)
    return ScalarNode(node.tag, node.value, mark, mark)


def text_tree(node: Node | None) -> object:
    """What a node says, without where and how it is written."""
    if node is None or node.tag == NULL:
        return None
    if isinstance(node, MappingNode):
        return {key.value: text_tree(value) for key, value in node.value}
    return [text_tree(item) for item in node.value] if isinstance(node, SequenceNode) else node.value


def flow_of(value: Plain) -> str:
    """A plain value as YAML on one line, with as few quotes as can be.

    >>> flow_of("answer"), flow_of("no"), flow_of(["a", "b: c"]), flow_of(None), flow_of({"a": 2500.0})
    ('answer', '"no"', '[a, "b: c"]', 'null', '{a: 2500}')
    """
    if isinstance(value, str):
        bare = isinstance(value, Exact) or (_BARE.fullmatch(value) and _tag(value) == TEXT)
        return str(value) if bare else _quoted(value)
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{flow_of(key)}: {flow_of(below)}' for key, below in value.items())}}}"
    if isinstance(value, Sequence):
        return f"[{', '.join(map(flow_of, value))}]"
    return single_text(value)


def single_text(value: float | None) -> str:
    """A single value as YAML has it.

    >>> single_text(1e-07), single_text(5000.0), single_text(True), single_text(None)
    ('0.0000001', '5000', 'true', 'null')
    """
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    return decimal_text(Decimal(repr(value)))


def decimal_text(value: Decimal) -> str:
    """Exactly, without an exponent or zeros nobody needs.

    >>> decimal_text(Decimal("0.0200")), decimal_text(Decimal("1E+3"))
    ('0.02', '1000')
    """
    text = format(value, "f")
    shortened = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if shortened in {"-0", ""} else shortened


class _Indented(yaml.SafeDumper):
    """Indents lists, as people do."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - as PyYAML calls it
        super().increase_indent(flow, False)


def _quoted(text: str) -> str:
    letters = (letter if _shown(letter) else f"\\U{ord(letter):08x}" for letter in text)
    return f'"{"".join(letters)}"'


def _style(text: str) -> str | None:
    """Quotes for a text with letters that nobody sees, some of which end a line; else what PyYAML finds."""
    return None if text.replace("\n", "").isprintable() else '"'


def _shown(letter: str) -> bool:
    return letter.isprintable() and letter not in '"\\'


def _tag(text: str) -> str:
    """What a text without quotes means."""
    found = Resolver().resolve(ScalarNode, text, (True, False))  # type: ignore[no-untyped-call] # its stubs have no types
    return str(found)
