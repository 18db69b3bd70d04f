"""The end of the demo: what the month comes to by team, and its exports, held to every rule of FOCUS."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import httpx
from rich.console import Group, RenderableType
from rich.text import Text

from dashboards.chargeback_tables import preview_table
from dashboards.demo.watching import Row
from dashboards.figures import count

PROFILES = ("focus-1.4", "focus-1.2")
_LOOK_S = 0.1
_PATIENCE_S = 60.0


class NoExport(Exception):
    """The month could not be exported; says why."""


@dataclass(frozen=True, slots=True)
class Month:
    """A billing month as the server tells it."""

    preview: Row
    exports: Sequence[Row]
    ledger_usd: Decimal
    """What its ledger lines add up to."""

    @property
    def total_usd(self) -> Decimal:
        """What the month comes to."""
        return Decimal(self.preview["own"]["cost_usd"] or 0)

    @property
    def broken(self) -> str | None:
        """A rule of FOCUS that an export breaks; None when all of them hold."""
        return next((f"{rule['rule']}: {rule['where']}" for one in self.exports for rule in one["broken"]), None)


async def month_of(client: httpx.AsyncClient, month: str) -> Month:
    """Ask for a month and export it; raises :class:`NoExport`."""
    path = f"/v1/chargeback/periods/{month}"
    preview = await _asked(client, path)
    ledger = await _asked(client, "/v1/cost", {"start": f"{month}-01T00:00:00Z", "until": _end(month)})
    exports = [await _exported(client, f"{path}/export", profile) for profile in PROFILES]
    return Month(preview, exports, Decimal(ledger["totals"]["cost_usd"] or 0))


def _end(month: str) -> str:
    """The first instant of the month after it.

    >>> _end("2026-12"), _end("2026-02")
    ('2027-01-01T00:00:00Z', '2026-03-01T00:00:00Z')
    """
    year, number = (int(part) for part in month.split("-"))
    return f"{year + number // 12}-{number % 12 + 1:02}-01T00:00:00Z"


async def _asked(client: httpx.AsyncClient, path: str, params: Row | None = None) -> Row:
    answer = await client.get(path, params=params)
    answer.raise_for_status()
    found: Row = answer.json()
    return found


async def _exported(client: httpx.AsyncClient, path: str, profile: str) -> Row:
    begun = await client.post(path, json={"profile": profile, "formats": ["csv", "parquet", "xlsx"]})
    begun.raise_for_status()
    try:
        async with asyncio.timeout(_PATIENCE_S):
            while True:
                job: Row = (await client.get(begun.headers["location"])).json()
                if job["state"] == "done":
                    result: Row = job["result"]
                    return result
                if job["reason"] is not None:
                    raise NoExport(f"{profile} was not exported: {job['reason']}")
                await asyncio.sleep(_LOOK_S)
    except TimeoutError:
        raise NoExport(f"{profile} was not exported within {_PATIENCE_S:.0f} s") from None


def month_report(month: Month) -> RenderableType:
    """Draw the month: by team, and where its exports are."""
    lines = [_export_line(one) for one in month.exports]
    return Group(preview_table(month.preview), Text(""), *lines)


def _export_line(one: Row) -> Text:
    where = f"{one['folder']}, {count(one['rows'])} rows"
    if one["broken"]:
        return Text(f"{one['profile']} in {where}: {count(len(one['broken']))} rules of FOCUS do not hold.", "bold red")
    return Text(
        f"{one['profile']} in {where}: every row holds all {count(one['rules_checked'])} rules of the check.", "dim"
    )
