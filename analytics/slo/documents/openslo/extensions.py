"""What OpenSLO v1 has no key for, as annotations ``burnline.dev/...``: one per field of an objective, as YAML.

``threshold_ms`` is ``burnline.dev/threshold-ms: "2500"``, ``per`` is ``burnline.dev/per: "[model]"``. An annotation
wins over the key of OpenSLO for the same field, because it is only written where that key cannot say it exactly.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from yaml.nodes import Node

from analytics.slo.documents.openslo.shapes import fault
from analytics.slo.documents.strict_yaml import documents
from analytics.slo.documents.writing import Plain, flow_of, moved
from analytics.slo.objective import Objective
from collector.configuration import ConfigurationError
from collector.configuration.shapes import did_you_mean, one_of, preferred

PREFIX = "burnline.dev/"
UNIT = f"{PREFIX}unit"
"""Of the value of a threshold metric: s or ms."""
KEYS: Mapping[str, str] = MappingProxyType({key.replace("_", "-"): key for key in preferred(Objective).values()})
"""Name of an annotation, without its prefix, to key of an objective; for every field."""


def annotation(key: str) -> str:
    """The annotation of a key of an objective.

    >>> annotation("threshold_ms")
    'burnline.dev/threshold-ms'
    """
    return f"{PREFIX}{key.replace('_', '-')}"


def written(values: Mapping[str, Plain]) -> dict[str, Plain]:
    """Values by key of an objective as annotations."""
    return {annotation(key): str(flow_of(values[key])) for key in KEYS.values() if key in values}


def read(annotations: Mapping[str, Node]) -> Iterator[tuple[str, Node]]:
    """Fields that annotations set, as nodes at their lines; raises :class:`ConfigurationError` for one nobody reads."""
    for name, node in annotations.items():
        word = name.removeprefix(PREFIX)
        if name in {word, UNIT}:
            continue
        if word not in KEYS:
            path, nearest = f"metadata.annotations.{name}", did_you_mean(word, KEYS)
            raise ConfigurationError(
                [fault(node, path, "an annotation nobody reads", one_of(sorted(KEYS)), nearest or "remove it")]
            )
        yield KEYS[word], parsed(node)


def parsed(node: Node) -> Node:
    """What the text of an annotation says, at the line of the annotation."""
    found = documents(str(node.value), str(node.start_mark.name))
    return moved(found[0], node.start_mark) if len(found) == 1 else node
