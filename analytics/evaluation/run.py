"""A run: one system, one golden set, a score of every item by every metric; kept as JSON lines, the run first.

The file says all that a comparison needs, and the text of no answer: answers may be personal, and hash and length are
enough to see whether they changed.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from analytics.evaluation.golden import QuestionClass
from analytics.evaluation.inputs import Row, WrongInput, row, rows
from analytics.evaluation.metrics import Side
from analytics.notation import usd_text

FORMAT = 1


@dataclass(frozen=True, slots=True)
class RunMetric:
    """A metric as the run scored it."""

    name: str
    kind: str
    side: Side
    yes_or_no: bool
    settings_sha256: str
    """The same where the metric means the same: a comparison over another pattern or schema compares nothing."""


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One item as it was answered and scored."""

    item_id: str
    question_class: QuestionClass
    scores: Mapping[str, float]
    """By metric; what has no score is left out."""
    unscored: Mapping[str, str] = field(default_factory=dict)
    """Metric -> why there is no score, where one was to be expected."""
    figures: Mapping[str, float] = field(default_factory=dict)
    cost_usd: Decimal | None = None
    """What the answer cost by the price book; null where nobody can say."""
    answer_sha256: str | None = None
    trace_id: str | None = None
    span_id: str | None = None
    response_id: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class JudgeBill:
    """What judging a run took."""

    model: str
    calls: int
    input_tokens: int
    output_tokens: int
    cost_usd: Decimal | None
    """Exact by the price book; null where a call has no price."""
    budget_usd: Decimal
    failed: int = 0
    """Calls that gave no answer; what they cost is not known."""
    stopped: str | None = None
    """Why items were left unjudged; null: none was."""


@dataclass(frozen=True, slots=True)
class Run:
    """One system over one golden set."""

    system: str
    started_at: str
    golden_sha256: str
    metrics: tuple[RunMetric, ...]
    items: tuple[ItemResult, ...]
    repeats: int = 1
    judge: JudgeBill | None = None
    name: str | None = None
    """What its maker calls it: a commit, a version of a prompt."""

    @property
    def run_id(self) -> str:
        """The same for the same run, 32 hex digits."""
        return hashlib.sha256(run_text(self).encode()).hexdigest()[:32]

    @property
    def by_id(self) -> Mapping[str, ItemResult]:
        """Items by their id."""
        return {item.item_id: item for item in self.items}


def run_text(run: Run) -> str:
    """Write a run: itself, then a line for each item."""
    judge = None if run.judge is None else _plain(asdict(run.judge))
    head = {
        "burnline_run": FORMAT,
        "name": run.name,
        "system": run.system,
        "started_at": run.started_at,
        "golden_sha256": run.golden_sha256,
        "repeats": run.repeats,
        "judge": judge,
        "metrics": [asdict(metric) for metric in run.metrics],
    }
    said = [head, *(_item_content(item) for item in run.items)]
    return "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in said)


def read_run(path: Path) -> Run:
    """Read a run; raises :class:`WrongInput` with the line of the first mistake."""
    return run_of(rows(path), path.name)


def run_of_lines(lines: Iterable[str], where: str) -> Run:
    """Read a run that came as text."""
    return run_of((row(line, f"{where}:{number}") for number, line in enumerate(lines, start=1) if line.strip()), where)


def run_of(found: Iterable[Row], where: str) -> Run:
    """Read a run from its lines."""
    head, *items = [*found] or [Row(where, {})]
    if head.content.get("burnline_run") != FORMAT:
        raise WrongInput(
            f"{head.where}: no run of format {FORMAT}; expected a file that `burnline eval run --to` wrote"
        )
    return Run(
        system=head.text("system"),
        started_at=head.text("started_at"),
        golden_sha256=head.text("golden_sha256"),
        metrics=tuple(_metric(head, number, one) for number, one in enumerate(head.content.get("metrics") or ())),
        items=tuple(_item(one) for one in items),
        repeats=int(head.number_or_none("repeats") or 1),
        judge=_judge(head),
        name=head.text_or_none("name"),
    )


def _item_content(item: ItemResult) -> dict[str, Any]:
    said = _plain(asdict(item)) | {"id": item.item_id, "class": str(item.question_class)}
    kept = ("id", "class", *(key for key in said if key not in {"id", "class", "item_id", "question_class"}))
    return {key: said[key] for key in kept if said[key] not in (None, {})}


def _plain(content: Mapping[str, Any]) -> dict[str, Any]:
    return {key: usd_text(value) if isinstance(value, Decimal) else value for key, value in content.items()}


def _item(row: Row) -> ItemResult:
    known = row.content.get("class")
    if known not in set(QuestionClass):
        raise row.wrong("class", known, f"one of {', '.join(QuestionClass)}")
    unscored = row.object_or_none("unscored") or {}
    scores = row.numbers("scores") or {}
    for name, score in scores.items():
        if not 0 <= score <= 1:
            raise row.wrong(f"scores.{name}", score, "0 to 1")
    return ItemResult(
        item_id=row.text("id"),
        question_class=QuestionClass(known),
        scores=scores,
        unscored={name: str(why) for name, why in unscored.items()},
        figures=row.numbers("figures") or {},
        cost_usd=_usd(row, "cost_usd"),
        answer_sha256=row.text_or_none("answer_sha256"),
        trace_id=row.text_or_none("trace_id"),
        span_id=row.text_or_none("span_id"),
        response_id=row.text_or_none("response_id"),
        error=row.text_or_none("error"),
    )


def _metric(head: Row, number: int, content: Any) -> RunMetric:  # noqa: ANN401 - whatever JSON has there
    if not isinstance(content, dict):
        raise head.wrong(f"metrics[{number}]", content, "an object")
    one = Row(f"{head.where} metrics[{number}]", content)
    side = one.text("side")
    if side not in set(Side):
        raise one.wrong("side", side, f"one of {', '.join(Side)}")
    yes_or_no = content.get("yes_or_no") is True
    return RunMetric(one.text("name"), one.text("kind"), Side(side), yes_or_no, one.text("settings_sha256"))


def _judge(head: Row) -> JudgeBill | None:
    content = head.object_or_none("judge")
    if content is None:
        return None
    one = Row(f"{head.where} judge", content)
    return JudgeBill(
        model=one.text("model"),
        calls=_count(one, "calls"),
        input_tokens=_count(one, "input_tokens"),
        output_tokens=_count(one, "output_tokens"),
        cost_usd=_usd(one, "cost_usd"),
        budget_usd=_usd(one, "budget_usd") or Decimal(0),
        failed=_count(one, "failed"),
        stopped=one.text_or_none("stopped"),
    )


def _count(row: Row, key: str) -> int:
    return int(row.number_or_none(key) or 0)


def _usd(row: Row, key: str) -> Decimal | None:
    found = row.text_or_none(key)
    try:
        return None if found is None else Decimal(found)
    except InvalidOperation:
        raise row.wrong(key, found, "a decimal number as text") from None
