"""What the server noticed of the past by itself: the change of the model that nobody had announced."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
from rich.console import Group, RenderableType
from rich.text import Text

from dashboards.demo.live import money
from dashboards.demo.past import AFTER, BEFORE, ROUTE, changed_at

Row = Mapping[str, Any]
_PATIENCE_S, _LOOK_S = 60.0, 1.0
NEAR = timedelta(hours=4)
"""How far from the change a finding's beginning may lie: it is dated in hours with a handful of requests each."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """The finding about the past, and what it comes to."""

    finding: Row | None
    changed_at: datetime
    """When the other version began to answer, which the server was not told."""
    requests_per_day: float

    @property
    def more_usd_per_day(self) -> Decimal | None:
        """What a request costs more than it used to x requests a day; None where the finding is not about that."""
        if self.finding is None:
            return None
        costs = (one for one in (self.finding, *self.finding["also"]) if one["measure"] == "cost_per_request")
        return next((Decimal(repr(one["size"] * self.requests_per_day)) for one in costs), None)

    @property
    def missing(self) -> str | None:
        """Say what is not as it should be; None when it was found, dated and attributed."""
        if self.finding is None:
            return f"nothing was noticed of {AFTER} in the place of {BEFORE} on route {ROUTE}"
        began_at = datetime.fromisoformat(self.finding["start"])
        if abs(began_at - self.changed_at) > NEAR:
            return f"the longer answers are dated {began_at:%d %b %H:%M}; they began {self.changed_at:%d %b %H:%M}"
        if AFTER not in {change["to"] for change in self.finding["changes"]}:
            return f"the longer answers are not attributed to {AFTER}"
        if self.more_usd_per_day is None:
            return "the longer answers were noticed, but not that requests cost more"
        return None


async def noticed(client: httpx.AsyncClient, past_began_at: datetime) -> Noticed:
    """Ask for the finding about longer answers; waits for it as long as patience lasts."""
    changed = changed_at(past_began_at)
    deadline = asyncio.get_running_loop().time() + _PATIENCE_S
    while True:
        finding = await _finding(client)
        if finding is not None or asyncio.get_running_loop().time() > deadline:
            return Noticed(finding, changed, await _requests_per_day(client, changed, past_began_at))
        await asyncio.sleep(_LOOK_S)


async def _finding(client: httpx.AsyncClient) -> Row | None:
    answer = await client.get("/v1/findings", params={"kind": "figure", "measure": "output_tokens", "open": "true"})
    answer.raise_for_status()
    found: list[Row] = answer.json()["findings"]
    return next((one for one in found if ROUTE in _routes(one)), None)


def _routes(finding: Row) -> set[str]:
    """Whose figures moved, by their routes."""
    return {one["value"] for one in (finding, *finding["also"]) if one["dimension"] == "route"}


async def _requests_per_day(client: httpx.AsyncClient, start: datetime, until: datetime) -> float:
    window = {"start": start.isoformat(), "until": until.isoformat(), "route": ROUTE}
    answer = await client.get("/v1/cost", params=window)
    answer.raise_for_status()
    requests: int = answer.json()["totals"]["requests"]
    return requests / ((until - start) / timedelta(days=1))


def noticed_report(found: Noticed) -> RenderableType:
    """Draw it: what, since when, why, and what it costs."""
    if found.finding is None or found.missing is not None:
        return Text(f"Not noticed: {found.missing}.", "bold red")
    began_at = datetime.fromisoformat(found.finding["start"]).astimezone(UTC)
    return Group(
        Text("Noticed without being told:", "bold"),
        Text(f"{found.finding['text']}."),
        Text(
            f"It is dated {began_at:%d %b %H:%M}; the first answer of {AFTER} is of {found.changed_at:%d %b %H:%M}. "
            f"{found.requests_per_day:.0f} requests a day cost {money(found.more_usd_per_day)} a day more."
        ),
    )
