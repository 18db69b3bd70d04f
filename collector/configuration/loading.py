"""Reading the file once, with the environment over it and rules between sections after it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from yaml import MarkedYAMLError, SafeLoader, YAMLError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from collector.configuration.building import NULL, Absent, Builder
from collector.configuration.overrides import overridden
from collector.configuration.problems import ConfigurationError, Problem
from collector.configuration.shapes import did_you_mean, one_of, same_key

Sections = Mapping[str, object]
"""Section name to its type: a dataclass, or ``tuple[Dataclass, ...]``."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule between sections has against the configuration; ``path`` leads to the line."""

    path: tuple[str | int, ...]
    found: str
    expected: str = ""
    remedy: str = ""


Rule = Callable[[Mapping[str, object]], Iterable[Finding]]


def load(
    path: Path | None,
    sections: Sections,
    *,
    environ: Mapping[str, str] | None = None,
    rules: Sequence[Rule] = (),
) -> Mapping[str, object]:
    """Every section by name, defaults where the file says nothing.

    ``environ`` holds ``BURNLINE_<SECTION>_<KEY>`` overrides. Raises :class:`ConfigurationError` with every problem.
    """
    values, problems = _read(path, sections, environ or {}, rules)
    if problems:
        raise ConfigurationError(problems)
    return values


def check(
    path: Path | None,
    sections: Sections,
    *,
    environ: Mapping[str, str] | None = None,
    rules: Sequence[Rule] = (),
) -> list[Problem]:
    """What :func:`load` would refuse, in the order of the file."""
    return sorted(
        _read(path, sections, environ or {}, rules)[1], key=lambda problem: (problem.origin, problem.line or 0)
    )


def _read(
    path: Path | None, sections: Sections, environ: Mapping[str, str], rules: Sequence[Rule]
) -> tuple[Mapping[str, object], list[Problem]]:
    try:
        document = _document(path)
    except ConfigurationError as unreadable:
        return {}, list(unreadable.problems)
    builder = Builder()
    nodes = overridden(_top(document, sections, builder), sections, environ, builder)
    values = {name: builder.build(nodes[name], kind, name) for name, kind in sections.items()}
    if not builder.problems:
        _apply(rules, values, document, builder)
    return {name: value for name, value in values.items() if value is not Absent.VALUE}, builder.problems


def _document(path: Path | None) -> Node:
    """The root node of the file; an empty mapping when there is no file or nothing in it."""
    name = "defaults" if path is None else path.name
    try:
        loader = SafeLoader("" if path is None else path.read_text(encoding="utf-8"))
        loader.name = name
        root = loader.get_single_node()
    except OSError as error:
        remedy = "check the path given with --config"
        raise ConfigurationError(
            [Problem(str(path), None, "", f"no readable file: {error.strerror}", "", remedy)]
        ) from error
    except (YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigurationError([_syntax(name, error)]) from error
    return root if root is not None else MappingNode("", [], loader.get_mark(), loader.get_mark())


def _syntax(name: str, error: Exception) -> Problem:
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    said = error.problem if isinstance(error, MarkedYAMLError) and error.problem else str(error)
    return Problem(name, mark.line + 1 if mark else None, "", said, "valid YAML in UTF-8", "look at the line and above")


def _top(document: Node, sections: Sections, builder: Builder) -> dict[str, Node]:
    """The node of every section; an empty one for those the file leaves out."""
    nodes: dict[str, Node] = {}
    if not isinstance(document, MappingNode):
        builder.note(document, "", "no sections", one_of(sections))
    else:
        for key, value in document.value:
            word = str(key.value)
            if word not in sections:
                builder.note(key, word, "an unknown section", one_of(sections), did_you_mean(word, sections))
            elif word in nodes:
                builder.note(key, word, "the same section again", "each section once")
            else:
                nodes[word] = value
    empty = ScalarNode(NULL, "", document.start_mark, document.end_mark)
    return {name: nodes.get(name, empty) for name in sections}


def _apply(rules: Sequence[Rule], values: Mapping[str, object], document: Node, builder: Builder) -> None:
    for rule in rules:
        for finding in rule(values):
            node = _at(document, finding.path)
            builder.note(node, _spelled(finding.path), finding.found, finding.expected, finding.remedy)


def _at(node: Node, path: tuple[str | int, ...]) -> Node:
    """The deepest node on a path; a finding about a default points to what surrounds it."""
    for part in path:
        below: Node | None = None
        if isinstance(node, MappingNode):
            below = next((value for key, value in node.value if same_key(key.value, part)), None)
        elif isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
            below = node.value[part]
        if below is None:
            break
        node = below
    return node


def _spelled(path: tuple[str | int, ...]) -> str:
    """A path as people write it.

    >>> _spelled(("routes", 0, "ladder"))
    'routes[0].ladder'
    """
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")
