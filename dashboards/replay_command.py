"""``burnline replay``: a scenario or stored history through the controller or any other policy, and its scorecard.

It runs in virtual time on this machine; no server is asked, and nothing is changed in a data directory.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from collector.configuration import ConfigurationError
from dashboards.printing import refuse, show

_ABOUT = "a scenario or stored history through any policy, and the scorecard"
_POLICIES = "controller,none,hard_cap,naive,oracle"


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("replay", help=_ABOUT, description=__doc__)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--scenario", metavar="NAME|FILE", help="of the catalogue, all of it, or a file; default: price")
    what.add_argument("--data", type=Path, metavar="DIR", help="stored history: a data directory that no server holds")
    what.add_argument("--list", action="store_true", help="show the catalogue of scenarios, and the policies")
    parser.add_argument(
        "--start", metavar="INSTANT", help="of the history, such as 2026-11-21T09:00:00Z; default: first"
    )
    parser.add_argument("--until", metavar="INSTANT", help="end of the history; default: just after the last request")
    parser.add_argument("--config", type=Path, metavar="FILE", help="burnline.yaml whose routes steer")
    parser.add_argument("--policy", default=_POLICIES, metavar="NAMES", help=f"who steers; default: {_POLICIES}")
    parser.add_argument("--seeds", type=int, default=1, metavar="N", help="worlds drawn from a scenario; default: 1")
    parser.add_argument(
        "--look", metavar="DURATION", help="time between two looks; default: as the scenario or the file says"
    )
    parser.add_argument("--steps", action="store_true", help="show every step with its reason")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Replay, show what came of it, and return the exit status: 0 done, 1 refused."""
    from dashboards.replay_tables import catalogue_table, scorecard, step_list  # noqa: PLC0415 - numpy: others start without
    from dashboards.replaying import CannotReplay, catalogue  # noqa: PLC0415 - the same

    if args.list:
        show(catalogue_table(*catalogue()))
        return 0
    try:
        answers = list(_answers(args))
    except (CannotReplay, ConfigurationError) as reason:
        return refuse("replay", reason)
    if args.json:
        sys.stdout.write(f"{orjson.dumps(answers[0] if len(answers) == 1 else answers).decode()}\n")
        return 0
    for answer in answers:
        show(scorecard(answer))
        if args.steps:
            show(step_list(answer))
    return 0


def _answers(args: argparse.Namespace) -> Iterator[Mapping[str, Any]]:
    from dashboards.replaying import CannotReplay, of_history, of_scenarios  # noqa: PLC0415 - the same

    if args.data is not None:
        yield of_history(args)
        return
    if args.start or args.until:
        raise CannotReplay("--start and --until are for stored history: name its directory with --data DIR")
    yield from of_scenarios(args)
