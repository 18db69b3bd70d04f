"""``burnline journal list | verify``: what was decided and changed, and whether all of that is as it was written."""

import argparse
import json
from collections.abc import Mapping
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from dashboards.asking import NoAnswer
from dashboards.figures import clock
from dashboards.grid import narrated
from dashboards.printing import refuse
from dashboards.whom import add_whom, asked, say

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
        add_whom(one, None)


def run(args: argparse.Namespace) -> int:
    """Ask, show, and return the exit status: 0 answered and whole, 1 no answer or a broken chain."""
    listing = args.action == "list"
    names = ("kind", "limit", "cursor") if listing else ("kept",)
    params = {name: given for name in names if (given := getattr(args, name)) is not None}
    try:
        answer = asked(args, _HELP[args.action], _PATH if listing else f"{_PATH}/audit", params)
    except NoAnswer as reason:
        return refuse(f"journal {args.action}", reason)
    found: Mapping[str, Any] = answer.json()
    say(args, answer, entry_table if listing else lambda found: Text(verdict(found)))
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
