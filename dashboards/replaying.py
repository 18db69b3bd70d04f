"""What ``burnline replay`` asks for, found and run, with progress beside the answer.

CannotReplay   says what to do next; the command prints it and ends with 1
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

from alerts.policy import RoutePolicy
from alerts.replay.answer import scenario_answer
from alerts.replay.catalogue import CATALOGUE, of_file, scenario
from alerts.replay.history import NoHistory, extent
from alerts.replay.scenario import Scenario
from alerts.replay.steering import Rules
from alerts.replay.stored import Question, history_answer
from alerts.replay.traffic import world_of
from alerts.replay.trials import ABOUT, trials
from alerts.replay.trials import Progress as Told
from alerts.settings import EvaluationSettings
from analytics.slo.evidence import Gate
from collector.configuration.shapes import did_you_mean
from collector.configuration.values import Unreadable, duration_s
from collector.store import Store, StoreInUse
from dashboards.configuration import Configuration
from dashboards.offline import CannotOpen, configuration_of, store_of

ALL = "all"
DEFAULT = "price"
_KEPT = ("route", "tenant", "ladder", "fast_ladder", "objectives", "quality", "budgets", "budget_level", "budget_floor")
"""What of a scenario's routes stays when a configuration's pace is tried on it."""
Answer = Mapping[str, Any]


class CannotReplay(Exception):
    """What was asked for cannot be replayed; the message says what to do."""


def catalogue() -> tuple[Sequence[tuple[str, str]], Mapping[str, str]]:
    """The scenarios and who may steer, each with a sentence."""
    return [(name, entry.about) for name, entry in CATALOGUE.items()], ABOUT


def of_scenarios(args: argparse.Namespace) -> Iterator[Answer]:
    """One answer a scenario."""
    names = policies(args.policy)
    if args.seeds < 1:
        raise CannotReplay(f"--seeds is {args.seeds}; expected at least 1")
    seeds = range(1, args.seeds + 1)
    for one in _scenarios(args):
        with _bar(one.name) as told:
            found = trials(one, names, seeds, told)
            yield scenario_answer(one, found, {seed: world_of(one, seed) for seed in seeds})


def of_history(args: argparse.Namespace) -> Answer:
    """The answer of a data directory."""
    names = policies(args.policy)
    try:
        configuration, store = configuration_of(args.data, args.config), store_of(args.data)
    except CannotOpen as reason:
        if isinstance(reason.__cause__, StoreInUse):
            raise CannotReplay(f"a running process holds {args.data}: stop it first, or replay a copy") from reason
        raise CannotReplay(str(reason)) from reason
    try:
        with _bar("stored history") as told:
            return history_answer(store, _rules(configuration), _question(args, names, configuration, store), told)
    except NoHistory as reason:
        raise CannotReplay(str(reason)) from reason
    finally:
        store.close()


def policies(words: str) -> list[str]:
    """The names of who steers.

    >>> policies("controller, none")
    ['controller', 'none']
    """
    names = [name.strip() for name in words.split(",") if name.strip()]
    for name in names:
        if name not in ABOUT:
            meant = did_you_mean(name, ABOUT)
            raise CannotReplay(f"no policy {name!r}; expected some of {', '.join(ABOUT)}{meant and f': {meant}'}")
    if not names:
        raise CannotReplay(f"--policy names nobody; expected some of {', '.join(ABOUT)}")
    return names


def _scenarios(args: argparse.Namespace) -> Iterator[Scenario]:
    asked = args.scenario or DEFAULT
    if asked == ALL:
        found = [scenario(name) for name in CATALOGUE]
    elif asked in CATALOGUE:
        found = [scenario(asked)]
    elif Path(asked).is_file():
        found = [of_file(Path(asked))]
    else:
        raise CannotReplay(f"no scenario and no file {asked!r}; burnline replay --list shows those that there are")
    for one in found:
        look_s = one.frame.look_s if args.look is None else _seconds(args.look)
        framed = replace(one, frame=replace(one.frame, look_s=look_s))
        yield framed if args.config is None else replace(framed, routes=_paced(framed, args.config))


def _paced(one: Scenario, config: Path) -> tuple[RoutePolicy, ...]:
    """The scenario's routes at the pace of the configuration's."""
    own: tuple[RoutePolicy, ...] = Configuration(config, {}).section("routes", tuple)
    if not own:
        raise CannotReplay(f"{config} has no routes; expected one whose pace is to be tried")
    by_name = {policy.route: policy for policy in own}
    return tuple(
        replace(by_name.get(route.route, own[0]), **{name: getattr(route, name) for name in _KEPT})
        for route in one.routes
    )


def _rules(configuration: Configuration) -> Rules:
    routes: tuple[RoutePolicy, ...] = configuration.section("routes", tuple)
    if not routes:
        file = configuration.path or "the configuration"
        raise CannotReplay(f"{file} has no routes, so nobody steers: name one that has with --config FILE")
    return Rules(
        policies=routes,
        objectives=configuration.objectives,
        budgets=configuration.section("budgets", tuple),
        gate=configuration.section("evidence", Gate),
        cap=configuration.section("evaluation", EvaluationSettings).cap,
    )


def _question(args: argparse.Namespace, names: Sequence[str], configuration: Configuration, store: Store) -> Question:
    every_s = configuration.section("evaluation", EvaluationSettings).every_s
    first, last = extent(store)
    start = first if args.start is None else _instant("--start", args.start)
    until = last if args.until is None else _instant("--until", args.until)
    if start >= until:
        raise CannotReplay(f"--start {start.isoformat()} is not before --until {until.isoformat()}")
    return Question(start, until, every_s if args.look is None else _seconds(args.look), names)


def _instant(option: str, text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise CannotReplay(f"{option} {text}: expected an instant with its zone, such as 2026-11-21T09:00:00Z")
    return at


def _seconds(text: str) -> float:
    try:
        seconds = duration_s(text)
    except Unreadable as error:
        raise CannotReplay(f"--look {text}: {error}; write for instance --look 60s") from error
    if seconds <= 0:
        raise CannotReplay(f"--look {text}: expected more than nothing, for instance --look 60s")
    return seconds


@contextmanager
def _bar(name: str) -> Iterator[Told]:
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
