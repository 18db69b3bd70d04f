"""Documents of either kind from files and folders: whether they are sound, and what they come to as objectives."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from yaml.nodes import Node

from analytics.slo.documents.canonical import SECTION, built, yaml_text
from analytics.slo.documents.files import files_of, listed, once
from analytics.slo.documents.openslo.importing import Imported, imported
from analytics.slo.documents.openslo.remarks import Outcome
from analytics.slo.documents.openslo.shapes import entries
from analytics.slo.documents.strict_yaml import documents_of
from analytics.slo.objective import Objective
from collector.configuration import ConfigurationError, render


@dataclass(frozen=True, slots=True)
class Checked:
    """What is to be said of some files."""

    problems: str
    """Every mistake with file, line and remedy; '' where there is none."""
    summary: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportedFiles:
    """What some files of OpenSLO v1 come to."""

    text: str
    """The objectives as YAML of Burnline."""
    summary: str
    remarks: tuple[str, ...]
    whole: bool
    """Whether every SLO could be imported."""


def checked(paths: Iterable[Path]) -> Checked:
    """Check documents of Burnline and of OpenSLO v1, told apart by their ``apiVersion``."""
    try:
        nodes = _nodes(paths)
        foreign = [node for node in nodes if _foreign(node)]
        own = [node for root in nodes if not _foreign(root) for node in listed(root)]
        objectives = built(own)
        once(
            [
                (one, f"{node.start_mark.name}:{node.start_mark.line + 1}")
                for one, node in zip(objectives, own, strict=True)
            ]
        )
        found = imported(foreign) if foreign else Imported((), ())
    except ConfigurationError as error:
        return Checked(render(error.problems))
    remarks = (*(remark.text for remark in found.remarks), *_rescaled((*objectives, *found.objectives)))
    return Checked("", f"{_count(objectives)}, {_count(found.objectives)} from OpenSLO: no mistake", remarks)


def import_files(paths: Iterable[Path], assume: Mapping[str, str]) -> ImportedFiles:
    """Import files and folders as one library; raises :class:`ConfigurationError` with every mistake."""
    found = imported(_nodes(paths), assume)
    refused = sum(remark.outcome is Outcome.REFUSED for remark in found.remarks)
    summary = f"{_count(found.objectives)}, {refused} not imported, {len(found.remarks) - refused} remarks"
    return ImportedFiles(
        yaml_text(found.objectives), summary, tuple(remark.text for remark in found.remarks), whole=not refused
    )


def _nodes(paths: Iterable[Path]) -> list[Node]:
    return [node for path in paths for file in files_of(path) for node in documents_of(file)]


def _foreign(root: Node) -> bool:
    """Whether a document is meant for OpenSLO, or for nobody who is known here."""
    return isinstance(root.value, list) and SECTION not in entries(root)


def _rescaled(objectives: Sequence[Objective]) -> Iterable[str]:
    for objective in objectives:
        for window in objective.windows:
            reason = objective.watched(window).reason
            if reason is not None:
                yield f"{objective.name}: {reason}"


def _count(objectives: Sequence[Objective]) -> str:
    return "1 objective" if len(objectives) == 1 else f"{len(objectives)} objectives"
