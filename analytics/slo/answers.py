"""What ``/v1/slos`` says: each objective, how much of its error budget is left, and how fast it burns per window."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from analytics.questions import NotFound
from analytics.slo.answer_shapes import Slo, SloAnswer, SloGroup, WindowBurn
from analytics.slo.arithmetic import Counts
from analytics.slo.budgeting import Budget, budget
from analytics.slo.burn import Asked, nanoseconds, window_counts
from analytics.slo.ceilings import ceilings
from analytics.slo.evidence import Gate, judged
from analytics.slo.groups import Group, groups
from analytics.slo.kinds import Dimension
from analytics.slo.objective import Objective
from analytics.slo.periods import BudgetPeriod, budget_period
from analytics.slo.verdicts import Verdict
from analytics.slo.windows import Severity, Window
from analytics.slo.words import called, in_words
from collector.store import Store

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DEFINITION = (
    *("name", "sli", "unit", "target", *map(str, Dimension), "per"),
    *("threshold_ms", "ceiling_usd", "ceiling_tokens", "measure", "at_least", "at_most", "labels", "times_baseline"),
    *("budgeting", "time_slice_s", "time_slice_target", "period_s", "calendar", "time_zone"),
    *("owner", "description", "service", "runbook_url"),
)
_LOUDNESS = ("firing", "ticket", str(Verdict.OK), str(Verdict.INSUFFICIENT_DATA))


@dataclass(frozen=True, slots=True)
class _Question:
    """One budget at an instant: of an objective, or of one of its groups."""

    objective: Objective
    period: BudgetPeriod
    gate: Gate | None
    group: Group | None = None

    def asked(self, window_s: float) -> Asked:
        """The key of its counts in a window."""
        of_all = (self.objective.objective_id, window_s)
        return of_all if self.group is None else (*of_all, self.group.group_id)

    def lengths(self) -> Iterator[float]:
        """Every window it looks at."""
        yield self.period.elapsed_s
        for window in self.objective.windows:
            yield window.long_s
            yield window.short_s


def named(objectives: Sequence[Objective], name: str) -> Objective:
    """Return the objective of a name; raises NotFound naming those there are."""
    objective = next((one for one in objectives if one.name == name), None)
    if objective is None:
        known = ", ".join(one.name for one in objectives) or "none"
        raise NotFound(f"no objective is called {name!r}; configured are: {known}")
    return objective


def slo_answer(
    store: Store,
    objectives: Sequence[Objective],
    now_ns: int,
    gate: Gate | None = None,
    waiting: Collection[str] = (),
) -> SloAnswer:
    """Evaluate every objective now, with one question to the store for all counts; ``waiting`` ones do not act."""
    at = _EPOCH + timedelta(microseconds=now_ns // 1_000)
    seen = groups(store, objectives)
    wholes = [_Question(objective, budget_period(objective, at), gate) for objective in objectives]
    parts = {
        id(whole): [
            _Question(whole.objective, whole.period, gate, group)
            for group in seen.get(whole.objective.objective_id, ())
        ]
        for whole in wholes
    }
    everything = [question for whole in wholes for question in (whole, *parts[id(whole)])]
    counts = window_counts(store, [q.asked(length) for q in everything for length in q.lengths()], at)
    limits = ceilings(store, objectives, at)
    slos = tuple(
        _slo(whole, parts[id(whole)], counts, limits, in_force=whole.objective.name not in waiting) for whole in wholes
    )
    return SloAnswer(evaluated_at=now_ns, slos=slos, next=None)


def _slo(
    whole: _Question,
    parts: Sequence[_Question],
    counts: Mapping[Asked, Counts],
    limits: Mapping[int, Mapping[str, Any]],
    *,
    in_force: bool,
) -> Slo:
    objective, period = whole.objective, whole.period
    own = tuple(_group(part, counts) for part in parts)
    standing = _standing(whole, counts)
    if own:
        standing["status"] = min((group.status for group in own), key=_LOUDNESS.index)
    definition = {name: getattr(objective, name) for name in _DEFINITION}
    definition |= limits.get(objective.objective_id, {})
    return Slo(
        **definition,
        **standing,
        objective_id=f"{objective.objective_id:016x}",
        period_start=nanoseconds(period.start),
        period_until=None if period.until is None else nanoseconds(period.until),
        in_force=in_force,
        groups=own,
    )


def _group(part: _Question, counts: Mapping[Asked, Counts]) -> SloGroup:
    group = part.group or Group(0, {})
    words: dict[str, Any] = {str(word): group.words.get(str(word)) for word in Dimension}
    return SloGroup(name=group.name, **words, **_standing(part, counts))


def _standing(question: _Question, counts: Mapping[Asked, Counts]) -> dict[str, Any]:
    objective, period = question.objective, question.period
    whole = counts[question.asked(period.elapsed_s)]
    windows = tuple(_window(question, window, counts) for window in objective.windows)
    pace = next((window.long_burn for window in windows if window.long_burn is not None), None)
    left = budget(whole, objective.target, period, pace)
    return {
        "total": whole.total,
        "good": whole.good,
        "effective": whole.effective,
        "good_ratio": whole.good / whole.total if whole.total else None,
        "burn": left.burn,
        "remaining_ratio": left.remaining_ratio,
        "exhausted_at": _instant(left),
        "status": _status(windows),
        "in_words": in_words(left, period, called(objective), ZoneInfo(objective.time_zone)),
        "windows": windows,
    }


def _window(question: _Question, window: Window, counts: Mapping[Asked, Counts]) -> WindowBurn:
    objective = question.objective
    long, short = counts[question.asked(window.long_s)], counts[question.asked(window.short_s)]
    factor = objective.factor(window)
    judgement = judged(long, short, target=objective.target, factor=factor, gate=question.gate)
    watched = objective.watched(window)
    return WindowBurn(
        severity=window.severity,
        budget_share=watched.window.budget_share,
        long_s=window.long_s,
        short_s=window.short_s,
        factor=factor,
        long_burn=judgement.long_burn,
        short_burn=judgement.short_burn,
        long_total=long.total,
        short_total=short.total,
        posterior=judgement.posterior,
        verdict=judgement.verdict,
        reason=judgement.reason,
        rescaled=watched.reason,
    )


def _status(windows: Sequence[WindowBurn]) -> str:
    """Take the loudest verdict; without evidence in any window nothing is said to be fine."""
    firing = {window.severity for window in windows if window.verdict == Verdict.FIRING}
    if firing:
        return "firing" if Severity.PAGE in firing else "ticket"
    known = any(window.verdict == Verdict.OK for window in windows)
    return str(Verdict.OK if known else Verdict.INSUFFICIENT_DATA)


def _instant(left: Budget) -> int | None:
    return None if left.gone_at is None else nanoseconds(left.gone_at)
