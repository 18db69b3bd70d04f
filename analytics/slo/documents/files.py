"""Objectives from files and folders: documents as the section ``objectives`` of ``burnline.yaml``.

    objectives:
      - {name: answers, sli: availability, target: 0.995, route: answer}

A file may hold several documents between ``---``. Every mistake says its file and line; a name used twice is one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from yaml.nodes import MappingNode, Node

from analytics.slo.documents.canonical import SECTION, built
from analytics.slo.documents.openslo.shapes import entries, fault
from analytics.slo.documents.pack import pack_objectives
from analytics.slo.documents.settings import ObjectiveDocuments, Pack, PackParameters
from analytics.slo.documents.strict_yaml import documents_of
from analytics.slo.objective import Objective
from collector.configuration import ConfigurationError, Finding, Problem, Rule
from collector.configuration.building import NULL

_ENDINGS = frozenset({".yaml", ".yml"})


def read_objectives(paths: Iterable[Path]) -> tuple[Objective, ...]:
    """The objectives of files and folders, in their order; raises :class:`ConfigurationError` with every mistake."""
    nodes = [node for path in paths for file in files_of(path) for root in documents_of(file) for node in listed(root)]
    found = built(nodes)
    once(
        [
            (objective, f"{node.start_mark.name}:{node.start_mark.line + 1}")
            for objective, node in zip(found, nodes, strict=True)
        ]
    )
    return found


def listed(root: Node) -> list[Node]:
    """The objectives of one document; raises :class:`ConfigurationError` for anything else in it."""
    if root.tag == NULL:
        return []
    given = entries(root)
    if "apiVersion" in given:
        remedy = "convert it with `burnline slo import`"
        raise ConfigurationError([fault(root, "", "a document of another kind", f"{SECTION}: a list", remedy)])
    if not isinstance(root, MappingNode):
        raise ConfigurationError([fault(root, "", "no group of keys", f"{SECTION}: a list")])
    problems = [
        fault(key, key.value, "an unknown key", SECTION, "this file is for objectives alone")
        for key, _ in root.value
        if key.value != SECTION
    ]
    if problems:
        raise ConfigurationError(problems)
    found = given.get(SECTION)
    if found is not None and not isinstance(found.value, list):
        raise ConfigurationError([fault(found, SECTION, "no list", "a list of objectives", "write it with dashes")])
    return [] if found is None else list(found.value)


def gathered(values: Mapping[str, object], folder: Path) -> tuple[Objective, ...]:
    """Every objective that a configuration names: its own, those of its files, those of the pack.

    ``values`` are the sections as loaded, ``folder`` is where the configuration lies. Raises
    :class:`ConfigurationError` with every mistake.
    """
    own, settings, pack, parameters = (values.get(name) for name in _SECTIONS)
    stated = own if isinstance(own, tuple) else ()
    files = settings.files if isinstance(settings, ObjectiveDocuments) else ()
    read = read_objectives([folder / name for name in files])
    told = parameters if isinstance(parameters, PackParameters) else PackParameters()
    packed = pack_objectives(told).objectives if pack is Pack.DEFAULT else ()
    once(
        [
            *((objective, "the configuration") for objective in stated),
            *((objective, "objective_documents.files") for objective in read),
            *((objective, "the pack; slo_pack_parameters.skip leaves it out") for objective in packed),
        ]
    )
    return (*stated, *read, *packed)


def files_of(path: Path) -> list[Path]:
    """A file itself, or the documents below a folder; raises :class:`ConfigurationError` for a folder without any."""
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.rglob("*") if file.suffix in _ENDINGS and file.is_file())
    if not found:
        said = "a folder without any .yaml or .yml file"
        raise ConfigurationError([Problem(str(path), None, "", said, "documents of objectives", "check the path")])
    return found


def once(placed: Sequence[tuple[Objective, str]]) -> None:
    """Refuse a name that two objectives have; each comes with where it stands."""
    first: dict[str, str] = {}
    problems: list[Problem] = []
    for objective, place in placed:
        if objective.name in first:
            found = f"the objective {objective.name!r} again"
            expected = f"each name once; {first[objective.name]} has it"
            problems.append(Problem(place, None, f"{SECTION}.name", found, expected, "rename one of them"))
        first.setdefault(objective.name, place)
    if problems:
        raise ConfigurationError(problems)


def with_documents(rules: Sequence[Rule], folder: Path) -> tuple[Rule, ...]:
    """The rules between sections, holding for objectives of documents as well; what is wrong in those comes first."""

    def readable(values: Mapping[str, object]) -> Iterator[Finding]:
        try:
            gathered(values, folder)
        except ConfigurationError as error:
            for problem in error.problems:
                found = f"{problem.where} {problem.key}: {problem.found}".replace(" :", ":")
                yield Finding(("objective_documents", "files"), found, problem.expected, problem.remedy)

    return (readable, *(_over(rule, folder) for rule in rules))


_SECTIONS = (SECTION, "objective_documents", "slo_pack", "slo_pack_parameters")


def _over(rule: Rule, folder: Path) -> Rule:
    def widened(values: Mapping[str, object]) -> Iterable[Finding]:
        try:
            return rule({**values, SECTION: gathered(values, folder)})
        except ConfigurationError:
            return ()  # said once, by the rule before

    return widened
