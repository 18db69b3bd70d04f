"""At which minute an error budget pages, and when it must not; the target is 0.99, a sample comes every minute."""

import pytest

from analytics.slo.evidence import Gate
from analytics.slo.kinds import Budgeting, Dimension, WhenImpossible
from analytics.slo.objective import Objective, Sli
from analytics.slo.rules.pack import rules_of
from analytics.slo.windows import WORKBOOK_WINDOWS
from tests.rules.timelines import TOLD, Minutes, check, firing, never, phases

DAY_S = 86_400.0
MANY = 10_000
"""Events a minute of which a minute is evidence enough."""
BURN = "BurnlineErrorBudgetBurn"
PAGE_1H, PAGE_6H, TICKET = (BURN, "page", "1h"), (BURN, "page", "6h"), (BURN, "ticket", "3d")


def objective(days: int = 28, rows: int = 1, **more) -> Objective:
    windows = WORKBOOK_WINDOWS[:rows]
    return Objective("answers", Sli.AVAILABILITY, target=0.99, period_s=days * DAY_S, windows=windows, **more)


def told(tmp_path, promise: Objective, minutes: Minutes, *asked, rules: str | None = None) -> None:
    check(rules or rules_of([promise]), tmp_path, minutes.series(promise), asked)


def test_a_healthy_service_never_pages(tmp_path):
    half_a_percent = Minutes(phases((180, 200)), phases((180, 1)))
    told(tmp_path, objective(rows=3), half_a_percent, never(180))


@pytest.mark.parametrize(
    ("days", "minute"),
    [(28, 9), (30, 9), (7, 3)],  # the first one with minute / 60 above 0.1344, 0.144 and 0.0336
)
def test_an_outage_pages_at_the_minute_its_period_says(tmp_path, days, minute):
    outage = Minutes(phases((75, MANY)), phases((60, 0), (15, MANY)))
    told(tmp_path, objective(days), outage, firing(60 + minute - 1), firing(60 + minute, PAGE_1H))


def test_the_factor_of_another_period_misses_what_the_right_one_pages(tmp_path):
    tenth = Minutes(phases((130, MANY)), phases((60, 0), (70, MANY / 10)))
    week = objective(days=7)
    # in 7 days, 2 % in an hour is a burn of 3.36, which 10 % of errors reach at 0.1 x minute / 60 > 0.0336
    told(tmp_path, week, tenth, firing(60 + 20), firing(60 + 21, PAGE_1H))
    wrong = rules_of([week]).replace("> 3.36)", "> 14.4)")  # 2 % of 30 days, but 8.57 % of 7: a burn of 10 stays below
    assert wrong != rules_of([week])
    told(tmp_path, week, tenth, never(130), rules=wrong)


def test_a_single_error_at_low_traffic_does_not_page(tmp_path):
    two_an_hour = [1.0 if minute % 30 == 5 else 0.0 for minute in range(120)]
    one_bad = [1.0 if minute == 65 else 0.0 for minute in range(120)]
    told(tmp_path, objective(rows=2), Minutes(two_an_hour, one_bad, before=100.0), never(120))


def test_the_long_window_alone_does_not_page_again(tmp_path):
    """Errors end at minute 80; five minutes later the short window has none, and five more are held."""
    over = Minutes(phases((100, 100)), phases((60, 0), (20, 100), (20, 0)))
    told(tmp_path, objective(), over, firing(80, PAGE_1H), firing(80 + 9, PAGE_1H), firing(80 + 10), firing(100))


def test_a_pause_within_the_short_window_is_one_page(tmp_path):
    """Every ten minutes four without errors and six with: the page never ends in between."""
    bad = phases((60, 0), *((6, 100), (4, 0)) * 4)
    paused = Minutes(phases((100, 100)), bad)
    told(tmp_path, objective(), paused, *(firing(minute, PAGE_1H) for minute in range(76, 101, 2)))


def test_a_slow_burn_is_a_ticket(tmp_path):
    two_percent = Minutes(phases((30, 100)), phases((30, 2)))
    told(tmp_path, objective(rows=3), two_percent, firing(30, TICKET))


