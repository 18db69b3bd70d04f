"""What the server says: the only source of every figure the demo shows."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx

Row = Mapping[str, Any]
_RECENT = timedelta(seconds=4)
_LONGEST = timedelta(seconds=12)
"""How long before it ended a recent request may have started."""
_PAGE = "500"


@dataclass(frozen=True, slots=True)
class Figures:
    """Some requests in figures; None where there were none to tell."""

    requests: int
    errors: int
    p95_ms: float | None
    cost_usd: Decimal
    from_cache: int
    """Answered without any model call but an embedding."""
    tiers: Sequence[tuple[str, int]]
    """Requests by the tier that served them, most first."""

    @property
    def error_ratio(self) -> float | None:
        """Failed requests / requests."""
        return self.errors / self.requests if self.requests else None

    @property
    def cached_ratio(self) -> float | None:
        """Answers from a cache / requests."""
        return self.from_cache / self.requests if self.requests else None

    @property
    def cost_per_request_usd(self) -> Decimal | None:
        """Cost / requests, failed ones included."""
        return self.cost_usd / self.requests if self.requests else None


@dataclass(frozen=True, slots=True)
class Burn:
    """How fast an objective's budget goes, over the long window of its page."""

    objective: str
    burn: float | None
    factor: float
    firing: bool


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The server's answers at one instant; rates are those of the last four seconds."""

    at: datetime
    recent: Figures
    cost_usd: Decimal | None
    """Since the demo began."""
    burns: tuple[Burn, ...]
    tier: str
    """What the route is to be served at ..."""
    share: float
    """... and for which share of its requests; the others go one tier above."""
    steps: tuple[Row, ...]
    """Steps of the route so far, oldest first."""

    @property
    def requests_per_s(self) -> float:
        """Requests that ended in the last four seconds, per second."""
        return self.recent.requests / _RECENT.total_seconds()


class Watch:
    """Asks one server about everything since ``began_at``."""

    def __init__(self, client: httpx.AsyncClient, began_at: datetime, best_tier: str) -> None:
        self._client, self.began_at, self._best_tier = client, began_at, best_tier

    async def snapshot(self, at: datetime) -> Snapshot:
        """Ask for all that the live view shows."""
        started = await self.requests(max(self.began_at, at - _LONGEST), at)
        decisions = (await self.ask("/v1/routing/decisions"))["decisions"]
        total = (await self.cost(at))["totals"]["cost_usd"]
        return Snapshot(
            at=at,
            recent=figures([row for row in started if row["complete"] and ended_at(row) >= at - _RECENT]),
            cost_usd=None if total is None else Decimal(total),
            burns=tuple(_burn(slo) for slo in (await self.ask("/v1/slos"))["slos"]),
            tier=next((found["tier"] for found in decisions), self._best_tier),
            share=next((found["share"] for found in decisions), 1.0),
            steps=await self.steps(at),
        )

    async def requests(self, start: datetime, until: datetime) -> list[Row]:
        """Every request that started in the window, newest first."""
        rows: list[Row] = []
        window = {"start": start.isoformat(), "until": until.isoformat(), "limit": _PAGE}
        page = await self.ask("/v1/requests", window) if start < until else {"requests": [], "next": None}
        while True:
            rows += page["requests"]
            if page["next"] is None:
                return rows
            page = await self.ask("/v1/requests", {**window, "cursor": page["next"]})

    async def cost(self, until: datetime, by: str = "") -> Row:
        """What was spent since the beginning."""
        return await self.ask(
            "/v1/cost", {"start": self.began_at.isoformat(), "until": until.isoformat(), **({"by": by} if by else {})}
        )

    async def steps(self, until: datetime) -> tuple[Row, ...]:
        """The steps of the route, oldest first."""
        window = {"start": self.began_at.isoformat(), "until": until.isoformat()}
        return tuple(reversed((await self.ask("/v1/routing/transitions", window))["transitions"]))

    async def ask(self, path: str, params: Mapping[str, str] | None = None) -> Row:
        """Ask one question; raises :class:`httpx.HTTPError` when there is no good answer."""
        answer = await self._client.get(path, params=dict(params or {}))
        answer.raise_for_status()
        found: Row = answer.json()
        return found


def figures(rows: Sequence[Row]) -> Figures:
    """Put requests, as the API lists them, in figures."""
    return Figures(
        requests=len(rows),
        errors=sum(row["status"] == "error" for row in rows),
        p95_ms=nearest_rank([row["duration_ms"] for row in rows], 0.95),
        cost_usd=sum((Decimal(row["cost"]["usd"]) for row in rows if row["cost"]["usd"] is not None), Decimal(0)),
        from_cache=sum(row["status"] == "ok" and row["usage"]["output_tokens"] is None for row in rows),
        tiers=Counter(row["tier"] or "unknown" for row in rows).most_common(),
    )


def nearest_rank(values: Sequence[float], share: float) -> float | None:
    """The smallest value that ``share`` of all values do not exceed.

    >>> nearest_rank([10, 40, 20, 30], 0.5), nearest_rank([], 0.95)
    (20, None)
    """
    return sorted(values)[math.ceil(share * len(values)) - 1] if values else None


def started_at(row: Row) -> datetime:
    """When a request, as the API lists it, started."""
    return datetime.fromisoformat(row["started_at"])


def ended_at(row: Row) -> datetime:
    """When it ended."""
    return started_at(row) + timedelta(milliseconds=row["duration_ms"])


def _burn(slo: Row) -> Burn:
    page = slo["windows"][0]
    return Burn(slo["name"], page["long_burn"], page["factor"], page["verdict"] == "firing")
