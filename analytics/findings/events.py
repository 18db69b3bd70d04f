"""Events: findings that tell of one thing, whoever noticed it: figures, distributions that drifted, swapped models.

Those who watch figures and those who compare distributions find the same event apart, each with its own beginning: a
figure between where it began and where that was certain, a distribution within an hour of a day's window where it is
dated, else somewhere in the window. They are one event where the times agree and the requests are the same (one scope
within the other), or where both are explained by the same change and no further apart than what was compared is long.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from analytics.findings.finding import TOGETHER_S, Finding, Kind, head, ranked
from analytics.findings.saying import sentence
from analytics.findings.settings import DIMENSIONS

Group = list[Finding]
_MOST_CHANGES = 3
_ALIKE: Mapping[str, tuple[str, ...]] = {
    "cost": ("cost_usd",),
    "cost_per_request": ("cost_usd",),
    "p95_ms": ("duration_ms",),
    "error_ratio": ("ended_as",),
    "refusal_ratio": ("ended_as", "finish_reason"),
}
"""Distributions that a figure is made of, where they are called otherwise."""


def groups(findings: Sequence[Finding]) -> list[Group]:
    """Findings that belong together, the one that leads first; the newest group first."""
    found: dict[str, Group] = {}
    for one in findings:
        found.setdefault(one.group_id, []).append(one)
    return _newest([sorted(group, key=_place) for group in found.values()])


def events(findings: Sequence[Finding]) -> list[Group]:
    """Findings of one event, those of the group that was noticed first in front; the newest event first."""
    united: list[Group] = []
    for group in reversed(groups(findings)):  # the first to be noticed gives the event its name
        same = [event for event in united if _same(event, group)]
        if not same:
            united.append(list(group))
            continue
        for further in same[1:]:
            united.remove(further)
            same[0].extend(further)
        same[0].extend(group)
    return _newest(united)


def explained(event: Sequence[Finding]) -> Mapping[str, Any]:
    """What explains an event: what moved, by the part that says it first; the changes near any part; all traces."""
    told = [one.explanation for one in ranked(event) if one.explanation]
    changes = {change["id"]: change for one in told for change in one.get("changes", ())}
    return {
        "text": head(event).explanation.get("text"),
        "moved": next((one["moved"] for one in told if one.get("moved")), ()),
        "changes": [*changes.values()][:_MOST_CHANGES],
        "traces": next((one["traces"] for one in told if one.get("traces")), ()),
    }


def evidence(event: Sequence[Finding]) -> Iterator[str]:
    """What else says so: the first of the figures, then each distribution, of the widest scope in which it drifted."""
    first, *others = ranked(event)
    figures = [one for one in others if one.kind is Kind.FIGURE]
    if first.kind is not Kind.FIGURE and figures:
        yield sentence(figures[0], explained(event))
    widest: dict[tuple[Kind, str], str] = {}
    for one in others:
        if one.explanation.get("text"):
            widest.setdefault((one.kind, one.key.measure), str(one.explanation["text"]))
    yield from widest.values()


def _newest(found: Iterable[Group]) -> list[Group]:
    return sorted(found, key=lambda group: (-group[0].alarmed_s, group[0].finding_id))


def _place(one: Finding) -> tuple[bool, int, float, str]:
    return not one.leads, one.alarmed_s, one.p_value, one.finding_id


def _same(event: Group, group: Group) -> bool:
    """Whether both tell of one event; those of one kind are grouped where they are noticed."""
    event_reach, group_reach = _reach(event), _reach(group)
    if event_reach[1] < group_reach[0] or group_reach[1] < event_reach[0]:
        return False
    sides = (_parted(event), _parted(group))
    pairs = (*product(sides[0][0], sides[1][1]), *product(sides[1][0], sides[0][1]))
    return any(_one_event(figure, drift) for figure, drift in pairs)


def _reach(group: Group) -> tuple[int, int]:
    """Between which beginnings it may have begun, at most: findings are hundreds, and most are far apart."""
    return min(one.start_s - one.step_s for one in group), max(
        max(one.alarmed_s, one.start_s + one.step_s) for one in group
    )


def _parted(group: Group) -> tuple[Group, Group]:
    """Figures, and others."""
    figures = [one for one in group if one.kind is Kind.FIGURE]
    return figures, [one for one in group if one.kind is not Kind.FIGURE]


def _one_event(figure: Finding, drift: Finding) -> bool:
    apart_s = abs(figure.start_s - drift.start_s)
    if apart_s <= max(TOGETHER_S, 2 * figure.step_s, drift.step_s) and _share_a_change(figure, drift):
        return True
    if not _nested(figure, drift):
        return False
    if not _dated(drift):
        return drift.start_s <= figure.start_s < drift.alarmed_s and _alike(figure, drift)
    near_s = max(TOGETHER_S, 2 * figure.step_s, drift.step_s // 24)
    return apart_s <= near_s or figure.start_s <= drift.start_s <= figure.alarmed_s


def _dated(drift: Finding) -> bool:
    """Whether its beginning is known, and is not merely that of the window that was compared."""
    return drift.kind is Kind.MODEL_SWAP or drift.start_s > drift.alarmed_s - drift.step_s


def _nested(one: Finding, other: Finding) -> bool:
    return DIMENSIONS[0] in (one.key.dimension, other.key.dimension) or one.key[1:] == other.key[1:]


def _alike(figure: Finding, drift: Finding) -> bool:
    return drift.key.measure in (figure.key.measure, *_ALIKE.get(figure.key.measure, ()))


def _share_a_change(one: Finding, other: Finding) -> bool:
    return not _changes(one).isdisjoint(_changes(other))


def _changes(one: Finding) -> set[str]:
    """The changes that explain it, by their names, and the version that a swap brought."""
    told = one.explanation
    found = {str(change["id"]) for change in told.get("changes", ())}
    brought = {(change["name"], change["to"]) for change in told.get("changes", ()) if change["kind"] == "model"}
    if one.kind is Kind.MODEL_SWAP and told.get("to") is not None:
        brought.add((one.key.value, told["to"]))
    return found | {f"model {name} {version}" for name, version in brought}
