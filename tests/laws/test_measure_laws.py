"""Laws of counting: whatever came late, twice, reordered or about what was not there yet, burns equal a raw count."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.slo.arithmetic import Counts, burn_rate
from analytics.slo.burn import window_counts
from analytics.slo.judging import register
from analytics.slo.objective import Dimension, Objective, Unit
from tests.analytics.derive.evaluated import Evaluation, evaluate
from tests.analytics.derive.house import NOON, House, S, small_book
from tests.analytics.derive.worlds import OBJECTIVES, Act, arrivals, told, worlds

_FEW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
COUNTED = tuple(objective for objective in OBJECTIVES if objective.unit is not Unit.REQUEST)
AT = datetime(2026, 11, 18, 12, tzinfo=UTC) + timedelta(seconds=125.000001)
WINDOWS_S = (7.5, 65.0, 126.0, 7_200.0)
EVALUATIONS = st.builds(
    Evaluation,
    name=st.sampled_from(["faithfulness", "faithfulness", "safety", "other"]),
    score=st.sampled_from([None, 0.2, 0.7, 0.9]),
    label=st.sampled_from([None, "pass", "fail"]),
    trace=st.sampled_from([None, 1, 2, 3, 9]),
    span=st.integers(1, 5),
    response=st.sampled_from([None, None, "chatcmpl-1", "chatcmpl-2", "chatcmpl-9"]),
    at_s=st.sampled_from([-3_600.0, 0.0, 59.999999, 60.0, 118.0, 125.0]),
    weight=st.sampled_from([None, None, 2.5, 1 / 0.3]),
)

Judged = tuple[int, float, bool | None, Mapping[str, Any]]
"""Instant, weight, verdict and words."""


@dataclass(frozen=True, slots=True)
class Evaluate:
    """Some evaluations arrive in one request."""

    evaluations: tuple[Evaluation, ...]

    def __call__(self, house: House) -> None:
        evaluate(house, *self.evaluations)


@st.composite
def stories(draw: Any) -> tuple[tuple[Any, ...], list[Evaluation], list[Act]]:
    """Spans and evaluations, and a way in which they arrive, some of them again."""
    world = draw(worlds())
    evaluations = draw(st.lists(EVALUATIONS, max_size=6))
    acts = draw(arrivals(world))
    for evaluation in (*evaluations, *draw(st.lists(st.sampled_from(evaluations or [Evaluation()]), max_size=2))):
        acts.insert(draw(st.integers(0, len(acts))), Evaluate((evaluation,)))
        if evaluation not in evaluations:
            evaluations.append(evaluation)
    return world, evaluations, acts


def counting(objectives=OBJECTIVES) -> House:
    house = House(prices=small_book())
    register(house.store, objectives)
    return house


def judged(objective: Objective, house: House) -> Iterator[Judged]:
    """Instant, weight, verdict and words of all that an objective is about, from what was stored, in plain words."""
    who = {row["trace"]: row for row in house.requests()}
    spans = house.rows(_SPANS)
    if objective.unit is Unit.SPAN:
        for span in spans:
            quick = span["duration_ns"] <= (objective.threshold_ms or 0) * 1e6
            good = span["status"] == "ok"
            if objective.threshold_ms is not None:
                good = False if not quick else True if good else None
            yield span["ended_at"], 1.0, good, who[span["trace"]] | _of_span(span)
        return
    for fact in house.rows("select *, trace_id::varchar as trace from measures"):
        if fact["measure"] == objective.measure:
            good = fact["value"] >= objective.at_least
            yield fact["measured_at"], float(fact["weight"]), good, who[fact["trace"]] | _of_span(fact)
    for told_of in house.rows("select *, trace_id::varchar as trace from log_events"):
        if told_of["evaluation_name"] == objective.measure:
            about = _about(told_of, spans)
            words = who.get(about["trace"], dict.fromkeys(map(str, Dimension)))
            yield told_of["occurred_at"], float(told_of["weight"] or 1), _good(objective, told_of), words | about


def _good(objective: Objective, told_of: dict[str, Any]) -> bool | None:
    if objective.labels:
        return None if told_of["score_label"] is None else told_of["score_label"] in objective.labels
    return None if told_of["score_value"] is None else told_of["score_value"] >= objective.at_least


def _of_span(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("stage", "provider", "model")}


def _about(told_of: dict[str, Any], spans: list[dict[str, Any]]) -> dict[str, Any]:
    """The span that an evaluation is about."""
    calls = [span for span in spans if span["response_id"] == (told_of["response_id"] or "none")]
    named = [span for span in spans if (span["trace"], span["span_id"]) == (told_of["trace"], told_of["span_id"])]
    found = min(calls, key=lambda span: (span["started_at"], span["trace"], span["span_id"])) if calls else None
    found = found or (named[0] if named else None)
    trace = found["trace"] if found else told_of["trace"]
    return {"trace": trace} | (_of_span(found) if found else dict.fromkeys(("stage", "provider", "model")))


_SPANS = """
select s.trace_id::varchar as trace, s.span_id, s.started_at, s.kind as stage, s.status, s.duration_ns, c.provider,
    coalesce(c.response_model, c.request_model) as model, c.response_id,
    make_timestamp_ns(epoch_ns(s.started_at) + s.duration_ns) as ended_at
