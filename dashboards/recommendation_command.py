"""``burnline recommend``: where a cheaper model would do as well, by class of traffic."""

import argparse
import sys
from pathlib import Path

from dashboards.asking import DEFAULT_URL, NoAnswer, Source, ask
from dashboards.options import PAGE, Option
from dashboards.printing import refuse, show
from dashboards.recommendation_tables import recommendations_table

_OPTIONS = (
    Option("start", "RFC 3339, included; default: four weeks before until"),
    Option("until", "RFC 3339, excluded; default: now"),
    Option("route", "only this route"),
    Option("feature", "only this feature"),
    Option("tenant", "only this tenant"),
    *PAGE,
)


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    about = "where a cheaper model would do as well"
    parser = subparsers.add_parser("recommend", help=about, description=f"Show {about}.")
    parser.set_defaults(run=run)
    for option in _OPTIONS:
        parser.add_argument(f"--{option.name}", help=option.help)
    whom = parser.add_mutually_exclusive_group()
    whom.add_argument("--url", default=DEFAULT_URL, help=f"the server to ask; default {DEFAULT_URL}")
    whom.add_argument("--data", type=Path, metavar="DIR", help="ask a data directory that no server holds")
    parser.add_argument("--config", type=Path, help="with --data: the configuration that says margins and prices")
    parser.add_argument("--json", action="store_true", help="print the answer of the HTTP API")


def run(args: argparse.Namespace) -> int:
    """Ask, show, and return the exit status: 0 answered, 1 no answer."""
    params = {option.name: given for option in _OPTIONS if (given := getattr(args, option.name)) is not None}
    try:
        answer = ask(Source(args.url, args.data, args.config), "/v1/recommendations", params)
    except NoAnswer as reason:
        return refuse("recommend", reason)
    if args.json:
        sys.stdout.write(f"{answer.text}\n")
    else:
        show(recommendations_table(answer.json()))
    return 0
