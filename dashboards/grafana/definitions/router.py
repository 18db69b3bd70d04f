"""What the router was told, when and why, and what that did to requests."""

from dashboards.grafana.choices import METRICS, MODEL, ROUTE, TENANT
from dashboards.grafana.house import (
    COUNT,
    PER_S,
    SECONDS,
    SHARE,
    TIERS,
    USD,
    above,
    each,
    graph,
    stat,
    table,
    timeline,
    to_console,
)
from dashboards.grafana.model import Board, Row, Step, Target
from dashboards.grafana.promql import BY_TENANT, OF_CALL, grown, part_of, rate, ratio, share
from instrumentation.downgrade import ENFORCED, Mode

_STEERED = 'tenant=~"$tenant|", route=~"$route|"'
"""A scope that is open has an empty label: it holds for the chosen ones too."""
_MODES = tuple(Mode)
_ENFORCED = "|".join(mode for mode in Mode if mode in ENFORCED)
_STEP_LABELS = "tenant, route, from, to, reason"
_LAST = f"burnline_router_transition_timestamp_seconds{{{_STEERED}}}"
_REQUESTS = "burnline_requests_total"
_COLOURS = ("green", "yellow", "orange", "light-blue", "semi-dark-green", "red", "purple", "blue")


def _mode_numbers() -> str:
    """One number for the mode of every scope: its place among the modes."""
    shown = (f'{place} * (burnline_router_mode{{{_STEERED}, mode="{mode}"}} == 1)' for place, mode in enumerate(_MODES))
    return f"max by (tenant, route) ({' or '.join(f'({one})' for one in shown)})"


_NOW = (
    stat(
        "Routes steered",
        "Scopes that a policy steers.",
        COUNT,
        f'count(burnline_router_mode{{{_STEERED}, mode="normal"}})',
    ),
    stat(
        "Below their best",
        "Scopes whose requests are served at a lower tier, or on trial at the one above.",
        COUNT,
        f'sum(burnline_router_mode{{{_STEERED}, mode=~"{_ENFORCED}"}})',
        steps=above(1, 5),
    ),
    stat(
        "Served degraded",
        "Share of requests that were served degraded, by what their spans say.",
        SHARE,
        share(rate("burnline_degraded_requests_total", BY_TENANT), rate(_REQUESTS, BY_TENANT)),
        steps=above(0.01, 0.25),
    ),
    stat(
        "Since the last step",
        "Time since the router was last told of another tier.",
        SECONDS,
        f"time() - max({_LAST})",
    ),
    stat(
        "Highest burn, 1 h",
        "The error budget that goes fastest; above the factor of a window, with enough events, routes step down.",
        COUNT,
        "max(slo:sli_error:ratio_rate1h / on (sloth_id) group_left () slo:error_budget:ratio)",
        steps=above(1, 14.4),
        decimals=2,
    ),
    stat(
        "Fastest spend budget",
        "Pace at which the rest of a spend budget goes; 1 lasts exactly the period, 1.2 steps its routes down.",
        COUNT,
        'max(burnline_budget_burn{window="1h"})',
        steps=above(1.0, 1.2),
        decimals=2,
    ),
    stat(
        "Readers behind",
        "Routers that have not applied the newest decisions.",
        COUNT,
        'sum(burnline_signal_readers{state="behind"}) or vector(0)',
        steps=above(1, 2),
    ),
    stat(
        "Since routes were looked at",
        "Age of the last look at every route. Old: leases run out, and routers do what their route says.",
        SECONDS,
        "time() - max(burnline_evaluation_timestamp_seconds)",
        steps=above(30, 120),
    ),
)
_STATES = (
    timeline(
        "Modes",
        "Where the controller stands with every scope. Purple marks on the graphs are its steps, at their exact times.",
        Target(_mode_numbers(), "{{tenant}} {{route}}"),
        words={str(place): str(mode) for place, mode in enumerate(_MODES)},
        steps=tuple(Step(place or None, colour) for place, colour in enumerate(_COLOURS)),
    ),
    graph(
        "Share of each tier",
        "The share of requests that is to be served at each tier, by what the controller decided.",
        SHARE,
        Target(f"avg by (tier) (burnline_router_tier_share_ratio{{{_STEERED}}})", "{{tier}}"),
        stacked=True,
        named=TIERS,
        highest=1.0,
        links=(to_console("The steps in the console", "/routing"),),
    ),
    table(
        "Steps in this time",
        "Every kind of step that was decided in the time the board shows: when it was last, how often it was.",
        {"tenant": "Tenant", "route": "Route", "from": "From", "to": "To", "reason": "Why"},
        ("Last", "dateTimeAsIso", f"1000 * max by ({_STEP_LABELS}) ({_LAST} > time() - $__range_s)"),
        ("Steps", COUNT, f"{grown('burnline_router_transitions_total', _STEERED, _STEP_LABELS)} > 0"),
        links=(to_console("The steps in the console", "/routing"),),
    ),
    graph(
        "Served degraded, by route",
        "Share of requests that were served degraded. It follows the share of tiers where routers obey.",
        SHARE,
        each(
            share(rate("burnline_degraded_requests_total", BY_TENANT, "route"), rate(_REQUESTS, BY_TENANT, "route")),
            "route",
        ),
        highest=1.0,
        links=(to_console("Requests of this route", "/requests?route=${__field.labels.route:percentencode}"),),
    ),
)
_EFFECTS = (
    graph(
        "Burn against the factors",
        "What moves the controller: the burn of each objective in an hour; lines at 1, 6 and 14.4, the factors of 30 "
        "days.",
        COUNT,
        Target(
            "max by (sloth_slo) (slo:sli_error:ratio_rate1h / on (sloth_id) group_left () slo:error_budget:ratio)",
            "{{sloth_slo}}",
        ),
        steps=(Step(None, "green"), Step(1, "orange"), Step(6, "red"), Step(14.4, "dark-red")),
    ),
    graph(
        "Share of calls, by model",
        "Which models answer: this is what a step down changes.",
        SHARE,
        each(
            part_of(
                rate("gen_ai_client_operation_duration_seconds_count", OF_CALL, "gen_ai_response_model"),
                rate("gen_ai_client_operation_duration_seconds_count", OF_CALL),
            ),
            "gen_ai_response_model",
        ),
        stacked=True,
        highest=1.0,
    ),
    graph(
        "USD / 1,000 requests, by route",
        "What a thousand requests cost: a step down for money has to lower it.",
        USD,
        each(
            f"1000 * {ratio(rate('burnline_cost_usd_total', BY_TENANT, 'route'), rate(_REQUESTS, BY_TENANT, 'route'))}",
            "route",
        ),
    ),
    graph(
        "Looks that failed",
        "Looks a second that ended in an error. Routes: nothing is published then. Alerts: what fires is not known.",
        PER_S,
        Target(rate("burnline_evaluation_failures_total"), "routes"),
        Target(rate("burnline_alert_look_failures_total"), "alerts"),
        Target(rate("burnline_delivery_look_failures_total"), "deliveries"),
        named={"routes": "red"},
    ),
)
ROUTER = Board(
    "burnline-router",
    "Burnline / Router and downgrades",
    "Modes and tiers of every route, the steps and their reasons, and what they did to requests and cost.",
    (Row("Now", _NOW), Row("States and steps", _STATES), Row("Causes and effects", _EFFECTS)),
    (METRICS, TENANT, ROUTE, MODEL),
)
