"""What to do about a change: roll it back, keep it, or wait; with reasons, doubts and the money a day at stake.

    roll_back       a figure is surely worse (its interval leaves 0 out) and by at least its margin
    keep            no figure can be worse by its margin: every interval ends below it
    not_known_yet   else

Errors, the share of requests slower than the p95 before, and cost per request are judged; tokens are told by the cost.
Money a day: the requests of the window after, as a day of them, times the difference of cost per request, and what the
further failing requests cost. Nobody acts on it but a person.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from enum import StrEnum

from analytics.changes.change import TOLD_KINDS, Change
from analytics.changes.comparing import Compared, Verdict
from analytics.changes.sides import Sides

ERRORS_MARGIN = 0.01
"""Of all requests."""
SLOW_MARGIN = 0.05
"""Of all requests: twice as many as the twentieth that was slower before."""
COST_MARGIN = 0.05
"""Of the cost per request before."""
_DAY_NS = 86_400 * 1_000_000_000
_WIDE = Context(prec=60)
_CENT = Decimal("0.01")


class Course(StrEnum):
    """What to do."""

    ROLL_BACK = "roll_back"
    KEEP = "keep"
    NOT_KNOWN_YET = "not_known_yet"


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about a change, and why; whoever reads it decides."""

    course: Course
    reasons: tuple[str, ...]
    doubts: tuple[str, ...]
    """What else could have done it."""
    extra_cost_per_day_usd: Decimal | None
    """Negative where it saves; None where the cost is not known on both sides."""
    extra_failures_per_day: float | None
    at_stake_per_day_usd: Decimal | None
    """What it costs more a day and what further failing requests cost; never below 0."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """One figure, its interval and its margin."""

    name: str
    compared: Compared
    margin: float
    before: str
    after: str

    @property
    def worse(self) -> bool:
        found = self.compared.interval
        return found is not None and found.low > 0 and found.difference >= self.margin

    @property
    def harmless(self) -> bool:
        found = self.compared.interval
        return found is not None and found.high < self.margin


def advice(change: Change, sides: Sides | None, others: Sequence[Change]) -> Advice | None:
    """Advise on a change that somebody can take back; None for others, and before a whole minute has followed."""
    if sides is None or change.kind not in TOLD_KINDS:
        return None
    judged = list(_judged(sides))
    worse = [one for one in judged if one.worse]
    course = Course.ROLL_BACK if worse else Course.NOT_KNOWN_YET
    if not worse and all(one.harmless for one in judged):
        course = Course.KEEP
    extra, failures = _extra_cost(sides), _extra_failures(sides)
    return Advice(
        course=course,
        reasons=tuple(_reason(one) for one in worse) or _why_not(judged, course),
        doubts=tuple(_doubts(change, sides, others)),
        extra_cost_per_day_usd=extra,
        extra_failures_per_day=failures,
        at_stake_per_day_usd=_at_stake(sides, extra, failures),
    )


def _judged(sides: Sides) -> Iterator[_Judged]:
    before, after = sides.before, sides.after
    yield _Judged("errors", sides.error_ratio, ERRORS_MARGIN, _share(before.error_ratio), _share(after.error_ratio))
    yield _Judged("the p95", sides.p95_ms, SLOW_MARGIN, _ms(before.p95_ms), _ms(after.p95_ms))
    costs = (before.cost_per_request_usd, after.cost_per_request_usd)
    margin = COST_MARGIN * float(costs[0] or 0)
    yield _Judged("cost per request", sides.cost_per_request_usd, margin, _usd(costs[0]), _usd(costs[1]))


def _reason(one: _Judged) -> str:
    return f"{one.name} rose from {one.before} to {one.after}, by more than chance at every look"


def _why_not(judged: Sequence[_Judged], course: Course) -> tuple[str, ...]:
    if course is Course.KEEP:
        return ("no figure can be worse by more than its margin",)
    lacking = [one.name for one in judged if one.compared.verdict in {Verdict.TOO_FEW_REQUESTS, Verdict.UNKNOWN}]
    if lacking:
        return (f"too little is known of {', '.join(lacking)}",)
    return (
        f"{', '.join(one.name for one in judged if not one.harmless)} could still be worse by more than the margin",
    )


def _doubts(change: Change, sides: Sides, others: Sequence[Change]) -> Iterator[str]:
    start, until = sides.before.window.start_ns, sides.after.window.until_ns
    for other in others:
        if other.change_id != change.change_id and start <= other.at_ns < until and _same_routes(change, other):
            version = "" if other.after is None else f" to {other.after}"
            yield f"{other.kind} {other.name or 'unnamed'}{version} changed within the same windows"


def _same_routes(one: Change, other: Change) -> bool:
    return _routes(one) is None or _routes(other) is None or bool((_routes(one) or set()) & (_routes(other) or set()))


def _routes(one: Change) -> set[str] | None:
    if one.scope.route is not None:
        return {one.scope.route}
    return None if one.routes is None else set(one.routes)


def _a_day(sides: Sides) -> Decimal:
    """How often the window after goes into a day."""
    window = sides.after.window
    return _WIDE.divide(Decimal(_DAY_NS), Decimal(window.until_ns - window.start_ns))


def _extra_cost(sides: Sides) -> Decimal | None:
    before, after = sides.before.cost_per_request_usd, sides.after.cost_per_request_usd
    if before is None or after is None or sides.before.unpriced_requests or sides.after.unpriced_requests:
        return None
    return _cents((after - before) * sides.after.requests * _a_day(sides))


def _extra_failures(sides: Sides) -> float | None:
    before, after = sides.before.error_ratio, sides.after.error_ratio
    if before is None or after is None:
        return None
    return (after - before) * sides.after.requests * float(_a_day(sides))


def _at_stake(sides: Sides, extra: Decimal | None, failures: float | None) -> Decimal | None:
    each = sides.after.cost_per_request_usd
    if extra is None or failures is None or each is None:
        return None
    failing = Decimal(repr(max(0.0, failures))) * each
    return _cents(max(Decimal(0), extra) + failing)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, context=_WIDE)


def _share(ratio: float | None) -> str:
    return "-" if ratio is None else f"{100 * ratio:.3g} %"


def _ms(figure: float | None) -> str:
    return "-" if figure is None else f"{figure:,.0f} ms"


def _usd(amount: Decimal | None) -> str:
    return "-" if amount is None else f"${amount:.3g}"
