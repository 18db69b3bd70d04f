"""What a run of prices has to know of allocation: attribution rules, and which resources serve which calls.

Its text leaves out what changes no ledger line: what a resource costs, who owns it, how it is split.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from analytics.allocation.callers import Caller, Paid, Stretch, serving_stretches
from analytics.allocation.patterns import ANYTHING
from analytics.allocation.resources import Resource, UsedBy
from analytics.allocation.rule_text import canonical, from_body, rule_entry
from analytics.allocation.rules import FACTS, AttributionRule, SpanFacts, allocate, asks_for, changes_at
from analytics.derive.tariffs import Call

Words = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Serving:
    """A resource that serves calls, as a run remembers it."""

    name: str
    used_by: UsedBy
    windows: tuple[tuple[int, int], ...]
    """When it is paid for, unix nanoseconds, half-open."""
    serves: bool = True


class AllocationPolicy:
    """Rules and serving resources; equal ones have equal text."""

    def __init__(self, rules: Sequence[AttributionRule] = (), resources: Iterable[Paid] = ()) -> None:
        """Resources that serve no calls are left out."""
        serving = (one for one in resources if one.serves)
        self.rules = tuple(rules)
        self.serving = tuple(Serving(one.name, one.used_by, one.windows) for one in serving)
        self.asks_for = asks_for(self.rules)
        self.changes_at = changes_at(self.rules)
        self.has_rules = bool(self.rules)
        self.body = _body(self.rules, self.serving)

    def words(self, said: Words, facts: Words, at_ns: int) -> Words:
        """All attribution words of a span that started at ``at_ns``."""
        return allocate(self.rules, said, SpanFacts(**{name: facts.get(name) for name in FACTS}), at_ns)

    def served(self, call: Call) -> Sequence[Stretch]:
        """When a resource serves this call, without overlaps."""
        caller = Caller(call.provider, call.request_model, call.response_model, call.region)
        return serving_stretches(self.serving, caller)


def policy(rules: Sequence[AttributionRule], resources: Sequence[Resource]) -> AllocationPolicy:
    """Make the policy of a configuration.

    >>> policy((), ()).body
    '{"rules":[]}'
    """
    return AllocationPolicy(rules, resources)


def policy_of(body: str) -> AllocationPolicy:
    """Make the policy again that has this text."""
    return AllocationPolicy(from_body(body), [_serving(entry) for entry in json.loads(body).get("serving", ())])


def _body(rules: Iterable[AttributionRule], serving: Sequence[Serving]) -> str:
    body: dict[str, object] = {"rules": [rule_entry(rule) for rule in rules]}
    return canonical(body | ({"serving": [_entry(one) for one in serving]} if serving else {}))


def _entry(one: Serving) -> dict[str, object]:
    asked = {entry.name: getattr(one.used_by, entry.name) for entry in fields(UsedBy)}
    narrowed = {name: list(patterns) for name, patterns in asked.items() if patterns != ANYTHING}
    return {"name": one.name, "used_by": narrowed, "windows": [list(window) for window in one.windows]}


def _serving(entry: Mapping[str, object]) -> Serving:
    match entry:
        case {"name": str(name), "used_by": dict(used_by), "windows": list(windows)}:
            asked = UsedBy(**{word: tuple(patterns) for word, patterns in used_by.items()})
            return Serving(name, asked, tuple((int(first), int(last)) for first, last in windows))
    raise ValueError(f"a stored policy has the resource {entry}; expected name, used_by and windows")
