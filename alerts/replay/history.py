"""Stored history as a world: what really happened is measured, what would have happened at other tiers is estimated.

    measured    the request at the tier that really served it
    cost        elsewhere: its own usage at the prices of the models that this tier really used for the route in the
                seven days before, at its hour; at the end, if it had used none before
    latency     elsewhere, and failures: those of one of the fifty requests nearest in time that the tier served on the
                route, drawn by a seed
    unknown     a tier that never served the route has no latency, no failures and no price: objectives say nothing

Requests before the start are known, as far back as prices look, and are served as they were. A request becomes known
when its last span was received: what was late then is late in the replay.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from alerts.policy import RoutePolicy
from alerts.replay.pricing import Priced, estimated
from alerts.replay.recorded import NOTHING_RECORDED, Recorded
from alerts.replay.world import Flags, Floats, Ints, Lines, Outcome, Rate, Words, World, femto
from alerts.repricing import REMEMBERED
from analytics.slo.burn import nanoseconds
from analytics.spending.budget import SpendBudget
from analytics.spending.plans import planned_period
from analytics.spending.position import PlannedPeriod
from collector.store import Store, queries_of
from instrumentation.downgrade import LADDER, Tier

_QUERIES = queries_of("alerts.replay")
_WORDS = ("tenant", "team", "feature", "route", "environment", "cost_center", "project")
_NEAREST = 50
Row = Mapping[str, Any]


class NoHistory(Exception):
    """There is nothing to replay; the message says what was found."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The time that is replayed, and what is known about it besides the requests."""

    start: datetime
    until: datetime
    recorded: Recorded = NOTHING_RECORDED
    quality: Mapping[Tier, float] = field(default_factory=dict)
    """Share of good answers at a tier, where evaluations tell."""
    seed: int = 1


