"""The summary of a run: every figure from the store, asked over the API, and whether its sums agree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rich.console import Group, RenderableType
from rich.text import Text

from dashboards.demo.course import Course, Phase
from dashboards.demo.live import money, step_line
from dashboards.demo.watching import Figures, Row, figures, started_at
from dashboards.figures import UNKNOWN, count, duration, ratio
from dashboards.terminal import UNALLOCATED, grid


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run came to."""

    course: Course
    phases: Mapping[Phase, Figures]
    whole: Figures
    by_team: Row
    by_tier: Row
    """Answers of ``/v1/cost``."""
    dearest: str | None
    """Trace id of the request that cost most."""
    degraded: int
    """Requests served below their tier on a decision."""

    @property
    def total_usd(self) -> Decimal:
        """What the ledger says was spent."""
        return Decimal(self.by_team["totals"]["cost_usd"] or 0)

    @property
    def disagreement(self) -> str | None:
        """Say where two ways to the same sum differ; None when the requests add up to the ledger."""
        if self.whole.cost_usd == self.total_usd:
            return None
        return f"the requests add up to ${self.whole.cost_usd}, the ledger to ${self.total_usd}"


def summary(course: Course, rows: Sequence[Row], by_team: Row, by_tier: Row) -> Summary:
    """Put a run in figures; ``rows`` are all its requests."""
    phases: dict[Phase, list[Row]] = {phase: [] for phase in Phase}
    for row in rows:
        phases[course.phase(started_at(row))].append(row)
    priced = [row for row in rows if row["cost"]["usd"] is not None]
    dearest = max(priced, key=lambda row: Decimal(row["cost"]["usd"]), default=None)
    return Summary(
        course=course,
        phases={phase: figures(found) for phase, found in phases.items()},
        whole=figures(rows),
        by_team=by_team,
        by_tier=by_tier,
        dearest=None if dearest is None else dearest["trace_id"],
        degraded=sum(row["degraded"] for row in rows),
    )


def report(found: Summary) -> RenderableType:
    """Draw the summary."""
    parts: list[RenderableType] = [_verdict(found), Text(""), _phases(found), Text("")]
    parts += [step_line(step) for step in found.course.steps]
    parts += [Text(""), _bill("team", found.by_team), Text(""), _bill("tier", found.by_tier), Text(""), _sums(found)]
    return Group(*parts)


def _verdict(found: Summary) -> Text:
    course, missing = found.course, found.course.missing()
    if missing is not None or course.down_at is None or course.up_at is None or course.incident_at is None:
        return Text(f"The loop did not close: {missing}.", "bold red")
    down_s = (course.down_at - course.incident_at).total_seconds()
    over = "" if course.over_at is None else f", {(course.up_at - course.over_at).total_seconds():.0f} s after its end"
    return Text.assemble(
        ("The loop closed. ", "bold green"),
        f"The route stepped down {down_s:.1f} s after the incident began and was back up{over}. ",
        _saved(found),
    )


def _saved(found: Summary) -> str:
    costs = [found.phases[phase].cost_per_request_usd for phase in (Phase.BEFORE, Phase.DURING, Phase.DOWN)]
    before, during, down = (money(cost) for cost in costs)
    return f"A request cost {before} before, {during} during the incident, and {down} once stepped down."


def _phases(found: Summary) -> RenderableType:
    rows = [*found.phases.items(), ("whole run", found.whole)]
    of = [figures for _, figures in rows]
    table = grid(
        ("", [str(phase) for phase, _ in rows]),
        ("requests", [count(each.requests) for each in of]),
        ("failed", [ratio(each.error_ratio) for each in of]),
        ("p95", [duration(each.p95_ms) for each in of]),
        ("cost", [money(each.cost_usd) for each in of]),
        ("a request", [money(each.cost_per_request_usd) for each in of]),
        ("from cache", [ratio(each.cached_ratio) for each in of]),
        ("served by", [_tiers(each) for each in of]),
        numbers=("requests", "failed", "p95", "cost", "a request", "from cache"),
    )
    table.rows[-1].style = "bold"
    return table


def _tiers(of: Figures) -> str:
    return ", ".join(f"{tier} {ratio(n / of.requests)}" for tier, n in of.tiers) or UNKNOWN


def _bill(dimension: str, answer: Row) -> RenderableType:
    rows = [*answer["rows"], answer["totals"]]
    names = [*(row[dimension] or UNALLOCATED for row in answer["rows"]), "total"]
    total = Decimal(answer["totals"]["cost_usd"] or 0)
    table = grid(
        (f"cost by {dimension}", names),
        ("requests", [count(row["requests"]) for row in rows]),
        ("cost", [_exact(row["cost_usd"]) for row in rows]),
        ("share", [ratio(float(Decimal(row["cost_usd"] or 0) / total)) if total else UNKNOWN for row in rows]),
        ("per 1,000", [_exact(row["cost_per_1000_requests_usd"]) for row in rows]),
        ("unpriced lines", [count(row["coverage"]["unpriced_lines"]) for row in rows]),
        numbers=("requests", "cost", "share", "per 1,000", "unpriced lines"),
    )
    table.rows[-1].style = "bold"
    return table


def _sums(found: Summary) -> Text:
    if found.disagreement is not None:
        return Text(f"The sums differ: {found.disagreement}.", "bold red")
    return Text(
        f"Every request that was sent is stored once, and the costs of the {count(found.whole.requests)} requests add "
        f"up to the ledger's ${found.total_usd.normalize():f} to the last digit. {count(found.degraded)} were served "
        "below premium on the decision.",
        "dim",
    )


def _exact(amount: str | None) -> str:
    return money(None if amount is None else Decimal(amount))
