"""A replay's answer in plain values, as ``burnline replay --json`` prints it and tables show it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

import numpy as np

from alerts.controller import Position
from alerts.replay.course import Course
from alerts.replay.scenario import Incident, Scenario
from alerts.replay.scorecard import together
from alerts.replay.steering import Move
from alerts.replay.trials import ABOUT, Trial
from alerts.replay.world import Floats, World
from analytics.slo.burn import nanoseconds

SLICES = 60
"""Parts of a timeline."""
Answer = Mapping[str, object]


def scenario_answer(scenario: Scenario, found: Sequence[Trial], worlds: Mapping[int, World]) -> Answer:
    """The scorecard of a scenario; steps and timelines are those of its first seed."""
    seeds = sorted({trial.seed for trial in found})
    first = worlds[seeds[0]]
    return {
        "scenario": scenario.name,
        "about": scenario.frame.about,
        "start": told_at(scenario.start),
        "until": told_at(scenario.until),
        "look_s": scenario.frame.look_s,
        "seeds": seeds,
        "requests": round(sum(world.requests for world in worlds.values()) / len(worlds)),
        "incidents": [_incident(scenario, incident) for incident in scenario.incidents],
        "policies": [policy_answer(name, found, first) for name in dict.fromkeys(trial.name for trial in found)],
    }


def timeline(world: World, course: Course, slices: int = SLICES) -> list[float | None]:
    """How far down the requests of each part of the time were served: 0 the best tier, 1 the last; None: no request."""
    start_ns, until_ns = nanoseconds(world.start), nanoseconds(world.until)
    since = (world.arrived_ns >= start_ns) & (world.arrived_ns < until_ns)
    which = (world.arrived_ns[since] - start_ns) * slices // (until_ns - start_ns)
    counts = np.bincount(which, minlength=slices)
    depth = np.bincount(which, _depths(world)[course.tier][since], minlength=slices)
    return [float(d / n) if n else None for d, n in zip(depth, counts, strict=True)]


def _depths(world: World) -> Floats:
    """0 for the best tier, 1 for the last; a request that names no tier counts as served at the best."""
    last = max(1, sum(tier is not None for tier in world.tiers) - 1)
    return np.array([0.0 if tier is None else place / last for place, tier in enumerate(world.tiers)])


def step_answer(move: Move) -> Answer:
    """One change of where a scope is served."""
    return {
        "at": told_at(move.at),
        "scope": {"tenant": move.scope.tenant, "route": move.scope.route},
        "before": _position(move.before),
        "after": _position(move.after),
        "sentence": move.why,
    }


def policy_answer(name: str, found: Sequence[Trial], first: World) -> Answer:
    """The figures of one policy; steps and timeline are those of its first seed."""
    mine = [trial for trial in found if trial.name == name]
    mean, worst = together([trial.score for trial in mine])
    begun = min(mine, key=lambda trial: trial.seed)
    return {
        "policy": name,
        "about": ABOUT[name],
        "mean": mean,
        "worst": worst,
        "runs": [{"seed": trial.seed, **asdict(trial.score)} for trial in mine],
        "timeline": timeline(first, begun.course),
        "steps": [step_answer(move) for move in begun.course.moves],
    }


def _incident(scenario: Scenario, incident: Incident) -> Answer:
    start = scenario.start + timedelta(seconds=incident.after_s)
    return {
        "kind": str(incident.kind),
        "start": told_at(start),
        "until": told_at(start + timedelta(seconds=incident.lasts_s)),
        "factor": incident.factor,
        "tiers": [str(tier) for tier in incident.tiers],
        "every_s": incident.every_s,
    }


def _position(position: Position) -> Answer:
    return {"tier": str(position.tier), "share": position.share, "path": [str(tier) for tier in position.path]}


def told_at(at: datetime) -> str:
    """An instant as the API writes it."""
    return at.isoformat().replace("+00:00", "Z")
