"""``burnline replay``: a scenario or stored history through the controller or any other policy, and its scorecard.

What it simulates runs in virtual time on this machine; no server is asked, and nothing is written.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

from collector.configuration import ConfigurationError
from collector.configuration.shapes import did_you_mean
from collector.configuration.values import Unreadable, duration_s
from dashboards.printing import refuse, show
from dashboards.replay_tables import catalogue_table, scorecard, step_list

_ALL = "all"
_DEFAULT = "price"
_POLICIES = "controller,none,hard_cap,naive,oracle"


class CannotReplay(Exception):
    """What was asked for cannot be replayed; the message says what to do."""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "replay", help="a scenario through any policy, and its scorecard", description=__doc__
    )
    parser.add_argument(
        "--scenario", metavar="NAME|FILE", help=f"of the catalogue, {_ALL}, or a file; default {_DEFAULT}"
    )
    parser.add_argument("--list", action="store_true", help="show the catalogue of scenarios, and the policies")
    parser.add_argument("--policy", default=_POLICIES, metavar="NAMES", help=f"who steers; default {_POLICIES}")
    parser.add_argument("--seeds", type=int, default=1, metavar="N", help="worlds to draw from a scenario; default 1")
    parser.add_argument("--look", metavar="DURATION", help="time between two looks; default what the scenario says")
    parser.add_argument("--config", type=Path, metavar="FILE", help="burnline.yaml whose routes steer")
    parser.add_argument("--steps", action="store_true", help="show every step with its reason")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Replay, show what came of it, and return the exit status: 0 done, 1 refused."""
    if args.list:
        return _listed()
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


def _listed() -> int:
    from alerts.replay.catalogue import CATALOGUE  # noqa: PLC0415 - numpy and scipy: other commands start without
    from alerts.replay.trials import ABOUT  # noqa: PLC0415 - the same

    show(catalogue_table([(name, entry.about) for name, entry in CATALOGUE.items()], ABOUT))
    return 0


def _answers(args: argparse.Namespace) -> Iterator[Mapping[str, Any]]:
    from alerts.replay.answer import scenario_answer  # noqa: PLC0415 - the same
    from alerts.replay.traffic import world_of  # noqa: PLC0415 - the same
    from alerts.replay.trials import trials  # noqa: PLC0415 - the same

    names = _policies(args.policy)
    if args.seeds < 1:
        raise CannotReplay(f"--seeds is {args.seeds}; expected at least 1")
    for scenario in _scenarios(args):
        with _bar(scenario.name) as told:
            seeds = range(1, args.seeds + 1)
            found = trials(scenario, names, seeds, told)
            yield scenario_answer(scenario, found, {seed: world_of(scenario, seed) for seed in seeds})


def _policies(words: str) -> list[str]:
    from alerts.replay.trials import ABOUT  # noqa: PLC0415 - the same

    names = [name.strip() for name in words.split(",") if name.strip()]
    for name in names:
        if name not in ABOUT:
            meant = did_you_mean(name, ABOUT)
            raise CannotReplay(f"no policy {name!r}; expected some of {', '.join(ABOUT)}{meant and f': {meant}'}")
    if not names:
        raise CannotReplay(f"--policy names nobody; expected some of {', '.join(ABOUT)}")
    return names


def _scenarios(args: argparse.Namespace) -> Iterator[Any]:
    from alerts.replay.catalogue import CATALOGUE, scenario  # noqa: PLC0415 - the same
    from alerts.replay.scenario import scenario_of  # noqa: PLC0415 - the same

    asked = args.scenario or _DEFAULT
    if asked == _ALL:
        found = [scenario(name) for name in CATALOGUE]
    elif asked in CATALOGUE:
        found = [scenario(asked)]
    elif Path(asked).is_file():
        found = [scenario_of(Path(asked), scenario("quiet"))]
    else:
        raise CannotReplay(f"no scenario and no file {asked!r}; burnline replay --list shows those that there are")
    for one in found:
        framed = (
            one if args.look is None else replace(one, frame=replace(one.frame, look_s=_seconds("--look", args.look)))
        )
        yield framed if args.config is None else replace(framed, routes=_routes(framed, args.config))


def _routes(scenario: Any, config: Path) -> tuple[Any, ...]:  # noqa: ANN401 - a Scenario, loaded when one is asked for
    """The scenario's routes at the pace of the configuration's."""
    from alerts.policy import RoutePolicy  # noqa: PLC0415 - the same
    from dashboards.configuration import Configuration  # noqa: PLC0415 - every section of the server

    own: dict[str, RoutePolicy] = {
        policy.route: policy for policy in Configuration(config, {}).section("routes", tuple)
    }
    if not own:
        raise CannotReplay(f"{config} has no routes; expected one whose pace is to be tried")
    taken = [own.get(route.route, next(iter(own.values()))) for route in scenario.routes]
    kept = (
        "route",
        "tenant",
        "ladder",
        "fast_ladder",
        "objectives",
        "quality",
        "budgets",
        "budget_level",
        "budget_floor",
    )
    return tuple(
        replace(policy, **{name: getattr(route, name) for name in kept})
        for policy, route in zip(taken, scenario.routes, strict=True)
    )


def _seconds(option: str, text: str) -> float:
    try:
        seconds = duration_s(text)
    except Unreadable as error:
        raise CannotReplay(f"{option} {text}: {error}; write for instance {option} 60s") from error
    if seconds <= 0:
        raise CannotReplay(f"{option} {text}: expected more than nothing, for instance {option} 60s")
    return seconds


@contextmanager
def _bar(name: str) -> Iterator[Any]:
    """What is shown meanwhile, beside the answer; nothing of it stays."""
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(name, total=1.0)
        yield lambda who, part: progress.update(task, description=f"{name}: {who}", completed=part)
