"""The committed boards as tests see them: parsed JSON, their panels and their questions."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).parents[3] / "dashboards" / "grafana"
Json = dict[str, Any]


def committed() -> dict[str, Json]:
    """Every board, by the name of its file."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("boards/*.json"))}


class Asked(NamedTuple):
    """One question of a panel."""

    board: str
    panel: Json
    target: Json

    def __str__(self) -> str:
        return f"{self.board}: {self.panel['title']} {self.target['refId']}"


def panels(board: Json) -> Iterator[Json]:
    """Every panel that shows something."""
    return (panel for panel in board["panels"] if panel["type"] != "row")


def questions(source: str) -> Iterator[Asked]:
    """Every question that goes to a kind of source."""
    for name, board in committed().items():
        for panel in panels(board):
            for target in panel["targets"]:
                if target["datasource"]["type"] == source:
                    yield Asked(name, panel, target)
