"""``burnline downgrade effects``: what each downgrade saved, and what it cost.

Asks a running server, or a data directory that no server holds.
"""

import argparse
from dataclasses import replace

from dashboards import options
from dashboards.commands import Command, question
from dashboards.effect_tables import effect_table, month_table
from dashboards.options import Option
from dashboards.whom import add_whom, answered

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
    add_whom(parser, None)


def run(args: argparse.Namespace) -> int:
    """Ask, show, and return the exit status: 0 answered, 1 no answer."""
    command = _MONTHS if args.months else EFFECTS
    return answered(args, "downgrade effects", command.help, lambda: question(command, vars(args)), command.show)
