"""``/v1/drift``: what a window is like, against its reference."""

from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import Field

from analytics.answering import Clock, as_json, said_once
from analytics.changes.history import History
from analytics.drift.answers import drift_page
from analytics.drift.judging import Judged, Verdict
from analytics.drift.looking import look
from analytics.drift.settings import DriftSettings
from analytics.drift.shapes import DriftAnswer
from analytics.drift.windows import Against, reference_of
from analytics.grouping import slice_of
from analytics.notation import NS_PER_DAY, NS_PER_S, instant_text
from analytics.paging import page_of
from analytics.questions import BadParameter, Moment, Window, WindowParams, starts
from collector.configuration.values import Unreadable, duration_s

_LEAST_NS, _MOST_NS = 600 * NS_PER_S, 14 * 86_400 * NS_PER_S


class DriftParams(WindowParams):
    """Which window, against what."""

    standard_ns: ClassVar[int] = NS_PER_DAY
    start: Moment = starts("one day, or `window`, before `until`")
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
            if self.window_length is not None:
                raise BadParameter("window", self.window_length, "be ten minutes to two weeks")
            expected = "leave ten minutes to two weeks before until"
            raise BadParameter("start", instant_text(found.start_ns), expected)
        return found

    def _length_ns(self) -> int:
        if self.window_length is None:
            return self.standard_ns
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
    return drift_page(found, settings, shown, following)


def _reference(text: str | None) -> Against | Window | None:
    try:
        return None if text is None else reference_of(text)
    except ValueError as wrong:
        raise BadParameter("reference", text, str(wrong)) from wrong


def _place(one: Judged) -> tuple[Any, ...]:
    order = list(Verdict).index(one.verdict)
    return order, -(one.effect or 0.0), -one.since_count, one.stream.key
