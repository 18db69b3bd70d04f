"""The commands that ask: ``burnline requests | trace ID | cost | latency | slo | budgets | decisions``.

Each is a row of a table: its path, its options, and how its answer is shown. ``--json`` prints the answer of the HTTP
API as it came.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.console import RenderableType

from collector.configuration.values import Unreadable, duration_s
from dashboards import options
from dashboards.asking import NoAnswer, segment
from dashboards.contributor_tables import changes_table
from dashboards.decision_tables import decision_table, standing_table, step_table
from dashboards.drift_tables import drift_table
from dashboards.finding_tables import findings_table
from dashboards.forecast_tables import forecast_table
from dashboards.goal_tables import budget_table, slo_table
from dashboards.kpi_table import kpi_table
from dashboards.options import Option
from dashboards.outcome_tables import outcome_table
from dashboards.recommendation_tables import recommendations_table
from dashboards.retrieval_tables import retrieval_table
from dashboards.signal_tables import delivery_table, reader_table
from dashboards.terminal import cost_table, latency_table, requests_table
from dashboards.trace_view import trace_view
from dashboards.whom import add_whom, answered

Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Command:
    """One question as a command; ``about`` names its positional argument, which ends the path."""

    name: str
    help: str
    path: str
    show: Callable[[Answer], RenderableType]
    options: Sequence[Option] = ()
    about: str | None = None
    past: "Command | None" = None
    """What --history asks instead, and a data directory always, where nothing is in force."""
    moment: "Command | None" = None
    """What --at asks instead."""

    @property
    def in_window(self) -> bool:
        """Whether it is about a window."""
        return not {one[0] for one in options.WINDOWS}.isdisjoint(self.options)


_STEPS = Command(
    "decisions",
    "when routes stepped down and up, and why",
    "/v1/routing/transitions",
    step_table,
    (*options.WINDOW, *options.PAGE),
)
_STOOD = Command(
    "decisions",
    "where every route stood at an instant",
    "/v1/routing/standings",
    standing_table,
    (Option("at", "RFC 3339: where every route stood at this instant"),),
)
COMMANDS: Mapping[str, Command] = {
    command.name: command
    for command in (
        Command(
            "requests",
            "requests in a window, newest first unless --sort says otherwise",
            "/v1/requests",
            requests_table,
            (
                *options.WINDOW,
                *options.SCOPE,
                *options.SERVED,
                *options.PAYING,
                *options.PROVIDER,
                Option("user_id", "only this user"),
                Option("trace", "trace ids that begin so"),
                Option("status", "ok or error"),
                Option("error_type", "what went wrong, as it said"),
                Option("finish_reason", "how the answer ended: refusal, content_filter, length, stop ..."),
                Option("refused", "true or false: whether a model declined, or a filter or a guardrail stepped in"),
                Option("degraded", "true or false"),
                Option("cost_status", "priced, partial, unpriced or none"),
                Option("min_cost_usd", "this dear or dearer"),
                Option("min_latency_ms", "this slow or slower"),
                Option("sort", "time, cost or duration: the largest first"),
                *options.PAGE,
            ),
        ),
        Command("trace", "one request, whole", "/v1/requests/", trace_view, about="trace_id"),
        Command(
            "cost",
            "what was spent, by whom, on what",
            "/v1/cost",
            cost_table,
            (
                Option("by", "dimensions, separated by commas", "tenant"),
                *options.WINDOW,
                *options.SCOPE,
                *options.SERVED,
                *options.PAYING,
                *options.PROVIDER,
                *options.OF_LINES,
                *options.PAGE,
            ),
        ),
        Command(
            "latency",
            "p50, p95 and p99",
            "/v1/latency",
            latency_table,
            (
                Option("by", "dimensions, separated by commas", "route"),
                Option("stage", "request, or the kind of a span"),
                *options.WINDOW,
                *options.SCOPE,
                *options.PROVIDER,
                *options.PAGE,
            ),
        ),
        Command(
            "kpis",
            "the key figures of finance",
            "/v1/kpis",
            kpi_table,
            (
                *options.WINDOW,
                *(Option(name, f"only this {name.replace('_', ' ')}") for name in options.KPI_SCOPE),
                Option("tags", "words a row has when it counts as tagged, separated by commas"),
            ),
        ),
        Command(
            "slo",
            "objectives and their error budgets",
            "/v1/slos",
            slo_table,
            (Option("name", "only the objective of this name"),),
        ),
        Command("budgets", "spend against plan", "/v1/budgets", budget_table),
        Command(
            "forecast",
            "spend and usage by the end of a period",
            "/v1/forecast",
            forecast_table,
            (
                Option("budget", "name of a spend budget; otherwise filters"),
                Option("figure", "cost_usd, requests, input_tokens or output_tokens"),
                Option("start", "RFC 3339: what was seen since counts as so far; default: start of the period"),
                Option("until", "RFC 3339: the end; default: end of the period"),
                Option("period", "day, week, month, quarter or year; default: month"),
                Option("zone", "IANA time zone of days and periods; default: UTC"),
                Option("traffic", "scenario: so many times as much from now on, such as 1.5"),
                Option("like_tenant", "scenario: one more tenant like this one"),
                Option("model_price", "scenario: MODEL:TIMES, such as gpt-4o:0.8, its price from now on"),
                Option("swap", "scenario: MODEL:OTHER, its calls by another model, by the price book"),
                *options.SCOPE,
                *options.PROVIDER,
            ),
        ),
        Command(
            "outcomes",
            "what came of requests, and what one of it cost",
            "/v1/outcomes",
            outcome_table,
            (
                Option("name", "one outcome, such as ticket_solved"),
                options.BY,
                *options.WINDOW,
                *options.SCOPE[:4],
                *options.PAGE,
            ),
        ),
        Command("retrieval", options.RETRIEVAL, "/v1/retrieval", retrieval_table, options.RETRIEVED),
        Command(
            "changes",
            "what changed, with the figures before and after",
            "/v1/changes",
            changes_table,
            (
                *options.WEEK,
                Option("kind", "prompt, model, index, configuration, release, other, router, objective or prices"),
                Option("name", "only of this name"),
                Option("source", "posted, seen or recorded"),
                Option("tenant", "for this tenant"),
                Option("route", "on this route"),
                Option("compare_s", "seconds of the windows before and after; default: 3600"),
                *options.PAGE,
            ),
        ),
        Command(
            "findings",
            "figures that are not as usual, and what explains it",
            "/v1/findings",
            findings_table,
            (*options.WEEK, *options.MOVED, *options.PAGE),
        ),
        Command("drift", "distributions against a reference, swapped models", "/v1/drift", drift_table, options.DRIFT),
        Command(
            "decisions",
            "the tier each route is served at now",
            "/v1/routing/decisions",
            decision_table,
            past=_STEPS,
            moment=_STOOD,
        ),
        Command("readers", "who has applied which decisions", "/v1/routing/readers", reader_table, options.PAGE),
        Command(
            "deliveries",
            "what subscribers were told",
            "/v1/routing/deliveries",
            delivery_table,
            (
                Option("subscription", "only messages to this one"),
                Option("standing", "waiting, failed, delivered or dead"),
                *options.PAGE,
            ),
        ),
        Command(
            "recommend",
            "where a cheaper model would do as well",
            "/v1/recommendations",
            recommendations_table,
            options.RECOMMENDED,
        ),
    )
}
"""Every command, by name."""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands; each sets ``run`` to the function of its arguments that returns the exit status."""
    for command in COMMANDS.values():
        parser = subparsers.add_parser(command.name, help=command.help, description=f"Show {command.help}.")
        parser.set_defaults(run=run, command=command.name)
        if command.about is not None:
            parser.add_argument(command.about)
        question = command.past or command
        if command.past is not None:
            parser.add_argument("--history", action="store_true", help=f"{command.past.help}; in a window")
        for option in question.options:
            parser.add_argument(f"--{option.name.replace('_', '-')}", help=option.help, default=option.default)
        for option in () if command.moment is None else command.moment.options:
            parser.add_argument(f"--{option.name}", help=option.help)
        if question.in_window:
            parser.add_argument("--since", metavar="DURATION", help="instead of --start: 15m, 24h, 7d before until")
        add_whom(parser)


