"""Windows and the factors that follow from them."""

import pytest

from analytics.slo.windows import WORKBOOK_WINDOWS, Severity, Window, factor, highest_share, impossible, rescaled

DAY_S = 86400


@pytest.mark.parametrize(
    ("share", "long_h", "by_days"),
    [(0.02, 1, (3.36, 13.44, 14.4)), (0.05, 6, (1.4, 5.6, 6.0)), (0.10, 72, (0.2333, 0.9333, 1.0))],
)
def test_factors_follow_from_share_window_and_period(share, long_h, by_days):
    row = Window(share, long_h * 3600, 60)
    assert [round(factor(row, days * DAY_S), 4) for days in (7, 28, 30)] == list(by_days)


@pytest.mark.parametrize(
    ("target", "never"),
    [(0.999, set()), (0.95, set()), (0.90, {14.4}), (0.85, {14.4}), (0.80, {14.4, 6.0})],
)
def test_a_factor_is_impossible_when_it_needs_more_bad_requests_than_requests(target, never):
    assert {burn for burn in (14.4, 6.0, 3.0, 1.0) if impossible(burn, target)} == never


def test_a_rescaled_share_fires_at_nine_bad_requests_in_ten():
    row = WORKBOOK_WINDOWS[0]
    rescaled = Window(highest_share(row, 28 * DAY_S, 0.9), row.long_s, row.short_s)
    assert factor(rescaled, 28 * DAY_S) * (1 - 0.9) == pytest.approx(0.9)


@pytest.mark.parametrize("row", [(0, 60, 5), (1.5, 60, 5), (0.1, 60, 60), (0.1, 60, 0)])
def test_a_row_without_sense_is_refused(row):
    with pytest.raises(ValueError, match="expected"):
        Window(*row)


def test_only_the_ticket_row_of_the_workbook_table_does_not_page():
    assert [row.severity for row in WORKBOOK_WINDOWS] == [Severity.PAGE, Severity.PAGE, Severity.TICKET]


def test_a_row_out_of_reach_is_lowered_to_one_that_fires_and_says_why():
    found = rescaled(WORKBOOK_WINDOWS[1], 28 * DAY_S, 0.8)
    assert factor(found.window, 28 * DAY_S) == pytest.approx(0.9 / (1 - 0.8))
    assert "5.6 is out of reach at a target of 0.8" in found.reason
    assert (found.window.long_s, found.window.severity) == (21600, Severity.PAGE)


def test_a_row_within_reach_stays_as_it_is():
    assert rescaled(WORKBOOK_WINDOWS[1], 28 * DAY_S, 0.9).window is WORKBOOK_WINDOWS[1]
