"""Operators over HTTP: set, hold and clear, what is refused, and what a restart still knows."""

from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest

from alerts.journal import Journal
from alerts.operators import CLEARED, OVERRIDE, Operators
from alerts.overrides_api import PATH, router
from alerts.policy import RoutePolicy
from analytics.slo.burn import nanoseconds
from collector.store import DuckDBStore
from dashboards.app import Parts, build_app
from instrumentation.downgrade import Scope, Tier
from tests.alerts.observations import NOON

ANSWER = RoutePolicy("answer")
ACME = RoutePolicy("answer", tenant="acme")
SET = {"action": "set", "route": "answer", "tier": "economy", "by": "sam", "reason": "provider trouble", "for_s": 7200}


@dataclass
class Office:
    """Operators at a store, over HTTP; an instant that the test moves."""

    store: DuckDBStore
    at: object = NOON

    def __post_init__(self):
        self.open()

    def open(self):
        self.operators = Operators(Journal(self.store), (ANSWER, ACME))
        routes = router(self.operators, lambda: nanoseconds(self.at))
        app = build_app(Parts(self.store, lambda: nanoseconds(self.at), routers=(routes,)))
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://burnline")

    async def post(self, **body):
        return await self.client.post(PATH, json=body)

    async def listed(self):
        return (await self.client.get(PATH)).json()["overrides"]


@pytest.fixture
def office():
    store = DuckDBStore(None)
    yield Office(store)
    store.close()


async def test_a_tier_is_set_with_author_reason_and_end(office):
    told = (await office.post(**SET)).json()
    assert (told["action"], told["tier"], told["share"]) == ("set", "economy", 1.0)
    assert (told["by"], told["expires_at"]) == ("sam", "2026-11-21T14:00:00.000000Z")
    assert await office.listed() == [told]
    assert office.operators.in_force(NOON)[Scope(route="answer")].tier is Tier.ECONOMY


async def test_a_word_expires_by_itself(office):
    await office.post(**SET)
    office.at = NOON + timedelta(hours=2)
    assert await office.listed() == []


async def test_a_word_is_cleared_by_post_or_by_delete(office):
    await office.post(**SET)
    cleared = (await office.post(action="clear", route="answer", by="kim", reason="over")).json()
    assert (cleared["action"], cleared["tier"], cleared["by"]) == ("clear", "economy", "sam")
    await office.post(**SET | {"tenant": "acme"})
    gone = await office.client.delete(PATH, params={"route": "answer", "tenant": "acme", "by": "kim", "reason": "over"})
    assert (gone.status_code, await office.listed()) == (200, [])


async def test_a_restart_knows_every_word_that_is_in_force(office):
    await office.post(**SET)
    await office.post(action="hold", route="answer", tenant="acme", by="sam", reason="look first")
    await office.post(action="clear", route="answer", by="kim", reason="over")
    office.open()
    assert [(word["tenant"], word["action"]) for word in await office.listed()] == [("acme", "hold")]
    journal = Journal(office.store)
    assert [len(list(journal.entries(kind))) for kind in (OVERRIDE, CLEARED)] == [2, 1]
    assert journal.verify() is None


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"route": "search"}, 404, "nobody steers route search"),
        ({"tenant": "other"}, 404, "route answer of tenant acme"),
        ({"action": "clear"}, 404, "nothing is in force"),
        ({"tier": "sources_only"}, 409, "expected one of premium, standard, economy"),
        ({"tier": None}, 400, "tier is missing with set; expected one"),
        ({"tier": "gold"}, 400, "tier"),
        ({"action": "hold"}, 400, "none with hold"),
        ({"reason": " "}, 400, "reason is empty"),
        ({"for_s": 10**8}, 400, "for_s"),
        ({"expires_at": "2026-11-21T13:00:00Z"}, 400, "give one of them"),
        ({"for_s": None, "expires_at": "2026-11-21T11:00:00Z"}, 400, "expected an instant after"),
        ({"for_s": None, "expires_at": "2027-11-21T11:00:00Z"}, 409, "at most 31 days"),
        ({"share": 0}, 400, "share"),
        ({"share": 0.5, "tier": "premium"}, 409, "share is 0.5; expected none with premium"),
        ({"share": 0.5, "tier": None, "action": "hold"}, 409, "expected none with hold"),
        ({"until": "ever"}, 400, "until"),
    ],
)
async def test_what_cannot_be_done_is_refused_with_what_can(office, change, status, said):
    answer = await office.post(**{key: value for key, value in (SET | change).items() if value is not None})
    assert (answer.status_code, said in answer.text) == (status, True), answer.text
    assert await office.listed() == []
