"""A run in a few lines: the mean of each metric, by class, what has no score, and what it cost."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from analytics.evaluation.agreement import Agreement
from analytics.evaluation.golden import QuestionClass
from analytics.evaluation.metrics import Side
from analytics.evaluation.reasons import many, often
from analytics.evaluation.reviews import Agreements
from analytics.evaluation.run import ItemResult, Run
from analytics.notation import usd_text


def run_summary(run: Run) -> str:
    """The run for people."""
    errors = [item.error for item in run.items if item.error is not None]
    why = f": {often(errors)}" if errors else ""
    said = [f"{run.name or run.system}: {many(len(run.items), 'item')}, {len(errors)} failed{why}"]
    for side in Side:
        lines = [_metric_line(run, one.name) for one in run.metrics if one.side is side]
        said.extend([str(side), *lines] if lines else [])
    said.append(_cost_line(run))
    if run.judge is not None:
        cost = "no known price" if run.judge.cost_usd is None else f"{usd_text(run.judge.cost_usd)} USD"
        stopped = f", stopped: {run.judge.stopped}" if run.judge.stopped else ""
        calls = many(run.judge.calls, "call")
        said.append(f"judge {run.judge.model}: {calls}, {cost} of {usd_text(run.judge.budget_usd)} USD{stopped}")
    return "".join(f"{line}\n" for line in said)


def sample_summary(answer: Mapping[str, Any]) -> str:
    """What was drawn of a golden set, as `/v1/evaluations/sample` answers it, for people.

    >>> drawn = {"items": [{"class": "hard"}], "requests": {"hard": 7, "rare": 2}, "left_out": {}}
    >>> print(sample_summary(drawn), end="")
    1 item: 0 common of 0 requests, 1 hard of 7 requests, 0 ambiguous of 0 requests; 2 requests of rare routes
    """
    classes = [item["class"] for item in answer["items"]]
    requests = answer["requests"]
    drawn = [f"{classes.count(str(one))} {one} of {requests.get(str(one), 0)} requests" for one in QuestionClass]
    rare = f"; {requests['rare']} requests of rare routes" if requests.get("rare") else ""
    left_out = "".join(f"; {count} left out: {why}" for why, count in answer["left_out"].items())
    return f"{many(len(classes), 'item')}: {', '.join(drawn)}{rare}{left_out}\n"


def agreement_summary(found: Agreements, reviews: int) -> str:
    """How far people and evaluators agree, for people."""
    told = [many(reviews, "review")]
    for title, compared in (("people", found.people), ("evaluators and people", found.evaluators)):
        told.extend([title] if compared else [])
        told.extend(_agreement_line(name, one) for name, one in compared.items())
    if found.other_words:
        words = ", ".join(f"{word} ({count})" for word, count in found.other_words.items())
        told.append(f"neither good nor bad, and not compared with scores: {words}; write pass or fail")
    if found.elsewhere:
        told.append(f"{many(found.elsewhere, 'review')} about no answer of the run")
    return "".join(f"{line}\n" for line in told)


def _agreement_line(name: str, one: Agreement) -> str:
    if one.agreement is None:
        return f"  {name}: no answer was seen by both"
    answers = many(one.items, "answer")
    same = f"agree on {one.agreement:.0%} ({one.agreement_low:.0%} .. {one.agreement_high:.0%}) of {answers}"
    if one.kappa is None or one.kappa_low is None:
        return f"  {name}: {same}; kappa cannot be told, one of them says one thing only"
    return f"  {name}: {same}, kappa {one.kappa:.2f} ({one.kappa_low:.2f} .. {one.kappa_high:.2f})"


def mean(items: tuple[ItemResult, ...], metric: str) -> float | None:
    """Mean of the scores there are; None without any."""
    scores = [item.scores[metric] for item in items if metric in item.scores]
    return sum(scores) / len(scores) if scores else None


def _metric_line(run: Run, metric: str) -> str:
    scored = [item for item in run.items if metric in item.scores]
    unscored = [item.unscored[metric] for item in run.items if metric in item.unscored]
    parts = [f"  {metric:<20} {_number(mean(run.items, metric))}  {many(len(scored), 'item')}"]
    for one in QuestionClass:
        found = mean(tuple(item for item in scored if item.question_class is one), metric)
        parts.append(f"{one} {_number(found)}" if found is not None else "")
    parts.append(f"{len(unscored)} without a score: {often(unscored)}" if unscored else "")
    return ", ".join(filter(None, parts))


def _cost_line(run: Run) -> str:
    known = [item.cost_usd for item in run.items if item.cost_usd is not None]
    if not known:
        return "cost unknown: no answer says its usage and model, or none has a price"
    cost, others = usd_text(sum(known, Decimal(0))), len(run.items) - len(known)
    return f"cost {cost} USD of {many(len(known), 'answer')}; {others} without a price"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
