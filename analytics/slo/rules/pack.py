"""The rule file: every objective and every spend budget, in groups that Prometheus evaluates side by side."""

from collections.abc import Iterable, Iterator, Sequence

from analytics.links import Links
from analytics.slo.evidence import Gate
from analytics.slo.objective import Objective
from analytics.slo.rules.burn_alerts import absent_alert, burn_alert
from analytics.slo.rules.promql import duration
from analytics.slo.rules.recording import slice_rules, standing_rules, window_rules
from analytics.slo.rules.rule import Group, Rule, rule_file
from analytics.slo.rules.spend import spend_group
from analytics.slo.rules.watch import Watch
from analytics.spending.budget import SpendBudget

INTERVAL_S = 60.0
"""How often burns are worked out: Burnline itself looks every second, and these rules stand behind it."""
SLOW_INTERVAL_S = 120.0
"""How often windows of a day and more are, which read much and change little; Prometheus forgets after five minutes."""
_SLOW_S = 86_400.0
_ABOUT = (
    "Written by `burnline slo rules` from the objectives and budgets of the configuration; do not edit.",
    "Needs Prometheus 2.42 or newer, for keep_firing_for.",
)


def rules_of(
    objectives: Sequence[Objective],
    budgets: Sequence[SpendBudget] = (),
    gate: Gate | None = None,
    links: Links | None = None,
    further: Sequence[Group] = (),
) -> str:
    """Write the rules of these objectives and budgets, with further groups: the same ones, the same bytes."""
    watches = [Watch(objective, gate or Gate(), links or Links()) for objective in objectives]
    groups = [group for watch in watches for group in objective_groups(watch)]
    groups += [spend_group(budget, links) for budget in budgets]
    return rule_file([*groups, *further], [*_ABOUT, *_kept(objectives)])


def objective_groups(watch: Watch) -> Iterator[Group]:
    """The windows that are looked at every minute with their alerts, the longer ones with the period, and slices."""
    fast = [window_s for window_s in watch.windows_s if window_s < _SLOW_S]
    slow = [window_s for window_s in watch.windows_s if window_s >= _SLOW_S]
    name = watch.labels["sloth_id"]
    if watch.slice_s is not None:
        yield Group(f"{name} slices", watch.slice_s, list(slice_rules(watch)))
    yield Group(
        f"{name} burn",
        INTERVAL_S,
        [*_recorded(watch, fast), *_alerts(watch, fast), absent_alert(watch)],
        list(watch.remarks()),
    )
    period = [*slow, watch.objective.period_s]
    rules = [*_recorded(watch, period), *standing_rules(watch), *_alerts(watch, period)]
    yield Group(f"{name} period", SLOW_INTERVAL_S, rules, list(_period_remarks(watch)))


def _recorded(watch: Watch, windows_s: Iterable[float]) -> Iterator[Rule]:
    for window_s in windows_s:
        yield from window_rules(watch, window_s)


def _alerts(watch: Watch, long_s: Sequence[float]) -> Iterator[Rule]:
    return (burn_alert(watch, row) for row in watch.rows() if row.window.long_s in long_s)


def _period_remarks(watch: Watch) -> Iterator[str]:
    objective = watch.objective
    if objective.calendar is not None:
        yield (
            f"PromQL knows no calendar: the period is the last {duration(objective.period_s)} here, and the "
            f"{objective.calendar} in {objective.time_zone} in Burnline."
        )


def _kept(objectives: Sequence[Objective]) -> Iterator[str]:
    longest_s = max((objective.period_s for objective in objectives), default=0.0)
    if longest_s:
        yield f"A period is whole only where Prometheus keeps {duration(longest_s)} (--storage.tsdb.retention.time)."
