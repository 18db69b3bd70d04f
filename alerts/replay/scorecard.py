"""What a course came to, in figures, and what many of them came to together.

trouble    from an incident's beginning to six hours after its end (the longest window that pages), and to the end of
           the budget period it ended in: until then a step may well be about it
quiet      all other time; whoever steps down then does so for nothing
a step     every change of tier or share, a quarter of the requests as well as all of them
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from statistics import fmean

import numpy as np

from alerts.controller import Position
from alerts.replay.course import Course
from alerts.replay.judging import BAD, SILENT, codes
from alerts.replay.oracle import periods
from alerts.replay.scenario import Incident
from alerts.replay.steering import Move, Rules
from alerts.replay.world import Flags, Floats, Ints, World, femto, instant, usd
from analytics.slo.burn import nanoseconds
from analytics.spending.budget import SpendBudget
from instrumentation.downgrade import Scope

_AFTERMATH = timedelta(hours=6)
_MINUTE_S, _DAY_S = 60.0, 86400.0
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Score:
    """One course; None where there is nothing to measure."""

    spend_ratio: float | None
    """Spent over the amounts of all budgets and periods."""
    periods_over: float | None
    """Periods of budgets that ended above their amount."""
    overspend_budgets: float | None
    """What was spent above amounts, in amounts of one period."""
    overspend_usd: float | None
    """The same in dollars."""
    downgrade_min: float | None
    """Minutes from the incident's beginning to the first step down; None: no incident, or no step."""
    recover_min: float | None
    """Minutes from its end until everything is at its best tier again; None: no incident, or not before the end."""
    steps_per_day: float | None
    """Changes of tier or share a day."""
    quiet_steps_per_day: float | None
    """The same where nothing is wrong."""
    false_min_per_day: float | None
    """Minutes below the best tier a day where nothing is wrong, weighted by the share of requests."""
    below_ratio: float | None
    """Share of requests that were served below the best tier."""
    quality_lost: float | None
    """Expected share of good answers at the best tier less that at the tiers that served, a ratio."""
    bad_ratio: float | None
    """Share of the judged requests that an objective calls bad."""
    error_budget_used: float | None
    """The largest share of an objective's error budget that the requests of the whole time used, 1: all of it."""
    beyond_oracle: float | None
    """Quality lost more than the oracle lost, from one hour into the incident to its end."""


def score(
    world: World, rules: Rules, course: Course, oracle: Course, incidents: Sequence[Incident] | None = ()
) -> Score:
    """The figures of a course; incidents None: nobody knows what was wrong when."""
    spans = [_span(world, incident) for incident in incidents or ()]
    troubled = [_troubled(world, rules.budgets, span) for span in spans]
    days = (world.until - world.start).total_seconds() / _DAY_S
    quiet_s = _DAY_S * days - sum((until - start).total_seconds() for start, until in merged(troubled))
    quiet_days = quiet_s / _DAY_S if quiet_s > 0 and incidents is not None else None
    calm = [move for move in course.moves if not any(start <= move.at < until for start, until in troubled)]
    below_s = _below_s(world, course.moves, merged(troubled))
    return Score(
        **_money(world, rules.budgets, course),
        downgrade_min=_downgrade_min(course.moves, spans),
        recover_min=_recover_min(course.moves, spans),
        steps_per_day=len(course.moves) / days,
        quiet_steps_per_day=None if quiet_days is None else len(calm) / quiet_days,
        false_min_per_day=None if quiet_days is None else below_s / _MINUTE_S / quiet_days,
        below_ratio=_below_ratio(world, course),
        quality_lost=_lost(world, course),
        **_promises(world, rules, course),
        beyond_oracle=_beyond(world, course, oracle, spans),
    )


def together(scores: Sequence[Score]) -> tuple[Mapping[str, float | None], Mapping[str, float | None]]:
    """The mean and the worst of each figure, over those that have it."""
    known = {
        name: [value for one in scores if (value := getattr(one, name)) is not None]
        for name in (entry.name for entry in fields(Score))
    }
    return (
        {name: fmean(values) if values else None for name, values in known.items()},
        {name: max(values, default=None) for name, values in known.items()},
    )


