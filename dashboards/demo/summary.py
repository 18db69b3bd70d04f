"""The summary of a run: every figure from the store, asked over the API, and whether its sums agree."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from rich.console import Group, RenderableType
from rich.text import Text

from alerts.wording import percent
from analytics.evaluation.gate import Gate
from dashboards.demo.course import PHASES, WELL, Act, Course
from dashboards.demo.live import money, step_line
from dashboards.demo.month import Month, month_report
from dashboards.demo.noticed import Noticed, noticed_report
from dashboards.demo.trial import missing, trial_table
from dashboards.demo.watching import Figures, Row, figures, started_at
from dashboards.figures import UNKNOWN, count, duration, ratio
from dashboards.forecast_tables import forecast_table
from dashboards.grid import grid
from dashboards.terminal import UNALLOCATED
from instrumentation.downgrade import LADDER


@dataclass(frozen=True, slots=True)
class Besides:
    """What the server says about the weeks before, about the days to come, and about prompts to be."""

    noticed: Noticed
    forecast: Row
    gates: Sequence[Gate]

    @property
    def missing(self) -> str | None:
        """Say what is not as it should be; None when all is."""
        if self.noticed.missing is not None:
            return self.noticed.missing
        if self.forecast["status"] != "forecast":
            return f"the month of the digest cannot be forecast: {self.forecast['explanation']}"
        return missing(self.gates)


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run came to."""

    course: Course
    phases: Mapping[str, Figures]
    whole: Figures
    by_team: Row
    by_tier: Row
    """Answers of ``/v1/cost``."""
    dearest: str | None
    """Trace id of the request that cost most."""
    degraded: int
    """Requests served below their tier on a decision."""
    billed: Mapping[str, int]
    """What the provider says it will put on the invoice, by usage class."""
    month: Month
    """The month's chargeback."""
    besides: Besides
    """What is not about the incidents."""

    @property
    def total_usd(self) -> Decimal:
        """What the ledger says was spent."""
        return Decimal(self.by_team["totals"]["cost_usd"] or 0)

    @property
    def disagreement(self) -> str | None:
        """Say where two ways to the same sum differ; None when requests, ledger and provider agree."""
        if self.whole.cost_usd != self.total_usd:
            return f"the requests add up to ${self.whole.cost_usd}, the ledger to ${self.total_usd}"
        if self.month.total_usd != self.month.ledger_usd:
            return f"the month's ledger adds up to ${self.month.ledger_usd}, its charges to ${self.month.total_usd}"
        if self.month.broken is not None:
            return f"an export breaks the rule {self.month.broken}"
        for usage_class, billed in self.billed.items():
            kept = Decimal(self.by_team["totals"]["quantities"].get(usage_class, 0))
            if kept != billed:
                return f"the provider bills {billed} of {usage_class}, the ledger holds {kept}"
        return None


def summary(  # noqa: PLR0917 - what a run leaves behind
    course: Course,
    rows: Sequence[Row],
    sums: tuple[Row, Row],
    billed: Mapping[str, int],
    month: Month,
    besides: Besides,
) -> Summary:
    """Put a run in figures; ``rows`` are all its requests, ``sums`` the cost by team and by tier."""
    phases: dict[str, list[Row]] = {phase: [] for phase in PHASES}
    for row in rows:
        phases[course.phase(started_at(row))].append(row)
    priced = [row for row in rows if row["cost"]["usd"] is not None]
    dearest = max(priced, key=lambda row: Decimal(row["cost"]["usd"]), default=None)
    return Summary(
        course=course,
        phases={phase: figures(found) for phase, found in phases.items()},
        whole=figures(rows),
        by_team=sums[0],
        by_tier=sums[1],
        dearest=None if dearest is None else dearest["trace_id"],
        degraded=sum(row["degraded"] for row in rows),
        billed=billed,
        month=month,
        besides=besides,
    )


def report(found: Summary) -> RenderableType:
    """Draw the summary."""
    parts: list[RenderableType] = [_verdict(found), Text(""), _phases(found), Text("")]
    parts += [step_line(step) for act in found.course.acts for step in act.steps]
    parts += [Text(""), _bill("tier", found.by_tier), Text(""), *_besides(found.besides), Text("")]
    parts += [month_report(found.month), Text(""), _sums(found)]
    return Group(*parts)


def _besides(found: Besides) -> list[RenderableType]:
    titled = Text("What the month of the digest will come to:", "bold")
    return [
        noticed_report(found.noticed),
        *(Text(""), titled, forecast_table(found.forecast)),
        *(Text(""), trial_table(found.gates)),
    ]


