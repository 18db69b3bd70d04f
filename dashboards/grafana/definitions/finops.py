"""What it costs, who pays, what for, and whether the money lasts: the ledger's exact gauges beside rates over time."""

from dashboards.grafana.choices import METRICS, MODEL, ROUTE, TENANT
from dashboards.grafana.house import (
    COUNT,
    MONEY,
    PER_S,
    SECONDS,
    SHARE,
    USD,
    above,
    each,
    graph,
    stat,
    table,
    to_console,
)
from dashboards.grafana.model import Board, Link, Row, Target
from dashboards.grafana.promql import BY_TENANT, OF_MODEL, rate, ratio, share

_COST, _REQUESTS = "burnline_cost_usd_total", "burnline_requests_total"
_LINES, _USAGE = "burnline_model_cost_usd_total", "burnline_model_usage_total"
_INPUT = f'{OF_MODEL}, usage_class=~"input_uncached|cache_read|cache_write_5m|cache_write_1h"'
_AGAIN = 'purpose=~"retry|fallback|failed_attempt"'
_HOUR = 3_600
_MONTH_GONE = "((day_of_month() - 1 + (hour() + minute() / 60) / 24) / days_in_month())"
_BUDGETS_PAGE = Link("Budgets in the console", "${console}/budgets")
_EXTRAPOLATED = "Prometheus extrapolates; exact money is the ledger's."


def _ledger(period: str) -> str:
    return f'sum(burnline_period_cost_usd{{period="{period}", tenant=~"$tenant"}})'