def merged(spans: Sequence[Span]) -> list[Span]:
    """The same time in spans that do not overlap."""
    found: list[Span] = []
    for start, until in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], until)
        else:
            found.append((start, until))
    return found


def _span(world: World, incident: Incident) -> Span:
    start = world.start + timedelta(seconds=incident.after_s)
    return start, min(world.until, start + timedelta(seconds=incident.lasts_s))


def _troubled(world: World, budgets: Sequence[SpendBudget], span: Span) -> Span:
    edges = [instant(until_ns) for budget in budgets for _, until_ns in periods(world, budget)]
    over = [edge for edge in edges if edge >= span[1]]
    return span[0], min(world.until, max([span[1] + _AFTERMATH, *([min(over)] if over else [])]))


def _costs(world: World, course: Course) -> Ints:
    every = np.stack([outcome.cost_femto for outcome in world.outcomes])
    found: Ints = every[course.tier, np.arange(world.requests)]
    return found


def _money(world: World, budgets: Sequence[SpendBudget], course: Course) -> dict[str, float | None]:
    if not budgets:
        return dict.fromkeys(("spend_ratio", "periods_over", "overspend_budgets", "overspend_usd"))
    costs, spent, amounts, over, above, above_usd = _costs(world, course), 0, 0, 0, 0.0, 0
    for budget in budgets:
        paid = _paid(world, budget, course)
        amount = femto(budget.amount_usd)
        for start_ns, until_ns in periods(world, budget):
            within = paid & (world.arrived_ns >= start_ns) & (world.arrived_ns < until_ns)
            one = int(costs[within].sum())
            spent, amounts, over = spent + one, amounts + amount, over + (one > amount)
            above, above_usd = above + max(0, one - amount) / amount, above_usd + max(0, one - amount)
    return {
        "spend_ratio": spent / amounts,
        "periods_over": float(over),
        "overspend_budgets": above,
        "overspend_usd": float(usd(above_usd)),
    }


def _paid(world: World, budget: SpendBudget, course: Course) -> Flags:
    words = [{k: v for k, v in group.items() if v is not None} for group in world.groups]
    covered = np.array(
        [[budget.covers(w if tier is None else {**w, "tier": str(tier)}) for tier in world.tiers] for w in words],
        np.bool_,
    )
    found: Flags = covered[world.group, course.tier]
    return found


def _downgrade_min(moves: Sequence[Move], spans: Sequence[Span]) -> float | None:
    if not spans:
        return None
    start, until = min(span[0] for span in spans), max(span[1] for span in spans)
    down = [move.at for move in moves if move.downwards and start <= move.at < until]
    return (down[0] - start).total_seconds() / _MINUTE_S if down else None


def _recover_min(moves: Sequence[Move], spans: Sequence[Span]) -> float | None:
    if not spans or not moves:
        return None
    over = max(span[1] for span in spans)
    positions: dict[Scope, Position] = {}
    for move in moves:
        if move.at >= over and all(position.best for position in positions.values()):
            return 0.0
        positions[move.scope] = move.after
        if move.at >= over and all(position.best for position in positions.values()):
            return (move.at - over).total_seconds() / _MINUTE_S
    return 0.0 if all(position.best for position in positions.values()) else None


def _below_s(world: World, moves: Sequence[Move], troubled: Sequence[Span]) -> float:
    """Seconds below the best tier outside of trouble, weighted by the share of requests, over all scopes."""
    below = 0.0
    for scope in {move.scope for move in moves}:
        own = [move for move in moves if move.scope == scope]
        untils = [*(move.at for move in own[1:]), world.until]
        for move, until in zip(own, untils, strict=True):
            best = move.after.path[0] if move.after.path else move.after.tier
            below += (1 - move.after.at_or_above(best)) * _outside_s((move.at, until), troubled)
    return below


def _outside_s(span: Span, troubled: Sequence[Span]) -> float:
    inside = sum(max(0.0, (min(span[1], until) - max(span[0], start)).total_seconds()) for start, until in troubled)
    return (span[1] - span[0]).total_seconds() - inside


