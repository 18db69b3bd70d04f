"""OpenSLO v1 into objectives: every SLO that can be expressed, and a remark for every part of a document that cannot.

An SLO with several objectives becomes several, ``checkout-1``, ``checkout-2``. Targets are exact: ``targetPercent:
99.95`` is the ratio 0.9995, by decimal division.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from yaml.nodes import MappingNode, Node

from analytics.slo.documents.canonical import built
from analytics.slo.documents.openslo import extensions
from analytics.slo.documents.openslo.exporting import exported_nodes, rendered_indicator
from analytics.slo.documents.openslo.home import Home, home, of_objective
from analytics.slo.documents.openslo.indicators import Stated, indicator, leave_query, limit, stated
from analytics.slo.documents.openslo.library import Document, Library, library
from analytics.slo.documents.openslo.remarks import Outcome, Remark, Remarks
from analytics.slo.documents.openslo.shapes import entries, fault, number
from analytics.slo.documents.writing import group, node_of, text_tree
from analytics.slo.objective import Objective
from collector.configuration import ConfigurationError, Problem
from collector.configuration.shapes import did_you_mean, keys_of, one_of

_CLOSE = 1e-9
_FREE = frozenset({"annotations", "name", "service"})
"""Annotations that need not fit the key beside them: a document may be called otherwise than its objective."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to."""

    objectives: tuple[Objective, ...]
    remarks: tuple[Remark, ...]
    """Every part that could not be taken as it stands, in the order of the files."""


@dataclass(frozen=True, slots=True)
class _Made:
    """One objective on its way: from which SLO, out of which keys, and what annotations said instead."""

    slo: Document
    home: Home
    keys: Mapping[str, Node]
    stated: Mapping[str, Node]

    @property
    def node(self) -> Node:
        return group({**self.keys, **self.stated}, self.slo.node)


def imported(nodes: Iterable[Node], assume: Mapping[str, str] | None = None) -> Imported:
    """Import documents; raises :class:`ConfigurationError` with every mistake in them.

    ``assume`` sets keys of objectives where the documents have no annotation for them: ``{"sli": "availability"}``.
    """
    found, remarks = library(nodes), Remarks()
    assumed = _assumed(assume or {})
    made = [one for slo in found.of("SLO") for one in _objectives(slo, found, remarks, assumed)]
    objectives = built([one.node for one in made])
    problems = [problem for one in zip(made, objectives, strict=True) for problem in _contradictions(*one)]
    problems += _repeated(made, objectives)
    if problems:
        raise ConfigurationError(problems)
    for one, objective in zip(made, objectives, strict=True):
        _query(one.slo, objective, found, remarks)
        service = found.find("Service", str(entries(one.slo.spec)["service"].value))
        if service is not None:
            remarks.use(entries(service.metadata)["name"])
    for document in found.documents:
        remarks.finish(document)
    return Imported(objectives, tuple(sorted(remarks.found, key=lambda one: (one.origin, one.line))))


def _assumed(given: Mapping[str, str]) -> dict[str, Node]:
    known = keys_of(Objective)
    for key in given:
        if key not in known:
            problem = Problem("--set", None, key, "an unknown key", one_of(known), did_you_mean(key, known))
            raise ConfigurationError([problem])
    return {key: extensions.parsed(node_of(text)) for key, text in given.items()}


def _objectives(slo: Document, found: Library, remarks: Remarks, assumed: Mapping[str, Node]) -> list[_Made]:
    """The objectives of one SLO: all of them, or none with a refusal."""
    measured = indicator(slo, found, remarks)
    told = None if measured is None else stated(slo, measured, assumed, remarks)
    at_home = None if told is None else home(slo, found, remarks)
    if measured is None or told is None or at_home is None:
        return []
    made: list[_Made] = []
    listed = entries(slo.spec)["objectives"].value
    for index, objective in enumerate(listed):
        keys = {**at_home.fields, **of_objective(objective, remarks)}
        if len(listed) > 1:
            keys["name"] = node_of(f"{slo.name}-{index + 1}", objective.start_mark)
        limits = _limits(slo, told, objective, index, remarks) if measured.threshold else {}
        if limits is None:
            return []
        made.append(_Made(slo, at_home, keys, {**limits, **_with_annotations(told.values, keys)}))
    return made


