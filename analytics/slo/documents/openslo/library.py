"""Documents of several files as one library, in which a reference finds what it names.

A file may hold one document, several between ``---``, or a list of them. What looks like a service level objective of
another tool or another version is refused by its name, with what to do.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from analytics.slo.documents.openslo.shapes import entries, fault, faults
from analytics.slo.documents.openslo.spec import KINDS, VERSION
from collector.configuration import ConfigurationError, Problem
from collector.configuration.shapes import did_you_mean, one_of

_BY_HAND = "write it as openslo/v1 by hand"
OTHERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "openslo/v1alpha": (
            "OpenSLO v1alpha, the version that Sloth reads",
            "v1 has an `indicator` instead of ratioMetrics, and a duration in `timeWindow`: rewrite both",
        ),
        "openslo/v2alpha": ("OpenSLO v2alpha", "a draft that restructures data sources: write openslo/v1"),
        "openslo.com/": ("OpenSLO with a domain, as Kubernetes wants it", f"write apiVersion: {VERSION}"),
        "prometheus/v1": (
            "a service level of Sloth",
            f"{_BY_HAND}: `objective: 99.9` there is `targetPercent: 99.9` here",
        ),
        "sloth.slok.dev/": ("a service level of Sloth for Kubernetes", _BY_HAND),
        "pyrra.dev/": ("a service level objective of Pyrra", _BY_HAND),
        "n9/": ("a document of Nobl9", "export it as openslo/v1 there"),
    }
)
"""Beginnings of ``apiVersion`` (or Sloth's ``version``) that are not ours: what it is, what to do."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document that is as the specification wants it."""

    kind: str
    name: str
    node: MappingNode

    @property
    def spec(self) -> Node:
        """What it says."""
        return entries(self.node)["spec"]

    @property
    def metadata(self) -> Node:
        """Who it is."""
        return entries(self.node)["metadata"]


@dataclass(frozen=True, slots=True)
class Library:
    """Documents by kind and name, in the order of the files."""

    documents: tuple[Document, ...]

    def of(self, kind: str) -> Iterator[Document]:
        """Every document of a kind."""
        return (document for document in self.documents if document.kind == kind)

    def find(self, kind: str, name: str) -> Document | None:
        """The document that a reference names."""
        return next((document for document in self.of(kind) if document.name == name), None)


def library(nodes: Iterable[Node]) -> Library:
    """Check every document; raises :class:`ConfigurationError` with all that is wrong."""
    found: list[Document] = []
    problems: list[Problem] = []
    for node in _each(nodes):
        document = _document(node, problems)
        if document is not None:
            problems += _repeated(document, found)
            found.append(document)
    if problems:
        raise ConfigurationError(problems)
    return Library(tuple(found))


def _each(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        if isinstance(node, SequenceNode):
            yield from node.value
        else:
            yield node


def _document(node: Node, problems: list[Problem]) -> Document | None:
    given = entries(node)
    stranger = _stranger(node, given)
    if stranger is not None:
        problems.append(stranger)
        return None
    wrong = list(faults(node, KINDS[given["kind"].value], ""))
    problems += wrong
    if wrong or not isinstance(node, MappingNode):
        return None
    return Document(given["kind"].value, entries(given["metadata"])["name"].value, node)


def _stranger(node: Node, given: Mapping[str, Node]) -> Problem | None:
    """What a document is that is none of OpenSLO v1."""
    version = given.get("apiVersion") or given.get("version")
    said = str(version.value) if isinstance(version, ScalarNode) else ""
    if said != VERSION:
        known = next((told for beginning, told in OTHERS.items() if said.startswith(beginning)), None)
        if known is not None and version is not None:
            return fault(version, "apiVersion", f"{said!r}: {known[0]}", VERSION, known[1])
        if "objectives" in given and version is None:
            remedy = "list it under objective_documents.files, or convert it with `burnline slo export`"
            return fault(node, "", "a document of Burnline itself", f"apiVersion: {VERSION}", remedy)
        found = repr(said) if version is not None else "no apiVersion"
        return fault(version or node, "apiVersion", found, VERSION, did_you_mean(said, [VERSION]))
    kind = given.get("kind")
    if kind is None:
        return fault(node, "kind", "no such key", one_of(KINDS))
    if not isinstance(kind, ScalarNode) or kind.value not in KINDS:
        found = repr(kind.value) if isinstance(kind, ScalarNode) else "a list or a group of keys"
        return fault(kind, "kind", found, one_of(KINDS), did_you_mean(str(kind.value), KINDS))
    return None


def _repeated(document: Document, earlier: Sequence[Document]) -> Iterator[Problem]:
    for other in earlier:
        if (other.kind, other.name) == (document.kind, document.name):
            first = f"{other.node.start_mark.name}:{other.node.start_mark.line + 1}"
            name = entries(document.metadata)["name"]
            found = f"{document.kind} {document.name!r} again"
            yield fault(name, "metadata.name", found, f"each name once per kind; {first} has it", "rename one")