def run(args: argparse.Namespace) -> int:
    """Ask, show, and return the exit status: 0 answered, 1 no answer."""
    command: Command = COMMANDS[args.command]
    if command.moment is not None and args.at is not None:
        command = command.moment
    elif command.past is not None and (args.history or args.data is not None):
        command = command.past
    return answered(args, command.name, command.help, lambda: question(command, vars(args)), command.show)


def question(command: Command, given: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """Turn arguments into a path and its parameters; raises :class:`NoAnswer` for a duration that is none."""
    path = command.path + (segment(given[command.about]) if command.about else "")
    params = {option.name: given[option.name] for option in command.options if given.get(option.name) is not None}
    if command.in_window and given.get("since") is not None:
        params["start"] = _since(given["since"], params)
    return path, params


def _since(text: str, params: Mapping[str, str]) -> str:
    if "start" in params:
        raise NoAnswer("--since and --start both say where the window starts: give one of them")
    try:
        until = datetime.fromisoformat(params["until"]) if "until" in params else datetime.now(UTC)
        if until.tzinfo is None:
            raise NoAnswer(f"--until {params['until']}: write an RFC 3339 instant such as 2026-11-21T08:00:00Z")
        return (until - timedelta(seconds=duration_s(text))).isoformat()
    except (ValueError, OverflowError, Unreadable) as error:
        raise NoAnswer(f"--since {text}: {error}; write for instance --since 15m, 24h or 7d") from error