def _limits(slo: Document, told: Stated, objective: Node, index: int, remarks: Remarks) -> dict[str, Node] | None:
    """The limit of a threshold metric; None with a refusal."""
    given, path = entries(objective), f"spec.objectives[{index}]"
    found = limit(str(told.values["sli"].value), given, told.unit)
    if found.refused:
        remarks.refuse(slo, objective, path, found.refused)
        return None
    for key in ("op", "value"):
        remarks.use(given[key])
    if found.assumed:
        remarks.remark(slo, given["op"], f"{path}.op", Outcome.ASSUMED, found.assumed)
    return {key: node_of(value, given["value"].start_mark) for key, value in found.values.items()}


def _with_annotations(values: Mapping[str, Node], keys: Mapping[str, Node]) -> dict[str, Node]:
    """Annotations whose names OpenSLO does not allow stand beside those whose names it does."""
    found = dict(values)
    more, allowed = values.get("annotations"), keys.get("annotations")
    if isinstance(more, MappingNode) and isinstance(allowed, MappingNode):
        found["annotations"] = MappingNode(more.tag, [*allowed.value, *more.value], more.start_mark, more.end_mark)
    return found


def _contradictions(made: _Made, objective: Objective) -> Iterator[Problem]:
    """Annotations that say something else than the keys they make exact: one of the two was edited."""
    both = [key for key in made.stated if key in made.keys and key not in _FREE]
    again = _again(objective) if both else {}
    for key in both:
        if text_tree(made.keys[key]) != text_tree(again.get(key)):
            name = extensions.annotation(key)
            told = f"{name} says {key} otherwise than the document's own key"
            yield fault(made.keys[key], key, told, "one of the two", f"remove the annotation {name}, or set it anew")
    for row, window in zip(made.home.rows, objective.windows, strict=False):
        burn = number(row.threshold) if row.exact else None
        factor = objective.factor(window)
        if "windows" not in made.stated and burn is not None and abs(float(burn) - factor) > _CLOSE * factor:
            told = f"a threshold of {burn}, and a budget share that means {factor}"
            remedy = "remove the annotation burnline.dev/budget-share to take the threshold"
            yield fault(row.threshold, "threshold", told, "one of the two", remedy)


def _again(objective: Objective) -> dict[str, Node]:
    """What the keys of OpenSLO would say of an objective."""
    found, remarks = library(exported_nodes([objective])), Remarks()
    slo = next(found.of("SLO"))
    at_home = home(slo, found, remarks)
    own = {} if at_home is None else dict(at_home.fields)
    return own | of_objective(entries(slo.spec)["objectives"].value[0], remarks)


def _query(slo: Document, objective: Objective, found: Library, remarks: Remarks) -> None:
    """Say that a query is not run, unless it is the one that Burnline itself answers."""
    measured = indicator(slo, found, remarks)
    if measured is None:
        return
    if text_tree(measured.spec) == text_tree(rendered_indicator(objective)):
        remarks.use(measured.spec)
    else:
        leave_query(slo, measured, remarks)


def _repeated(made: Sequence[_Made], objectives: Sequence[Objective]) -> Iterator[Problem]:
    seen: dict[str, _Made] = {}
    for one, objective in zip(made, objectives, strict=True):
        first = seen.setdefault(objective.name, one)
        if first is not one:
            where = f"{first.slo.node.start_mark.name}:{first.slo.node.start_mark.line + 1}"
            expected = f"each name once; {where} has it"
            yield fault(one.slo.node, "name", f"the objective {objective.name!r} again", expected, "rename one")