def test_the_six_hours_page_what_the_hour_does_not_see(tmp_path):
    """8 % of errors are a burn of 8, between 5.6 and 13.44."""
    slow = Minutes(phases((20, 100)), phases((20, 8)))
    told(tmp_path, objective(rows=2), slow, firing(20, PAGE_6H))


def test_what_is_taken_back_is_no_restart(tmp_path):
    """Forty of sixty bad events were good after all; a counter that fell would have added a hundred thousand."""
    late = Minutes(phases((90, 100)), phases((90, 1)), bad_taken_back=phases((70, 0), (1, 40), (19, 0)))
    ratio = {
        "expr": 'sum(abs(slo:sli_error:ratio_rate1h{sloth_slo="answers"} - 20 / 6000) < bool 1e-9)',
        "eval_time": "90m",
        "exp_samples": [{"labels": "{}", "value": 1}],
    }
    told(tmp_path, objective(), late, never(90), ratio)


def test_only_the_model_that_burns_pages(tmp_path):
    promise = objective(per=(Dimension.MODEL,))
    bad = {"large": phases((60, 0), (15, 100)), "small": phases((75, 0))}
    inputs = [
        one
        for model, each in bad.items()
        for one in Minutes(phases((75, 100)), each, more={"model": model}).series(promise)
    ]
    by = (*TOLD, "model")
    check(rules_of([promise]), tmp_path, inputs, [firing(68, by=by), firing(69, (*PAGE_1H, "large"), by=by)])


def test_a_row_out_of_reach_fires_rescaled(tmp_path):
    """At 0.9 nothing burns faster than 10, so 13.44 becomes 9: 0.9 x 60 minutes of nothing but errors, and one more."""
    promise = Objective(
        "answers", Sli.AVAILABILITY, 0.9, windows=WORKBOOK_WINDOWS[:1], when_impossible=WhenImpossible.RESCALE
    )
    outage = Minutes(phases((120, 100)), phases((60, 0), (60, 100)))
    told(tmp_path, promise, outage, firing(60 + 54), firing(60 + 55, PAGE_1H))
    assert "# Rescaled: the row 1h/5m, as a burn of 13.44 is out of reach" in rules_of([promise])


def test_slices_of_time_weigh_the_same_whatever_their_traffic(tmp_path):
    """Ten quiet minutes fail whole, one event each: a sixth of the hour's slices, and of its events next to nothing."""
    events, bad = phases((60, 1000), (15, 1)), phases((60, 0), (15, 1))
    sliced = objective(budgeting=Budgeting.TIMESLICES, time_slice_target=0.9)
    told(tmp_path, sliced, Minutes(events, bad), firing(75, PAGE_1H))
    told(tmp_path, objective(), Minutes(events, bad), never(75))


def test_a_sampled_evaluation_is_one_however_much_it_stands_for(tmp_path):
    """One answer of ten is evaluated, every fifth minute; those of minutes 61, 66 and 71 fail. Two are no evidence."""
    grounded = Objective(
        "grounded", Sli.MEASURE, 0.99, measure="groundedness", at_least=0.7, windows=WORKBOOK_WINDOWS[:1]
    )
    sampled = [1.0 if minute in {60, 65, 70} else 0.0 for minute in range(75)]
    tens, hundreds = ([each * weight for each in sampled] for weight in (10, 100))
    counted = Minutes(tens, tens, weight_squares=hundreds, before=1000.0)
    check(rules_of([grounded]), tmp_path, counted.series(grounded), [firing(66), firing(70), firing(71, PAGE_1H)])


def test_the_gate_of_the_configuration_is_asked(tmp_path):
    """Three requests in an hour fail, in minutes that end at 63, 65 and 67; there are no others."""
    rare = [1.0 if minute in {62, 64, 66} else 0.0 for minute in range(70)]
    promise, counted = objective(), Minutes(rare, rare, before=100.0)
    told(tmp_path, promise, counted, firing(66), firing(67, PAGE_1H))
    told(tmp_path, promise, counted, never(70), rules=rules_of([promise], gate=Gate(minimum_requests=4)))
