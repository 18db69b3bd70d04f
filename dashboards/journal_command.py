"""``burnline journal list | verify``: what was decided and changed, and whether all of that is as it was written."""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from dashboards.asking import DEFAULT_URL, NoAnswer, Source, ask
from dashboards.figures import clock
from dashboards.grid import narrated
from dashboards.printing import refuse, show

_PATH = "/v1/journal"
_HELP = {
    "list": "what was decided and changed, newest first; --json has every input",
    "verify": "whether every entry is as it was sealed; ends with 1 when one is not",
}
_LONGEST = 200


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its actions."""
    parser = subparsers.add_parser("journal", help="what was decided and changed, sealed", description=__doc__)
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    for action, about in _HELP.items():
        one = actions.add_parser(action, help=about, description=f"Show {about}.")
        one.set_defaults(run=run, action=action)
        if action == "list":
            one.add_argument("--kind", help="only entries of this kind, for instance transition or override")
            one.add_argument("--limit", help="entries of a page; default 50")
            one.add_argument("--cursor", help="go on after an earlier page")
        else:
            one.add_argument("--kept", metavar="PLACE:HASH", help="what an earlier verification said to keep")
        whom = one.add_mutually_exclusive_group()
        whom.add_argument("--url", default=DEFAULT_URL, help=f"the server to ask; default {DEFAULT_URL}")
        whom.add_argument("--data", type=Path, metavar="DIR", help="ask a data directory that no server holds")
        one.add_argument("--json", action="store_true", help="print the answer of the HTTP API")


def run(args: argparse.Namespace) -> int:
    """Ask, show, and return the exit status: 0 answered and whole, 1 no answer or a broken chain."""
    listing = args.action == "list"
    names = ("kind", "limit", "cursor") if listing else ("kept",)
    params = {name: given for name in names if (given := getattr(args, name)) is not None}
    try:
        answer = ask(Source(args.url, args.data), _PATH if listing else f"{_PATH}/audit", params)
    except NoAnswer as reason:
        return refuse(f"journal {args.action}", reason)
    found: Mapping[str, Any] = answer.json()
    if args.json:
        sys.stdout.write(f"{answer.text}\n")
    else:
        show(entry_table(found) if listing else Text(verdict(found)))
    return 0 if listing or found["whole"] else 1


def verdict(found: Mapping[str, Any]) -> str:
    """Say whether the journal holds, and what to keep.

    >>> verdict({"whole": True, "entries": 0, "last": None, "last_at": None})
    'The journal is empty.'
    """
    last = f"the last from {clock(found['last_at'])} UTC" if found["last"] else ""
    if not found["whole"]:
        before = f" What is before it holds: {_entries(found['entries'])}, {last}." if found["entries"] else ""
        return f"The journal is broken at entry {found['broken_at']:,}: {found['problem']}.{before}"
    if not found["entries"]:
        return "The journal is empty."
    return (
        f"The journal holds: {_entries(found['entries'])}, each sealed with the one before, {last}.\n"
        f"Keep this elsewhere, so that a later `burnline journal verify --kept` finds a missing end:\n{found['last']}"
    )


def entry_table(answer: Mapping[str, Any]) -> RenderableType:
    """One line an entry."""
    entries = answer["entries"]
    if not entries:
        return Text("The journal has no such entry.")
    return narrated(
        ("entry", [f"{entry['entry_seq']}" for entry in entries]),
        ("at (UTC)", [clock(entry["noted_at"]) for entry in entries]),
        ("kind", [entry["kind"] for entry in entries]),
        numbers=("entry",),
        sentence=("says", [_says(entry["body"]) for entry in entries]),
    )


def _says(body: Mapping[str, Any]) -> str:
    """The sentence of an entry that has one, else how it begins."""
    said = body.get("sentence")
    text = said if isinstance(said, str) else json.dumps(body, ensure_ascii=False, separators=(", ", ": "))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _entries(number: int) -> str:
    return "1 entry" if number == 1 else f"{number:,} entries"
