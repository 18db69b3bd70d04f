"""A forecast reads well in a terminal."""

from dashboards.forecast_tables import chart, forecast_table
from tests.dashboards.test_contributor_tables import printed

ENDS = {
    "expected": "2400",
    "low": "2200",
    "high": "2700.5",
    "overrun_probability": 0.91,
    "exhausted_at": "2026-11-26T10:00:00.000000Z",
    "exhausted_earliest_at": "2026-11-25T10:00:00.000000Z",
}
ROWS = [
    {"seen": "4", "expected": None, "high": None},
    {"seen": "1", "expected": "4", "high": "9"},
    {"seen": None, "expected": "3", "high": "9"},
]
ANSWER = {
    **ENDS,
    "status": "forecast",
    "figure": "cost_usd",
    "budget": "support",
    "amount_usd": "2000",
    "so_far": "1400",
    "start": "2026-11-01T00:00:00.000000Z",
    "until": "2026-12-01T00:00:00.000000Z",
    "evaluated_at": "2026-11-18T12:00:00.000000Z",
    "step": "day",
    "unpriced_lines": 0,
    "scenarios": [],
    "backtest": {"origins": 60, "wape": 0.11, "naive_wape": 0.15, "coverage_ratio": 0.8},
    "rows": ROWS,
}


def test_the_end_its_bounds_and_the_back_test_are_there():
    text = printed(forecast_table(ANSWER))
    for said in ("support: $1,400.00", "$2,400.00", "$2,700.50", "91.0 %", "2026-11-26 10:00:00", "off by 11.0 %"):
        assert said in text


def test_scenarios_are_lines_of_their_own():
    told = [{**ENDS, "scenario": "as_is"}, {**ENDS, "scenario": "traffic=1.5", "expected": "3000"}]
    text = printed(forecast_table({**ANSWER, "scenarios": told}))
    assert "as is" in text
    assert "traffic=1.5  $3,000.00" in text


def test_columns_are_seen_expected_and_the_high_end():
    assert [str(line) for line in chart(ROWS)] == [" \u2591\u2591"] * 5 + ["\u2588\u2592\u2591"] + [
        "\u2588\u2592\u2592"
    ] * 2 + ["\u2588\u2588\u2592"]


def test_what_cannot_be_forecast_says_why():
    text = printed(forecast_table({**ANSWER, "status": "cannot_forecast", "explanation": "12 whole days"}))
    assert "cannot forecast: 12 whole days" in text


def test_counts_have_no_cents():
    text = printed(forecast_table({**ANSWER, "figure": "requests", "budget": None, "amount_usd": None}))
    assert "requests: 1,400 from" in text


def test_nothing_at_all_is_no_drawing():
    assert [str(line) for line in chart([{"seen": None, "expected": None, "high": None}])] == ["nothing in any step"]
