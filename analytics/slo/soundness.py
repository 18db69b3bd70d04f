"""What an objective has to be: each rule says what was found and what was expected, naming the field first."""

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from analytics.slo.kinds import NOMINAL_S, Budgeting, Sli, Unit, WhenImpossible
from analytics.slo.windows import factor, highest_share, impossible

if TYPE_CHECKING:  # objectives check themselves with these rules
    from analytics.slo.objective import Objective

MOST_USD = Decimal(10) ** 12
"""The highest limit in dollars: with 15 decimal places more digits would be rounded."""
MOST_TOKENS = 10**15
_PLACES = 15
_MINUTE_S = 60
_DAY_S = 86_400
_LONGEST_PERIOD_S = 3_660 * _DAY_S
_LONGEST_BASELINE_S = 366 * _DAY_S
_LIMITS = {
    "threshold_ms": (Sli.LATENCY, Sli.FIRST_CHUNK),
    "ceiling_usd": (Sli.COST,),
    "ceiling_tokens": (Sli.TOKENS,),
    "measure": (Sli.MEASURE,),
    "at_least": (Sli.MEASURE,),
    "at_most": (Sli.MEASURE,),
    "labels": (Sli.MEASURE,),
    "times_baseline": (Sli.COST, Sli.TOKENS),
    "budget": (Sli.COST,),
    "expected_requests": (Sli.COST,),
}
"""Which fields belong to which SLI."""
_NEEDED = {
    Sli.LATENCY: "threshold_ms",
    Sli.FIRST_CHUNK: "threshold_ms",
    Sli.COST: "ceiling_usd",
    Sli.TOKENS: "ceiling_tokens",
}


def require_sound(objective: "Objective") -> None:
    """Raise ValueError for the first rule that does not hold."""
    for rule in _RULES:
        rule(objective)


def _named(objective: "Objective") -> None:
    if not objective.name:
        raise ValueError("name is empty; expected a name that is unique among the objectives")
    if not 0 < objective.target < 1:
        raise ValueError(
            f"target is {objective.target}; expected a ratio between 0 and 1, for instance 0.995 for 99.5 %"
        )


def _only_its_limits(objective: "Objective") -> None:
    for name, belongs_to in _LIMITS.items():
        value = getattr(objective, name)
        if value not in (None, ()) and objective.sli not in belongs_to:
            raise ValueError(f"{name} is {value}; expected none: an objective about {objective.sli} has no such limit")


def _its_limit(objective: "Objective") -> None:
    name = _NEEDED.get(objective.sli)
    if name is None or objective.relative:
        return
    value = getattr(objective, name)
    if value is None or value <= 0:
        found = f"{name} is {value}" if value is not None else f"{name} is missing"
        raise ValueError(f"{found}; expected a limit above 0 for an objective about {objective.sli}")
    most = {"ceiling_usd": MOST_USD, "ceiling_tokens": MOST_TOKENS}.get(name)
    if most is not None and value > most:
        raise ValueError(f"{name} is {value}; expected at most {most:,}")
    if objective.ceiling_usd is not None and objective.ceiling_usd != round(objective.ceiling_usd, _PLACES):
        raise ValueError(f"ceiling_usd is {objective.ceiling_usd}; expected at most {_PLACES} decimal places")


def _its_measure(objective: "Objective") -> None:
    if objective.sli is not Sli.MEASURE:
        return
    if not objective.measure:
        raise ValueError("measure is missing; expected the name of a figure or of an evaluation, such as cache.hit")
    bounded = objective.at_least is not None or objective.at_most is not None
    if bounded == bool(objective.labels):
        found = "both a bound and labels are given" if bounded else "neither a bound nor a label is given"
        raise ValueError(f"measure: {found}; expected at_least or at_most for a value, or labels that are good")
    low, high = objective.at_least, objective.at_most
    if low is not None and high is not None and low > high:
        raise ValueError(f"at_least is {low}; expected at most at_most, {high}: no value is both")


def _its_baseline(objective: "Objective") -> None:
    if objective.times_baseline is None:
        return
    if objective.times_baseline <= 0:
        raise ValueError(
            f"times_baseline is {objective.times_baseline}; expected more than 0, for instance 2 for twice"
        )
    fixed = next((name for name in ("ceiling_usd", "ceiling_tokens") if getattr(objective, name) is not None), None)
    if fixed:
        raise ValueError(f"times_baseline and {fixed} are both given; expected one of them")
    if objective.baseline_s < _DAY_S or objective.baseline_s % _DAY_S:
        raise ValueError(f"baseline_s is {objective.baseline_s:g}; expected whole days, for instance 7d")
    if objective.baseline_s > _LONGEST_BASELINE_S:
        raise ValueError(
            f"baseline_s is {objective.baseline_s:g}; expected at most {_LONGEST_BASELINE_S // _DAY_S} days"
        )
    if objective.unit is Unit.SPAN:
        raise ValueError("times_baseline is given; expected an objective about requests, without stage or model")


