"""The same figures as cost and latency, one step of time after the other: what a chart is drawn from.

A row is one step, or one step x one value of a dimension. Its figures are those that ``/v1/cost`` and ``/v1/latency``
answer for the step alone, to the last digit. Steps begin at whole multiples of their length since 1970, so a step stays
where it is while the window moves; the first and the last end with the window. With ``by``, the ``top`` dearest values
of the window have rows of their own, then, where there is room, those that cost nothing; the rest is summed up as
``other``.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import Field

from analytics.cost import CostScope, bounds
from analytics.latency import CALL_STAGE, ERROR_RATIO, REQUEST_STAGE
from analytics.notation import NS_PER_S
from analytics.questions import COST_DIMENSIONS, LATENCY_DIMENSIONS, BadParameter, Dimension, Window, dimensions
from analytics.series_shapes import SeriesAnswer, SeriesRow
from analytics.steps import STEP_TEXT, step_for
from collector.dialects.usage_classes import UsageClass
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics")
SERIES_DIMENSIONS = tuple(d for d in COST_DIMENSIONS if d not in {Dimension.DAY, Dimension.HOUR})
INPUT_CLASSES = (
    *(UsageClass.INPUT_UNCACHED, UsageClass.CACHE_READ, UsageClass.CACHE_WRITE_5M, UsageClass.CACHE_WRITE_1H),
    *(UsageClass.AUDIO_IN, UsageClass.AUDIO_CACHE_READ, UsageClass.IMAGE_IN),
)
"""Their quantities add up to input tokens, cached and cache-written ones included."""
OUTPUT_CLASSES = (UsageClass.OUTPUT, UsageClass.AUDIO_OUT, UsageClass.IMAGE_OUT)
_NEVER_TIMED = ("usage_class", "purpose", "price_id")
_Key = tuple[int, bool, str | None]
_Found = Mapping[_Key, Mapping[str, Any]]


class SeriesParams(CostScope):
    """Which figures, in which steps, and split by what."""

    by: str = Field("", description=f"one of {', '.join(SERIES_DIMENSIONS)}; nothing: one row a step")
    top: int = Field(8, ge=1, le=50, description="values with rows of their own; the rest is `other`")
    step_s: int | None = Field(None, ge=60, multiple_of=60, description=STEP_TEXT)


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked, with everything left out filled in."""

    params: SeriesParams
    window: Window
    step_ns: int
    by: Dimension | None

    def asked(self) -> dict[str, object]:
        """What all three queries are told."""
        return {**self.params.attribution(), **bounds(self.window), "step_ns": self.step_ns, "by": self.by}


_Shown = tuple[str | None, ...]


def series(store: Store, params: SeriesParams, now_ns: int) -> SeriesAnswer:
    """Answer the figures of a window step by step; raises BadParameter for an unknown dimension or too many steps."""
    question = _question(params, params.window(now_ns))
    lines, shown = _lines(store, question)
    requests, shown = _requests(store, question, shown)
    latency = _latency(store, question, shown)
    rows = [
        _row(question, key, lines.get(key), requests if requests is None else requests.get(key, {}), latency.get(key))
        for key in _keys(question, shown, {**lines, **(requests or {}), **latency})
    ]
    return SeriesAnswer(
        start=question.window.start_ns,
        until=question.window.until_ns,
        step_s=question.step_ns // NS_PER_S,
        by=question.by,
        values=shown if question.by else (),
        stage=_stage(question),
        error_ratio=ERROR_RATIO,
        rows=tuple(rows),
        next=None,
    )


def _question(params: SeriesParams, window: Window) -> _Question:
    found = dimensions(params.by, SERIES_DIMENSIONS)
    if len(found) > 1:
        raise BadParameter("by", params.by, f"be one of {', '.join(SERIES_DIMENSIONS)}: a series is split once")
    return _Question(params, window, step_for(window, params.step_s), found[0] if found else None)


def _lines(store: Store, question: _Question) -> tuple[_Found, _Shown]:
    """Ledger lines, and the dearest values of the window, the dearest first; without a dimension there is one, None."""
    classes = {"input_classes": [*map(str, INPUT_CLASSES)], "output_classes": [*map(str, OUTPUT_CLASSES)]}
    asked = {**question.asked(), **question.params.lines(), **classes, "top": question.params.top}
    rows = store.run(_QUERIES["series_lines"], asked).to_pylist()
    if question.by is None:
        return _by_key(rows), (None,)
    places = {row["place"]: row["value"] for row in rows if not row["other"]}
    return _by_key(rows), tuple(places[place] for place in sorted(places))


