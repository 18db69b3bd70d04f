"""Asking Burnline before money is spent: reserve, call, settle. Burnline being down never takes the caller down.

    guard = SpendGuard("http://127.0.0.1:8320")
    with guard.reserve(tenant="acme", estimate={"provider": "openai", "model": "gpt-4o", "input_tokens": 900,
                                                "max_output_tokens": 400}) as hold:
        if hold.allowed:
            answer = call_the_model()
            hold.settle(actual_usd=Decimal("0.0031"))  # or nothing: the trace says it later

Nothing in here raises into the app. An answer that does not come within ``timeout_s`` is no answer, and after one
Burnline is left alone for ``retry_s``; then ``fail_open`` decides, and ``status()`` counts it. Words that are not given
are those of the current request's attribution. Leaving the block settles: by the cost that was said, else by the
current trace, so that the hold counts until the ledger has it; a hold with neither simply expires.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from threading import Lock
from time import monotonic
from types import TracebackType
from typing import Any, Final, Self

from opentelemetry import trace

from instrumentation.spending_client import Exchange, error_kind
from instrumentation.tenancy import attribution

PATH: Final = "/v1/budgets/reservations"
_LOGGER: Final = logging.getLogger("burnline.instrumentation")
_TROUBLE: Final = frozenset({"unreachable", "timeout", "protocol", "too_large"})
"""After these Burnline is left alone for a while; after others the next question may well be answered."""
_FROM_ATTRIBUTION: Final = ("tenant", "team", "feature", "route", "tier", "cost_center", "environment")


@dataclass(frozen=True, slots=True)
class Affordable:
    """A candidate that still fits its budgets."""

    provider: str | None
    model: str
    amount_usd: Decimal


@dataclass(frozen=True, slots=True)
class GuardStatus:
    """What a guard has heard so far.

    ``answers`` counts by granted, refused, unpriced and unknown (no answer); ``errors`` by kind: unreachable, timeout,
    protocol, http_<status>, too_large, garbage, left_alone (not asked because it had just failed).
    """

    answers: Mapping[str, int]
    errors: Mapping[str, int]


class SpendGuard:
    """Asks one Burnline. Share it: it keeps no connection and may be used from any thread and any process."""

    def __init__(
        self,
        url: str,
        *,
        timeout_s: float = 0.05,
        retry_s: float = 1.0,
        fail_open: bool = True,
        headers: Mapping[str, str] | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.fail_open = fail_open
        self._exchange = Exchange(url, timeout_s, headers or {}, clock)
        self._retry_s, self._clock = retry_s, clock
        self._left_alone_until = float("-inf")
        self._answers: Counter[str] = Counter()
        self._errors: Counter[str] = Counter()
        self._lock = Lock()

    def reserve(
        self,
        *,
        amount_usd: Decimal | str | int | None = None,
        estimate: Mapping[str, object] | None = None,
        candidates: Sequence[Mapping[str, object]] = (),
        ttl_s: int = 60,
        request_key: str | None = None,
        **words: str | None,
    ) -> "Hold":
        """Prepare to ask for an amount, or for what an estimate costs at most; ``with`` asks.

        ``words`` are those of a budget's scope: tenant, team, feature, route, tier, environment, cost_center, project,
        provider, model. One that is None is left open, whatever the attribution says.
        """
        said: dict[str, object] = {"candidates": [dict(one) for one in candidates], "ttl_s": ttl_s}
        said |= {"estimate": None if estimate is None else dict(estimate), "request_key": request_key}
        return Hold(self, said, amount_usd, words)

    def status(self) -> GuardStatus:
        """Report how often money was granted, refused, or nobody answered."""
        with self._lock:
            return GuardStatus(dict(self._answers), dict(self._errors))

    def ask(self, method: str, path: str, body: Mapping[str, object] | None) -> dict[str, Any] | None:
        """Ask once; None when there is no good answer in time. Never raises."""
        if self._clock() < self._left_alone_until:
            self.failed("left_alone", None)
            return None
        try:
            return self._exchange.ask(method, path, body)
        except Exception as error:  # noqa: BLE001 - whatever happens to Burnline, the app goes on; status() counts it
            kind = error_kind(error)
            if kind in _TROUBLE or kind.startswith("http_5"):
                self._left_alone_until = self._clock() + self._retry_s
            self.failed(kind, error)
            return None

    def heard(self, word: str) -> None:
        """Count an answer."""
        with self._lock:
            self._answers[word] += 1

    def failed(self, kind: str, error: Exception | None) -> None:
        """Count a failure, and log the first of its kind."""
        with self._lock:
            self._errors[kind] += 1
            first = self._errors[kind] == 1
        if first and error is not None:
            done = "go on" if self.fail_open else "are refused"
            _LOGGER.warning("no answer about spend (%s: %s): calls %s. Said once per kind.", kind, error, done)


@dataclass(slots=True)
class Hold:
    """Money that is asked for on entering, and settled on leaving. Check ``allowed`` before spending."""

    guard: SpendGuard
    _said: dict[str, object]
    _amount_usd: Decimal | str | int | None
    _words: Mapping[str, str | None]
    granted: bool | None = None
    """True: reserved; False: refused; None: it has no price, or nobody answered."""
    status: str = "unknown"
    """reserved, refused, unpriced, or unknown when nobody answered."""
    reservation_id: str | None = None
    level: str | None = None
    """Level of the budget that is furthest gone."""
    refused_by: tuple[str, ...] = ()
    """Names of the budgets that refuse."""
    affordable: Affordable | None = None
    """When refused and candidates were given: the cheapest one that fits."""
    _trace_id: str | None = None
    _actual_usd: str | None = None
    _released: bool = False
    _answer: Mapping[str, Any] = field(default_factory=dict)

    @property
    def allowed(self) -> bool:
        """Whether to go on: granted, unpriced and nobody minds, or unknown and the guard fails open."""
        if self.status == "unknown":
            return self.guard.fail_open
        return self.granted is not False

    def settle(self, actual_usd: Decimal | str | int) -> None:
        """Say what the call cost; it is sent on leaving the block."""
        try:
            self._actual_usd = _amount(actual_usd)
        except (ArithmeticError, TypeError, ValueError) as error:
            self.guard.failed("garbage", error)

    def release(self) -> None:
        """Say that nothing was spent; it is sent on leaving the block."""
        self._released = True

    def __enter__(self) -> Self:
        self._trace_id = _trace_id()
        try:
            self._take(self.guard.ask("POST", PATH, self._body()))
        except Exception as error:  # noqa: BLE001 - a strange argument or answer must not reach the app; status() counts it
            self._take(None)
            self.guard.failed("garbage", error)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self.reservation_id is None:
            return
        path = f"{PATH}/{self.reservation_id}"
        if self._released:
            self.guard.ask("DELETE", path, None)
        elif self._actual_usd is not None or self._trace_id is not None:
            said = {"actual_usd": self._actual_usd, "trace_id": self._trace_id}
            self.guard.ask("POST", f"{path}/settle", said)

    async def __aenter__(self) -> Self:
        return await asyncio.to_thread(self.__enter__)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.__exit__, kind, error, traceback)

    def _body(self) -> dict[str, object]:
        current = attribution()
        known = {word: getattr(current, word) for word in _FROM_ATTRIBUTION} | dict(self._words)
        amount = {} if self._amount_usd is None else {"amount_usd": _amount(self._amount_usd)}
        body = {**known, **amount, **self._said, "trace_id": self._trace_id}
        return {key: value for key, value in body.items() if value is not None}

    def _take(self, answer: Mapping[str, Any] | None) -> None:
        if answer is None:
            self.guard.heard("unknown")
            return
        fits = answer.get("affordable")
        granted, status, found = answer["granted"], str(answer["status"]), answer["reservation_id"]
        self.refused_by = tuple(answer["refused_by"])
        self.level = answer["level"]
        self.affordable = fits and Affordable(fits["provider"], fits["model"], Decimal(fits["amount_usd"]))
        self.granted, self.status, self.reservation_id = granted, status, found
        self.guard.heard({True: "granted", False: "refused", None: "unpriced"}[granted])


def _amount(amount_usd: Decimal | str | int) -> str:
    """Write an amount without an exponent."""
    return f"{Decimal(amount_usd):f}"


def _trace_id() -> str | None:
    """Name the current trace, if its spans are exported."""
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid and context.trace_flags.sampled else None
