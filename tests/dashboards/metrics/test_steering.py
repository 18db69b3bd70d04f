"""Where routes stand and how they stepped is on the page, as the watch and the journal say it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from alerts.board import Board
from alerts.controller import Position, Transition, Why, initial
from alerts.evaluation import EvaluationLoop
from alerts.journal import Journal
from alerts.memory import note
from alerts.policy import RoutePolicy
from collector.store import DuckDBStore
from dashboards.metrics.steering import Steps, watch_samples
from instrumentation.downgrade import Mode, Tier

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
ANSWER = RoutePolicy(route="answer", ladder=(Tier.PREMIUM, Tier.STANDARD, Tier.ECONOMY))


def stepped(journal: Journal, before: Position, after: Position, minutes: int) -> None:
    """Write a step into the journal."""
    at = NOON + timedelta(minutes=minutes)
    state = replace(initial(ANSWER), position=after)
    journal.append([note(ANSWER, state, Transition(at, Why.BURNING, before, after))], at)


def watch_over(journal: Journal) -> EvaluationLoop:
    board = Board(epoch=1, opened_at=NOON)
    return EvaluationLoop(journal.store, [], [ANSWER], journal, board, clock=lambda: NOON + timedelta(hours=1))


def told(samples) -> dict:
    return {name: dict(found) for name, found in samples}


BEST, HALF = Position(Tier.PREMIUM), Position(Tier.STANDARD, (Tier.PREMIUM,), 0.5)
WORDS = ("", "answer", "premium", "standard", "burning")


def test_steps_are_counted_once_each_with_the_instant_of_the_last():
    journal = Journal(DuckDBStore(None))
    stepped(journal, BEST, HALF, 1)
    steps = Steps(journal)
    first = told(steps.samples())
    stepped(journal, BEST, HALF, 2)
    second = told(steps.samples())
    assert first["burnline_router_transitions"] == {WORDS: 1}
    assert second["burnline_router_transitions"] == {WORDS: 2}
    assert second["burnline_router_transition_timestamp_seconds"] == {WORDS: (NOON + timedelta(minutes=2)).timestamp()}
    assert told(Steps(journal).samples()) == second


def test_mode_and_shares_are_those_of_the_last_look():
    journal = Journal(DuckDBStore(None))
    stepped(journal, BEST, HALF, 1)
    watch = watch_over(journal)
    assert told(watch_samples(watch))["burnline_router_mode"] == {}
    watch.tick()
    found = told(watch_samples(watch))
    assert found["burnline_router_tier_share_ratio"] == {
        ("", "answer", "premium"): 0.5,
        ("", "answer", "standard"): 0.5,
        ("", "answer", "economy"): 0.0,
    }
    modes = found["burnline_router_mode"]
    assert sum(modes.values()) == 1
    assert {words[2] for words in modes} == set(Mode)
    assert modes["", "answer", "normal"] == 0
    assert found["burnline_evaluation_timestamp_seconds"] == {(): (NOON + timedelta(hours=1)).timestamp()}


def test_looks_that_fail_are_counted():
    journal = Journal(DuckDBStore(None))
    watch = watch_over(journal)
    watch.failures = 3
    assert told(watch_samples(watch))["burnline_evaluation_failures"] == {(): 3}