_EXACT = (
    stat(
        "Today (ledger, exact)",
        "What the ledger's lines of this UTC day cost. Lines without a price are not in it; they are counted.",
        USD,
        _ledger("day"),
        steps=MONEY,
    ),
    stat("This month (ledger, exact)", "The same of this UTC month.", USD, _ledger("month"), steps=MONEY),
    stat(
        "Month at this pace",
        "The month's spend so far over the share of the month that is gone. A plan with weekends is in the budgets.",
        USD,
        f"{_ledger('month')} / {_MONTH_GONE}",
        steps=MONEY,
    ),
    stat(
        "Lines without a price",
        "Ledger lines of this month that have no price: their cost is unknown, and not zero. Has to be none.",
        COUNT,
        'sum(burnline_period_unpriced_lines{period="month"})',
        steps=above(1, 1),
    ),
    stat(
        "USD / 1,000 requests",
        f"Cost of requests that ended, for a thousand of them. {_EXTRAPOLATED}",
        USD,
        f"1000 * {ratio(rate(_COST, BY_TENANT), rate(_REQUESTS, BY_TENANT))}",
        steps=MONEY,
        decimals=3,
    ),
    stat(
        "USD / good answer",
        "Cost of all requests over those that ended well: failures are paid for by the answers that help.",
        USD,
        ratio(rate(_COST, BY_TENANT), rate(_REQUESTS, f'{BY_TENANT}, status="ok"')),
        steps=MONEY,
        decimals=5,
    ),
    stat(
        "Budget spent, the fullest",
        "Share of the amount that is spent, of the spend budget that stands worst.",
        SHARE,
        "max(burnline_budget_spent_usd / burnline_budget_amount_usd)",
        steps=above(0.8, 1.0),
    ),
    stat(
        "Budget pace, the fastest",
        "How fast the rest of a spend budget goes in the last hour; 1 lasts exactly the period. 1.8 pages.",
        COUNT,
        'max(burnline_budget_burn{window="1h"})',
        steps=above(1.25, 1.8),
        decimals=2,
    ),
)
_WHERE = (
    graph(
        "Spend by model (rate, extrapolated)",
        f"Dollars an hour by the model that was billed. {_EXTRAPOLATED}",
        USD,
        each(f"{_HOUR} * {rate(_LINES, OF_MODEL, 'model')}", "model"),
        stacked=True,
        links=(to_console("Cost of this model", "/cost?by=usage_class&model=${__field.labels.model:percentencode}"),),
    ),
    graph(
        "Spend by tenant (rate, extrapolated)",
        f"Dollars an hour by tenant, as requests end. {_EXTRAPOLATED}",
        USD,
        each(f"{_HOUR} * {rate(_COST, BY_TENANT, 'tenant')}", "tenant"),
        stacked=True,
        links=(to_console("Cost of this tenant", "/cost?by=model&tenant=${__field.labels.tenant:percentencode}"),),
    ),
    graph(
        "Spend by purpose (rate, extrapolated)",
        "Dollars an hour by what the usage was for: answers, embeddings, judges, and what had to be done again.",
        USD,
        Target(f"{_HOUR} * {rate(_LINES, OF_MODEL, 'purpose')}", "{{purpose}}"),
        stacked=True,
        links=(to_console("Cost by purpose", "/cost?by=purpose"),),
    ),
    table(
        "Tenants (ledger, exact)",
        "What the ledger's lines of every tenant cost this UTC day and month. No tenant: nobody was named.",
        {"tenant": "Tenant"},
        ("This month", USD, 'sort_desc(sum by (tenant) (burnline_period_cost_usd{period="month", tenant=~"$tenant"}))'),
        ("Today", USD, 'sum by (tenant) (burnline_period_cost_usd{period="day", tenant=~"$tenant"})'),
        links=(Link("Requests of this tenant", "${console}/requests?tenant=${__data.fields.Tenant:percentencode}"),),
    ),
)
_WHY = (
    graph(
        "Tokens by class",
        "Billed quantities a second by usage class; classes never overlap.",
        PER_S,
        Target(rate(_USAGE, OF_MODEL, "usage_class"), "{{usage_class}}"),
        stacked=True,
    ),
    graph(
        "Input read from the cache",
        "Share of billed prompt tokens that providers read from their cache, which costs a tenth to a half.",
        SHARE,
        each(
            share(rate(_USAGE, f'{OF_MODEL}, usage_class="cache_read"', "model"), rate(_USAGE, _INPUT, "model")),
            "model",
        ),
        highest=1.0,
    ),
    graph(
        "Share of the spend that was done again",
        "Cost of failed attempts, retries and fallbacks over all cost, by model.",
        SHARE,
        each(
            share(rate(_LINES, f"{OF_MODEL}, {_AGAIN}", "model"), rate(_LINES, OF_MODEL, "model")),
            "model",
        ),
        steps=above(0.02, 0.1),
    ),
    graph(
        "Requests without a whole price",
        "Share of requests that are not priced, or only in part. Add the price: `burnline prices explain MODEL`.",
        SHARE,
        each(
            share(rate("burnline_unpriced_requests_total", BY_TENANT, "route"), rate(_REQUESTS, BY_TENANT, "route")),
            "route",
        ),
        steps=above(0.0001, 0.01),
        links=(
            to_console(
                "Unpriced requests", "/requests?cost_status=unpriced&route=${__field.labels.route:percentencode}"
            ),
        ),
    ),
)
_AHEAD = (
    table(
        "Where budgets will end",
        "Spend expected by the end of each budget's period, with its 80 % interval, how likely the amount does not "
        "last, and how long it does. No data: too little history.",
        {"budget": "Budget"},
        ("Amount", USD, "max by (budget) (burnline_budget_amount_usd)"),
        ("Expected", USD, "max by (budget) (burnline_forecast_spend_usd)"),
        ("Low", USD, "max by (budget) (burnline_forecast_spend_low_usd)"),
        ("High", USD, "max by (budget) (burnline_forecast_spend_high_usd)"),
        ("Does not last", SHARE, "max by (budget) (burnline_forecast_overrun_ratio)"),
        ("Gone in", SECONDS, "max by (budget) (burnline_forecast_exhaustion_timestamp_seconds - time())"),
        width=24,
        links=(_BUDGETS_PAGE,),
    ),
    graph(
        "Expected at the end of the period",
        "How the forecast of each budget went, with the amount that one period in ten ends above and below.",
        USD,
        Target("max by (budget) (burnline_forecast_spend_usd)", "{{budget}}"),
        Target("max by (budget) (burnline_forecast_spend_low_usd)", "{{budget}} low"),
        Target("max by (budget) (burnline_forecast_spend_high_usd)", "{{budget}} high"),
        links=(_BUDGETS_PAGE,),
    ),
    graph(
        "Probability that a budget does not last",
        "That the period ends above its amount, by how far off such forecasts were before.",
        SHARE,
        Target("max by (budget) (burnline_forecast_overrun_ratio)", "{{budget}}"),
        highest=1.0,
        steps=above(0.5, 0.8),
        links=(_BUDGETS_PAGE,),
    ),
)
_BUDGETS = (
    table(
        "Spend budgets",
        "Every spend budget: its amount, what is spent, and how fast the rest goes; 1 lasts the period. No data: "
        "none is configured.",
        {"budget": "Budget"},
        ("Spent", USD, "max by (budget) (burnline_budget_spent_usd)"),
        ("Amount", USD, "max by (budget) (burnline_budget_amount_usd)"),
        ("Share", SHARE, "max by (budget) (burnline_budget_spent_usd / burnline_budget_amount_usd)"),
        ("Pace, 1 h", COUNT, 'max by (budget) (burnline_budget_burn{window="1h"})'),
        ("Pace, 6 h", COUNT, 'max by (budget) (burnline_budget_burn{window="6h"})'),
        width=24,
        links=(_BUDGETS_PAGE,),
    ),
    graph(
        "Above plan",
        "Dollars spent in the last hour and six hours beyond what the plan of the budget has for them.",
        USD,
        Target('burnline_budget_above_plan_usd{window=~"1h|6h"}', "{{budget}} {{window}}"),
        lowest=None,
    ),
    graph(
        "Pace of budgets",
        "How fast the rest of each budget goes in the last hour and six hours. Healthy spend is near 1.",
        COUNT,
        Target('burnline_budget_burn{window=~"1h|6h"}', "{{budget}} {{window}}"),
        steps=above(1.25, 1.8),
        links=(_BUDGETS_PAGE,),
    ),
)
FINOPS = Board(
    "burnline-finops",
    "Burnline / FinOps",
    "Spend by tenant, model and purpose; what an answer costs; whether budgets last.",
    (
        Row("Now", _EXACT),
        Row("Where it goes", _WHERE),
        Row("Why", _WHY),
        Row("Spend budgets", _BUDGETS),
        Row("Ahead", _AHEAD),
    ),
    (METRICS, TENANT, ROUTE, MODEL),
    since="now-24h",
)
