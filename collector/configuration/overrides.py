"""``BURNLINE_<SECTION>_<KEY>``: one value from the environment over one value of the file.

Only single values can be overridden, those of groups of keys and sections that are one: lists belong in the file.
"""

import typing
from collections.abc import Iterator, Mapping

from yaml.error import Mark
from yaml.nodes import MappingNode, Node, ScalarNode

from collector.configuration.building import NULL, TEXT, Builder
from collector.configuration.problems import Problem
from collector.configuration.shapes import did_you_mean, inner, keys_of, record, same_key

PREFIX = "BURNLINE_"


def overridden(
    nodes: Mapping[str, Node], sections: Mapping[str, object], environ: Mapping[str, str], builder: Builder
) -> dict[str, Node]:
    """The sections with the environment's values in place; a name that only looks like one of ours is a problem."""
    result = dict(nodes)
    known = {name: path for section, kind in sections.items() for name, path in _names(section, kind)}
    for name in sorted(environ):
        path = known.get(name)
        if path is not None:
            result[path[0]] = _with(result[path[0]], path[1:], _node(name, environ[name]))
        elif any(name.startswith(f"{PREFIX}{section.upper()}_") for section in sections):
            remedy = did_you_mean(name, known) or "remove the variable"
            builder.problems.append(Problem(name, None, "", "a variable for no known key", "", remedy))
    return result


def _names(section: str, kind: object) -> Iterator[tuple[str, tuple[str, ...]]]:
    single = record(kind) is None and typing.get_origin(inner(kind)) is None
    for path in [()] if single else _paths(kind):
        yield PREFIX + "_".join((section, *path)).upper(), (section, *path)


def _paths(hint: object) -> Iterator[tuple[str, ...]]:
    kind = record(hint)
    if kind is None:
        return
    hints = typing.get_type_hints(kind)
    for key, name in keys_of(kind).items():
        if record(hints[name]):
            yield from ((key, *rest) for rest in _paths(hints[name]))
        elif typing.get_origin(inner(hints[name])) is None:
            yield (key,)


def _node(name: str, text: str) -> ScalarNode:
    """A value as if it stood in the file; ``null`` and nothing mean none."""
    mark = Mark(name, -1, -1, -1, None, -1)
    return ScalarNode(NULL if text in ("", "null", "~") else TEXT, text, mark, mark)


def _with(node: Node, path: tuple[str, ...], value: ScalarNode) -> Node:
    """A copy of the node with one value set, whichever spelling the file used for its key."""
    if not path:
        return value
    entries = list(node.value) if isinstance(node, MappingNode) else []
    nothing = MappingNode("", [], value.start_mark, value.end_mark)
    below = next((found for key, found in entries if same_key(key.value, path[0])), nothing)
    changed = _with(below, path[1:], value)
    key = ScalarNode(TEXT, path[0], value.start_mark, value.end_mark)
    kept = [(old, found) for old, found in entries if not same_key(old.value, path[0])]
    return MappingNode("tag:yaml.org,2002:map", [*kept, (key, changed)], node.start_mark, node.end_mark)
