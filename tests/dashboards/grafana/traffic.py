"""A workload that is known to the span: five requests a minute, and an incident at the end of it.

Every request ends in the minute it starts in, so the requests of a window of whole minutes are those that ended in it.
"""

from collections.abc import Iterator
from typing import Any

from tests.analytics.derive.evaluated import Evaluation
from tests.analytics.derive.house import NOON, S, Sent, call

MINUTES = 75
INCIDENT = 55
"""The minute from which on two of three answers fail; two have failed before, as a series begins with its first event,
which no rate sees."""
LATE = (4, 71)
"""Minutes with a call whose request is only told two minutes later: until then it is nobody's."""
MINUTE = 60 * S
OTHERS = "globex (eu|us)"
"""A tenant whose name means something in a pattern."""
_WHO = (
    {"burnline.tenant": "acme", "burnline.team": "support", "burnline.route": "answer"},
    {"burnline.tenant": OTHERS, "burnline.route": "answer"},
    {"burnline.tenant": "acme", "burnline.route": "answer"},
    {"burnline.tenant": OTHERS, "burnline.route": "search"},
    {"burnline.route": "search"},
)


def spans(minute: int, start_ns: int) -> Iterator[Sent]:
    """Everything that is sent in one minute."""
    for number in range(len(_WHO)):
        yield from _request(minute, number, start_ns + (5 + 10 * number) * S)
    yield Sent(trace=0, start_at_ns=start_ns)  # no span of ours: it is rejected
    if minute in LATE:
        yield call(trace=_late(minute), span=2, parent=1, start_at_ns=start_ns + 20 * S, duration_s=0.5)
    if minute - 2 in LATE:
        when = start_ns - 2 * MINUTE + 20 * S
        yield Sent(trace=_late(minute - 2), span=1, kind="request", start_at_ns=when, duration_s=0.75, says=_WHO[0])


def evaluations(minute: int, start_ns: int) -> Iterator[Evaluation]:
    """The first answer of every minute is judged."""
    at_s = (start_ns + 40 * S - NOON) / S
    yield Evaluation("groundedness", 0.5 + (minute % 5) / 10, trace=_trace(minute, 0), at_s=at_s)


def _late(minute: int) -> int:
    return 900_000 + minute


def _trace(minute: int, number: int) -> int:
    return minute * 10 + number + 1


def _failure(minute: int, number: int) -> str | None:
    if number < 2 and (minute >= INCIDENT or minute == 0):
        return "429"
    return "TimeoutError" if number == 3 and minute % 4 == 3 else None


def _end(minute: int, number: int) -> str:
    if number == 3 and minute % 3 == 0:
        return "content_filter"
    return "max_tokens" if number == 1 and minute % 2 == 0 else "stop"


def _request(minute: int, number: int, at_ns: int) -> Iterator[Sent]:
    failure, trace = _failure(minute, number), _trace(minute, number)
    says: dict[str, Any] = dict(_WHO[number])
    if failure is not None:
        says["error.type"] = failure
    if number == 1 and failure is not None:
        says["burnline.degraded"] = True
    slow_s = 2.5 if number == 2 and minute % 10 == 2 else 0.0
    whole = {"start_at_ns": at_ns, "duration_s": 0.6 + 0.2 * number + slow_s}
    yield Sent(trace=trace, span=1, kind="request", failed=failure is not None, says=says, **whole)
    within = {"trace": trace, "parent": 1, "start_at_ns": at_ns}
    yield Sent(span=2, kind="cache", duration_s=0.01, says={"burnline.cache.hit": number == 4}, **within)
    yield Sent(span=3, kind="retriever", duration_s=0.1 + 0.01 * number, says=_found(minute, number), **within)
    yield from _calls(minute, number, within)


def _found(minute: int, number: int) -> dict[str, Any]:
    documents = 0 if number == 3 else number + 2
    return {
        "burnline.retrieval.document_count": documents,
        "burnline.retrieval.top_score": 0.0 if documents == 0 else 0.55 + (minute % 4) / 10,
        "burnline.retrieval.duplicates": (minute + number) % 2 if documents else 0,
        "burnline.retrieval.age_s": 3600.0 * (number + 1),
        "burnline.citation.coverage": 0.8,
        "burnline.permission.checked": True,
        "burnline.permission.violations": int(number == 0 and minute % 2 == 0),
    }


def _calls(minute: int, number: int, within: dict[str, Any]) -> Iterator[Sent]:
    model = "gpt-4o" if number % 2 == 0 else "gpt-4o-mini"
    tokens = (1_000 + 100 * number, 80 + minute % 7, 512 if number == 2 else 0)
    if number == 4 and minute % 6 == 0:
        model = "of-our-own"
    again = number == 0 and minute % 4 == 0
    if again:
        yield call(span=4, duration_s=0.2, failed=True, tokens=(1_000, 0), model=model, **within)
        within = within | {"start_at_ns": within["start_at_ns"] + round(0.25 * S)}
    streamed = {"gen_ai.request.stream": True, "gen_ai.response.time_to_first_chunk": 0.1 + 0.05 * number}
    ended = {"gen_ai.response.finish_reasons": [_end(minute, number)]}
    yield call(span=5, duration_s=0.3 + 0.05 * number, tokens=tokens, model=model, says=streamed | ended, **within)
