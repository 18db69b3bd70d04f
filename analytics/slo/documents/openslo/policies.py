"""The alert policies of an SLO and their conditions, wherever they stand: in place, or in documents of their own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from yaml.nodes import Node, ScalarNode

from analytics.slo.documents.openslo.library import Document, Library
from analytics.slo.documents.openslo.remarks import Outcome, Remarks
from analytics.slo.documents.openslo.shapes import entries

_TOLD = "missing data and recovery are shown, and page nobody"
_SILENT = "it does not alert when its condition is met, and Burnline knows no other alert"


@dataclass(frozen=True, slots=True)
class Place:
    """A part of a document, and where it stands."""

    document: Document
    path: str
    node: Node

    def at(self, key: str) -> str:
        """The path of a key of it."""
        return f"{self.path}.{key}"


@dataclass(frozen=True, slots=True)
class Policy:
    """One alert policy: what it says, its one condition, and its annotations."""

    spec: Place
    condition: Place
    annotations: Mapping[str, Node]


def policies(slo: Document, library: Library, remarks: Remarks) -> Iterator[Policy]:
    """Every policy that alerts while its condition is met; the others are remarked."""
    listed = entries(slo.spec).get("alertPolicies")
    for index, item in enumerate([] if listed is None else listed.value):
        place = Place(slo, f"spec.alertPolicies[{index}]", item)
        found = _resolved(place, "AlertPolicy", "alertPolicyRef", library, remarks)
        if found is None:
            continue
        metadata, spec = found
        if not _alerts(spec, remarks):
            continue
        only = entries(spec.node)["conditions"].value[0]
        inside = Place(spec.document, spec.at("conditions[0]"), only)
        condition = _resolved(inside, "AlertCondition", "conditionRef", library, remarks)
        if condition is not None:
            yield Policy(spec, condition[1], annotations(metadata))


def annotations(metadata: Node) -> dict[str, Node]:
    """The annotations of some metadata, by name."""
    return entries(entries(metadata).get("annotations"))


def _resolved(place: Place, kind: str, reference: str, library: Library, remarks: Remarks) -> tuple[Node, Place] | None:
    """Metadata and spec of what stands in place or is referred to; None with a remark where it is not there."""
    given = entries(place.node)
    if "spec" in given:
        for node in (given["kind"], given.get("apiVersion"), entries(given["metadata"])["name"]):
            if node is not None:
                remarks.use(node)
        return given["metadata"], Place(place.document, place.at("spec"), given["spec"])
    name = place.node if isinstance(place.node, ScalarNode) else given[reference]
    named = library.find(kind, str(name.value))
    if named is None:
        path = place.path if name is place.node else place.at(reference)
        remarks.remark(place.document, name, path, Outcome.LEFT, f"no {kind} {name.value!r} in these files")
        return None
    remarks.use(name)
    remarks.use(entries(named.metadata)["name"])
    return named.metadata, Place(named, "spec", named.spec)


def _alerts(spec: Place, remarks: Remarks) -> bool:
    given = entries(spec.node)
    for key in ("alertWhenNoData", "alertWhenResolved"):
        if _is(given, key, "true"):
            remarks.remark(spec.document, given[key], spec.at(key), Outcome.LEFT, _TOLD)
        elif key in given:
            remarks.use(given[key])
    silent = _is(given, "alertWhenBreaching", "false")
    if silent:
        node = given["alertWhenBreaching"]
        remarks.remark(spec.document, node, spec.at("alertWhenBreaching"), Outcome.LEFT, _SILENT)
    elif "alertWhenBreaching" in given:
        remarks.use(given["alertWhenBreaching"])
    return not silent


def _is(given: Mapping[str, Node], key: str, word: str) -> bool:
    return key in given and str(given[key].value).lower() == word
