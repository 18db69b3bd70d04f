"""What ``/v1/slos`` says: each objective, how much of its error budget is left, and how fast it burns per window."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from analytics.notation import NS_PER_S, Instant, Usd
from analytics.request_shapes import Answer
from analytics.slo.arithmetic import Counts, budget_remaining, burn_rate, exhausted_in_s
from analytics.slo.burn import Asked, window_counts
from analytics.slo.evidence import Gate, Verdict, judged
from analytics.slo.objective import Objective
from analytics.slo.windows import Severity, Window
from collector.store import Store

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class WindowBurn(Answer):
    """One row of an objective's alert table, as it stands."""

    severity: str
    """page (moves the controller) or ticket"""
    budget_share: float
    """The share of the error budget whose loss within the long window fires."""
    long_s: float
    """Length of the long window, in seconds."""
    short_s: float
    """Length of the short window, in seconds."""
    factor: float
    """Burn above which it fires: budget share x period / long window."""
    long_burn: float | None
    """Error ratio in the long window / what the objective allows; null without requests."""
    short_burn: float | None
    """The same in the short window."""
    long_total: int
    """Requests judged in the long window."""
    short_total: int
    """Requests judged in the short window."""
    posterior: float | None
    """Probability that the true burn in the long window is over the factor."""
    verdict: str
    """firing, ok or insufficient_data"""
    reason: str
    """Why the verdict is what it is."""


class Slo(Answer):
    """One objective over its rolling period."""

    name: str
    """As configured."""
    sli: str
    """availability, latency or cost"""
    target: float
    """Share of requests that has to be good."""
    tenant: str | None
    """Null: every tenant."""
    team: str | None
    """Null: every team."""
    feature: str | None
    """Null: every feature."""
    route: str | None
    """Null: every route."""
    threshold_ms: float | None
    """Of a latency objective: the longest good duration."""
    ceiling_usd: Usd | None
    """Of a cost objective: the highest good cost of one answer."""
    period_s: float
    """Length of the rolling period."""
    total: int
    """Requests judged in the period."""
    good: int
    """Of these, the good ones."""
    good_ratio: float | None
    """good / total; null without requests."""
    burn: float | None
    """Over the whole period: 1.0 spends the budget exactly."""
    remaining_ratio: float | None
    """Share of the error budget that is left, negative when overspent."""
    exhausted_at: Instant | None
    """When it is gone at the burn of the first window; null when unknown, never, or too far to say."""
    status: str
    """firing (a page), ticket, ok or insufficient_data"""
    windows: tuple[WindowBurn, ...]
    """Every window that watches the burn."""


class SloAnswer(Answer):
    """Every objective."""

    evaluated_at: Instant
    """Windows end here."""
    slos: tuple[Slo, ...]
    """In the order of the configuration."""
    next: str | None
    """Always null: there is one page."""


def slo_answer(store: Store, objectives: Sequence[Objective], now_ns: int, gate: Gate | None = None) -> SloAnswer:
    """Evaluate every objective now, with one question to the store."""
    at = _EPOCH + timedelta(microseconds=now_ns // 1_000)
    counts = window_counts(store, [asked for objective in objectives for asked in _asked(objective)], at)
    slos = tuple(_slo(objective, counts, now_ns, gate) for objective in objectives)
    return SloAnswer(evaluated_at=now_ns, slos=slos, next=None)


def _asked(objective: Objective) -> list[Asked]:
    lengths = {objective.period_s, *(length for w in objective.windows for length in (w.long_s, w.short_s))}
    return [(objective.objective_id, length) for length in lengths]


def _slo(objective: Objective, counts: Mapping[Asked, Counts], now_ns: int, gate: Gate | None) -> Slo:
    whole = counts[objective.objective_id, objective.period_s]
    windows = tuple(_window(objective, window, counts, gate) for window in objective.windows)
    left = budget_remaining(whole, objective.target)
    until_s = exhausted_in_s(left, windows[0].long_burn, objective.period_s)
    return Slo(
        **{name: getattr(objective, name) for name in _DEFINITION},
        total=whole.total,
        good=whole.good,
        good_ratio=whole.good / whole.total if whole.total else None,
        burn=burn_rate(whole, objective.target),
        remaining_ratio=left,
        exhausted_at=_instant(now_ns, until_s),
        status=_status(windows),
        windows=windows,
    )


_DEFINITION = (
    *("name", "sli", "target", "tenant", "team", "feature", "route"),
    *("threshold_ms", "ceiling_usd", "period_s"),
)
_TOO_FAR_S = 10 * 365 * 86_400


def _window(objective: Objective, window: Window, counts: Mapping[Asked, Counts], gate: Gate | None) -> WindowBurn:
    long = counts[objective.objective_id, window.long_s]
    short = counts[objective.objective_id, window.short_s]
    factor = objective.factor(window)
    judgement = judged(long, short, target=objective.target, factor=factor, gate=gate)
    return WindowBurn(
        severity=window.severity,
        budget_share=window.budget_share,
        long_s=window.long_s,
        short_s=window.short_s,
        factor=factor,
        long_burn=judgement.long_burn,
        short_burn=judgement.short_burn,
        long_total=long.total,
        short_total=short.total,
        posterior=judgement.posterior,
        verdict=judgement.verdict,
        reason=judgement.reason,
    )


def _status(windows: Sequence[WindowBurn]) -> str:
    """Take the loudest verdict; without evidence in any window nothing is said to be fine."""
    firing = {window.severity for window in windows if window.verdict == Verdict.FIRING}
    if firing:
        return "firing" if Severity.PAGE in firing else "ticket"
    known = any(window.verdict == Verdict.OK for window in windows)
    return str(Verdict.OK if known else Verdict.INSUFFICIENT_DATA)


def _instant(now_ns: int, in_s: float | None) -> int | None:
    if in_s is None or in_s > _TOO_FAR_S:
        return None
    return now_ns + round(max(0.0, in_s) * NS_PER_S)
