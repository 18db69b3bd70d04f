"""``burnline experiments [NAME]``: the experiments there are, and what can be said of one, as often as one likes."""

import argparse

from dashboards.asking import segment
from dashboards.experiment_tables import experiment_table, experiments_table
from dashboards.options import PAGE, Option
from dashboards.whom import add_whom, answered

_PATH = "/v1/experiments"
_ABOUT = "variants compared, safe to look at daily"
_ALL = (
    Option("start", "RFC 3339, included; default: thirty days before until, of one experiment its first span"),
    Option("until", "RFC 3339, excluded; default: now"),
)
_ONE = (
    Option("control", "the variant that the others are compared with"),
    Option("split", "planned shares, such as control:0.9,new:0.1; default: even"),
    Option("unit", "what was randomised: tenant, user, session or request"),
    Option("alpha", "chance of a false verdict; default: as configured"),
)


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("experiments", help=_ABOUT, description=f"Show {_ABOUT}.")
    parser.set_defaults(run=run)
    parser.add_argument("name", nargs="?", help="only this experiment, with its verdicts")
    for option in (*_ALL, *PAGE, *_ONE):
        parser.add_argument(f"--{option.name}", help=option.help)
    add_whom(parser, "the configuration that says how sure verdicts are")


def run(args: argparse.Namespace) -> int:
    """Ask, show, and return the exit status: 0 answered, 1 no answer."""
    path = _PATH if args.name is None else f"{_PATH}/{segment(args.name)}"
    given = {option.name: getattr(args, option.name) for option in (*_ALL, *PAGE, *_ONE)}
    params = {name: value for name, value in given.items() if value is not None}
    table = experiments_table if args.name is None else experiment_table
    return answered(args, "experiments", _ABOUT, lambda: (path, params), table)
