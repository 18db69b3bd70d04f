"""Changes that this server noted about itself: routes, sections of the configuration, objectives, prices.

The first of anything is how it began, and no change.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from analytics.changes.change import Change, Kind, Scope, Source, identity
from collector.store import Store, queries_of

_RECORDED = queries_of("analytics.changes")["changes_recorded"]
_SHOWN_ELSEWHERE = frozenset({"routes", "objectives", "prices"})
"""Sections of the configuration that have changes of their own kind."""
Row = Mapping[str, Any]


def recorded(store: Store, start_ns: int, until_ns: int) -> list[Change]:
    """What changed in a window, in order of time."""
    found = changes_between(store.run(_RECORDED).to_pylist())
    return [one for one in found if start_ns <= one.at_ns < until_ns]


def changes_between(rows: Iterable[Row]) -> Iterator[Change]:
    """Compare each row with the one before it about the same."""
    last: dict[tuple[str, str], Row] = {}
    for row in rows:
        about = row["source"], row["name"]
        before = last.get(about)
        last[about] = row
        if before is not None and before["version"] != row["version"]:
            yield from _COMPARED[row["name"] if row["source"] == "journal" else row["source"]](before, row)


def _versions(kind: Kind, name: str, prefix: str = "") -> Any:  # noqa: ANN401 - one entry of the table below
    def compared(before: Row, row: Row) -> Iterator[Change]:
        was, now = (f"{prefix}{one['version']}" for one in (before, row))
        yield _change(kind, row["name"] or name, was, now, row["at_ns"])

    return compared


def _routes(before: Row, row: Row) -> Iterator[Change]:
    """Every route whose policy is another one; its ladder says how, where the ladder is what changed."""
    was, now = (_by_scope(json.loads(one["body"]).get("routes", ())) for one in (before, row))
    for scope in sorted({*was, *now}, key=str):
        old, new = was.get(scope), now.get(scope)
        if old != new:
            ladders = _ladder(old), _ladder(new)
            told = ladders if ladders[0] != ladders[1] else (_short(old), _short(new))
            tenant, route = scope
            yield _change(Kind.ROUTER, route or "*", *told, row["at_ns"], scope=Scope(tenant=tenant, route=route))


def _sections(before: Row, row: Row) -> Iterator[Change]:
    was, now = (json.loads(one["body"]) for one in (before, row))
    names = sorted(name for name in {*was, *now} - _SHOWN_ELSEWHERE if was.get(name) != now.get(name))
    if names:
        yield _change(
            Kind.CONFIGURATION,
            ", ".join(names),
            _short([was.get(name) for name in names]),
            _short([now.get(name) for name in names]),
            row["at_ns"],
        )


_COMPARED = {
    "budgets": _routes,
    "configuration": _sections,
    "objective": _versions(Kind.OBJECTIVE, "", "v"),
    "prices": _versions(Kind.PRICES, "price book"),
}
"""By kind of a journal's entry, or by source, how two rows are compared."""


def _change(
    kind: Kind, name: str, before: str | None, after: str | None, at_ns: int, *, scope: Scope | None = None
) -> Change:
    about = scope or Scope()
    named = identity("recorded", kind, name, before, after, about.tenant, at_ns)
    return Change(named, kind, name, before, after, at_ns, Source.RECORDED, about)


def _by_scope(policies: Iterable[Row]) -> dict[tuple[str | None, str | None], Row]:
    return {(policy.get("tenant"), policy.get("route")): policy for policy in policies}


def _ladder(policy: Row | None) -> str | None:
    return None if policy is None else " > ".join(policy["ladder"])


def _short(content: object) -> str | None:
    """Eight hex digits that stand for what there is no short name for."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:8] if content else None
