"""``/v1/drift``: what a window is like, against its reference."""

from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import Field

from analytics.answering import Clock, as_json, said_once
from analytics.changes.history import History
from analytics.drift import effects
from analytics.drift.judging import Judged, Verdict
from analytics.drift.looking import Look, look
from analytics.drift.settings import DriftSettings
from analytics.drift.shapes import CallsAnswer, DriftAnswer, StreamAnswer, SwapAnswer
from analytics.drift.swaps import Calls, Swap
from analytics.drift.windows import Against, reference_of
from analytics.grouping import slice_of
from analytics.notation import NS_PER_S, instant_text
from analytics.paging import page_of
from analytics.questions import BadParameter, Window, WindowParams
from collector.configuration.values import Unreadable, duration_s

_LEAST_NS, _MOST_NS = 600 * NS_PER_S, 14 * 86_400 * NS_PER_S


class DriftParams(WindowParams):
    """Which window, against what."""

    reference: str | None = Field(
        None, description="weekdays, before, or START/UNTIL in RFC 3339; default: weekdays, before where there are none"
    )
    window_length: str | None = Field(None, alias="window", description="instead of start: 1h, 1d, 7d ... before until")
    verdict: Verdict | None = Field(None, description="only streams of this verdict")
    measure: str | None = Field(None, description="only this measure")
    route: str | None = Field(None, description="only streams of this route")
    tenant: str | None = Field(None, description="only streams of this tenant")
    model: str | None = Field(None, description="only streams of this model as it is asked for")
    limit: int = Field(50, ge=1, le=500, description="rows of a page")
    cursor: str | None = Field(None, description="`next` of the page before")

    def window(self, now_ns: int) -> Window:
        """A day where neither its start nor its length is given."""
        if self.start is not None and self.window_length is not None:
            raise BadParameter("window", self.window_length, "not be given with start: both say where it begins")
        until_ns = now_ns if self.until is None else self.until
        start_ns = max(0, until_ns - self._length_ns()) if self.start is None else self.start
        found = WindowParams(start=start_ns, until=until_ns).window(now_ns)
        if not _LEAST_NS <= found.until_ns - found.start_ns <= _MOST_NS:
            expected = "leave ten minutes to two weeks before until"
            raise BadParameter("start", instant_text(found.start_ns), expected)
        return found

    def _length_ns(self) -> int:
        if self.window_length is None:
            return 86_400 * NS_PER_S
        try:
            return round(duration_s(self.window_length) * NS_PER_S)
        except (Unreadable, OverflowError) as wrong:
            raise BadParameter("window", self.window_length, f"be a duration such as 1h, 1d or 7d: {wrong}") from wrong

    def concerns(self, one: Judged) -> bool:
        """Whether a stream is asked for."""
        key = one.stream.key
        words = {(word, asked) for word in ("route", "tenant", "model") if (asked := getattr(self, word)) is not None}
        return (
            self.verdict in {None, one.verdict}
            and self.measure in {None, key.measure}
            and (not words or words == {(key.dimension, key.value)})
        )


def router(history: History, now: Clock, settings: DriftSettings) -> APIRouter:
    """Build the route."""
    routes = APIRouter(prefix="/v1/drift", dependencies=[Depends(said_once)], tags=["changes"])

    @routes.get("", response_model=DriftAnswer, summary="Distributions against a reference, and swapped models")
    def show_drift(params: Annotated[DriftParams, Query()]) -> Response:
        """Compare a window with its reference, stream by stream: with a p-value, an effect, and both sizes."""
        return as_json(drift_answer(history, params, now(), settings))

    return routes


def drift_answer(history: History, params: DriftParams, now_ns: int, settings: DriftSettings) -> DriftAnswer:
    """Look, and cut what was asked for into pages."""
    page = page_of(params, params.cursor, now_ns)
    found = look(history, page.window, settings, _reference(params.reference))
    wanted = sorted((one for one in found.judged if params.concerns(one)), key=_place)
    shown, following = slice_of(wanted, page, params.limit)
    return _answer(found, settings, tuple(map(_stream, shown)), following)


def _answer(
    found: Look, settings: DriftSettings, shown: tuple[StreamAnswer, ...], following: str | None
) -> DriftAnswer:
    compared = found.compared
    return DriftAnswer(
        start=compared.window.start_ns,
        until=compared.window.until_ns,
        against=compared.against,
        reference_start=compared.start_ns,
        reference_until=max(one.until_ns for one in compared.reference),
        false_discoveries=settings.false_discoveries,
        tested=sum(one.verdict is not Verdict.INSUFFICIENT_DATA for one in found.judged),
        drifted=sum(one.verdict is Verdict.DRIFTED for one in found.judged),
        streams=shown,
        swaps=tuple(map(_swap, found.swaps)),
        next=following,
    )


def _reference(text: str | None) -> Against | Window | None:
    try:
        return None if text is None else reference_of(text)
    except ValueError as wrong:
        raise BadParameter("reference", text, str(wrong)) from wrong


def _place(one: Judged) -> tuple[Any, ...]:
    order = list(Verdict).index(one.verdict)
    return order, -(one.effect or 0.0), -one.since_count, one.stream.key


def _stream(one: Judged) -> StreamAnswer:
    before, since = one.stream.sides()
    both = bool(before.sum() and since.sum())
    measure = one.stream.measure
    return StreamAnswer(
        **one.stream.key._asdict(),
        unit=measure.unit,
        verdict=one.verdict,
        mix=measure.mix,
        before_count=one.before_count,
        since_count=one.since_count,
        **(_medians(one) if measure.numeric else _moved(one)),
        effect=one.effect,
        jensen_shannon=effects.jensen_shannon(before, since) if both else None,
        p_value=one.p_value,
        adjusted_p_value=one.adjusted,
    )


def _medians(one: Judged) -> dict[str, Any]:
    sides = zip(("before", "since"), one.stream.sides(), strict=True)
    found = {name: effects.quantile(side, one.stream.cells, 0.5) if side.sum() else None for name, side in sides}
    return {**found, "moved": None, "moved_before": None, "moved_since": None}


def _moved(one: Judged) -> dict[str, Any]:
    told: dict[str, Any] = {"before": None, "since": None, "moved": None, "moved_before": None, "moved_since": None}
    before, since = one.stream.sides()
    if not before.sum() or not since.sum():
        return told
    p, q = before / before.sum(), since / since.sum()
    most = int(np.argmax(np.abs(q - p)))
    return {**told, "moved": str(one.stream.cells[most]), "moved_before": float(p[most]), "moved_since": float(q[most])}


def _swap(one: Swap) -> SwapAnswer:
    return SwapAnswer(
        model=one.model,
        evidence=one.evidence,
        at=one.at_ns,
        before=one.before,
        after=one.after,
        told=one.told,
        calls_before=_calls(one.calls_before),
        calls_since=_calls(one.calls_since),
        per_day_usd=one.per_day_usd,
        trace_ids=one.trace_ids[:3],
    )


def _calls(one: Calls) -> CallsAnswer:
    return CallsAnswer(
        calls=one.calls,
        input_tokens=one.input_tokens,
        output_tokens=one.output_tokens,
        cost_per_call_usd=one.cost_per_call_usd,
    )
