"""How a budget went: burn per alert window and what was left, at every step of a window.

One question to the store brings what was judged per minute (or slice of time) from the longest look back on; running
sums answer every window at every instant, so a year of a budget costs one scan of its minutes. At a whole minute a row
says what ``/v1/slos`` said then, late spans included. Windows are cut to the whole minutes inside them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

from analytics.notation import NS_PER_MINUTE, NS_PER_S
from analytics.questions import BadParameter, Moment, NotFound, Window, WindowParams, starts
from analytics.slo.answers import named
from analytics.slo.arithmetic import Counts, burn_rate
from analytics.slo.budgeting import budget
from analytics.slo.burn import nanoseconds
from analytics.slo.groups import Group, groups
from analytics.slo.history_shapes import HistoryRow, HistoryWindow, SloHistory
from analytics.slo.objective import Objective
from analytics.slo.periods import budget_period
from analytics.steps import STEP_TEXT, ends, step_for
from collector.store import Store, queries_of

_HISTORY = queries_of("analytics.slo")["objective_history"]
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00Z")
_NS_PER_US = 1_000
_MILLIONTHS = 1e6
_Sums = npt.NDArray[np.float64]


class HistoryParams(WindowParams):
    """Which part of a budget's history."""

    start: Moment = starts("the start of its period")
    group: str | None = Field(None, description="of an objective with `per`: the name of one group, `other` included")
    step_s: int | None = Field(None, ge=60, multiple_of=60, description=STEP_TEXT)


@dataclass(frozen=True, slots=True)
class _Judged:
    """Running sums over the units of time that judged anything: ``total[n]`` is what was judged before ``units[n]``."""

    unit_ns: int
    scale: float
    units: npt.NDArray[np.int64]
    total: _Sums
    good: _Sums

    def between(self, start_ns: int, until_ns: int) -> Counts:
        """Counts of the whole units inside."""
        start, until = np.searchsorted(self.units, (-(-start_ns // self.unit_ns), until_ns // self.unit_ns))
        if start >= until:
            return Counts()
        total, good = (float(sums[until] - sums[start]) / self.scale for sums in (self.total, self.good))
        return Counts(_whole(total), _whole(good))


def slo_history(
    store: Store, objectives: Sequence[Objective], name: str, params: HistoryParams, now_ns: int
) -> SloHistory:
    """Answer how a budget went; raises NotFound for an objective or a group that is not there."""
    objective = named(objectives, name)
    group = _group(store, objective, params.group)
    window = _window(objective, params, now_ns)
    unit_ns = (objective.slice_minutes or 1) * NS_PER_MINUTE
    step_ns = -(-step_for(window, params.step_s) // unit_ns) * unit_ns
    judged = _judged(store, objective, group, window)
    places = ends(window, step_ns)
    rows = [_row(objective, judged, at, before) for at, before in zip(places, (window.start_ns, *places), strict=False)]
    return SloHistory(
        name=objective.name,
        objective_id=f"{objective.objective_id:016x}",
        group=params.group,
        target=objective.target,
        start=window.start_ns,
        until=window.until_ns,
        step_s=step_ns // NS_PER_S,
        period_s=objective.period_s,
        calendar=objective.calendar,
        windows=tuple(HistoryWindow(**row) for row in _windows(objective)),
        rows=tuple(rows),
        next=None,
    )


def _window(objective: Objective, params: HistoryParams, now_ns: int) -> Window:
    """The window asked for, or the budget's period so far, in whole minutes."""
    until_ns = (now_ns if params.until is None else params.until) // NS_PER_MINUTE * NS_PER_MINUTE
    period = budget_period(objective, _instant(until_ns))
    start_ns = nanoseconds(period.start) if params.start is None else params.start
    start_ns = min(start_ns, until_ns) // NS_PER_MINUTE * NS_PER_MINUTE
    if start_ns >= until_ns:
        raise BadParameter("start", _instant(start_ns), f"be a minute or more before until, {_instant(until_ns)}")
    return Window(start_ns, until_ns)


def _group(store: Store, objective: Objective, name: str | None) -> Group | None:
    if name is None:
        return None
    known = groups(store, [objective]).get(objective.objective_id, ())
    found = next((group for group in known if group.name == name), None)
    if found is None:
        has = ", ".join(group.name for group in known) or "none: it keeps one budget for everything"
        raise NotFound(f"objective {objective.name!r} has no group {name!r}; its groups are: {has}")
    return found


def _judged(store: Store, objective: Objective, group: Group | None, window: Window) -> _Judged:
    unit_ns = (objective.slice_minutes or 1) * NS_PER_MINUTE
    since_ns = _earliest(objective, window) // unit_ns * unit_ns
    asked = {
        "objective_id": objective.objective_id,
        "group_id": None if group is None else group.group_id,
        "since": _instant(since_ns).replace(tzinfo=None),
        "until": _instant(window.until_ns).replace(tzinfo=None),
        "unit_minutes": unit_ns // NS_PER_MINUTE,
        "sliced": objective.slice_minutes is not None,
        "slice_target": objective.slice_target,
    }
    answer = store.run(_HISTORY, asked)
    total, good = (np.cumsum([0.0, *answer.column(name).to_numpy()]) for name in ("total", "good"))
    scale = 1.0 if objective.slice_minutes else _MILLIONTHS
    return _Judged(unit_ns, scale, answer.column("unit").to_numpy(), total, good)


def _earliest(objective: Objective, window: Window) -> int:
    """Where the longest look back from the first row begins."""
    first = _instant(window.start_ns)
    looks = [first - budget_period(objective, first).start]
    looks += [timedelta(seconds=row.long_s) for row in objective.windows]
    return max(0, nanoseconds(first - max(looks)))


def _row(objective: Objective, judged: _Judged, at_ns: int, before_ns: int) -> HistoryRow:
    at = _instant(at_ns)
    period = budget_period(objective, at)
    stood = budget(judged.between(nanoseconds(period.start), at_ns), objective.target, period, None)
    since = judged.between(before_ns, at_ns)
    return HistoryRow(
        at=at_ns,
        total=since.total,
        bad=since.bad,
        burn=stood.burn,
        remaining_ratio=stood.remaining_ratio,
        long_burns=tuple(_burn(objective, judged, at_ns, row.long_s) for row in objective.windows),
        short_burns=tuple(_burn(objective, judged, at_ns, row.short_s) for row in objective.windows),
    )


def _burn(objective: Objective, judged: _Judged, at_ns: int, length_s: float) -> float | None:
    return burn_rate(judged.between(at_ns - round(length_s * 1e9), at_ns), objective.target)


def _windows(objective: Objective) -> Sequence[Mapping[str, Any]]:
    return [
        {"severity": row.severity, "long_s": row.long_s, "short_s": row.short_s, "factor": objective.factor(row)}
        for row in objective.windows
    ]


def _whole(value: float) -> float:
    """A whole number where it is one."""
    return int(value) if value.is_integer() else value


def _instant(at_ns: int) -> datetime:
    return _EPOCH + timedelta(microseconds=at_ns // _NS_PER_US)
