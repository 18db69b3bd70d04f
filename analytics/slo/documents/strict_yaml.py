r"""YAML that says one thing: documents as nodes that know their file and line, and nothing that could mean two.

Refused, each with file, line and remedy: a key that stands twice (one of the two would silently not count), aliases
(nine lines of them make a billion nodes), tags (they name types of a programming language), keys that are no single
value, and what is larger or deeper than any document a person writes.

>>> [node.value[0][1].value for node in documents("name: a\n---\nname: no\n", "objectives.yaml")]
['a', 'no']
>>> documents("a: 1\na: 2\n", "objectives.yaml")
Traceback (most recent call last):
...
collector.configuration.problems.ConfigurationError: objectives.yaml:2  a
  found     the same key again
  expected  each key once; line 1 has it
  remedy    remove one of the two
<BLANKLINE>
1 problem
"""

from collections.abc import Iterator
from pathlib import Path

from yaml import MarkedYAMLError, SafeLoader
from yaml.error import Mark
from yaml.events import AliasEvent, Event
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.reader import ReaderError

from collector.configuration import ConfigurationError, Problem

LARGEST_BYTES = 1_000_000
"""A thousand objectives, each with every key, are half of it."""
DEEPEST = 40
MOST_NODES = 50_000
_PLAIN = ("str", "int", "float", "bool", "null", "timestamp", "map", "seq", "value", "merge")
_CORE = frozenset(f"tag:yaml.org,2002:{word}" for word in _PLAIN)


def documents(text: str, origin: str) -> list[Node]:
    """Every document of a text, in order; raises :class:`ConfigurationError` with what is wrong and where."""
    if len(text) > LARGEST_BYTES:
        raise ConfigurationError([_too_large(origin, len(text))])
    try:
        found = list(_composed(text, origin))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, said = mark.line + 1 if mark else None, error.problem or error.context or str(error)
        remedy = "look at the line and above"
        raise ConfigurationError([Problem(origin, line, "", said, "valid YAML", remedy)]) from error
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        said = f"a control character, {error.character:#04x}"
        raise ConfigurationError([Problem(origin, line, "", said, "text", "remove it")]) from error
    problems = [problem for node in found for problem in _ambiguities(node, "")]
    if problems:
        raise ConfigurationError(problems)
    return found


def documents_of(path: Path, origin: str | None = None) -> list[Node]:
    """Every document of a file; raises :class:`ConfigurationError`, also where there is no such file."""
    origin = origin or str(path)
    try:
        size = path.stat().st_size
        if size > LARGEST_BYTES:
            raise ConfigurationError([_too_large(origin, size)])
        return documents(path.read_text(encoding="utf-8"), origin)
    except UnicodeDecodeError as error:
        said = f"byte {error.start} is no UTF-8"
        raise ConfigurationError(
            [Problem(origin, None, "", said, "a text file in UTF-8", "save it as UTF-8")]
        ) from error
    except OSError as error:
        said = f"no readable file: {error.strerror}"
        raise ConfigurationError([Problem(origin, None, "", said, "", "check the path")]) from error


def _composed(text: str, origin: str) -> Iterator[Node]:
    loader = _Loader(text, origin)
    while loader.check_node():
        node = loader.get_node()
        if node is not None:
            yield node


class _Loader(SafeLoader):
    """A loader that stops at aliases, and before anything is too much."""

    def __init__(self, text: str, origin: str) -> None:
        super().__init__(text)
        self.name = origin
        self._depth = 0
        self._nodes = 0

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        self._depth += 1
        self._nodes += 1
        event: Event = self.peek_event()  # type: ignore[no-untyped-call] # its stubs have no types
        if isinstance(event, AliasEvent):
            raise _Stopped(f"an alias, *{event.anchor}: write out what it stands for", event)
        if self._depth > DEEPEST or self._nodes > MOST_NODES:
            raise _Stopped(
                f"more than {DEEPEST} levels" if self._depth > DEEPEST else f"more than {MOST_NODES} values", event
            )
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1


class _Stopped(MarkedYAMLError):
    """What is not read any further."""

    def __init__(self, said: str, event: Event) -> None:
        mark = event.start_mark
        super().__init__(problem=said, problem_mark=mark if isinstance(mark, Mark) else None)


def _too_large(origin: str, size: int) -> Problem:
    return Problem(origin, None, "", f"{size} bytes", f"at most {LARGEST_BYTES}", "split the file")


def _ambiguities(node: Node, path: str) -> Iterator[Problem]:
    """What could be read in two ways, in the order of the file."""
    if node.tag not in _CORE:
        yield _problem(node, path, f"a tag, {node.tag}", "a plain value", "remove the tag")
    if isinstance(node, SequenceNode):
        for index, item in enumerate(node.value):
            yield from _ambiguities(item, f"{path}[{index}]")
    elif isinstance(node, MappingNode):
        yield from _keys(node, path)
    elif not _encodable(node.value):
        yield _problem(node, path, "half a character", "text that can be written as UTF-8", "remove the escape \\uD8..")


def _keys(node: MappingNode, path: str) -> Iterator[Problem]:
    lines: dict[str, int] = {}
    for key, value in node.value:
        if not isinstance(key, ScalarNode):
            yield _problem(key, path, "a key that is a list or a group", "a single value as key")
            continue
        below = f"{path}.{key.value}" if path else key.value
        if key.value in lines:
            found, expected = "the same key again", f"each key once; line {lines[key.value]} has it"
            yield _problem(key, below, found, expected, "remove one of the two")
        lines.setdefault(key.value, key.start_mark.line + 1)
        yield from _ambiguities(value, below)


def _encodable(text: str) -> bool:
    return all(not "\ud800" <= letter <= "\udfff" for letter in text)


def _problem(node: Node, path: str, found: str, expected: str, remedy: str = "") -> Problem:
    return Problem(str(node.start_mark.name), node.start_mark.line + 1, path, found, expected, remedy)