def extent(store: Store) -> tuple[datetime, datetime]:
    """From the first request to just after the last. Raises :class:`NoHistory`."""
    (row,) = store.run(_QUERIES["replay_extent"]).to_pylist()
    if row["first_ns"] is None:
        raise NoHistory("no complete request is stored: name a data directory that has some")
    first, last = (datetime.fromtimestamp(row[name] // 10**9, UTC) for name in ("first_ns", "last_ns"))
    return first, last + timedelta(seconds=1)


def world_of(store: Store, policies: Sequence[RoutePolicy], stretch: Stretch) -> World:
    """The world that is stored. Raises :class:`NoHistory` where no request arrived in the time that is replayed."""
    window = {"since": _naive(stretch.start - REMEMBERED), "until": _naive(stretch.until)}
    rows = store.run(_QUERIES["replay_requests"], window).to_pylist()
    if not any(row["started_ns"] >= nanoseconds(stretch.start) for row in rows):
        raise NoHistory(f"no request arrived from {stretch.start.isoformat()} to {stretch.until.isoformat()}")
    lines = _by_trace(store.run(_QUERIES["replay_lines"], window).to_pylist())
    return _Told(rows, lines, _tiers(policies, rows)).world(store, stretch)


def _tiers(policies: Sequence[RoutePolicy], rows: Sequence[Row]) -> tuple[Tier | None, ...]:
    """Every tier that a policy may lead to, or that served; None is that of requests that name no known one."""
    known = {str(tier) for policy in policies for tier in (*policy.ladder, *policy.fast)} | {
        row["tier"] for row in rows
    }
    found = tuple(tier for tier in LADDER if tier in known)
    return (*found, None) if any(row["tier"] not in found for row in rows) else found


class _Told:
    """Rows of the store, on their way to arrays."""

    def __init__(self, rows: Sequence[Row], lines: Mapping[str, Sequence[Row]], tiers: Sequence[Tier | None]) -> None:
        self.rows, self.tiers = rows, tiers
        groups: dict[tuple[str | None, ...], int] = {}
        self.group = np.array([groups.setdefault(tuple(r[w] for w in _WORDS), len(groups)) for r in rows], np.int64)
        self.groups: tuple[Words, ...] = tuple(dict(zip(_WORDS, words, strict=True)) for words in groups)
        places = {str(tier): place for place, tier in enumerate(tiers) if tier is not None}
        self.actual = np.array([places.get(row["tier"], len(tiers) - 1) for row in rows], np.int64)
        self.lines = [lines.get(row["trace_id"], ()) for row in rows]
        self.started_ns = self._ints("started_ns")
        self.lasted_ns = self._ints("ended_ns") - self.started_ns
        self.failed: Flags = np.array([row["failed"] for row in rows], np.bool_)

    def world(self, store: Store, stretch: Stretch) -> World:
        """All of it."""
        rates: dict[Rate, int] = {}
        priced = Priced(self.started_ns, self.group, self.actual, [self._own(n, rates) for n in range(len(self.rows))])
        priced.learn(self.groups, tuple(rates))
        chance = np.random.default_rng(stretch.seed)
        outcomes = tuple(self._outcome(place, priced, rates, stretch, chance) for place in range(len(self.tiers)))

        def plan(budget: SpendBudget, now_ns: int) -> PlannedPeriod:
            return planned_period(store, budget, now_ns)

        known_ns = [row["known_ns"] or 0 for row in self.rows]
        return World(
            start=stretch.start,
            until=stretch.until,
            groups=self.groups,
            rates=tuple(rates),
            keys=tuple(row["trace_id"] for row in self.rows),
            group=self.group,
            arrived_ns=self.started_ns,
            known_from_ns=np.array(known_ns, np.int64),
            outcomes=outcomes,
            plan=plan,
            actual=self.actual,
            recorded=stretch.recorded,
        )

    def _own(self, request: int, rates: dict[Rate, int]) -> list[tuple[int, int, int]]:
        """The lines of a request: rate, quantity, instant."""
        return [
            (rates.setdefault(_rate(line), len(rates)), int(line["quantity"]), int(line["at_ns"]))
            for line in self.lines[request]
        ]

    def _outcome(
        self, place: int, priced: Priced, rates: dict[Rate, int], stretch: Stretch, chance: np.random.Generator
    ) -> Outcome:
        tier, here, table = self.tiers[place], self.actual == place, tuple(rates)
        found = [
            own if here[n] else estimated(own, tier, priced.prices(n, place), rates, table)
            for n, own in enumerate(priced.own)
        ]
        donor = self._donors(place, chance)
        known, from_ = here | (donor >= 0), np.where(here | (donor < 0), np.arange(len(self.rows)), donor)
        table = tuple(rates)
        return Outcome(
            tier=tier,
            lasted_ns=self.lasted_ns[from_],
            failed=self.failed[from_],
            quality=np.full(len(self.rows), stretch.quality.get(tier, np.nan) if tier is not None else np.nan),
            lines=_lines(found),
            cost_femto=np.array([sum(q * (table[r].price_femto or 0) for r, q, _ in own) for own in found], np.int64),
            unpriced_lines=np.array([sum(table[r].price_femto is None for r, _, _ in own) for own in found], np.int64),
            measured=here,
            known=known,
        )

    def _donors(self, place: int, chance: np.random.Generator) -> Ints:
        """Whose latency and failure each request takes at a tier; -1: nobody's."""
        drawn: Floats = chance.uniform(0, 1, len(self.rows))
        found = np.full(len(self.rows), -1, np.int64)
        routes = np.array([str(words["route"]) for words in self.groups])[self.group]
        for route in np.unique(routes):
            mine = routes == route
            donors = np.flatnonzero(mine & (self.actual == place))
            if len(donors):
                near = min(_NEAREST, len(donors))
                first = np.searchsorted(self.started_ns[donors], self.started_ns[mine]) - near // 2
                first = np.clip(first, 0, len(donors) - near)
                found[mine] = donors[first + (drawn[mine] * near).astype(np.int64)]
        return found

    def _ints(self, name: str) -> Ints:
        return np.array([row[name] for row in self.rows], np.int64)


def _by_trace(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["trace_id"], []).append(row)
    return found


def _rate(line: Row) -> Rate:
    price = line["unit_price_usd"]
    return Rate(
        purpose=line["purpose"],
        usage_class=line["usage_class"],
        provider=line["provider"],
        model=line["model"],
        price_femto=None if price is None else femto(price),
        variant=line["variant"],
    )


def _lines(found: Sequence[Sequence[tuple[int, int, int]]]) -> Lines:
    first = np.concatenate([[0], np.cumsum([len(own) for own in found])]).astype(np.int64)
    flat = np.array([line for own in found for line in own], np.int64).reshape(-1, 3)
    return Lines(first, flat[:, 0], flat[:, 1], flat[:, 2])


def _naive(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None)
