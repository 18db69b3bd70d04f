"""Objectives about refusals: what is refused is bad, what is answered good, and another failure says nothing."""

import pytest

from analytics.contributors.finding import found
from analytics.questions import Window
from analytics.slo.arithmetic import Counts
from analytics.slo.burn import window_counts
from analytics.slo.judging import register
from analytics.slo.objective import Objective, Sli
from tests.analytics.derive.house import NOON, House, S, Sent, call, small_book
from tests.laws.test_measure_laws import AT

ANSWERED = Objective("answered", Sli.REFUSALS, 0.98)
BY_MODELS = Objective("models", Sli.REFUSALS, 0.98, stage="model")


def asked(trace: int, *words: str, error: str | None = None, span_error: str | None = None) -> list[Sent]:
    """A request whose calls end with these words."""
    says = {} if error is None else {"error.type": error}
    calls = [
        call(
            trace=trace,
            span=place,
            parent=1,
            start_s=place / 10,
            duration_s=0.1,
            failed=span_error is not None,
            says={"gen_ai.response.finish_reasons": [word]} | ({"error.type": span_error} if span_error else {}),
        )
        for place, word in enumerate(words, 2)
    ]
    return [Sent(trace=trace, kind="request", failed=error is not None, says=says), *calls]


# story -> what counts of the request, what of its calls
STORIES = {
    "answered": (asked(1, "stop"), Counts(1, 1), Counts(1, 1)),
    "declined": (asked(1, "refusal"), Counts(1, 0), Counts(1, 0)),
    "filtered, and answered by the next": (asked(1, "content_filter", "stop"), Counts(1, 1), Counts(2, 1)),
    "cut off": (asked(1, "length"), Counts(1, 1), Counts(1, 1)),
    "a failure": (asked(1, error="TimeoutError"), Counts(0, 0), Counts(0, 0)),
    "a filter that is an error": (asked(1, error="ContentFilterError"), Counts(1, 0), Counts(0, 0)),
    "a call refused by its error": (asked(1, "error", span_error="content_filter"), Counts(1, 1), Counts(1, 0)),
}


@pytest.mark.parametrize("early", [True, False], ids=["counted as they come", "counted afterwards"])
@pytest.mark.parametrize(("spans", "requests", "calls"), STORIES.values(), ids=STORIES)
def test_requests_and_calls_are_judged_by_how_they_end(spans, requests, calls, early):
    with House(prices=small_book()) as house:
        objectives = [ANSWERED, BY_MODELS]
        if early:
            register(house.store, objectives)
        house.send(*spans)
        house.settle()
        register(house.store, objectives)
        counted = window_counts(house.store, [(one.objective_id, 7_200.0) for one in objectives], AT)
        assert [*counted.values()] == [requests, calls]


def test_what_was_refused_is_where_the_budget_went():
    with House(prices=small_book()) as house:
        house.send(*(span for trace in range(1, 21) for span in asked(trace, "SAFETY" if trace > 15 else "STOP")))
        house.settle()
        seen = found(house.store, ANSWERED, Window(NOON, NOON + 3_600 * S))
        assert (seen.total, seen.bad, seen.worst) == (20, 5, "refused")
        assert [(one.stage, one.error_type, one.bad) for one in seen.origins] == [("model", "content_filter", 5)]
        assert len(seen.traces) == 5
