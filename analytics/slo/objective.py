"""Objectives: which requests are good, how many of them have to be, and over which windows that is watched.

What counts. A request is judged once it is complete, and counts in the minute in which it ended.

    availability   good when its status is ok
    latency        good when it is ok and took at most the threshold; bad when it took longer, whatever its status
    first_chunk    good when its first chunk came within the threshold; bad when it came later, or when the stream
                   failed before one came and took longer than the threshold
    cost           good when its answer cost at most the ceiling
    tokens         good when input and output together are at most the ceiling
    refusals       good when an answer was given; bad when a model declined, or a filter or a guardrail stepped in
    measure        good when a figure told about it is within its limits, or a label is one of the good ones

An objective that names a stage, a provider or a model, in its scope or in ``per``, counts spans of that kind instead:
a span belongs to whom its request is for. A measure counts where it was told: an evaluation at its own instant, a
figure of a span at the end of the span; each with its weight (1 / sampling probability).

Some requests say nothing and are left out, as neither good nor bad:

- For latency, a failure within the threshold. Counted as good, fast errors would hide slow answers; counted as bad, one
  failure would spend two budgets. A failure after the threshold stays in, or timeouts would make a route look fast.
- For first_chunk, what was answered without a stream, and a failure of which nobody says that a stream was asked for
  (``gen_ai.request.stream``).
- For cost, what has no price or no usage: unpriced is not free. A partly priced answer that already exceeds the ceiling
  is bad for certain; one that does not is unknown. An answer without any model call cost nothing, and that is known.
- For tokens, the same of usage.
- For refusals, a failure that is none.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from types import MappingProxyType

import pyarrow as pa

from analytics.periods import Period
from analytics.slo.kinds import NOMINAL_S, SPAN_DIMENSIONS, Budgeting, Dimension, Sli, Unit, WhenImpossible
from analytics.slo.soundness import MOST_USD, require_sound
from analytics.slo.windows import WORKBOOK_WINDOWS, Rescaled, Window, factor, holding, rescaled

__all__ = [
    "OBJECTIVE_COLUMNS",
    "Budgeting",
    "Dimension",
    "Objective",
    "Sli",
    "Unit",
    "WhenImpossible",
    "objective_table",
]

COST_TYPE = pa.decimal128(38, 15)
OBJECTIVE_COLUMNS = pa.schema(
    [
        ("objective_id", pa.uint64()),
        ("name", pa.string()),
        ("sli", pa.string()),
        ("unit", pa.string()),
        *((word, pa.string()) for word in Dimension),
        ("per", pa.list_(pa.string())),
        ("threshold_ms", pa.float64()),
        ("ceiling_usd", COST_TYPE),
        ("ceiling_tokens", pa.int64()),
        ("relative", pa.bool_()),
        ("measure", pa.string()),
        ("at_least", pa.float64()),
        ("at_most", pa.float64()),
        ("labels", pa.list_(pa.string())),
        ("budgeting", pa.string()),
        ("slice_minutes", pa.int64()),
        ("slice_target", pa.float64()),
    ]
)
_SMALLEST_USD = Decimal(1).scaleb(-COST_TYPE.scale)
_MINUTE_S = 60.0
_PERIOD_S = 28 * 86400.0


@dataclass(frozen=True, slots=True)
class Objective:
    """One entry of the section ``objectives``: a promise about a share of requests.

    >>> answers = Objective("answers", Sli.AVAILABILITY, target=0.995, route="answer")
    >>> stricter = Objective("answers", Sli.AVAILABILITY, target=0.999, route="answer")
    >>> answers.objective_id == stricter.objective_id  # the same requests are good, whatever the target
    True
    >>> Objective("models", Sli.AVAILABILITY, target=0.99, stage="model", per=(Dimension.MODEL,)).unit
    <Unit.SPAN: 'span'>
    >>> Objective("dear", Sli.COST, target=0.95, budget=Decimal(900), expected_requests=600_000).ceiling_usd
    Decimal('0.001500000000000')
    """

    name: str
    """Unique name, as shown on dashboards and in decisions."""
    sli: Sli
    """What is measured: availability, latency, first_chunk, cost, tokens, refusals or a measure."""
    target: float
    """Share of requests that has to be good, a ratio between 0 and 1."""
    tenant: str | None = None
    """Only this tenant's requests; nothing means every tenant."""
    team: str | None = None
    """Only this team's requests."""
    feature: str | None = None
    """Only this feature's requests."""
    route: str | None = None
    """Only requests on this route."""
    threshold_ms: float | None = None
    """For latency and first_chunk: the longest good duration, in milliseconds."""
    ceiling_usd: Decimal | None = None
    """For cost: the highest good cost of one answer, in US dollars."""
    period_s: float = _PERIOD_S
    """Rolling period of the error budget. 28 days hold four of each weekday. A calendar brings its own."""
    windows: tuple[Window, ...] = WORKBOOK_WINDOWS
    """Windows that watch the burn; burn-rate factors are derived from share, window and period. Of slices of time, the
    default's short windows hold two."""
    environment: str | None = None
    """Only requests in this environment."""
    stage: str | None = None
    """Only spans of this kind, such as model or retriever; makes it an objective about spans."""
    provider: str | None = None
    """Only calls of this provider; makes it an objective about spans."""
    model: str | None = None
    """Only calls of this model, as the answer names it; makes it an objective about spans."""
    per: tuple[Dimension, ...] = ()
    """A budget of its own for every value seen of these words, at most 200; further values share one."""
    ceiling_tokens: int | None = None
    """For tokens: the most good tokens of one answer, input and output together."""
    measure: str | None = None
    """For measure: the name of a figure (cache.hit, retrieval.age_s ...) or of an evaluation."""
    at_least: float | None = None
    """For measure: the lowest good value."""
    at_most: float | None = None
    """For measure: the highest good value."""
    labels: tuple[str, ...] = ()
    """For measure: the good labels."""
    times_baseline: float | None = None
    """For cost and tokens: the ceiling as a multiple of the median request of the days before."""
    baseline_s: float = 7 * 86400.0
    """For times_baseline: how far back that median looks, in whole days."""
    budget: Decimal | None = None
    """For cost: money of a period, in US dollars; the ceiling is its share of one of expected_requests."""
    expected_requests: int | None = None
    """For cost: the requests that the budget is meant for."""
    budgeting: Budgeting = Budgeting.OCCURRENCES
    """occurrences counts requests, timeslices good slices of time, ratio_timeslices the mean ratio of the slices."""
    time_slice_s: float = _MINUTE_S
    """For both kinds of slices: their length, in whole minutes; at most half of the shortest window."""
    time_slice_target: float | None = None
    """For timeslices: the share of good requests that makes a slice good."""
    calendar: Period | None = None
    """day, week, month, quarter or year instead of a rolling period."""
    time_zone: str = "UTC"
    """IANA zone of the calendar's edges, for instance Europe/Berlin."""
    when_impossible: WhenImpossible = WhenImpossible.REFUSE
    """A row of windows that could never fire is refused, or rescaled to one that can."""
    owner: str | None = None
    """Who answers for it."""
    description: str | None = None
    """What is promised, in words."""
    service: str | None = None
    """The service it is listed under."""
    runbook_url: str | None = None
    """What to do when it burns."""
    annotations: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    """Further words, kept as they are."""

    def __post_init__(self) -> None:
        self._complete()
        require_sound(self)

    @property
    def unit(self) -> Unit:
        """What is counted."""
        if self.sli is Sli.MEASURE:
            return Unit.MEASURE
        named = any(getattr(self, word) is not None for word in SPAN_DIMENSIONS) or SPAN_DIMENSIONS & set(self.per)
        return Unit.SPAN if named else Unit.REQUEST

    @property
    def relative(self) -> bool:
        """Whether the ceiling follows the requests of the days before."""
        return self.times_baseline is not None

    @property
    def slice_minutes(self) -> int | None:
        """Length of a slice; None where requests are counted."""
        return None if self.budgeting is Budgeting.OCCURRENCES else round(self.time_slice_s / _MINUTE_S)

    @property
    def slice_target(self) -> float | None:
        """Share of good requests that makes a slice good."""
        return self.time_slice_target

    @property
    def objective_id(self) -> int:
        """64-bit hash of all that decides what is counted as good: SLI, scope, limit and slices, not the target."""
        ceiling = None if self.ceiling_usd is None else str(self.ceiling_usd.normalize())
        limits = [None if self.threshold_ms is None else float(self.threshold_ms), ceiling]
        decides: list[object] = [self.sli, self.tenant, self.team, self.feature, self.route, *limits]
        more = {name: value for name, value in self._more().items() if value not in (None, [], ())}
        if more:
            decides.append(more)
        return int.from_bytes(hashlib.sha256(json.dumps(decides).encode()).digest()[:8], "big")

    def factor(self, window: Window) -> float:
        """Burn rate above which a window of this objective fires: rescaled where it may be and has to be."""
        return factor(self.watched(window).window, self.period_s)

    def watched(self, window: Window) -> Rescaled:
        """The row that is in fact watched."""
        if self.when_impossible is WhenImpossible.REFUSE:
            return Rescaled(window)
        return rescaled(window, self.period_s, self.target)

    def _more(self) -> Mapping[str, object]:
        """What decides besides the words every objective has; only where it is set, so that ids stay."""
        words = ("environment", "stage", "provider", "model", "ceiling_tokens", "measure", "at_least", "at_most")
        sliced = self.budgeting is not Budgeting.OCCURRENCES
        return {
            **{word: getattr(self, word) for word in words},
            "per": sorted(self.per),
            "labels": sorted(self.labels),
            "times_baseline": self.times_baseline,
            "baseline_s": self.baseline_s if self.relative else None,
            "budgeting": self.budgeting if sliced else None,
            "slice_minutes": self.slice_minutes,
            "slice_target": self.time_slice_target,
        }

    def _complete(self) -> None:
        """Fill in what follows from other fields."""
        if self.calendar is not None and self.period_s == _PERIOD_S:
            object.__setattr__(self, "period_s", NOMINAL_S[self.calendar])
        if self.budgeting is not Budgeting.OCCURRENCES and self.windows == WORKBOOK_WINDOWS:
            object.__setattr__(self, "windows", holding(self.time_slice_s))
        if self.budget is not None and self.expected_requests and self.ceiling_usd is None and self.budget <= MOST_USD:
            share = (self.budget / self.expected_requests).quantize(_SMALLEST_USD, ROUND_DOWN)
            object.__setattr__(self, "ceiling_usd", share)


def objective_table(objectives: Sequence[Objective]) -> pa.Table:
    """The definitions as rows of the table ``objectives``; the same definition under two names is one row."""
    distinct = {objective.objective_id: objective for objective in reversed(objectives)}
    rows = [{name: getattr(objective, name) for name in OBJECTIVE_COLUMNS.names} for objective in distinct.values()]
    return pa.Table.from_pylist(rows, schema=OBJECTIVE_COLUMNS)