from spans s left join model_calls c using (trace_id, span_id)
"""


def expected(
    objective: Objective, seen: list[Judged], window_s: float, words: Mapping[str, Any] | None = None
) -> tuple[float, float]:
    """Total and good in a window, of everything or of one group."""
    until_ns = NOON + 125 * S + 1_000
    counted = [
        (weight, good)
        for at_ns, weight, good, about in seen
        if good is not None
        and until_ns - round(window_s * S) <= at_ns < until_ns
        and all(getattr(objective, word) in (None, about[word]) for word in Dimension)
        and (words is None or all(about[word] == words[word] for word in objective.per))
    ]
    return sum(weight for weight, _ in counted), sum(weight for weight, good in counted if good)


@_FEW
@given(stories())
def test_burns_of_spans_and_measures_equal_a_count_over_what_was_stored_in_all_and_by_value(story):
    _, _, acts = story
    with counting() as house:
        for act in acts:
            act(house)
        house.settle()
        groups = house.rows("select * from objective_groups")
        for objective in COUNTED:
            seen = list(judged(objective, house))
            own = {g["group_id"]: g for g in groups if g["objective_id"] == objective.objective_id}
            wholes = [(objective.objective_id, window_s) for window_s in WINDOWS_S]
            parts = [(objective.objective_id, WINDOWS_S[-1], group_id) for group_id in (0, *own)]
            found = window_counts(house.store, [*wholes, *parts], AT)
            for question, counts in found.items():
                if question[2:] != (0,):
                    check(objective, counts, expected(objective, seen, question[1], own.get(*question[2:] or (0,))))
            if objective.per:
                together = sum(found[part].total for part in parts)
                assert together == pytest.approx(found[wholes[-1]].total, abs=1e-9)


def check(objective: Objective, counts: Counts, told_of: tuple[float, float]) -> None:
    total, good = told_of
    assert (counts.total, counts.good) == pytest.approx((total, good), abs=1e-9)
    burn = (total - good) / total / (1 - objective.target) if total else None
    assert burn_rate(counts, objective.target) == (None if burn is None else pytest.approx(burn, abs=1e-9))


@_FEW
@given(stories())
def test_order_repeats_and_restarts_change_nothing_and_a_later_registration_counts_the_same(story):
    world, evaluations, acts = story
    with counting() as at_once, counting() as bit_by_bit, counting(()) as later:
        at_once.send(*world)
        evaluate(at_once, *evaluations)
        at_once.settle()
        for house in (bit_by_bit, later):
            for act in acts:
                act(house)
            house.settle()
        register(later.store, OBJECTIVES)
        whole = told(at_once)
        assert told(bit_by_bit) == whole
        assert told(later)["objective_minutes"] == whole["objective_minutes"]
