"""PromQL that the boards are written in: what counts is what was added less what late data took back.

A family that moves has a second one beside it (:mod:`dashboards.metrics.families`), whose series appear with the first
late change. ``X - (X_taken_back or 0 * X)`` is what counts; here that is the only way to ask for a counter, so that no
panel can forget it.

>>> print(rate("burnline_stage_failures_total", by="stage", window="5m"))
sum by (stage) (rate(burnline_stage_failures_total[5m]))
>>> print(rate("burnline_requests_total", 'status="error"', window="5m"))
(sum(rate(burnline_requests_total{status="error"}[5m])) - (sum(rate(burnline_requests_taken_back_total{status="error"}[5m])) or 0 * sum(rate(burnline_requests_total{status="error"}[5m]))))
"""  # noqa: E501 - the doctest shows a line as it is written

from dataclasses import dataclass

from dashboards.metrics.families import FAMILIES, Kind

WINDOW = "$__rate_interval"
RANGE = "$__range"
BY_TENANT = 'tenant=~"$tenant", route=~"$route"'
BY_ROUTE = 'route=~"$route"'
OF_MODEL = 'model=~"$model"'
OF_CALL = 'gen_ai_response_model=~"$model"'
_PARTS = ("_bucket", "_count", "_sum")


def taken_back(series: str) -> str | None:
    """The series that says what late data took back of a counter or of a part of a histogram, where there is one.

    >>> taken_back("burnline_request_duration_seconds_bucket"), taken_back("burnline_stage_failures_total")
    ('burnline_request_duration_taken_back_seconds_bucket', None)
    """
    part = next((part for part in _PARTS if series.endswith(part)), "_total")
    family = series.removesuffix(part)
    unit = "_seconds" if FAMILIES[family].kind is Kind.HISTOGRAM and family.endswith("_seconds") else ""
    back = f"{family.removesuffix(unit)}_taken_back{unit}"
    return f"{back}{part}" if back in FAMILIES else None


def rate(series: str, where: str = "", by: str = "", window: str = WINDOW, offset: str = "") -> str:
    """How many a second, summed, by labels."""
    return _Asked("rate", where, by, window, offset).counted(series)


def increase(series: str, where: str = "", by: str = "", window: str = RANGE, offset: str = "") -> str:
    """How many within a window, summed, by labels; Prometheus extrapolates to its edges."""
    return _Asked("increase", where, by, window, offset).counted(series)


def grown(series: str, where: str = "", by: str = "") -> str:
    """By how much it grew in the time the board shows: the difference of two readings, exact.

    For what happens seldom: ``increase`` does not see the first event of a series, which begins with it. Where
    Prometheus has not watched for so long, everything counts.
    """
    chosen = f"{{{where}}}" if where else ""
    now, then = (f"sum by ({by}) ({series}{chosen}{at})" for at in ("", f" offset {RANGE}"))
    return f"({now} - ({then} or 0 * {now}))"


def quantile(q: float, histogram: str, where: str = "", by: str = "", window: str = WINDOW) -> str:
    """A quantile of a histogram, by labels; between two bounds Prometheus draws a straight line.

    Of nothing it is not a number, which a comparison leaves out.
    """
    labels = ", ".join(label for label in ("le", by) if label)
    return f"histogram_quantile({q}, {rate(f'{histogram}_bucket', where, labels, window)}) >= 0"


def mean(histogram: str, where: str = "", by: str = "", window: str = WINDOW, offset: str = "") -> str:
    """The mean of what a histogram holds, by labels; nothing where there was nothing."""
    parts = (rate(f"{histogram}_{part}", where, by, window, offset) for part in ("sum", "count"))
    return ratio(*parts)


def named(expr: str, label: str) -> str:
    """With the label ``nobody`` where another one is empty, so that a legend of both has no nameless line."""
    return f'label_replace({expr}, "nobody", "(none)", "{label}", "")'


def ratio(part: str, whole: str) -> str:
    """A part of a whole; nothing, and not zero, where there is no whole."""
    return f"{part} / ({whole} > 0)"


def part_of(parts: str, whole: str) -> str:
    """Parts by their labels, of a whole that has none."""
    return f"{parts} / scalar({whole})"


def share(part: str, whole: str) -> str:
    """As :func:`ratio` of a part that may be missing: a whole without it has a share of zero."""
    return f"({part} or 0 * {whole}) / ({whole} > 0)"


@dataclass(frozen=True, slots=True)
class _Asked:
    """How counters are asked: a function over a window, summed by labels."""

    function: str
    where: str
    by: str
    window: str
    offset: str

    def counted(self, series: str) -> str:
        """What was added less what was taken back."""
        grown, back = self._summed(series), taken_back(series)
        return grown if back is None else f"({grown} - ({self._summed(back)} or 0 * {grown}))"

    def _summed(self, series: str) -> str:
        chosen = f"{{{self.where}}}" if self.where else ""
        earlier = f" offset {self.offset}" if self.offset else ""
        over = f" by ({self.by}) " if self.by else ""
        return f"sum{over}({self.function}({series}{chosen}[{self.window}]{earlier}))"
