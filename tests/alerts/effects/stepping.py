"""Journals of downgrades, and an application over what was served under them."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx

from alerts.controller import Position
from alerts.journal import Journal, Note
from alerts.memory import TRANSITION
from alerts.plain import plain
from dashboards.app import Parts, build_app
from instrumentation.downgrade import Tier
from tests.analytics.stored import NOON, S, store_with

START = datetime.fromtimestamp(NOON / S, UTC)
BEST = Position(Tier.PREMIUM)
LOW = Position(Tier.ECONOMY, (Tier.PREMIUM,))
HALF = Position(Tier.ECONOMY, (Tier.PREMIUM,), 0.5)


def step(journal, minutes, after, *, route="answer", tenant=None, shadow=False, long_s=()):
    """A step, some minutes after noon."""
    body = {
        "scope": {"tenant": tenant, "route": route},
        "sentence": f"{route} is served at {after.tier}",
        "transition": {
            "after": plain(after),
            "from_tier": "premium",
            "to_tier": str(after.tier),
            "why": "burning",
            "causes": [{"window": {"long_s": seconds}} for seconds in long_s],
        },
        "policy": {"shadow": shadow},
    }
    journal.append([Note(TRANSITION, body)], START + timedelta(minutes=minutes))


class House:
    """The application over requests and steps."""

    def __init__(self, *requests, now_minutes=24 * 60):
        self.store = store_with(*requests)
        self.journal = Journal(self.store)
        self.now_ns = NOON + round(now_minutes * 60 * S)
        self.app = build_app(Parts(self.store, lambda: self.now_ns))

    def ask(self, path="/v1/routing/effects", status=200, **params):
        async def sent():
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://b") as client:
                return await client.get(path, params=params)

        answer = asyncio.run(sent())
        assert answer.status_code == status, answer.text
        return answer.json()

    def effects(self, **params):
        return self.ask(**params)["effects"]
