"""A server over the known workload, whose clock moves by the minute: and what is read of it."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import httpx
from fastapi import FastAPI

from alerts.advising import Advising
from alerts.board import Board
from alerts.delivery.outbox import Message
from alerts.delivery.readers import Acknowledgement
from alerts.delivery.secrets import Source
from alerts.delivery.settings import Alertmanager, Event, Subscription
from alerts.delivery.telling import Promises, Secrets, Telling
from alerts.delivery.vitals import samples
from alerts.effects.loop import EffectLoop
from alerts.evaluation import EvaluationLoop
from alerts.firing.firing import Firing
from alerts.foresight import Foreseen, Foresight
from alerts.journal import Journal
from alerts.policy import RoutePolicy
from analytics.api import Goals
from analytics.changes.history import History
from analytics.derive.bounds import Bounds
from analytics.drift.loop import DriftLoop
from analytics.drift.settings import DriftSettings
from analytics.findings.loop import FindingLoop
from analytics.findings.settings import FindingSettings
from analytics.findings.watch import Watch
from analytics.periods import Period
from analytics.slo.judging import register
from analytics.slo.kinds import Dimension, Sli
from analytics.slo.objective import Objective
from analytics.slo.rules.pack import rules_of
from analytics.spending.budget import SpendBudget
from analytics.spending.spending import Spending
from collector.signals import Signal
from dashboards.app import Parts, build_app
from dashboards.metrics import (
    Vitals,
    advice_samples,
    drift_samples,
    effect_samples,
    firing_samples,
    foresight_samples,
    loop_samples,
    watch_samples,
)
from instrumentation.downgrade import Scope, Tier
from tests.analytics.derive.evaluated import evaluate
from tests.analytics.derive.house import House, S
from tests.dashboards.grafana.traffic import INCIDENT, MINUTE, MINUTES, evaluations, spans
from tests.dashboards.metrics.test_page import OPEN_METRICS

OBJECTIVES = (
    Objective("answers", Sli.AVAILABILITY, 0.99, route="answer"),
    Objective("quick-answers", Sli.LATENCY, 0.95, route="answer", threshold_ms=2_000.0),
    Objective("tenants", Sli.AVAILABILITY, 0.95, per=(Dimension.TENANT,)),
)
BUDGETS = (SpendBudget("day", Decimal(5), Period.DAY), SpendBudget("month", Decimal(90), Period.MONTH))
POLICY = RoutePolicy("answer", ladder=(Tier.PREMIUM, Tier.STANDARD, Tier.ECONOMY))
READ_AT = sorted({*range(5, MINUTES, 5), *range(MINUTES - 65, MINUTES - 59), *range(MINUTES - 5, MINUTES + 1)})
"""The minutes whose end is read: every fifth, and every one of five up to the end, and up to an hour before it."""
RULES = rules_of(OBJECTIVES, BUDGETS)
_SAMPLE = re.compile(r"([a-zA-Z_:][\w:]*)(?:\{(.*?)\})? (\S+)(?: # .*)?$")


def end_of_history() -> int:
    """The last whole minute, in unix seconds; not the first of a day, of which nothing would be known."""
    minute_s = int(time.time()) // 60 * 60
    return minute_s if minute_s % 86_400 else minute_s - 60


@dataclass(slots=True)
class World:
    """A house with everything that steers and tells."""

    end_s: int
    house: House = field(default_factory=House)
    app: FastAPI = field(init=False)
    _watch: EvaluationLoop = field(init=False)
    _telling: Telling = field(init=False)

    def __post_init__(self) -> None:
        house, store = self.house, self.house.store
        house.now_ns = (self.end_s - MINUTES * 60) * S
        house.deriver._bounds = Bounds.of(OBJECTIVES)
        register(store, OBJECTIVES)
        opened_at = datetime.fromtimestamp(self.end_s, UTC) - timedelta(minutes=MINUTES)
        board = Board(epoch=1, opened_at=opened_at)
        self._watch = EvaluationLoop(store, OBJECTIVES, [POLICY], Journal(store), board, clock=lambda: self.house.now)
        self._telling = _telling(house, board, self._watch)
        spending = Spending(store, BUDGETS)
        self.app = build_app(
            Parts(
                store,
                lambda: house.now_ns,
                Goals(OBJECTIVES, BUDGETS, spending=spending),
                house.accounts,
                Vitals(store_bytes=lambda: 1e6 + (house.now_ns - self.start_ns) / MINUTE * 1e4),
                told=self._told,
            )
        )

    @property
    def start_ns(self) -> int:
        """When the history begins."""
        return (self.end_s - MINUTES * 60) * S

    def readings(self) -> Iterator[int]:
        """Live through the history; yields every instant of a reading, in unix seconds, once all is derived."""
        lived = 0
        for until in READ_AT:
            self.house.now_ns = self.start_ns + until * MINUTE
            self.house.derive()
            for minute in range(lived, until):
                start_ns = self.start_ns + minute * MINUTE
                self.house.send(*spans(minute, start_ns))
                self.house.accounts.refuse(Signal.LOGS, "undecodable")
                evaluate(self.house, *evaluations(minute, start_ns))
            self.house.derive()
            self._watch.tick()
            lived = until
            yield self.house.now_ns // S

    def _told(self) -> Iterator:
        yield from watch_samples(self._watch)
        yield from firing_samples(Firing(self._watch.journal, lambda _: [], lambda: self.house.now))
        yield from samples(self._telling, self.house.now)
        yield from loop_samples(FindingLoop(Watch(self.house.store, FindingSettings()), lambda: self.house.now_ns))
        yield from drift_samples(DriftLoop(History(self.house.store), DriftSettings(), lambda: self.house.now_ns, bool))
        yield from effect_samples(EffectLoop(self._watch.journal, lambda: self.house.now_ns))
        yield from foresight_samples(self._foresight())
        yield from advice_samples(Advising(History(self.house.store), self._watch.journal, lambda: self.house.now_ns))

    def _foresight(self) -> Foresight:
        """What a month of history would say of the budgets; there are two hours."""
        now_ns = self.house.now_ns
        ahead = Foreseen(Decimal(80), Decimal(100), Decimal(125), 0.7, now_ns + 86_400 * S)
        foresight = Foresight(Spending(self.house.store, BUDGETS), lambda: now_ns)
        foresight.latest, foresight.looked_ns = {budget.name: ahead for budget in BUDGETS}, now_ns
        return foresight


def _telling(house: House, board: Board, watch: EvaluationLoop) -> Telling:
    hook = Subscription(
        "hook", "https://hooks.example.com/", (Source(env="HOOK"),), events=(Event.CHANGED, Event.ISSUED)
    )
    telling = Telling.of(
        house.store,
        board,
        Secrets.of([], [hook], {"HOOK": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}),
        [hook],
        [Alertmanager("http://127.0.0.1:1")],
        promises=Promises(lambda: OBJECTIVES, [POLICY]),
        latest=lambda: watch.latest,
        clock=lambda: house.now,
        chance=Random(7).random,
    )
    message = Message("m1", "hook", Event.CHANGED, 1, 1, Scope(), "f", house.now, "{}")
    telling.deliveries.outbox.queue([message])
    telling.readers.hear(Acknowledgement("web-1", "shop", 1, 0, house.now, 0), house.now)
    return telling


def deployed(url: str, end_s: int) -> None:
    """Tell of a deployment at the minute of the incident."""
    at = datetime.fromtimestamp(end_s - (MINUTES - INCIDENT) * 60, UTC)
    told = {"kind": "release", "name": "shop", "from": "1.0", "to": "1.1", "at": at.isoformat()}
    answer = httpx.post(f"{url}/v1/changes", json=told)
    assert answer.status_code < 300, answer.text


class Pages:
    """What was read, as OpenMetrics with the instant of each reading, families together."""

    def __init__(self, labels: str) -> None:
        """``labels`` are those that Prometheus gives a target."""
        self._labels = labels
        self._families: dict[str, list[str]] = {}

    def add(self, page: str, at_s: int) -> None:
        """One reading."""
        family: list[str] = []
        for line in page.splitlines():
            if line.startswith("# TYPE "):
                family = self._families.setdefault(line, [])
            elif not line.startswith("#"):
                name, labels, value = _SAMPLE.match(line).groups()
                family.append(f"{name}{{{','.join(filter(None, (self._labels, labels)))}}} {value} {at_s}")

    def text(self) -> str:
        """All of it."""
        lines = (line for kind, family in self._families.items() for line in (kind, *family))
        return "\n".join([*lines, "# EOF\n"])


def read(url: str) -> str:
    """Read the page as a Prometheus does."""
    return httpx.get(f"{url}/metrics", headers={"Accept": OPEN_METRICS}, timeout=30).text
