"""What fires, by our own look and by what an Alertmanager tells: noted once, read back, listed with where it leads."""

import json
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
import pytest

from alerts.delivery.people import Alert
from alerts.firing.firing import FORGOTTEN_AFTER, Firing
from alerts.firing.firing_api import LARGEST_BYTES, router
from alerts.firing.linking import linked
from alerts.journal import Journal
from analytics.links import Links
from analytics.slo.burn import nanoseconds
from collector.store import DuckDBStore
from dashboards.app import Parts, build_app
from tests.alerts.observations import NOON

LINKS = Links("https://burnline.example.com")
PATH = "/v1/alerts/alertmanager"
BURN = Alert(
    {"alertname": "BurnlineBudgetBurn", "objective": "answers", "severity": "page", "window": "1h", "route": "answer"},
    {
        "summary": "answers burns 20x its budget",
        "contributors": "model small",
        "trace_1": "https://burnline.example.com/requests/abc",
    },
    burn=20.0,
)


@dataclass
class Watch:
    """What fires at a store, over HTTP; an instant, and alerts of our own, that the test moves."""

    store: DuckDBStore
    at: object = NOON
    own: list[Alert] = field(default_factory=list)

    def __post_init__(self):
        self.open()

    def open(self):
        self.journal = Journal(self.store)
        self.firing = Firing(self.journal, lambda _: [linked(alert, LINKS) for alert in self.own], lambda: self.at)
        self.firing.open()
        app = build_app(Parts(self.store, lambda: nanoseconds(self.at), routers=(router(self.firing, LINKS),)))
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://burnline")

    async def post(self, *alerts, **changes):
        return await self.client.post(PATH, json=notification(*alerts, **changes))

    async def listed(self):
        return (await self.client.get("/v1/alerts")).json()["alerts"]

    def noted(self):
        return [(entry.content["status"], entry.content["sentence"]) for entry in self.journal.entries("alert")]


def told(name="BurnlineDown", status="firing", starts="2026-11-21T11:58:00.123456789Z", **labels) -> dict:
    return {
        "status": status,
        "labels": {"alertname": name, "severity": "page", **labels},
        "annotations": {"summary": "Burnline is not scraped", "runbook_url": "https://burnline.example.com/runbooks#x"},
        "startsAt": starts,
        "endsAt": "0001-01-01T00:00:00Z" if status == "firing" else "2026-11-21T11:59:30Z",
        "generatorURL": "http://prometheus:9090/graph?g0.expr=up",
        "fingerprint": f"{name}{sorted(labels.items())}",
    }


def notification(*alerts, **changes) -> dict:
    return {
        "version": "4",
        "groupKey": '{}:{alertname="BurnlineDown"}',
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": "journal",
        "groupLabels": {"alertname": "BurnlineDown"},
        "commonLabels": {},
        "commonAnnotations": {},
        "externalURL": "http://127.0.0.1:9093",
        "alerts": list(alerts),
        "aKeyOfNextYear": {"is": "left alone"},
        **changes,
    }


@pytest.fixture
def watch():
    store = DuckDBStore(None)
    yield Watch(store)
    store.close()


async def test_what_begins_and_ends_is_in_the_journal(watch):
    assert (await watch.post(told())).json() == {"noted": 1, "repeated": 0, "own": 0}
    assert (await watch.post(told(status="resolved"))).json()["noted"] == 1
    assert watch.noted() == [
        ("firing", "BurnlineDown (page) fires, says Alertmanager: Burnline is not scraped"),
        ("resolved", "BurnlineDown (page) is over, says Alertmanager: Burnline is not scraped"),
    ]
    first, last = (entry.content for entry in watch.journal.entries("alert"))
    assert (first["starts_at"], first["ends_at"]) == ("2026-11-21T11:58:00.123456Z", None)
    assert (last["ends_at"], last["receiver"], last["left_out"]) == ("2026-11-21T11:59:30Z", "journal", 0)


