"""The families that come from the store's totals."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from analytics.derive.bounds import CALLS_MS, MEASURES, STAGES_MS, TOKENS, Bounds
from analytics.totals import Series
from dashboards.metrics.capping import Caps
from dashboards.metrics.examples import Examples, operation
from dashboards.metrics.families import Labels, Samples
from dashboards.metrics.observed import Histograms, Observed

_MS_PER_S, _NS_PER_S = 1e3, 1e9
_CALL = ("stage", "provider", "request_model", "model")


@dataclass(frozen=True, slots=True)
class _Counter:
    family: str
    """Of the store's totals."""
    name: str
    words: tuple[str, ...]
    amount: bool = False
    """Whether the amount counts, not the number."""
    moves: bool = True
    """Whether late data can take something back."""


@dataclass(frozen=True, slots=True)
class _Histogram:
    family: str
    name: str
    back: str | None
    words: tuple[str, ...]
    bounds: Callable[[Bounds], Sequence[float]]
    unit: float = _MS_PER_S
    amount_unit: float = _NS_PER_S


_COUNTERS = (
    _Counter("requests", "burnline_requests", ("tenant", "route", "status")),
    _Counter("degraded_requests", "burnline_degraded_requests", ("tenant", "route")),
    _Counter("unpriced_requests", "burnline_unpriced_requests", ("tenant", "route")),
    _Counter("cost", "burnline_cost_usd", ("tenant", "route"), amount=True),
    _Counter("line_cost", "burnline_model_cost_usd", ("provider", "model", "purpose"), amount=True),
    _Counter("line_quantity", "burnline_model_usage", ("provider", "model", "usage_class"), amount=True),
    _Counter("request_errors", "burnline_request_errors", ("route", "error_type")),
    _Counter("stage_failures", "burnline_stage_failures", ("stage",), moves=False),
)
_HISTOGRAMS = (
    _Histogram(
        "request_duration",
        "burnline_request_duration_seconds",
        "burnline_request_duration_taken_back_seconds",
        ("route", "status"),
        attrgetter("requests_ms"),
    ),
    _Histogram(
        "first_chunk",
        "burnline_first_chunk_seconds",
        "burnline_first_chunk_taken_back_seconds",
        ("route",),
        attrgetter("first_chunks_ms"),
    ),
    _Histogram(
        "figures",
        "burnline_measure",
        "burnline_measure_taken_back",
        ("route", "measure"),
        lambda _: MEASURES,
        1.0,
        1.0,
    ),
    _Histogram("stage_duration", "burnline_stage_duration_seconds", None, ("stage",), lambda _: STAGES_MS),
    _Histogram("operation_duration", "gen_ai_client_operation_duration_seconds", None, _CALL, lambda _: CALLS_MS),
    _Histogram("token_usage", "gen_ai_client_token_usage", None, (*_CALL, "token_type"), lambda _: TOKENS, 1.0, 1.0),
)


def traffic(
    series: Sequence[Series], caps: Caps, bounds: Bounds, examples: Examples
) -> Iterator[tuple[str, Samples | Histograms]]:
    """Every family with its series under the names they keep."""
    by_family: defaultdict[str, list[Series]] = defaultdict(list)
    for one in caps.told(series):
        by_family[one.family].append(one)
    for counter in _COUNTERS:
        yield from _counted(counter, by_family[counter.family])
    for histogram in _HISTOGRAMS:
        yield from _observed(histogram, by_family[histogram.family], histogram.bounds(bounds), examples)
    yield "burnline_capped_label_values", [((label,), float(len(values))) for label, values in caps.capped.items()]


def _counted(counter: _Counter, series: Sequence[Series]) -> Iterator[tuple[str, Samples]]:
    labels = _labels(counter.words)
    added: defaultdict[Labels, float] = defaultdict(float)
    back: defaultdict[Labels, float] = defaultdict(float)
    told = attrgetter("amount_added", "amount_taken_back") if counter.amount else attrgetter("added", "taken_back")
    for one in series:
        words, (more, less) = labels(one), told(one)
        added[words] += more
        if less:
            back[words] += less
    yield counter.name, list(added.items())
    if counter.moves:
        yield f"{counter.name}_taken_back", list(back.items())


def _observed(
    histogram: _Histogram, series: Sequence[Series], bounds: Sequence[float], examples: Examples
) -> Iterator[tuple[str, Histograms]]:
    labels = _labels(histogram.words)
    added: defaultdict[Labels, Observed] = defaultdict(Observed)
    back: defaultdict[Labels, Observed] = defaultdict(Observed)
    for one in series:
        words = labels(one)
        added[words].add(one.bound, one.added, one.amount_added)
        if one.taken_back or one.amount_taken_back:
            back[words].add(one.bound, one.taken_back, one.amount_taken_back)
    shape = (bounds, histogram.unit, histogram.amount_unit)
    yield histogram.name, Histograms(*shape, added, examples.get(histogram.name, {}))
    if histogram.back is not None:
        yield histogram.back, Histograms(*shape, back)


def _labels(words: tuple[str, ...]) -> Callable[[Series], Labels]:
    """From a series to the values of its labels."""
    told: Any = attrgetter(*words)
    if len(words) == 1:
        return lambda one: (told(one),)
    if words[0] != "stage":
        return told  # type: ignore[no-any-return]  # attrgetter of several names makes a tuple
    return lambda one: (operation(one.stage), *told(one)[1:])
