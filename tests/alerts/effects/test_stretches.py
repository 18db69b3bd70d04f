"""Downgrades out of the journal."""

from alerts.effects.concerns import own
from alerts.effects.stretches import by_month, stretches
from alerts.journal import Journal, Note
from alerts.memory import TRANSITION
from collector.store import DuckDBStore
from instrumentation.downgrade import Tier
from tests.alerts.effects.stepping import BEST, HALF, LOW, START, step
from tests.analytics.stored import MINUTE, NOON

DAY = 24 * 60


def told(*steps):
    journal = Journal(DuckDBStore(None))
    for minutes, after, *words in steps:
        step(journal, minutes, after, **(words[0] if words else {}))
    return stretches(journal.entries(TRANSITION))


def minutes(found):
    return [
        ((one.start_ns - NOON) // MINUTE, one.until_ns and (one.until_ns - NOON) // MINUTE, one.position.share)
        for one in found
    ]


def test_a_downgrade_lasts_until_the_next_step():
    assert minutes(told((0, HALF), (5, LOW), (60, BEST), (90, HALF))) == [(0, 5, 0.5), (5, 60, 1.0), (90, None, 0.5)]


def test_it_is_held_against_the_time_before_the_first_of_its_steps():
    first, second, third = told((0, HALF, {"long_s": (3600, 300)}), (5, LOW), (60, BEST), (90, HALF))
    assert {(one.down_since_ns, one.up_since_ns, one.looked_back_ns // 10**9) for one in (first, second)} == {
        (NOON, 0, 3600)
    }
    assert (third.down_since_ns, third.up_since_ns) == (NOON + 90 * MINUTE, NOON + 60 * MINUTE)


def test_what_stays_where_it_is_is_no_new_downgrade():
    assert minutes(told((0, LOW), (5, LOW), (60, BEST), (61, BEST))) == [(0, 60, 1.0)]


def test_what_is_only_shown_moved_nobody():
    assert told((0, LOW, {"shadow": True}), (5, BEST, {"shadow": True})) == []


def test_scopes_are_apart_and_a_tenant_stepped_down_by_itself_is_not_counted_twice():
    every = told((0, LOW), (5, HALF, {"tenant": "acme"}), (8, LOW, {"route": "search"}), (60, BEST))
    assert minutes(every) == [(0, 60, 1.0), (5, None, 0.5), (8, None, 1.0)]
    assert [own(one, every, (one.start_ns, NOON + 120 * MINUTE)).apart for one in every] == [("acme",), (), ()]


def test_a_downgrade_is_cut_where_a_month_ends():
    (one,) = told((0, LOW))  # noon of 18 November
    pieces = list(by_month(one, NOON + 45 * DAY * MINUTE))
    assert minutes(pieces) == [
        (0, 12 * 60 + 12 * DAY, 1.0),
        (12 * 60 + 12 * DAY, 12 * 60 + 43 * DAY, 1.0),
        (12 * 60 + 43 * DAY, None, 1.0),
    ]


def test_an_entry_that_does_not_say_where_it_stands_is_passed_over():
    journal = Journal(DuckDBStore(None))
    body = {"scope": {"tenant": None, "route": "answer"}, "sentence": "", "transition": {"to_tier": str(Tier.ECONOMY)}}
    journal.append([Note(TRANSITION, body)], START)
    assert stretches(journal.entries(TRANSITION)) == []
