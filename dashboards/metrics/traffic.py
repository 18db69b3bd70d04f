"""The families that come from the store's totals."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

import pyarrow as pa
import pyarrow.compute as pc

from analytics.derive.bounds import CALLS_MS, MEASURES, STAGES_MS, TOKENS, Bounds
from dashboards.metrics.capping import Caps
from dashboards.metrics.columns import Columns, Groups, each
from dashboards.metrics.examples import operation
from dashboards.metrics.families import Samples
from dashboards.metrics.observed import Examples, Histograms, Scale, observed

_MS_PER_S, _NS_PER_S = 1e3, 1e9
_ADDED, _BACK = ("added", "amount_added"), ("taken_back", "amount_taken_back")
_CALL = ("operation", "provider", "request_model", "model")


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
    _Counter("refusals", "burnline_refusals", ("tenant", "route")),
    _Counter("finish_reasons", "burnline_finish_reasons", (*_CALL, "finish_reason"), moves=False),
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
    series: pa.Table, caps: Caps, bounds: Bounds, examples: Mapping[str, Examples]
) -> Iterator[tuple[str, Samples | Columns | Histograms]]:
    """Every family with its series under the names they keep."""
    told = caps.told(series)
    told = told.append_column("operation", each(told["stage"].combine_chunks(), operation))
    for counter in _COUNTERS:
        yield from _counted(counter, _rows(told, counter.family, counter.words))
    for histogram in _HISTOGRAMS:
        scale = Scale(histogram.bounds(bounds), histogram.unit, histogram.amount_unit)
        rows = _rows(told, histogram.family, histogram.words)
        yield from _observed(histogram, rows, scale, examples.get(histogram.name, {}))
    yield "burnline_capped_label_values", [((label,), float(len(values))) for label, values in caps.capped.items()]


def _rows(series: pa.Table, family: str, words: Sequence[str]) -> pa.Table:
    return series.select([*words, "bound", *_ADDED, *_BACK]).filter(pc.equal(series["family"], family))


def _counted(counter: _Counter, rows: pa.Table) -> Iterator[tuple[str, Columns]]:
    added, back = _ADDED[counter.amount], _BACK[counter.amount]
    yield counter.name, _summed(rows, counter.words, added)
    if counter.moves:
        yield f"{counter.name}_taken_back", _summed(rows.filter(_some(rows, back)), counter.words, back)


def _summed(rows: pa.Table, words: Sequence[str], figure: str) -> Columns:
    groups = _groups(rows, words)
    return Columns(groups.words, groups.sums(rows[figure].to_numpy()))


def _observed(
    histogram: _Histogram, rows: pa.Table, scale: Scale, examples: Examples
) -> Iterator[tuple[str, Histograms]]:
    yield histogram.name, _buckets(rows, histogram.words, _ADDED, scale, examples)
    if histogram.back is not None:
        moved = rows.filter(pc.or_(*(_some(rows, figure) for figure in _BACK)))
        yield histogram.back, _buckets(moved, histogram.words, _BACK, scale)


def _buckets(
    rows: pa.Table, words: Sequence[str], figures: Sequence[str], scale: Scale, examples: Examples | None = None
) -> Histograms:
    told = [rows[column].to_numpy() for column in ("bound", *figures)]
    return observed(_groups(rows, words), told, scale, examples or {})


def _some(rows: pa.Table, figure: str) -> pa.ChunkedArray:
    return pc.not_equal(rows[figure], 0)


def _groups(rows: pa.Table, words: Sequence[str]) -> Groups:
    return Groups.of([rows[word].combine_chunks() for word in words])
