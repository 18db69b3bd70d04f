"""What one frame shows, asked from a server: the overview, the same figures step by step, and what fires."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dashboards.asking import NoAnswer, Session

Row = Mapping[str, Any]
POINTS = 60
"""Steps of a window; none is shorter than a minute."""
_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to ask for."""

    window_s: int = 3_600
    filters: Mapping[str, str] | None = None
    """tenant and route, where only one is wanted."""

    @property
    def step_s(self) -> int:
        """The shortest step in whole minutes that fits the window into the points.

        >>> Wanted(3_600).step_s, Wanted(300).step_s, Wanted(86_400).step_s, Wanted(90_000).step_s
        (60, 60, 1440, 1500)
        """
        return max(1, -(-self.window_s // (POINTS * _MINUTE_S))) * _MINUTE_S


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything that one frame shows."""

    overview: Row
    steps: Sequence[Row]
    """Oldest first."""
    alerts: Sequence[Row]


def gathered(session: Session, wanted: Wanted) -> Frame:
    """Ask for one frame; raises :class:`~dashboards.asking.NoAnswer`."""
    try:
        return _frame(session, wanted)
    except (LookupError, TypeError, ValueError) as error:  # where another service, or another version, answers
        raise NoAnswer(f"the answer is in a shape that is not Burnline's ({error!r}): check --url") from error


def _frame(session: Session, wanted: Wanted) -> Frame:
    whose = dict(wanted.filters or {})
    overview = session.ask("/v1/overview", {"window_s": str(wanted.window_s), **whose}).json()
    until = datetime.fromisoformat(overview["evaluated_at"])
    start = until - timedelta(seconds=wanted.window_s)
    window = {"start": _text(start), "until": _text(until), "step_s": str(wanted.step_s)}
    series = session.ask("/v1/series", {**window, **whose}).json()
    return Frame(overview, series["rows"], session.ask("/v1/alerts").json()["alerts"])


def _text(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
