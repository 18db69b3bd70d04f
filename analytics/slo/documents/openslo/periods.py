"""A window of time that a budget lasts: rolling, or a calendar period in a time zone.

OpenSLO's calendar window starts at any instant and lasts any duration; ours are the days, weeks (from Monday), months,
quarters and years of a zone. A window that starts elsewhere is another promise and is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from yaml.nodes import Node

from analytics.periods import Period, first_day
from analytics.slo.documents.openslo.durations import INEXACT, seconds, shorthand
from analytics.slo.documents.openslo.shapes import entries
from analytics.slo.documents.writing import Plain
from collector.configuration import duration_text

ROLLING_DEFAULT_S = 28 * 86_400.0
_STARTS = "2024-01-01 00:00:00"
"""A Monday, and the first day of a month, a quarter and a year."""
_DURATIONS: Mapping[str, str] = MappingProxyType(
    {
        "1d": "day",
        "1w": "week",
        "7d": "week",
        "1M": "month",
        "1Q": "quarter",
        "3M": "quarter",
        "1Y": "year",
        "12M": "year",
    }
)
_WRITTEN: Mapping[str, str] = MappingProxyType(
    {"day": "1d", "week": "1w", "month": "1M", "quarter": "1Q", "year": "1Y"}
)


@dataclass(frozen=True, slots=True)
class Lasting:
    """What a time window says in our words."""

    period: str = ""
    calendar: str | None = None
    time_zone: str | None = None
    assumed: str = ""
    refused: str = ""


def lasting(window: Node) -> Lasting:
    """Read one entry of ``timeWindow``."""
    given = entries(window)
    duration = str(given["duration"].value)
    rolling = str(given["isRolling"].value).lower() == "true" if "isRolling" in given else None
    if "calendar" in given:
        if rolling:
            return Lasting(refused="a calendar, and isRolling: true: the specification allows one of the two")
        return _calendar(duration, {key: str(node.value) for key, node in entries(given["calendar"]).items()})
    if rolling is not True:
        return Lasting(refused="neither isRolling: true nor a calendar: the specification asks for one of the two")
    text = duration_text(seconds(duration))
    return Lasting(text, assumed=f"a rolling {duration} taken as {text}" if duration[-1] in INEXACT else "")


def window_of(period_s: float, calendar: str | None, time_zone: str | None) -> dict[str, Plain]:
    """Write one entry of ``timeWindow``."""
    if calendar is None:
        return {"duration": shorthand(period_s), "isRolling": True}
    began: dict[str, Plain] = {"startTime": _STARTS, "timeZone": time_zone or "UTC"}
    return {"duration": _WRITTEN[calendar], "calendar": began, "isRolling": False}


def _calendar(duration: str, began: Mapping[str, str]) -> Lasting:
    calendar = _DURATIONS.get(duration)
    if calendar is None:
        told = f"a calendar period of {duration}; Burnline's are {', '.join(_WRITTEN.values())}"
        return Lasting(refused=f"{told}: choose one, or a rolling window")
    start = began["startTime"]
    try:
        first = datetime.fromisoformat(start)
    except ValueError:
        return Lasting(refused=f"startTime {start} is no instant")
    if first.time() != datetime.min.time() or not _first(Period(calendar), first.date()):
        told = f"a {calendar} that starts at {start}"
        return Lasting(refused=f"{told}; Burnline's start at midnight of the first day, weeks on Monday")
    return Lasting(calendar=calendar, time_zone=began["timeZone"])


def _first(period: Period, day: date) -> bool:
    return first_day(period, day) == day
