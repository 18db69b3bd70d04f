"""``burnline experiments [NAME]``: the experiments there are, and what can be said of one, as often as one likes."""

import argparse
import sys
from pathlib import Path

from dashboards.asking import DEFAULT_URL, NoAnswer, Source, ask, segment
from dashboards.experiment_tables import experiment_table, experiments_table
from dashboards.options import Option
from dashboards.printing import refuse, show

_PATH = "/v1/experiments"
_ALL = (
    Option("start", "RFC 3339, included; default: thirty days before until, of one experiment its first span"),
    Option("until", "RFC 3339, excluded; default: now"),
)
_LIST = (Option("limit", "rows of a page"), Option("cursor", "go on after an earlier page"))
_ONE = (
    Option("control", "the variant that the others are compared with"),
    Option("split", "planned shares, such as control:0.9,new:0.1; default: even"),
    Option("unit", "what was randomised: tenant, user, session or request"),
    Option("alpha", "chance of a false verdict; default: as configured"),
)


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    about = "variants compared, safe to look at daily"
    parser = subparsers.add_parser("experiments", help=about, description=f"Show {about}.")
    parser.set_defaults(run=run)
    parser.add_argument("name", nargs="?", help="only this experiment, with its verdicts")
    for option in (*_ALL, *_LIST, *_ONE):
        parser.add_argument(f"--{option.name}", help=option.help)
    whom = parser.add_mutually_exclusive_group()
    whom.add_argument("--url", default=DEFAULT_URL, help=f"the server to ask; default {DEFAULT_URL}")
    whom.add_argument("--data", type=Path, metavar="DIR", help="ask a data directory that no server holds")
    parser.add_argument("--config", type=Path, help="with --data: the configuration that says how sure verdicts are")
    parser.add_argument("--json", action="store_true", help="print the answer of the HTTP API")


def run(args: argparse.Namespace) -> int:
    """Ask, show, and return the exit status: 0 answered, 1 no answer."""
    path = _PATH if args.name is None else f"{_PATH}/{segment(args.name)}"
    given = {option.name: getattr(args, option.name) for option in (*_ALL, *_LIST, *_ONE)}
    params = {name: value for name, value in given.items() if value is not None}
    try:
        answer = ask(Source(args.url, args.data, args.config), path, params)
    except NoAnswer as reason:
        return refuse("experiments", reason)
    if args.json:
        sys.stdout.write(f"{answer.text}\n")
    else:
        show((experiments_table if args.name is None else experiment_table)(answer.json()))
    return 0
