"""Many worlds, many who steer: every policy over every seed of a scenario, each pair on the same requests."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.replay.baselines import EarlyCap, HardCap, Naive, Nothing
from alerts.replay.course import Course, looks_of, run
from alerts.replay.judging import split
from alerts.replay.oracle import oracle
from alerts.replay.scenario import Incident, Scenario
from alerts.replay.scorecard import Score, score
from alerts.replay.steering import Controller, Maker, Observed, Rules
from alerts.replay.traffic import world_of
from alerts.replay.world import World

ORACLE = "oracle"
STEERING: Mapping[str, Maker] = {
    "controller": Controller,
    "none": Nothing,
    "hard_cap": HardCap,
    "cap_80": EarlyCap,
    "naive": Naive,
    "observed": Observed,
}
"""Who may steer, by name; the oracle is one more, and steers nothing."""
ABOUT: Mapping[str, str] = {
    "controller": "Burnline: windows, evidence, shares; up on what the tier above would burn",
    "none": "always the best tier",
    "hard_cap": "the cheapest model once the budget is spent, until the next period",
    "cap_80": "the same at 80 % of the budget",
    "naive": "a tier down while five minutes burn above 1.5, up while they do not",
    "observed": "the controller, but up on the burn that is observed below",
    ORACLE: "hindsight: the least quality lost that stays within every budget",
}
Progress = Callable[[str, float], object]


@dataclass(frozen=True, slots=True)
class Trial:
    """One policy on one world."""

    name: str
    seed: int
    course: Course
    score: Score


def rules_of(scenario: Scenario) -> Rules:
    """What is promised and permitted in a scenario."""
    judged, _ = split(scenario.objectives)
    return Rules(scenario.policies, judged, scenario.budgets, scenario.gate, scenario.evaluation.cap)


def trials(
    scenario: Scenario, names: Sequence[str], seeds: Sequence[int], progress: Progress | None = None
) -> list[Trial]:
    """Every policy on the world of every seed; ``progress`` is told who is at work, and the part that is over."""
    rules, found = rules_of(scenario), list[Trial]()
    for turn, seed in enumerate(seeds):

        def told(who: str, part: float, turn: int = turn) -> None:
            if progress is not None:
                progress(who, (turn + part) / len(seeds))

        world = world_of(scenario, seed)
        looks = looks_of(world, scenario.frame.look_s)
        found += [
            Trial(course.name, seed, course, figures)
            for course, figures in compared(world, rules, names, looks, incidents=scenario.incidents, progress=told)
        ]
    return found


def compared(
    world: World,
    rules: Rules,
    names: Sequence[str],
    looks: Sequence[datetime],
    *,
    incidents: Sequence[Incident] | None,
    progress: Progress,
) -> Iterator[tuple[Course, Score]]:
    """The course and the score of every policy on one world; no incidents known: None."""
    best = oracle(world, rules, incidents or ())
    for place, name in enumerate(names):

        def told(part: float, name: str = name, place: int = place) -> None:
            progress(name, (place + part) / len(names))

        course = best if name == ORACLE else run(world, rules, STEERING[name], looks, name=name, progress=told)
        yield course, score(world, rules, course, best, incidents)
