"""The files of the stack, as tests read them."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
STACK = ROOT / "dashboards" / "stack"
COMPOSE: Mapping[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: Mapping[str, Mapping[str, Any]] = COMPOSE["services"]
_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::-(?P<default>[^}]*))?\}")


def told(text: str) -> str:
    """A text of the compose file as it is where no variable is set."""
    return _VARIABLE.sub(lambda found: found["default"] or "", text)


def variables(node: object) -> Iterator[tuple[str, str]]:
    """Every variable below a node, with what it is when it is left out."""
    if isinstance(node, Mapping):
        for value in node.values():
            yield from variables(value)
    elif isinstance(node, list):
        for value in node:
            yield from variables(value)
    elif isinstance(node, str):
        yield from ((found["name"], found["default"] or "") for found in _VARIABLE.finditer(node))


def mounted(service: str) -> Mapping[PurePosixPath, Path]:
    """Files and folders of the tree that a service sees, by where it sees them."""
    found = [volume for volume in SERVICES[service].get("volumes", ()) if isinstance(volume, Mapping)]
    return {PurePosixPath(volume["target"]): ROOT / told(volume["source"]) for volume in found}
