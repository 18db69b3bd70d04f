"""What the journal keeps of the watch, and the memory that a restart takes out of it again."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from alerts.controller import Money, Reading, State, Transition, Why, initial
from alerts.journal import JournalEntry, Note
from alerts.policy import RoutePolicy
from alerts.wording import sentence
from analytics.slo.arithmetic import Counts
from analytics.slo.evidence import Judgement, Reason, Verdict
from analytics.slo.objective import Objective, Sli
from analytics.slo.windows import Severity, Window
from instrumentation.downgrade import Scope, Tier

TRANSITION = "transition"
BUDGETS = "budgets"


@dataclass(frozen=True, slots=True)
class Standing:
    """A scope's state, and the step that brought it there."""

    state: State
    transition: Transition | None = None


def note(policy: RoutePolicy, standing: Standing) -> Note:
    """The journal's note of a step: scope, sentence, every input, and the state after it."""
    transition = standing.transition
    if transition is None:
        raise ValueError("a standing without a transition has nothing to note")
    return Note(
        TRANSITION,
        {
            "scope": {"tenant": policy.tenant, "route": policy.route},
            "sentence": sentence(transition, policy),
            "transition": _plain(asdict(transition)),
            "state": _plain(asdict(standing.state)),
            "policy": _plain(asdict(policy)),
        },
    )


def budgets_note(objectives: Iterable[Objective], policies: Iterable[RoutePolicy]) -> Note:
    """The journal's note of what is promised and what may be done about it, to be kept whenever it changes."""
    promised, permitted = [asdict(objective) for objective in objectives], [asdict(policy) for policy in policies]
    return Note(BUDGETS, {"objectives": _plain(promised), "routes": _plain(permitted)})


def remembered(entries: Iterable[JournalEntry], policies: Iterable[RoutePolicy]) -> dict[Scope, Standing]:
    """The standing of every policy's scope after its last step in the journal.

    A tier that is no longer on the ladder becomes the nearest rung below it, so that an edited ladder lifts nothing.
    """
    last = {_scope(entry.content): entry.content for entry in entries}
    return {policy.scope: _standing(policy, last.get(policy.scope)) for policy in policies}


def _standing(policy: RoutePolicy, content: Mapping[str, Any] | None) -> Standing:
    if content is None:
        return Standing(initial(policy))
    state = content["state"]
    return Standing(
        State(
            tier=policy.ladder[policy.rung(Tier(state["tier"]))],
            stepped_at=_instant(state["stepped_at"]),
            stepped_up=state["stepped_up"],
            backoff=state["backoff"],
        ),
        _transition(content["transition"]),
    )


def _transition(content: Mapping[str, Any]) -> Transition:
    return Transition(
        at=datetime.fromisoformat(content["at"]),
        from_tier=Tier(content["from_tier"]),
        to_tier=Tier(content["to_tier"]),
        why=Why(content["why"]),
        causes=tuple(_reading(cause) for cause in content["causes"]),
        counterfactual_burn=content["counterfactual_burn"],
    )


def _money(content: Mapping[str, Any] | None) -> Money | None:
    if content is None:
        return None
    amounts = {name: Decimal(content[name]) for name in ("spent_usd", "amount_usd", "planned_usd")}
    return Money(**amounts, level=content["level"])


def _reading(content: Mapping[str, Any]) -> Reading:
    window, judgement = content["window"], content["judgement"]
    return Reading(
        objective=content["objective"],
        sli=Sli(content["sli"]),
        window=Window(**window | {"severity": Severity(window["severity"])}),
        factor=content["factor"],
        long=Counts(**content["long"]),
        short=Counts(**content["short"]),
        judgement=Judgement(
            **judgement | {"verdict": Verdict(judgement["verdict"]), "reason": Reason(judgement["reason"])}
        ),
        money=_money(content.get("money")),  # entries from before there were spend budgets have none
    )


def _scope(content: Mapping[str, Any]) -> Scope:
    return Scope(**content["scope"])


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _plain(value: Any) -> Any:  # noqa: ANN401 - a walk over whatever asdict made
    """The same as values JSON has."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