def _losses(world: World, course: Course) -> Floats:
    """Expected quality lost by each request; nan where nobody knows."""
    quality = np.stack([outcome.quality for outcome in world.outcomes])
    found: Floats = quality[0] - quality[course.tier, np.arange(world.requests)]
    return found


def _below_ratio(world: World, course: Course) -> float | None:
    """Those that name no tier count as served at the best."""
    known = np.array([tier is not None for tier in world.tiers], np.bool_)
    since = _between(world, world.start, world.until)
    return float(((course.tier > 0) & known[course.tier])[since].mean()) if since.any() else None


def _lost(world: World, course: Course) -> float | None:
    return _mean(_losses(world, course)[_between(world, world.start, world.until)])


def _mean(values: Floats) -> float | None:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else None


def _promises(world: World, rules: Rules, course: Course) -> dict[str, float | None]:
    requests, shares = np.flatnonzero(_between(world, world.start, world.until)), []
    judged, bad = np.zeros(len(requests), np.bool_), np.zeros(len(requests), np.bool_)
    for objective in rules.objectives:
        found = np.stack(codes(world, objective))[course.tier[requests], requests]
        judged, bad = judged | (found != SILENT), bad | (found == BAD)
        total = int((found != SILENT).sum())
        shares += [int((found == BAD).sum()) / (total * (1 - objective.target))] if total else []
    return {
        "bad_ratio": float(bad.sum() / judged.sum()) if judged.any() else None,
        "error_budget_used": max(shares, default=None),
    }


def _beyond(world: World, course: Course, oracle: Course, spans: Sequence[Span]) -> float | None:
    if not spans:
        return None
    start, until = min(span[0] for span in spans) + timedelta(hours=1), max(span[1] for span in spans)
    within = _between(world, start, until)
    return _mean((_losses(world, course) - _losses(world, oracle))[within]) if within.any() else None


def _between(world: World, start: datetime, until: datetime) -> Flags:
    first, last = map(nanoseconds, (start, until))
    return (world.arrived_ns >= first) & (world.arrived_ns < last)


@dataclass(frozen=True, slots=True)
class Column:
    """How a figure is shown."""

    name: str
    """Of the field."""
    title: str
    digits: int
    about: str


COLUMNS = (
    Column("spend_ratio", "spent", 2, "spent over budget, a ratio"),
    Column("periods_over", "over", 1, "budget periods that ended above their amount"),
    Column("overspend_budgets", "overspent", 2, "spent above the amounts, in amounts of one period"),
    Column("overspend_usd", "overspent $", 2, "the same in US dollars"),
    Column("downgrade_min", "down min", 0, "minutes from the incident's beginning to the first step down"),
    Column("recover_min", "back min", 0, "minutes from its end until all is at the best tier"),
    Column("steps_per_day", "steps/d", 2, "changes of tier or share a day"),
    Column("quiet_steps_per_day", "quiet steps/d", 2, "the same where nothing is wrong"),
    Column("false_min_per_day", "false min/d", 1, "minutes below the best tier a day where nothing is wrong, by share"),
    Column("below_ratio", "below", 3, "requests served below the best tier, a ratio"),
    Column("quality_lost", "quality lost", 4, "expected share of good answers that was given up, a ratio"),
    Column("bad_ratio", "bad", 4, "failed or slow requests, a ratio of those judged"),
    Column("error_budget_used", "budget used", 2, "of the most used error budget, by all requests, a ratio"),
    Column(
        "beyond_oracle",
        "past oracle",
        4,
        "quality lost beyond what hindsight lost, an hour into the incident to its end",
    ),
)
"""The columns of a scorecard, in their order; a test holds them to the fields."""


def shown(column: Column, value: float | None) -> str:
    """A figure as people read it; a dash where there is none.

    >>> shown(COLUMNS[0], 0.8746), shown(COLUMNS[4], None)
    ('0.87', '-')
    """
    text = "-" if value is None else f"{value:.{column.digits}f}"
    return text.removeprefix("-") if value is not None and not float(text) else text
