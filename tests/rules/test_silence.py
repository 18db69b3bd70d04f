"""A broken query is not silence: what happens where the counters are not there, or say nothing."""

from analytics.slo.objective import Objective, Sli
from analytics.slo.rules.pack import rules_of
from tests.rules.timelines import Minutes, check, firing, never, phases

ANSWERS = Objective("answers", Sli.AVAILABILITY, target=0.99, route="answer")
STRICTER = Objective("answers", Sli.AVAILABILITY, target=0.999, route="answer")
OTHER_ROUTE = Objective("answers", Sli.AVAILABILITY, target=0.99, route="search")
ABSENT = ("BurnlineObjectiveAbsent", "page", "")


def test_counters_that_are_not_there_page_after_ten_minutes(tmp_path):
    check(rules_of([ANSWERS]), tmp_path, [], [firing(9), firing(10, ABSENT), firing(30, ABSENT)])


def test_counters_that_go_away_page_ten_minutes_after_they_are_forgotten(tmp_path):
    """Prometheus remembers a sample for five minutes: that of minute 20 until 25."""
    gone = Minutes(phases((20, 100)), phases((20, 0)))
    check(rules_of([ANSWERS]), tmp_path, gone.series(ANSWERS), [firing(35), firing(36, ABSENT)])


def test_counters_of_another_definition_are_none_of_this_one(tmp_path):
    elsewhere = Minutes(phases((20, 100)), phases((20, 0))).series(OTHER_ROUTE)
    check(rules_of([ANSWERS]), tmp_path, elsewhere, [firing(20, ABSENT)])


def test_another_target_is_no_other_definition(tmp_path):
    same = Minutes(phases((20, 100)), phases((20, 0))).series(STRICTER)
    check(rules_of([ANSWERS]), tmp_path, same, [never(20)])


def test_no_traffic_is_neither_a_burn_nor_silence(tmp_path):
    idle = Minutes(phases((60, 0)), phases((60, 0)))
    unknown = {"expr": '{__name__=~"slo:sli_error:.*|slo:.*burn.*"}', "eval_time": "60m", "exp_samples": []}
    check(rules_of([ANSWERS]), tmp_path, idle.series(ANSWERS), [never(60), unknown])
