"""What the console's tests look at: an hour of traffic of two routes, of which one fails half of its last minutes.

Numbers are few and round, so that a reader can redo what a page shows. All instants count back from the minute in which
the server was filled.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from tests.analytics.derive.house import Sent, body, call
from tests.flow.conftest import Burnline

S = 1_000_000_000
HOSTILE = '<img src=x onerror="document.title=1">'
"""A tenant that would like to be markup."""
WINDOWS = [{"budget_share": 0.5, "long": "30m", "short": "15m", "severity": "page"}]
"""Long enough that what fires when the server is filled still fires a quarter of an hour later."""
CONFIG = {
    "objectives": [
        {
            "name": "answers",
            "sli": "availability",
            "target": 0.99,
            "route": "answer",
            "period": "2h",
            "windows": WINDOWS,
        },
        {
            "name": "searches",
            "sli": "availability",
            "target": 0.9,
            "route": "search",
            "period": "2h",
            "windows": WINDOWS,
        },
    ],
    "routes": [{"route": "answer", "ladder": ["premium", "standard", "economy"], "objectives": ["answers"]}],
    "budgets": [{"name": "acme-day", "tenant": "acme", "period": "day", "amount_usd": 5}],
    "evaluation": {"every": "500ms"},
    "derive": {"settle": "1s"},  # so that the request without its root does not keep tests waiting
}
CALM_MINUTES = range(-50, -3)
INCIDENT_MINUTES = range(-3, 0)
PER_MINUTE = 4
TENANTS = ("acme", "acme", "globex", HOSTILE)
EXPLAINING, ORPHAN, UNPRICED = 0xA11, 0x0F0, 0xBAD
"""Traces of their own: the failed request with every kind of span, one whose root is missing, one without a price."""


@dataclass(frozen=True, slots=True)
class World:
    """A filled server."""

    server: Burnline
    filled_at_ns: int

    @property
    def url(self) -> str:
        return self.server.api

    @staticmethod
    def trace(number: int) -> str:
        """A trace id as the API writes it."""
        return f"{number:032x}"


def fill(server: Burnline) -> World:
    """Send everything and wait until it is derived."""
    minute_ns = time.time_ns() // (60 * S) * 60 * S
    spans = [span for request in _requests(minute_ns) for span in request]
    assert server.send(body(spans)).status_code == 200
    expected = (len(CALM_MINUTES) + len(INCIDENT_MINUTES)) * PER_MINUTE * 2 + 3
    server.until(lambda: server.get("/v1/cost", until=_text(minute_ns + 60 * S))["totals"]["requests"] == expected, 20)
    server.until(lambda: _statuses(server)["answers"] == "firing", 20)
    return World(server, minute_ns)


def _statuses(server: Burnline) -> dict[str, str]:
    return {slo["name"]: slo["status"] for slo in server.get("/v1/slos")["slos"]}


def _text(at_ns: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at_ns // S))


def _requests(minute_ns: int) -> Iterator[list[Sent]]:
    number = 0x1000
    for minute in (*CALM_MINUTES, *INCIDENT_MINUTES):
        for i in range(PER_MINUTE):
            at_ns = minute_ns + minute * 60 * S + i * 10 * S
            for route in ("answer", "search"):
                number += 1
                failed = route == "answer" and minute in INCIDENT_MINUTES and i % 2 == 0
                yield _request(number, at_ns, route, TENANTS[i], failed=failed)
    yield _explaining(minute_ns - 30 * S)
    yield [call(trace=ORPHAN, span=2, parent=1, start_at_ns=minute_ns - 200 * S, says=_who("search", "globex"))]
    yield [
        Sent(trace=UNPRICED, span=1, kind="request", start_at_ns=minute_ns - 100 * S, says=_who("search", "globex")),
        call(trace=UNPRICED, span=2, parent=1, start_at_ns=minute_ns - 100 * S, model="nobody-knows-this-model"),
    ]


def _who(route: str, tenant: str, tier: str = "premium") -> dict[str, object]:
    words = {"tenant": tenant, "team": "support", "feature": "assistant", "route": route, "tier": tier}
    return {f"burnline.{word}": value for word, value in words.items()}


def _request(number: int, at_ns: int, route: str, tenant: str, *, failed: bool) -> list[Sent]:
    """One request that costs 1,200 input and 80 output tokens of gpt-4o: $0.0038."""
    who = _who(route, tenant)
    took_s = 2.0 if failed else 0.5
    return [
        Sent(
            trace=number,
            span=1,
            kind="request",
            name=f"request {route}",
            start_at_ns=at_ns,
            duration_s=took_s,
            failed=failed,
            says=who,
        ),
        call(
            trace=number, span=2, parent=1, name="chat", start_at_ns=at_ns + S // 10, duration_s=took_s - 0.1, says=who
        ),
    ]


def _explaining(at_ns: int) -> list[Sent]:
    """The dearest and longest failed request: a router, a cache, a retriever, a tool, a guardrail and two calls."""
    who = _who("answer", "acme", "standard") | {"burnline.degraded": True}
    router = {"burnline.router.reason": "answers burns", "burnline.tier": "standard", "burnline.degraded": True}
    blocked = {"burnline.guardrail.verdict": "block", "burnline.guardrail.rule_id": "no-secrets"}
    cache = {"burnline.cache.hit": False, "burnline.cache.similarity": 0.61, "burnline.cache.threshold": 0.9}
    streamed = {"gen_ai.response.time_to_first_chunk": 0.8, "gen_ai.request.stream": True}

    def step(span: int, kind: str, name: str, start_s: float, took_s: float, **more: object) -> Sent:
        says = who | dict(more.pop("says", {}))  # type: ignore[call-overload] - a mapping where it is given
        start_ns = at_ns + round(start_s * S)
        given = {"trace": EXPLAINING, "span": span, "kind": kind, "name": name, "duration_s": took_s}
        return Sent(**{"parent": 1, **given, "start_at_ns": start_ns, "says": says, **more})

    answered = call(
        trace=EXPLAINING, span=6, parent=1, name="chat answer", tokens=(40_000, 900, 20_000), duration_s=4.0,
        start_at_ns=at_ns + S, says=who | streamed,
    )  # fmt: skip
    return [
        step(1, "request", "request answer", 0, 6.0, parent=None, failed=True),
        step(2, "router", "route", 0.01, 0.02, says=router),
        step(3, "cache", "semantic cache", 0.05, 0.1, says=cache),
        step(4, "retriever", "retrieval handbook", 0.2, 0.5, says={"burnline.retrieval.document_count": 3}),
        step(5, "tool", "look up <order>", 0.7, 0.2),
        answered,
        step(7, "guardrail", "check answer", 5.2, 0.3, failed=True, says=blocked | {"error.type": "blocked"}),
    ]
