"""``python -m dashboards.grafana --write`` writes the committed boards anew; without it, says which are not current."""

import argparse
import sys
from pathlib import Path

from dashboards.grafana.classic import board_json
from dashboards.grafana.definitions import BOARDS

FOLDER = Path(__file__).parent / "boards"


def main(argv: list[str] | None = None) -> int:
    """Write or compare; 1 if a board is not current."""
    parser = argparse.ArgumentParser(prog="python -m dashboards.grafana", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write them")
    write: bool = parser.parse_args(argv).write
    stale = [name for name, text in written().items() if not _current(name, text)]
    if write:
        for name in stale:
            (FOLDER / name).write_text(written()[name], encoding="utf-8")
    for name in stale:
        sys.stdout.write(f"{name} {'written' if write else 'is not what the definitions say; run with --write'}\n")
    return 0 if write or not stale else 1


def written() -> dict[str, str]:
    """Every board as a file, by its name."""
    return {f"{board.uid.removeprefix('burnline-')}.json": board_json(board) for board in BOARDS}


def _current(name: str, text: str) -> bool:
    path = FOLDER / name
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
