"""What became of every part of what was read: the report of an import, in which nothing is missing.

A part is used, or it is in a remark. What nobody asked for is found at the end and remarked as well, so that a key
which this reader does not know of cannot be lost.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from analytics.slo.documents.openslo.library import Document
from analytics.slo.documents.openslo.shapes import joined
from collector.configuration.building import NULL

_UNUSED = "Burnline has nothing to express it with"
_UNREFERENCED = "nothing that was imported refers to it"
_ALONE = {
    "DataSource": "Burnline counts requests in its own store and connects to no other",
    "AlertNotificationTarget": "whom an alert reaches is settled in Alertmanager",
}


class Outcome(StrEnum):
    """What a remark says happened."""

    REFUSED = "not imported"
    ASSUMED = "assumed"
    LEFT = "left out"


@dataclass(frozen=True, slots=True)
class Remark:
    """One part that could not be taken as it stands.

    >>> Remark("slo.yaml", 3, "SLO checkout", "spec.description", Outcome.LEFT, "too long").text
    'slo.yaml:3  SLO checkout  spec.description  left out: too long'
    """

    origin: str
    line: int
    document: str
    path: str
    outcome: Outcome
    reason: str

    @property
    def text(self) -> str:
        """The remark on one line."""
        return f"{self.origin}:{self.line}  {self.document}  {self.path}  {self.outcome}: {self.reason}"


@dataclass(slots=True)
class Remarks:
    """Collects remarks, and which nodes are accounted for."""

    found: list[Remark] = field(default_factory=list)
    _done: set[int] = field(default_factory=set)

    def use(self, node: Node) -> None:
        """A node was taken as it stands, with everything below it."""
        self._done.add(id(node))

    def remark(self, document: Document, node: Node, path: str, outcome: Outcome, reason: str) -> None:
        """A node was not taken as it stands."""
        self.use(node)
        mark = node.start_mark
        who = f"{document.kind} {document.name}"
        remark = Remark(str(mark.name), mark.line + 1, who, path, outcome, reason)
        if remark not in self.found:  # two SLOs may share an indicator or a policy
            self.found.append(remark)

    def refuse(self, document: Document, node: Node, path: str, reason: str) -> None:
        """A document cannot be imported, because of a node."""
        self.remark(document, node, path, Outcome.REFUSED, reason)
        self.use(document.node)

    def finish(self, document: Document) -> None:
        """Remark what nobody has taken of a document."""
        if id(document.node) in self._done:
            return
        metadata = dict(_pairs(document.metadata))
        untouched = [(path, node) for path, node in self._untouched(document.node, "") if path not in _HEADER]
        if document.kind != "SLO" and not any(id(node) in self._done for node in _below(document.node)):
            reason = _ALONE.get(document.kind, _UNREFERENCED)
            self.remark(document, metadata["name"], "metadata.name", Outcome.LEFT, reason)
            return
        for path, node in untouched:
            self.remark(document, node, path, Outcome.LEFT, _UNUSED)

    def _untouched(self, node: Node, path: str) -> Iterator[tuple[str, Node]]:
        """The single values, and empty groups and lists, that are not accounted for."""
        if id(node) in self._done or node.tag == NULL:
            return
        if isinstance(node, ScalarNode):
            yield path, node
            return
        for key, below in _pairs(node):
            yield from self._untouched(below, f"{path}{key}" if key.startswith("[") else joined(path, key))


_HEADER = frozenset({"apiVersion", "kind", "metadata.name"})


def _pairs(node: Node) -> Iterator[tuple[str, Node]]:
    if isinstance(node, MappingNode):
        yield from ((key.value, value) for key, value in node.value)
    elif isinstance(node, SequenceNode):
        yield from ((f"[{index}]", item) for index, item in enumerate(node.value))


def _below(node: Node) -> Iterator[Node]:
    yield node
    for _, below in _pairs(node):
        yield from _below(below)
