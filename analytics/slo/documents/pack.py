"""The default pack: rules as data (``pack.yaml``), filled in with parameters.

>>> packed = pack_objectives(PackParameters(route="answer", skip=("cache-hits",)))
>>> [objective.name for objective in packed.objectives]
['slow-answers', 'tokens-above-baseline', 'errors-by-model', 'hallucinations-by-task']
>>> packed.left_out
('cost-per-request: needs slo_pack_parameters.monthly_budget_usd and expected_requests', 'cache-hits: skipped')
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from importlib.resources import files

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from analytics.slo.documents.canonical import SECTION, built
from analytics.slo.documents.openslo.shapes import entries
from analytics.slo.documents.settings import PackParameters
from analytics.slo.documents.strict_yaml import documents
from analytics.slo.documents.writing import decimal_text, single_text
from analytics.slo.objective import Objective
from collector.configuration import ConfigurationError, Problem
from collector.configuration.building import NULL
from collector.configuration.shapes import did_you_mean, one_of

FILE = "pack.yaml"
_PLACE = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Packed:
    """The rules of the pack that can be, and why the others are not there."""

    objectives: tuple[Objective, ...]
    left_out: tuple[str, ...]


def pack_objectives(parameters: PackParameters | None = None) -> Packed:
    """The objectives of the pack; raises :class:`ConfigurationError` for parameters that make no sound objective."""
    parameters = parameters or PackParameters()
    values = {entry.name: _text(getattr(parameters, entry.name)) for entry in fields(parameters)}
    root = documents((files("analytics.slo.documents") / FILE).read_text(encoding="utf-8"), FILE)[0]
    needs = {name: [item.value for item in node.value] for name, node in entries(entries(root)["needs"]).items()}
    rules = {str(entries(node)["name"].value): node for node in entries(root)[SECTION].value}
    _known(parameters.skip, rules)
    missing = {name: [word for word in needs.get(name, ()) if values[word] is None] for name in rules}
    wanted = [node for name, node in rules.items() if name not in parameters.skip and not missing[name]]
    return Packed(
        built([_filled(node, values) for node in wanted]),
        tuple(_reason(name, missing[name]) for name in rules if name in parameters.skip or missing[name]),
    )


def _known(skip: Sequence[str], rules: Mapping[str, Node]) -> None:
    for name in skip:
        if name not in rules:
            key, nearest = "slo_pack_parameters.skip", did_you_mean(name, rules)
            raise ConfigurationError([Problem(FILE, None, key, repr(name), one_of(rules), nearest)])


def _reason(name: str, missing: Sequence[str]) -> str:
    return f"{name}: needs slo_pack_parameters.{' and '.join(missing)}" if missing else f"{name}: skipped"


def _filled(node: Node, values: Mapping[str, str | None]) -> Node:
    """A copy in which every place is filled; a value that is only a place of nothing is nothing."""
    if isinstance(node, MappingNode):
        pairs = [(key, _filled(value, values)) for key, value in node.value]
        return MappingNode(node.tag, pairs, node.start_mark, node.end_mark)
    if isinstance(node, SequenceNode):
        items = [_filled(item, values) for item in node.value]
        return SequenceNode(node.tag, items, node.start_mark, node.end_mark)
    alone = _PLACE.fullmatch(node.value)
    if alone is not None and values[alone[1]] is None:
        return ScalarNode(NULL, "", node.start_mark, node.end_mark)
    text = _PLACE.sub(lambda place: values[place[1]] or "", node.value)
    return ScalarNode(node.tag, text, node.start_mark, node.end_mark)


def _text(value: object) -> str | None:
    if isinstance(value, Decimal):
        return decimal_text(value)
    return single_text(value) if isinstance(value, int | float) else None if value is None else str(value)
