"""Attribution rules as canonical JSON, so that the store remembers under which rules a span was rated.

Equal rules give equal text, byte for byte; only what differs from a default is written.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from analytics.allocation.moments import Moment
from analytics.allocation.rules import AttributionRule, Conditions, Words


def rules_body(rules: Sequence[AttributionRule]) -> str:
    """The rules in their order, for the table ``rule_sets``.

    >>> rules_body([AttributionRule("a", Conditions(tenant=("x",)), Words(team="t"))])
    '{"rules":[{"name":"a","set":{"team":"t"},"when":{"tenant":["x"]}}]}'
    """
    return canonical({"rules": [rule_entry(rule) for rule in rules]})


def canonical(body: object) -> str:
    """JSON without room for a second spelling."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_body(body: str) -> tuple[AttributionRule, ...]:
    """The rules of a stored body; what is taken from them is what the original rules gave."""
    return tuple(_rule(entry) for entry in json.loads(body)["rules"])


def rule_entry(rule: AttributionRule) -> dict[str, object]:
    """One rule as an entry of the body."""
    entry: dict[str, object] = {"name": rule.name, "set": dict(rule.set.given())}
    if rule.when.asked:
        entry["when"] = {name: list(patterns) for name, patterns in rule.when.asked}
    if not rule.only_missing:
        entry["only_missing"] = False
    return entry | dict(_ends({"effective_from": rule.from_at, "effective_until": rule.until_at}))


def _ends(given: Mapping[str, Moment | None]) -> Iterable[tuple[str, str]]:
    return ((name, str(end)) for name, end in given.items() if end is not None)


def _rule(entry: Mapping[str, Any]) -> AttributionRule:
    known = {field.name for field in fields(AttributionRule) if field.init}
    unknown = sorted(entry.keys() - known)
    if unknown:
        raise ValueError(f"a stored attribution rule has {unknown[0]!r}; expected one of {', '.join(sorted(known))}")
    when = {name: tuple(patterns) for name, patterns in entry.get("when", {}).items()}
    given = {name: entry[name] for name in entry.keys() - {"when", "set"}}
    return AttributionRule(**given, when=Conditions(**when), set=Words(**entry["set"]))