def _requests(store: Store, question: _Question, shown: _Shown) -> tuple[_Found | None, _Shown]:
    """Count requests; where there is room for more values, those that cost nothing are shown as well, by name.

    None where a request has no single value of the dimension or the filters.
    """
    if not question.params.counts_requests((question.by,) if question.by else ()):
        return None, shown
    asked = {**question.asked(), **_told(shown), "room": question.params.top - len(shown)}
    found = _by_key(store.run(_QUERIES["series_requests"], asked).to_pylist())
    further = {value for _, other, value in found if not other} - {*shown}
    return found, (*shown, *sorted(further, key=lambda value: (value is None, value or "")))


def _latency(store: Store, question: _Question, shown: _Shown) -> _Found:
    """Percentiles; none where durations are not told by the dimension or a filter."""
    stage = _stage(question)
    if stage is None:
        return {}
    minutes = question.window.widened_to_minutes()
    shared = {name: value for name, value in question.asked().items() if not name.startswith("minutes_")}
    named = {"provider": question.params.provider, "model": question.params.model, "stage": stage}
    asked = {**shared, **_told(shown), **named, "start_ns": minutes.start_ns, "until_ns": minutes.until_ns}
    return _by_key(store.run(_QUERIES["series_latency"], asked).to_pylist())


def _told(shown: _Shown) -> dict[str, object]:
    return {"shown": [value for value in shown if value is not None], "shows_none": None in shown}


def _stage(question: _Question) -> str | None:
    """What is timed: calls where the question is about models; None where nothing can be."""
    params, by = question.params, question.by
    if by not in {None, *LATENCY_DIMENSIONS} or any(getattr(params, word) is not None for word in _NEVER_TIMED):
        return None
    calls = by in {Dimension.MODEL, Dimension.PROVIDER} or params.model or params.provider
    return CALL_STAGE if calls else REQUEST_STAGE


def _by_key(rows: Sequence[Mapping[str, Any]]) -> _Found:
    return {(row["step"], row["other"], row["value"]): row for row in rows}


def _keys(question: _Question, shown: _Shown, found: _Found) -> Iterator[_Key]:
    """Every step; with a dimension the shown values of a step in their order, then the rest, where there are any."""
    first = question.window.start_ns // question.step_ns
    steps = range(first, (question.window.until_ns - 1) // question.step_ns + 1)
    if question.by is None:
        yield from ((step, False, None) for step in steps)
        return
    there: dict[int, set[_Key]] = defaultdict(set)
    for key in found:
        there[key[0]].add(key)
    for step in steps:
        places = [*((step, False, value) for value in shown), (step, True, None)]
        yield from (key for key in places if key in there[step])


def _row(
    question: _Question,
    key: _Key,
    lines: Mapping[str, Any] | None,
    requests: Mapping[str, Any] | None,
    latency: Mapping[str, Any] | None,
) -> SeriesRow:
    step, other, value = key
    said, timed = lines or {}, latency or {}
    told: dict[str, Any] = {str(question.by): value, "other": other} if question.by else {}
    told |= dict.fromkeys(_COUNTS) if requests is None else {name: requests.get(name, 0) for name in _COUNTS}
    told |= {name: timed.get(name) for name in ("p50_ms", "p95_ms")}
    told |= {name: said.get(name) for name in ("cost_usd", "list_cost_usd")}
    told |= {name: said.get(name, 0) for name in ("lines", "unpriced_lines")}
    told |= {name: _whole(said.get(name)) for name in ("input_tokens", "output_tokens")}
    start_ns, until_ns = step * question.step_ns, (step + 1) * question.step_ns
    return SeriesRow(
        start=max(question.window.start_ns, start_ns), until=min(question.window.until_ns, until_ns), **told
    )


_COUNTS = ("requests", "failed", "refusals", "unpriced_requests")


def _whole(quantity: Decimal | None) -> int | None:
    return None if quantity is None else int(quantity)