async def test_what_is_told_again_is_noted_once(watch):
    both = told(), told(instance="b")
    assert (await watch.post(*both)).json() == {"noted": 2, "repeated": 0, "own": 0}
    assert (await watch.post(*both)).json() == {"noted": 0, "repeated": 2, "own": 0}
    assert (await watch.post(both[0], both[0])).json() == {"noted": 0, "repeated": 2, "own": 0}


@pytest.mark.parametrize(
    "other",
    [
        (told(status="resolved"), {}),
        (told(starts="2026-11-21T11:58:01Z"), {}),
        (told(instance="b"), {}),
        (told(), {"groupKey": "another"}),
    ],
    ids=["its end", "another beginning", "another fingerprint", "another group"],
)
async def test_anything_else_about_it_is_news(watch, other):
    alert, changes = other
    await watch.post(told())
    assert (await watch.post(alert, **changes)).json()["noted"] == 1


ODD = (5, "5", True, "soon", "2026-11-21T12:00:00", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00")


@pytest.mark.parametrize("value", [*ODD, "0001-01-01T00:00:00+14:00"])
async def test_an_instant_that_nobody_means_is_not_noted(watch, value):
    for key in ("startsAt", "endsAt"):
        answer = await watch.post({**told(status="resolved"), key: value})
        assert (answer.status_code == 200) == (key == "endsAt" and value not in ODD)  # Go writes no end as the year 1
    assert [entry.content["ends_at"] for entry in watch.journal.entries("alert")] == [None] * (value not in ODD)


async def test_a_restart_knows_what_was_noted(watch):
    await watch.post(told())
    watch.open()
    assert [row["alertname"] for row in await watch.listed()] == ["BurnlineDown"]
    assert (await watch.post(told())).json() == {"noted": 0, "repeated": 1, "own": 0}
    await watch.post(told(status="resolved"))
    watch.open()
    assert await watch.listed() == []


async def test_a_beginning_that_comes_after_its_end_does_not_fire(watch):
    await watch.post(told(status="resolved"))
    await watch.post(told())
    assert await watch.listed() == []


async def test_who_says_nothing_any_more_is_forgotten(watch):
    await watch.post(told())
    watch.at = NOON + timedelta(hours=4)
    await watch.post(told())
    watch.at += FORGOTTEN_AFTER - timedelta(seconds=1)
    assert len(await watch.listed()) == 1
    watch.at += timedelta(seconds=1)
    assert await watch.listed() == []


async def test_our_own_look_is_noted_when_it_begins_and_when_it_has_been_over_for_a_minute(watch):
    for minute, own in ((0, [BURN]), (3, [BURN]), (3.5, []), (4, [])):
        watch.at, watch.own = NOON + timedelta(minutes=minute), own
        watch.firing.look()
    assert watch.noted() == [
        ("firing", "BurnlineBudgetBurn (page) fires: answers burns 20x its budget"),
        ("resolved", "BurnlineBudgetBurn (page) is over: answers burns 20x its budget"),
    ]
    assert [entry.content["ends_at"] for entry in watch.journal.entries("alert")] == [None, "2026-11-21T12:03:00Z"]


async def test_a_burn_that_pauses_for_less_than_a_minute_is_one_alert(watch):
    for second, own in ((0, [BURN]), (5, []), (59, []), (60, [BURN]), (65, [])):
        watch.at, watch.own = NOON + timedelta(seconds=second), own
        watch.firing.look()
        assert [row["since"][11:19] for row in await watch.listed()] == ["12:00:00"] * len(own)
    assert len(watch.noted()) == 1


async def test_what_burns_across_a_restart_is_one_alert(watch):
    watch.own = [BURN]
    watch.firing.look()
    watch.at = NOON + timedelta(minutes=3)
    watch.open()
    watch.firing.look()
    [row] = await watch.listed()
    assert row["since"] == "2026-11-21T12:00:00.000000Z"
    assert row["confirmed_at"] == "2026-11-21T12:03:00.000000Z"
    assert len(watch.noted()) == 1


async def test_one_of_ours_that_comes_back_is_not_noted_and_not_listed_twice(watch):
    watch.own = [BURN]
    watch.firing.look()
    answer = await watch.post(told("BurnlineBudgetBurn", objective="answers"), told())
    assert answer.json() == {"noted": 1, "repeated": 0, "own": 1}
    assert [row["alertname"] for row in await watch.listed()] == ["BurnlineDown", "BurnlineBudgetBurn"]


async def test_a_row_says_who_since_when_how_fast_and_where_to_look(watch):
    watch.own = [BURN]
    watch.firing.look()
    [row] = await watch.listed()
    assert {name: row[name] for name in ("origin", "severity", "objective", "window", "route", "burn", "tenant")} == {
        "origin": "burnline",
        "severity": "page",
        "objective": "answers",
        "window": "1h",
        "route": "answer",
        "burn": 20.0,
        "tenant": None,
    }
    assert row["explain_url"] == "https://burnline.example.com/budgets/answers"
    assert row["runbook_url"] == "https://burnline.example.com/runbooks#burnlinebudgetburn"
    assert (row["contributors"], row["trace_url"]) == ("model small", "https://burnline.example.com/requests/abc")
    assert row["generator_url"] is None


async def test_pages_come_first_and_the_oldest_of_them(watch):
    ticket = told("Slow", starts="2026-11-21T09:00:00Z", severity="ticket")
    await watch.post(ticket, told("New"), told("Old", starts="2026-11-21T10:00:00Z"))
    assert [row["alertname"] for row in await watch.listed()] == ["Old", "New", "Slow"]


async def test_an_address_that_runs_something_is_none(watch):
    alert = told(tenant="<img src=x onerror=alert(1)>")
    alert["annotations"] = {"explain_url": "javascript:alert(1)", "runbook_url": "data:text/html,x"}
    alert["generatorURL"] = "file:///etc/passwd"
    await watch.post(alert)
    [row] = await watch.listed()
    assert (row["runbook_url"], row["generator_url"]) == (None, None)
    assert row["explain_url"].startswith("https://burnline.example.com/requests?tenant=%3Cimg+src")
    assert row["tenant"] == "<img src=x onerror=alert(1)>"


BAD = {
    "another version": (notification(told(), version="5"), "version"),
    "a number as a version": (notification(told(), version=4), "version"),
    "no group": ({k: v for k, v in notification(told()).items() if k != "groupKey"}, "groupKey"),
    "an unknown status": (notification(told(status="maybe")), "status"),
    "a label that is no text": (notification(told(count=3)), "labels"),
    "an instant without a zone": (notification(told(starts="2026-11-21T11:58:00")), "startsAt"),
    "no list": (notification() | {"alerts": "none"}, "alerts"),
}


@pytest.mark.parametrize("case", BAD)
async def test_what_is_not_as_it_should_be_is_refused_and_named(watch, case):
    document, names = BAD[case]
    answer = await watch.client.post(PATH, json=document)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert names in answer.json()["detail"]
    assert watch.noted() == []


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"{", "Expecting property name"),
        (b'{"version": "4", "version": "4"}', "'version' is there twice"),
        (b'{"version": NaN}', "NaN is no number"),
        (b"[" * 100_000, "recursion"),
        (b"\xff", "utf-8"),
    ],
)
async def test_what_json_leaves_open_is_refused(watch, body, why):
    answer = await watch.client.post(PATH, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert why in answer.json()["detail"]


async def test_a_body_beyond_a_mebibyte_is_refused_and_says_what_to_set(watch):
    document = json.dumps(notification(told(filler="x" * LARGEST_BYTES)))
    answer = await watch.client.post(PATH, content=document, headers={"content-type": "application/json"})
    assert answer.status_code == 413
    assert "max_alerts" in answer.json()["detail"]


async def test_long_words_are_kept_in_part(watch):
    alert = told()
    alert["annotations"] = {"summary": "x" * 16_000}
    await watch.post(alert)
    [entry] = watch.journal.entries("alert")
    assert len(entry.content["annotations"]["summary"]) == 2_000
