"""Replaying stored history: who would have decided what, beside what really happened."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import fmean

from alerts.controller import Transition
from alerts.journal import Journal
from alerts.policy import floor
from alerts.replay.answer import Answer, policy_answer, told_at
from alerts.replay.course import Course, looks_of
from alerts.replay.history import Stretch, world_of
from alerts.replay.judging import names, split
from alerts.replay.recorded import Recorded, states_before
from alerts.replay.steering import Move, Rules
from alerts.replay.trials import Progress, Trial, compared
from alerts.replay.world import World
from analytics.slo.burn import TierQuestion, nanoseconds, tier_counts
from analytics.slo.objective import Objective
from collector.store import Store
from instrumentation.downgrade import Scope, Tier


@dataclass(frozen=True, slots=True)
class Question:
    """Which time, how closely, and by whom."""

    start: datetime
    until: datetime
    look_s: float
    policies: Sequence[str]
    seed: int = 1


def history_answer(store: Store, rules: Rules, asked: Question, progress: Progress) -> Answer:
    """The scorecard of stored history. Raises :class:`~alerts.replay.history.NoHistory`."""
    judged, others = split(rules.objectives)
    journal = Journal(store)
    recorded = Recorded.of(journal)
    stretch = Stretch(asked.start, asked.until, recorded, quality(store, rules, asked), asked.seed)
    world = world_of(store, rules.policies, stretch)
    lived = replace(
        rules,
        objectives=judged,
        policies=tuple(replace(p, longest_gap_s=max(p.longest_gap_s, asked.look_s)) for p in rules.policies),
        states=states_before(journal, rules.policies, asked.start),
        overrides=recorded.overrides,
    )
    looks = looks_of(world, asked.look_s)
    found = [
        Trial(course.name, asked.seed, course, figures)
        for course, figures in compared(world, lived, asked.policies, looks, incidents=None, progress=progress)
    ]
    live = [one for one in recorded.transitions if asked.start <= one[1].at < asked.until and one[1].moved]
    return {
        "scenario": "stored history",
        "about": "what was stored, and what would have become of it",
        "start": told_at(asked.start),
        "until": told_at(asked.until),
        "look_s": asked.look_s,
        "requests": int((world.arrived_ns >= nanoseconds(asked.start)).sum()),
        "incidents": [],
        "policies": [
            {**policy_answer(one.name, found, world), "measured_ratio": measured_ratio(world, one.course)}
            for one in found
        ],
        "live": _beside(live, found, asked.look_s),
        "notes": list(_notes(others, world, found)),
    }


def measured_ratio(world: World, course: Course) -> float | None:
    """Share of requests whose outcome was measured, because they were served where they really were."""
    return None if world.actual is None else float((course.tier == world.actual).mean())


def quality(store: Store, rules: Rules, asked: Question) -> Mapping[Tier, float]:
    """Share of good answers at each tier, by the evaluations of the objectives that are a floor, their mean."""
    every = {one.objective_id: one for policy in rules.policies for one in floor(policy, rules.objectives)}
    length_s = (asked.until - asked.start).total_seconds()
    questions = [TierQuestion(objective_id, tier, length_s) for objective_id in every for tier in Tier]
    found: dict[Tier, list[float]] = {}
    for question, counts in tier_counts(store, questions, asked.until).items():
        if counts.total:
            found.setdefault(Tier(question.tier), []).append(counts.good / counts.total)
    return {tier: fmean(shares) for tier, shares in found.items()}


def same_steps(live: Sequence[tuple[Scope, Transition]], moves: Sequence[Move], within_s: float) -> int:
    """How many of the steps, from the first on, were repeated: same scope, same way, at most so far apart in time."""
    for number, ((scope, change), move) in enumerate(zip(live, moves, strict=False)):
        apart = abs(change.at - move.at) <= timedelta(seconds=within_s)
        if not apart or (scope, change.before, change.after) != (move.scope, move.before, move.after):
            return number
    return min(len(live), len(moves))


def _beside(live: Sequence[tuple[Scope, Transition]], found: Sequence[Trial], look_s: float) -> Answer | None:
    mine = next((one for one in found if one.name == "controller"), None)
    if mine is None:
        return None
    moves = mine.course.moves
    return {"steps": len(live), "replayed": len(moves), "same": same_steps(live, moves, 2 * max(1.0, look_s))}


def _notes(others: Sequence[Objective], world: World, found: Sequence[Trial]) -> Iterator[str]:
    if others:
        yield f"not replayed, as a request alone does not tell them: {names(others)}"
    told = [outcome.tier for outcome in world.outcomes if outcome.known is not None and not outcome.known.any()]
    if told:
        tiers = ", ".join(str(tier) for tier in told)
        yield f"never served here, so that nobody knows latency, failures or price: {tiers}"
    if any((measured_ratio(world, one.course) or 0) < 1 for one in found):
        yield (
            "estimated where somebody decided otherwise: cost by the usage and the prices of that tier, latency and "
            "failures drawn from what it served around that time"
        )
