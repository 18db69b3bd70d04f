"""``burnline downgrade effects``: what each downgrade saved, and what it cost.

Asks a running server, or a data directory that no server holds.
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from dashboards import options
from dashboards.asking import DEFAULT_URL, NoAnswer, Source, ask
from dashboards.commands import Command, question
from dashboards.effect_tables import effect_table, month_table
from dashboards.options import Option
from dashboards.printing import refuse, show

_FILTERS = (
    options.WINDOW[1],
    Option("tenant", "decided for this tenant; empty: everybody's"),
    Option("route", "only of this route"),
    *options.PAGE,
)
EFFECTS = Command(
    "effects",
    "what each downgrade saved, and what it cost",
    "/v1/routing/effects",
    effect_table,
    (Option("start", "RFC 3339, included; default: thirty days before until, of months a year"), *_FILTERS),
)
_MONTHS = replace(EFFECTS, path="/v1/routing/effects/months", show=month_table)


def register(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the action."""
    parser = actions.add_parser(EFFECTS.name, help=EFFECTS.help, description=f"Show {EFFECTS.help}.")
    parser.set_defaults(run=run)
    for option in EFFECTS.options:
        parser.add_argument(f"--{option.name}", help=option.help)
    parser.add_argument("--months", action="store_true", help="by month: what downgrades saved and cost")
    whom = parser.add_mutually_exclusive_group()
    whom.add_argument("--url", default=DEFAULT_URL, help=f"the server to ask; default {DEFAULT_URL}")
    whom.add_argument("--data", type=Path, metavar="DIR", help="ask a data directory that no server holds")
    parser.add_argument("--json", action="store_true", help="print the answer of the HTTP API")


def run(args: argparse.Namespace) -> int:
    """Ask, show, and return the exit status: 0 answered, 1 no answer."""
    command = _MONTHS if args.months else EFFECTS
    try:
        answer = ask(Source(args.url, args.data), *question(command, vars(args)))
    except NoAnswer as reason:
        return refuse("downgrade effects", reason)
    if args.json:
        sys.stdout.write(f"{answer.text}\n")
    else:
        show(command.show(answer.json()))
    return 0
