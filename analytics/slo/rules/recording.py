"""Recording rules: what was counted in every window, and its error ratio under the name that Sloth gave it.

A ratio is the bad events of a window over all its events, in the short windows as in the period. Sloth takes the mean
of five-minute ratios over the period, which lets a quiet night weigh as much as a busy day; here only an objective that
is budgeted by slices of time has a mean, of its slices. Without events there is no ratio: unknown, and never zero.
"""

from collections.abc import Iterator

from analytics.slo.kinds import Budgeting
from analytics.slo.rules.counters import (
    BAD_EVENTS,
    BAD_EVENTS_TAKEN_BACK,
    EVENTS,
    EVENTS_TAKEN_BACK,
    WEIGHT_SQUARES,
    CounterName,
)
from analytics.slo.rules.promql import duration, number
from analytics.slo.rules.rule import Recording
from analytics.slo.rules.watch import SLICE_RATIO, Counting, Watch, ratio_name

_DAY_S = 86_400
_ON = "on (sloth_id, sloth_slo, sloth_service) group_left ()"


def slice_rules(watch: Watch) -> Iterator[Recording]:
    """What became of the last slice of time, for an objective that is budgeted by slices.

    Worked out once in the length of a slice, so that every sample is one slice, and none is looked at twice.
    """
    slice_s, target = watch.slice_s, watch.objective.time_slice_target
    if slice_s is None:
        return
    for counting in (Counting.EVENTS, Counting.BAD_EVENTS):
        yield _summed(watch, counting, slice_s)
    ratio = _ratio_of_events(watch, slice_s)
    if watch.objective.budgeting is Budgeting.TIMESLICES and target is not None:
        ratio = f"({ratio})\n> bool (1 - {number(target)})"
    yield Recording(SLICE_RATIO, ratio, watch.labels)


def window_rules(watch: Watch, window_s: float) -> Iterator[Recording]:
    """What was counted in one window, and its error ratio."""
    if watch.slice_s is None:
        for counting in (Counting.EVENTS, Counting.BAD_EVENTS):
            yield _summed(watch, counting, window_s)
        if watch.weighted:
            yield _effective(watch, window_s)
        ratio = _ratio_of_events(watch, window_s)
    else:
        slices = f"{watch.recorded(SLICE_RATIO)}[{duration(window_s)}]"
        yield Recording(Counting.SLICES.series(window_s), f"count_over_time({slices})", watch.labels)
        ratio = f"avg_over_time({slices})"
    yield Recording(ratio_name(window_s), ratio, {**watch.labels, "sloth_window": duration(window_s)})


def standing_rules(watch: Watch) -> Iterator[Recording]:
    """What is promised, and how the budget stands: the names that dashboards made for Sloth begin with."""
    days = watch.objective.period_s / _DAY_S
    constants = {
        "slo:objective:ratio": f"vector({number(watch.objective.target)})",
        "slo:error_budget:ratio": f"vector{watch.budget}",
        "slo:time_period:days": f"vector({number(days)})",
    }
    yield from (Recording(name, expr, watch.labels) for name, expr in constants.items())
    budget = watch.recorded("slo:error_budget:ratio")
    burns = {
        "slo:current_burn_rate:ratio": watch.ratio(min(watch.windows_s)),
        "slo:period_burn_rate:ratio": watch.ratio(watch.objective.period_s),
    }
    for name, ratio in burns.items():
        yield Recording(name, f"{ratio}\n/ {_ON}\n{budget}", watch.labels)
    remaining = f"1 - {watch.recorded('slo:period_burn_rate:ratio')}"
    yield Recording("slo:period_error_budget_remaining:ratio", remaining, watch.labels)


def _summed(watch: Watch, counting: Counting, window_s: float) -> Recording:
    """Added less taken back: late data is corrected without a counter that falls."""
    added, taken_back = _COUNTERS[counting]
    grown = [f"{watch.sum} (increase({watch.counter(one)}[{duration(window_s)}]))" for one in (added, taken_back)]
    return Recording(counting.series(window_s), "\n- ".join(grown), watch.labels)


_COUNTERS: dict[Counting, tuple[CounterName, CounterName]] = {
    Counting.EVENTS: (EVENTS, EVENTS_TAKEN_BACK),
    Counting.BAD_EVENTS: (BAD_EVENTS, BAD_EVENTS_TAKEN_BACK),
}


def _effective(watch: Watch, window_s: float) -> Recording:
    """As many unweighted events as would say as much as the weighted ones do."""
    events = watch.recorded(Counting.EVENTS.series(window_s))
    squares = f"{watch.sum} (increase({watch.counter(WEIGHT_SQUARES)}[{duration(window_s)}]))"
    return Recording(
        Counting.EFFECTIVE.series(window_s), f"{events} ^ 2\n/ {watch.matching} ({squares} > 0)", watch.labels
    )


def _ratio_of_events(watch: Watch, window_s: float) -> str:
    bad, events = (watch.recorded(counting.series(window_s)) for counting in (Counting.BAD_EVENTS, Counting.EVENTS))
    return f"clamp_min({bad}, 0)\n/ ({events} > 0)"
