"""What the journal keeps of the watch, and the memory that a restart takes out of it again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from alerts.controller import Observation, Position, State, Transition, Why, initial
from alerts.controller.state import NOTHING
from alerts.journal import JournalEntry, Note
from alerts.plain import back, plain
from alerts.policy import RoutePolicy
from alerts.wording import asked_for, sentence
from analytics.slo.objective import Objective
from instrumentation.downgrade import LADDER, Scope, Tier

TRANSITION = "transition"
BUDGETS = "budgets"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A step that is asked for and not taken yet."""

    since: datetime
    target: Position
    reason: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A scope's state, and what brought it there."""

    state: State
    transition: Transition | None = None
    """The last change of what is served, or of who decides it."""
    held: Transition | None = None
    """What closed the way up, if something did since."""
    waiting: Waiting | None = None

    def after(self, state: State, changed: Iterable[Transition]) -> "Standing":
        """The standing after these changes."""
        standing = replace(self, state=state)
        for transition in changed:
            if transition.why is Why.FLAPPING:
                standing = replace(standing, held=transition)
            elif transition.why is not Why.VETOED:
                standing = replace(standing, transition=transition)
        return standing


def waiting(policy: RoutePolicy, standing: Standing, observation: Observation, at: datetime) -> Standing:
    """The standing with the step that it waits for, told as it was when the wait began."""
    wanted = standing.state.wanted
    if wanted is None:
        return replace(standing, waiting=None)
    if standing.waiting is not None and standing.waiting.target == wanted:
        return standing
    firing = tuple(reading for reading in observation.readings if reading.firing)
    reason = asked_for(standing.state.position, wanted, firing, policy)
    return replace(standing, waiting=Waiting(at, wanted, reason))


def note(policy: RoutePolicy, state: State, transition: Transition) -> Note:
    """The journal's note of a change: scope, sentence, every input, and the state after it."""
    recorded = plain(transition) | {"from_tier": str(transition.from_tier), "to_tier": str(transition.to_tier)}
    return Note(
        TRANSITION,
        {
            "scope": {"tenant": policy.tenant, "route": policy.route},
            "sentence": sentence(transition, policy),
            "transition": recorded,
            "state": plain(_kept(state)),
            "policy": plain(policy),
        },
    )


def budgets_note(objectives: Iterable[Objective], policies: Iterable[RoutePolicy]) -> Note:
    """The journal's note of what is promised and what may be done about it, to be kept whenever it changes."""
    return Note(BUDGETS, {"objectives": plain(list(objectives)), "routes": plain(list(policies))})


def remembered(entries: Iterable[JournalEntry], policies: Iterable[RoutePolicy]) -> dict[Scope, Standing]:
    """The standing of every policy's scope after its last change in the journal.

    A tier that is no longer on a ladder becomes the nearest rung below it, so that an edited ladder lifts nothing.
    """
    standings = {policy.scope: (policy, Standing(initial(policy))) for policy in policies}
    for entry in entries:
        content: Mapping[str, Any] = entry.content
        known = standings.get(Scope(**content["scope"]))
        if known is not None:
            policy, standing = known
            state = back(State, _state(content["state"], policy))
            changed = back(Transition, _transition(content["transition"], policy))
            standings[policy.scope] = policy, standing.after(_fitted(state, policy), [changed])
    return {scope: standing for scope, (_, standing) in standings.items()}


def _kept(state: State) -> State:
    """The state without the time that is being earned: it is safe to earn again."""
    return replace(state, calm=NOTHING, alarm=NOTHING, wanted=None)


def _fitted(state: State, policy: RoutePolicy) -> State:
    fallback = None if state.fallback is None else _fit(state.fallback, policy)
    position = _fit(state.position, policy)
    return replace(state, position=position, fallback=None if position.best and state.share < 1 else fallback)


def _fit(position: Position, policy: RoutePolicy) -> Position:
    known = {*policy.ladder, *policy.fast}
    if (
        position.tier in known
        and set(position.path) <= known
        and (*position.path, position.tier)[0] == policy.ladder[0]
    ):
        return position
    tier = position.tier if position.tier in known else policy.ladder[policy.rung(position.tier)]
    passed = {*policy.above(tier), *position.path} & known
    path = tuple(own for own in LADDER if own in passed and LADDER.index(own) < LADDER.index(tier))
    return Position(tier, path if policy.above(tier) else ())


def _state(content: Mapping[str, Any], policy: RoutePolicy) -> Mapping[str, Any]:
    """The state as it is written now; entries from before there were shares have a tier alone."""
    if "position" in content:
        return content
    tried = content["stepped_up"]
    return {**content, "position": _whole(content["tier"], policy), "upwards": tried}


def _transition(content: Mapping[str, Any], policy: RoutePolicy) -> Mapping[str, Any]:
    if "before" in content:
        return content
    before, after = (_whole(content[name], policy) for name in ("from_tier", "to_tier"))
    return {**content, "before": before, "after": after}


def _whole(tier: str, policy: RoutePolicy) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", plain(Position(Tier(tier), policy.above(Tier(tier)))))
