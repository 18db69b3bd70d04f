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
from alerts.replay.world import World
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
        "start": _told(scenario.start),
        "until": _told(scenario.until),
        "look_s": scenario.frame.look_s,
        "seeds": seeds,
        "requests": round(sum(world.requests for world in worlds.values()) / len(worlds)),
        "incidents": [_incident(scenario, incident) for incident in scenario.incidents],
        "policies": [_policy(name, found, first) for name in dict.fromkeys(trial.name for trial in found)],
    }


def timeline(world: World, course: Course, slices: int = SLICES) -> list[float | None]:
    """How far down the requests of each part of the time were served: 0 the best tier, 1 the last; None: no request."""
    start_ns, until_ns = nanoseconds(world.start), nanoseconds(world.until)
    which = (world.arrived_ns - start_ns) * slices // (until_ns - start_ns)
    counts = np.bincount(which, minlength=slices)
    depth = np.bincount(which, course.tier, minlength=slices) / max(1, len(world.tiers) - 1)
    return [float(d / n) if n else None for d, n in zip(depth, counts, strict=True)]


def step_answer(move: Move) -> Answer:
    """One change of where a scope is served."""
    return {
        "at": _told(move.at),
        "scope": {"tenant": move.scope.tenant, "route": move.scope.route},
        "before": _position(move.before),
        "after": _position(move.after),
        "sentence": move.why,
    }


def _policy(name: str, found: Sequence[Trial], first: World) -> Answer:
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
        "start": _told(start),
        "until": _told(start + timedelta(seconds=incident.lasts_s)),
        "factor": incident.factor,
        "tiers": [str(tier) for tier in incident.tiers],
        "every_s": incident.every_s,
    }


def _position(position: Position) -> Answer:
    return {"tier": str(position.tier), "share": position.share, "path": [str(tier) for tier in position.path]}


def _told(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
