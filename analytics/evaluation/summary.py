"""A run in a few lines: the mean of each metric, by class, what has no score, and what it cost."""

from decimal import Decimal

from analytics.evaluation.golden import QuestionClass
from analytics.evaluation.metrics import Side
from analytics.evaluation.run import ItemResult, Run


def run_summary(run: Run) -> str:
    """The run for people."""
    failed = sum(item.error is not None for item in run.items)
    said = [f"{run.name or run.system}: {len(run.items)} items, {failed} failed"]
    for side in Side:
        lines = [_metric_line(run, one.name) for one in run.metrics if one.side is side]
        said.extend([str(side), *lines] if lines else [])
    said.append(_cost_line(run))
    if run.judge is not None:
        cost = "no known price" if run.judge.cost_usd is None else f"{run.judge.cost_usd:f} USD"
        stopped = f", stopped: {run.judge.stopped}" if run.judge.stopped else ""
        said.append(
            f"judge {run.judge.model}: {run.judge.calls} calls, {cost} of {run.judge.budget_usd:f} USD{stopped}"
        )
    return "".join(f"{line}\n" for line in said)


def mean(items: tuple[ItemResult, ...], metric: str) -> float | None:
    """Mean of the scores there are; None without any."""
    scores = [item.scores[metric] for item in items if metric in item.scores]
    return sum(scores) / len(scores) if scores else None


def _metric_line(run: Run, metric: str) -> str:
    scored = [item for item in run.items if metric in item.scores]
    unscored = sum(metric in item.unscored for item in run.items)
    parts = [f"  {metric:<20} {_number(mean(run.items, metric))}  {len(scored)} items"]
    for one in QuestionClass:
        found = mean(tuple(item for item in scored if item.question_class is one), metric)
        parts.append(f"{one} {_number(found)}" if found is not None else "")
    parts.append(f"{unscored} without a score" if unscored else "")
    return ", ".join(filter(None, parts))


def _cost_line(run: Run) -> str:
    known = [item.cost_usd for item in run.items if item.cost_usd is not None]
    if not known:
        return "cost unknown: no answer says its usage and model, or none has a price"
    return f"cost {sum(known, Decimal(0)):f} USD of {len(known)} answers; {len(run.items) - len(known)} without a price"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
