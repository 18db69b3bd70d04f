"""``burnline downgrade set | hold | clear | list``: operators step a route by hand, with who, why and until when.

The words go to a running server, because only a server has routers that obey.
"""

import argparse
import getpass
import sys
from collections.abc import Mapping
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from collector.configuration.values import Unreadable, duration_s
from dashboards.asking import DEFAULT_URL, NoAnswer, Source, session
from dashboards.figures import UNKNOWN, clock, ratio
from dashboards.grid import narrated
from dashboards.printing import refuse, show
from instrumentation.downgrade import LADDER

_PATH = "/v1/routing/overrides"
_HELP = {
    "set": "serve a tier, whatever burns, until it expires",
    "hold": "stay at the tier that is served now, whatever burns, until it expires",
    "clear": "let the budgets decide again",
    "list": "what operators have put in force",
}
_DONE = {"set": "set to", "hold": "held where it is", "clear": "decided by its budgets again"}


def register(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> "argparse._SubParsersAction[argparse.ArgumentParser]":
    """Add the command and its actions; returns them, for packages that add more."""
    parser = subparsers.add_parser("downgrade", help="set, hold or clear a route by hand", description=__doc__)
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    for action, about in _HELP.items():
        one = actions.add_parser(action, help=about, description=f"{about[0].upper()}{about[1:]}.")
        one.set_defaults(run=run, action=action)
        if action != "list":
            _add_whom(one)
        if action == "set":
            one.add_argument("--tier", required=True, choices=[str(tier) for tier in LADDER], help="the tier to serve")
            one.add_argument("--share", type=float, default=1.0, help="share of the requests, 0..1; default 1")
        if action in {"set", "hold"}:
            one.add_argument("--for", dest="lasts", metavar="DURATION", default="1h", help="30m, 2h; default 1h")
        one.add_argument("--url", default=DEFAULT_URL, help=f"the server to tell; default {DEFAULT_URL}")
        one.add_argument("--json", action="store_true", help="print the answer of the HTTP API")
    return actions


def run(args: argparse.Namespace) -> int:
    """Tell the server, show what it says, and return the exit status: 0 done, 1 refused."""
    try:
        with session(Source(args.url)) as server:
            listing = args.action == "list"
            answer = server.ask(_PATH) if listing else server.tell(_PATH, body(vars(args)))
    except NoAnswer as reason:
        return refuse(f"downgrade {args.action}", reason)
    if args.json:
        sys.stdout.write(f"{answer.text}\n")
    else:
        show(override_table(answer.json()) if listing else Text(said(answer.json())))
    return 0


def body(given: Mapping[str, Any]) -> dict[str, object]:
    """What the server is told; raises :class:`~dashboards.asking.NoAnswer` for a duration that is none."""
    names = ("action", "route", "tenant", "tier", "share", "by", "reason")
    told: dict[str, object] = {name: given[name] for name in names if given.get(name) is not None}
    told.setdefault("by", _user())
    if "lasts" in given:
        try:
            told["for_s"] = duration_s(given["lasts"])
        except Unreadable as error:
            raise NoAnswer(f"--for {given['lasts']}: {error}; write for instance --for 30m or --for 2h") from error
    return told


def said(word: Mapping[str, Any]) -> str:
    """One line about what was done.

    >>> said({"action": "clear", "route": "answer", "tenant": "acme", "by": "sam"})
    'route answer of tenant acme is decided by its budgets again, from where it is'
    """
    tenant = "" if word["tenant"] is None else f" of tenant {word['tenant']}"
    whom = f"route {word['route']}{tenant} is {_DONE[word['action']]}"
    if word["action"] == "clear":
        return f"{whom}, from where it is"
    what = "" if word["tier"] is None else f" {word['tier']}{_portion(word['share'])}"
    return f"{whom}{what} until {clock(word['expires_at'])} UTC, by {word['by']}: {word['reason']}"


def override_table(answer: Mapping[str, Any]) -> RenderableType:
    """One line a word."""
    words = answer["overrides"]
    if not words:
        return Text("Nothing is set by hand: budgets decide.")
    return narrated(
        ("route", [word["route"] for word in words]),
        ("tenant", [word["tenant"] or "everybody" for word in words]),
        ("serve at", [word["tier"] or "as it is" for word in words]),
        ("share", [ratio(word["share"]) if word["tier"] else UNKNOWN for word in words]),
        ("since (UTC)", [clock(word["given_at"]) for word in words]),
        ("until (UTC)", [clock(word["expires_at"]) for word in words]),
        numbers=("share",),
        sentence=("who, why", [f"{word['by']}: {word['reason']}" for word in words]),
    )


def _add_whom(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--route", required=True, help="the route, as in the section routes")
    parser.add_argument("--tenant", help="the tenant, where the route is steered for one")
    parser.add_argument("--reason", required=True, help="why, for those who find it")
    parser.add_argument("--by", help="who does this; default: who is logged in")


def _portion(share: float) -> str:
    return "" if share == 1 else f" for {ratio(share)} of its requests"


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a number without a name
        return "unknown"
