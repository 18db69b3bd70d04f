"""How every promise stands: the error budget, how fast it goes, and what fires because of it.

The series are those that ``burnline slo rules`` records, under the names Sloth gave them.
"""

from dashboards.grafana.choices import METRICS, OBJECTIVE
from dashboards.grafana.house import COUNT, SECONDS, SHARE, below, graph, stat, table, timeline, to_console
from dashboards.grafana.model import Board, Link, Row, Step, Target

_ONE = 'sloth_slo=~"$slo"'
_SAME = "on (sloth_id)"
_DAY_S = 86_400
_BURN_LINES = (Step(None, "green"), Step(1, "orange"), Step(6, "red"), Step(14.4, "dark-red"))
_LEFT = "slo:period_error_budget_remaining:ratio"
_WINDOWS = ("5m", "1h", "6h", "3d")


def _burn(window: str, where: str = _ONE) -> str:
    """The error ratio of a window as a multiple of the budget."""
    ratio = f"slo:sli_error:ratio_rate{window}{{{where}}}"
    return f"{ratio} / {_SAME} group_left () slo:error_budget:ratio{{{where}}}"


_ALL = (
    table(
        "Every objective",
        "What is promised, what is left of the budget of the period, and how fast it goes. Click an objective for its "
        "history, its contributors and the requests behind it.",
        {"sloth_slo": "Objective"},
        ("Left", SHARE, f"min by (sloth_slo) ({_LEFT})"),
        ("Promised", SHARE, "max by (sloth_slo) (slo:objective:ratio)"),
        ("Burn, 1 h", COUNT, f"max by (sloth_slo) ({_burn('1h', '')})"),
        ("Burn, 6 h", COUNT, f"max by (sloth_slo) ({_burn('6h', '')})"),
        ("Period, days", COUNT, "max by (sloth_slo) (slo:time_period:days)"),
        width=14,
        links=(Link("This objective in the console", "${console}/budgets/${__data.fields.Objective:percentencode}"),),
    ),
    timeline(
        "Alerts",
        "What fired when, by alert. The runbook has a section for each.",
        Target('max by (alertname) (ALERTS{alertstate="firing"})', "{{alertname}}"),
        words={"1": "firing"},
        width=10,
        steps=(Step(None, "red"),),
    ),
)


_DAYS = f"slo:time_period:days{{{_ONE}}}"
_BUDGET = f"slo:error_budget:ratio{{{_ONE}}}"
_BURN_6H = f"max by (sloth_id) (slo:sli_error:ratio_rate6h{{{_ONE}}}) / {_SAME} {_BUDGET}"
_LEFT_OF_ONE = f"min by (sloth_id) ({_LEFT}{{{_ONE}}})"
_FIGURES = (
    stat("Promised", "The share of events that has to be good.", SHARE, f"slo:objective:ratio{{{_ONE}}}", decimals=3),
    stat(
        "Kept",
        "The share of events of the period that was good, of the budget that stands worst.",
        SHARE,
        f"1 - max by (sloth_id) (slo:period_burn_rate:ratio{{{_ONE}}}) * {_SAME} {_BUDGET}",
        decimals=3,
    ),
    stat(
        "Budget left",
        "Share of the period's error budget. Below zero, more was lost than is allowed.",
        SHARE,
        _LEFT_OF_ONE,
        steps=below(0.0, 0.25),
    ),
    stat(
        "Outage left",
        "How long everything could fail until the budget is gone, at the traffic of the period.",
        SECONDS,
        f"{_LEFT_OF_ONE} * {_SAME} {_BUDGET} * {_SAME} {_DAYS} * {_DAY_S}",
        steps=below(0.0, 3_600),
    ),
    stat(
        "Burn, 1 h",
        "1 spends exactly the budget of the period; 14.4 spends 2 % of 30 days in an hour, and pages.",
        COUNT,
        f"max({_burn('1h')})",
        decimals=2,
        steps=_BURN_LINES,
    ),
    stat(
        "Burn, 6 h",
        "The same over six hours; 6 pages.",
        COUNT,
        f"max({_burn('6h')})",
        decimals=2,
        steps=_BURN_LINES,
    ),
    stat(
        "Bad events, 1 h",
        "Events the objective judged as bad in the last hour.",
        COUNT,
        f"sum(burnline:objective_bad_events:increase1h{{{_ONE}}})",
        decimals=0,
    ),
    stat(
        "Gone in",
        "When the budget is gone, if it goes on as in the last six hours. No data: it does not burn, or is gone.",
        SECONDS,
        f"({_LEFT_OF_ONE} > 0) * {_SAME} {_DAYS} * {_DAY_S} / {_SAME} ({_BURN_6H} > 0)",
        steps=below(_DAY_S, 3 * _DAY_S),
    ),
)


_CURVES = (
    graph(
        "Burn rates",
        "The error ratio of each window over the budget. A row of the alert table fires where its long and its short "
        "window are above the factor, with enough events; lines at 1, 6 and 14.4 are those of 30 days.",
        COUNT,
        *(Target(f"max({_burn(window)})", window) for window in _WINDOWS),
        steps=_BURN_LINES,
        links=(to_console("This objective in the console", "/budgets/${slo:percentencode}"),),
    ),
    graph(
        "Budget left over time",
        "The burn-down of the period's budget; a line for every value the objective keeps budgets by.",
        SHARE,
        Target(f"{_LEFT}{{{_ONE}}}", "{{tenant}} {{model}} {{route}}"),
        lowest=None,
        steps=(Step(None, "red"), Step(0, "green")),
        links=(to_console("This objective in the console", "/budgets/${slo:percentencode}"),),
    ),
    graph(
        "Events and bad ones, 5 min",
        "What the objective judged in the five minutes before, and how much of it as bad.",
        COUNT,
        Target(f"sum(burnline:objective_events:increase5m{{{_ONE}}})", "all"),
        Target(f"sum(burnline:objective_bad_events:increase5m{{{_ONE}}})", "bad"),
        named={"all": "blue", "bad": "red"},
    ),
    graph(
        "Error ratio, 5 min against 1 h",
        "The share of bad events; the short window shows whether it goes on.",
        SHARE,
        Target(f"max(slo:sli_error:ratio_rate5m{{{_ONE}}})", "5 min"),
        Target(f"max(slo:sli_error:ratio_rate1h{{{_ONE}}})", "1 h"),
        Target(f"max(slo:error_budget:ratio{{{_ONE}}})", "allowed"),
        named={"allowed": "red", "5 min": "light-blue", "1 h": "semi-dark-blue"},
    ),
)
SLO = Board(
    "burnline-slo",
    "Burnline / SLO and error budget",
    "Every objective of the configuration: what is promised, what is left, how fast it goes, what fires.",
    (Row("All objectives", _ALL), Row("$slo", (*_FIGURES, *_CURVES), repeat="slo")),
    (METRICS, OBJECTIVE),
    since="now-24h",
)
