"""What steers the router, for ``/metrics``: where the watch stands with every route, and its steps by the journal."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from alerts.controller.modes import mode
from alerts.evaluation import Evaluation, EvaluationLoop
from alerts.firing.firing import Firing
from alerts.journal import Journal, JournalEntry
from alerts.memory import TRANSITION
from alerts.policy import RoutePolicy
from analytics.notation import NS_PER_S
from dashboards.metrics.families import Labels, Sample, Samples
from instrumentation.downgrade import Mode


def watch_samples(watch: EvaluationLoop) -> Iterator[tuple[str, Samples]]:
    """What the last look said; nothing before there was one."""
    seen = watch.latest
    stood = [] if seen is None else [(policy, seen) for policy in watch.policies if policy.scope in seen.standings]
    yield "burnline_router_mode", [sample for policy, look in stood for sample in _modes(policy, look)]
    yield "burnline_router_tier_share_ratio", [sample for policy, look in stood for sample in _shares(policy, look)]
    yield "burnline_evaluation_timestamp_seconds", [] if seen is None else [((), seen.at.timestamp())]
    yield "burnline_evaluation_failures", [((), float(watch.failures))]


def firing_samples(firing: Firing) -> Iterator[tuple[str, Samples]]:
    """How often nobody could see what fires."""
    yield "burnline_alert_look_failures", [((), float(firing.failures))]


def _modes(policy: RoutePolicy, look: Evaluation) -> Iterator[Sample]:
    found = mode(look.standings[policy.scope].state, look.observations[policy.scope], look.at, policy)
    for one in Mode:
        yield (*_scope(policy), str(one)), float(one is found)


def _shares(policy: RoutePolicy, look: Evaluation) -> Iterator[Sample]:
    position = look.standings[policy.scope].state.position
    shares = dict.fromkeys(policy.ladder, 0.0) | {position.tier: position.share}
    if position.above is not None:
        shares[position.above] = 1 - position.share
    for tier, share in shares.items():
        yield (*_scope(policy), str(tier)), share


def _scope(policy: RoutePolicy) -> Labels:
    return policy.tenant or "", policy.route or ""


@dataclass(slots=True)
class Steps:
    """Counts the steps of routes; an entry of the journal never changes, so each is read once."""

    journal: Journal
    _read: int = 0
    _counts: Counter[Labels] = field(default_factory=Counter)
    _last_ns: dict[Labels, int] = field(default_factory=dict)

    def samples(self) -> Iterator[tuple[str, Samples]]:
        """Every step since the journal began."""
        for entry in self.journal.entries(TRANSITION, after=self._read):
            step = _step(entry)
            self._counts[step] += 1
            self._last_ns[step] = entry.noted_ns
            self._read = entry.entry_seq
        yield "burnline_router_transitions", [(step, float(count)) for step, count in self._counts.items()]
        last = [(step, noted_ns / NS_PER_S) for step, noted_ns in self._last_ns.items()]
        yield "burnline_router_transition_timestamp_seconds", last


def _step(entry: JournalEntry) -> Labels:
    content: Any = entry.content
    scope, changed = content["scope"], content["transition"]
    why = changed.get("why", "burning")
    return scope["tenant"] or "", scope["route"] or "", changed["from_tier"], changed["to_tier"], why
