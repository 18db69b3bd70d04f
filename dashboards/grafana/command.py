"""``burnline grafana``: the boards and their provisioning for a Grafana of one's own, with one's own addresses."""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from dashboards.grafana.choices import CONSOLE
from dashboards.grafana.classic import board_json
from dashboards.grafana.definitions import BOARDS
from dashboards.placing import put_in_place
from dashboards.printing import refuse

_HERE = Path(__file__).parent
_BOARDS = "/var/lib/grafana/dashboards"
_SCRAPED = "timeInterval: 15s"
ADDRESSES: Mapping[str, tuple[str, str]] = {
    "console": (CONSOLE, "where people reach the console"),
    "burnline": ("http://burnline:8320", "where Grafana reaches Burnline"),
    "prometheus": ("http://prometheus:9090", "where Grafana reaches Prometheus"),
    "alertmanager": ("http://alertmanager:9093", "where Grafana reaches Alertmanager"),
}
"""What is written where, unless it is said otherwise: the names of the compose file."""
_ADDRESS = re.compile(r"https?://[\w.\-:\[\]]+(?:/[\w.\-/]*)?")
_PLAIN = re.compile(r"[\w./$-]+")
_INTERVAL = re.compile(r"[1-9][0-9]{0,5}[smh]")


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    about = "write boards and provisioning for Grafana"
    parser = commands.add_parser("grafana", help=about, description=f"Grafana: {about}.")
    parser.add_argument("folder", metavar="DIR", help="gets boards/ and provisioning/")
    for name, (usual, text) in ADDRESSES.items():
        parser.add_argument(f"--{name}", metavar="URL", default=usual, help=f"{text}; default: {usual}")
    parser.add_argument("--scraped-every", metavar="15s", default="15s", help="Prometheus' scrape interval")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write every file, and return the exit status: 0 written, 1 not."""
    addresses = {name: str(getattr(args, name)).rstrip("/") for name in ADDRESSES}
    folder = Path(args.folder)
    try:
        _check(addresses, args.scraped_every, args.folder)
        for path, text in files(folder.resolve(), addresses, args.scraped_every):
            path.parent.mkdir(parents=True, exist_ok=True)
            put_in_place(path, text)
    except (ValueError, OSError, RuntimeError) as reason:  # the last of links in a circle
        return refuse("grafana", reason)
    sys.stdout.write(
        f"{len(BOARDS)} boards in {folder / 'boards'}, what Grafana reads first in {folder / 'provisioning'}\n"
    )
    return 0


def files(folder: Path, addresses: Mapping[str, str], scraped_every: str) -> Iterator[tuple[Path, str]]:
    """Every file with its text."""
    for board in BOARDS:
        yield folder / "boards" / f"{board.uid.removeprefix('burnline-')}.json", board_json(board, addresses["console"])
    said = {usual: addresses[name] for name, (usual, _) in ADDRESSES.items()}
    said |= {_BOARDS: _scalar(str(folder / "boards").replace("$", "$$")), _SCRAPED: f"timeInterval: {scraped_every}"}
    one_of_them = re.compile("|".join(map(re.escape, said)))
    for path in sorted(_HERE.glob("provisioning/*/*.yaml")):
        text = path.read_text(encoding="utf-8")
        yield folder / path.relative_to(_HERE), one_of_them.sub(lambda found: said[found[0]], text)


def _scalar(path: str) -> str:
    """Write a path for YAML, where a colon or a hash may mean something.

    >>> _scalar("/etc/burnline"), _scalar("/srv/my: boards")
    ('/etc/burnline', '"/srv/my: boards"')
    """
    return path if _PLAIN.fullmatch(path) else json.dumps(path, ensure_ascii=False)


def _check(addresses: Mapping[str, str], scraped_every: str, folder: str) -> None:
    if not folder or not folder.isprintable():
        raise ValueError(f"DIR is {folder!r}; expected a folder, such as /etc/burnline-grafana, or . for this one")
    for name, address in addresses.items():
        if not _ADDRESS.fullmatch(address):
            raise ValueError(f"--{name} is {address}; expected an address such as {ADDRESSES[name][0]}")
    if not _INTERVAL.fullmatch(scraped_every):
        raise ValueError(f"--scraped-every is {scraped_every}; expected a time such as 15s or 1m")