def _its_budget(objective: "Objective") -> None:
    if (objective.budget is None) != (objective.expected_requests is None):
        given, missing = ("budget", "expected_requests")[:: 1 if objective.budget is not None else -1]
        raise ValueError(f"{given} is given without {missing}; expected both: the ceiling is one divided by the other")
    if objective.budget is None or objective.expected_requests is None:
        return
    if objective.budget <= 0 or objective.expected_requests <= 0:
        raise ValueError(
            f"budget is {objective.budget} for {objective.expected_requests} expected_requests; expected both above 0"
        )
    if objective.budget > MOST_USD:
        raise ValueError(f"budget is {objective.budget}; expected at most {MOST_USD:,}")
    share = objective.budget / objective.expected_requests
    if objective.ceiling_usd is not None and abs(objective.ceiling_usd - share) > Decimal(1).scaleb(-_PLACES):
        raise ValueError(f"ceiling_usd is {objective.ceiling_usd}; expected none beside budget and expected_requests")


def _its_unit(objective: "Objective") -> None:
    if objective.unit is Unit.SPAN and objective.sli is Sli.COST:
        raise ValueError(
            "ceiling_usd: an objective about cost is about whole requests; expected no stage, model or provider"
        )
    if len(set(objective.per)) != len(objective.per):
        raise ValueError(f"per is {', '.join(objective.per)}; expected every word once")


def _its_slices(objective: "Objective") -> None:
    sliced = objective.budgeting is not Budgeting.OCCURRENCES
    wants_target = objective.budgeting is Budgeting.TIMESLICES
    target = objective.time_slice_target
    if wants_target != (target is not None):
        found = "missing" if wants_target else str(target)
        expected = "the share of good requests that makes a slice good" if wants_target else "none"
        raise ValueError(f"time_slice_target is {found}; expected {expected} where budgeting is {objective.budgeting}")
    if target is not None and not 0 < target <= 1:
        raise ValueError(f"time_slice_target is {target}; expected a ratio above 0 and at most 1")
    if sliced and (objective.time_slice_s < _MINUTE_S or objective.time_slice_s % _MINUTE_S):
        raise ValueError(f"time_slice_s is {objective.time_slice_s:g}; expected whole minutes, for instance 5m")
    shortest = min((window.short_s for window in objective.windows), default=0)
    if sliced and objective.windows and shortest < 2 * objective.time_slice_s:
        raise ValueError(
            f"time_slice_s is {objective.time_slice_s:g}; expected at most half of {shortest:g}, the shortest window: "
            "only a window of two slices holds a whole one at any time"
        )


def _its_period(objective: "Objective") -> None:
    if objective.period_s <= 0:
        raise ValueError(f"period_s is {objective.period_s}; expected more than 0")
    if objective.period_s > _LONGEST_PERIOD_S:
        raise ValueError(f"period_s is {objective.period_s:g}; expected at most {_LONGEST_PERIOD_S // _DAY_S} days")
    if objective.calendar is not None and objective.period_s != NOMINAL_S[objective.calendar]:
        raise ValueError(f"period_s is {objective.period_s:g}; expected none beside calendar: {objective.calendar}")
    if objective.calendar is None and objective.time_zone != "UTC":
        raise ValueError(f"time_zone is {objective.time_zone!r}; expected none: a rolling period begins at no midnight")
    try:
        ZoneInfo(objective.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:  # a folder is no zone either
        raise ValueError(
            f"time_zone is {objective.time_zone!r}; expected an IANA time zone such as Europe/Berlin or UTC"
        ) from unknown


def _its_windows(objective: "Objective") -> None:
    if not objective.windows:
        raise ValueError("windows is empty; expected at least one row, or no such key for the default table")
    period_s, target = objective.period_s, objective.target
    for window in objective.windows:
        if window.long_s > period_s:
            raise ValueError(f"period_s is {period_s}; expected at least the long window of {window.long_s} s")
        burn = factor(window, period_s)
        if objective.when_impossible is WhenImpossible.REFUSE and impossible(burn, target):
            share, most = highest_share(window, period_s, target), 1 / (1 - target)
            raise ValueError(
                f"windows: {window.budget_share} of the budget within {window.long_s:g} s is a burn of {burn:.4g}, "
                f"but at a target of {target} no burn exceeds {most:.4g}, even if every request is bad: this row "
                f"could never fire. A budget_share of {share:.4g} fires at 90 % bad requests, and when_impossible: "
                "rescale takes it"
            )


_RULES: tuple[Callable[["Objective"], None], ...] = (
    _named,
    _only_its_limits,
    _its_unit,
    _its_baseline,
    _its_budget,
    _its_limit,
    _its_measure,
    _its_slices,
    _its_period,
    _its_windows,
)