def _verdict(found: Summary) -> RenderableType:
    missing = found.course.missing()
    if missing is not None:
        return Text(f"The loop did not close: {missing}.", "bold red")
    lines = [_told(act, found) for act in found.course.acts]
    return Group(Text("The loop closed, both times.", "bold green"), *lines)


def _told(act: Act, found: Summary) -> Text:
    """What became of one incident."""
    share = f"{percent(act.incident.first_share)} of the requests" if act.incident.first_share < 1 else "all requests"
    rest = ""
    if act.whole_at is not None and act.whole_at != act.down_at:
        rest = f", the rest {_seconds(act.down_at, act.whole_at)} later"
    name, target = act.incident.name, act.incident.target
    return Text.assemble(
        (f"{name.capitalize()}: ", "bold"),
        f"{share} moved to {target} {_seconds(act.began_at, act.down_at)} after it began{rest}; back at premium ",
        f"{_seconds(act.over_at, act.up_at)} after its end. {_better(act, found)}",
    )


def _better(act: Act, found: Summary) -> str:
    """What the steps changed, in the figure that the incident was about."""
    well, ill, down = (found.phases[name] for name in (WELL, act.incident.name, f"{act.incident.name}, down"))
    if act.incident.pasted_tokens:
        costs = [money(of.cost_per_request_usd) for of in (well, ill, down)]
        return "A request cost {} before, {} with long prompts, and {} once stepped down.".format(*costs)
    return "p95 was {} before, {} with slow models, and {} once stepped down.".format(
        *(duration(of.p95_ms) for of in (well, ill, down))
    )


def _seconds(start: datetime | None, until: datetime | None) -> str:
    return UNKNOWN if start is None or until is None else f"{(until - start).total_seconds():.1f} s"


_METRICS: Sequence[tuple[str, Callable[[Figures], str]]] = (
    ("requests", lambda of: count(of.requests)),
    ("p95", lambda of: duration(of.p95_ms)),
    ("cost a request", lambda of: money(of.cost_per_request_usd)),
    ("cost", lambda of: money(of.cost_usd if of.requests else None)),
    ("failed", lambda of: ratio(of.error_ratio)),
    ("from a cache", lambda of: ratio(of.cached_ratio)),
)


def _phases(found: Summary) -> RenderableType:
    """One column a phase, one line a figure."""
    columns = {**{str(phase): of for phase, of in found.phases.items()}, "whole run": found.whole}
    lines = [(name, [said(of) for of in columns.values()]) for name, said in _METRICS]
    tiers = sorted(dict(found.whole.tiers), key=[*LADDER, "unknown"].index)
    lines += [(f"served by {tier}", [_tier_ratio(tier, of) for of in columns.values()]) for tier in tiers]
    return grid(
        ("", [name for name, _ in lines]),
        *((title, [cells[at] for _, cells in lines]) for at, title in enumerate(columns)),
        numbers=tuple(columns),
    )


def _tier_ratio(tier: str, of: Figures) -> str:
    return ratio(dict(of.tiers).get(tier, 0) / of.requests) if of.requests else UNKNOWN


def _bill(dimension: str, answer: Row) -> RenderableType:
    rows = [*answer["rows"], answer["totals"]]
    names = [*(row[dimension] or UNALLOCATED for row in answer["rows"]), "total"]
    total = Decimal(answer["totals"]["cost_usd"] or 0)
    table = grid(
        (f"cost by {dimension}", names),
        ("requests", [count(row["requests"]) for row in rows]),
        ("cost", [_money(row["cost_usd"]) for row in rows]),
        ("share", [ratio(float(Decimal(row["cost_usd"] or 0) / total)) if total else UNKNOWN for row in rows]),
        ("per 1,000", [_money(row["cost_per_1000_requests_usd"]) for row in rows]),
        ("unpriced lines", [count(row["coverage"]["unpriced_lines"]) for row in rows]),
        numbers=("requests", "cost", "share", "per 1,000", "unpriced lines"),
    )
    table.rows[-1].style = "bold"
    return table


def _sums(found: Summary) -> Text:
    if found.disagreement is not None:
        return Text(f"The sums differ: {found.disagreement}.", "bold red")
    tokens = count(sum(found.billed.values()))
    return Text(
        f"Every request that was sent is stored once. The {tokens} tokens in the ledger are those the provider bills, "
        f"and the costs of the {count(found.whole.requests)} requests add up to its ${found.total_usd.normalize():f} "
        f"to the last digit, as the month's charges do to the ledger of the month. {count(found.degraded)} requests "
        "were served below premium on the decision.",
        "dim",
    )


def _money(amount: str | None) -> str:
    return money(None if amount is None else Decimal(amount))
