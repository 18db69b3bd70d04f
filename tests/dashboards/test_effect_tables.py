"""What downgrades came to reads well in a terminal."""

from dashboards.effect_tables import effect_table, month_table
from tests.dashboards.test_contributor_tables import printed

LATENCY = {"figure": "latency_ms", "name": None, "kind": "by_share", "change": -200.0, "low": -220.5, "high": -180.0}
ERRORS = {"figure": "error_ratio", "name": None, "kind": "nothing", "change": None, "low": None, "high": None}
ROW = {
    "start": "2026-11-18T12:00:00.000000Z",
    "until": None,
    "tenant": None,
    "route": "answer",
    "tier": "economy",
    "share": 0.5,
    "instead_of": "premium",
    "degraded_ratio": 0.48,
    "saved_usd": "12.5",
    "unknown_requests": 3,
    "changes": [LATENCY, ERRORS],
}
ANSWER = {"start": ROW["start"], "until": "2026-11-19T12:00:00.000000Z", "effects": [ROW]}


def test_a_row_says_what_was_saved_what_changed_and_what_it_is_held_against():
    text = printed(effect_table(ANSWER))
    for said in (
        "goes on",
        "economy 50.0 %",
        "48.0 %",
        "$12.50",
        "-200 ms (-220 ms to -180 ms)",
        "the share left at premium by chance; nothing: too few at premium",
    ):
        assert said in text


def test_without_a_downgrade_it_says_so():
    assert "No route was stepped down" in printed(effect_table({**ANSWER, "effects": []}))


def test_requests_without_a_known_price_are_told():
    by_chance = {**ROW, "changes": [LATENCY, {**ERRORS, "kind": "by_share"}]}
    assert "by chance; 3 requests are in no sum of money" in printed(effect_table({**ANSWER, "effects": [by_chance]}))


def test_evaluations_and_outcomes_are_told_behind_it():
    solved = {**LATENCY, "figure": "outcome_ratio", "name": "solved", "change": -0.2, "low": -0.25, "high": -0.1}
    assert "; solved -20.0 % (-25.0 % to -10.0 %)" in printed(
        effect_table({**ANSWER, "effects": [{**ROW, "changes": [solved]}]})
    )


def test_a_month_says_what_was_saved_and_what_else_that_came_to():
    total = {"figure": "outcome_ratio", "name": "solved", "total": -62.4, "total_low": -80.0, "total_high": -45.0}
    month = {
        **{name: ROW[name] for name in ("tenant", "route", "saved_usd", "unknown_requests")},
        "month": "2026-11",
        "downgrades": 3,
        "degraded_requests": 1200,
        "instead_usd": "20",
        "settled": False,
        "totals": [total],
    }
    text = printed(month_table({**ANSWER, "months": [month]}))
    for said in ("2026-11", "$12.50", "$20.00", "not yet", "solved -62 (-80 to -45)", "3 requests are in no sum"):
        assert said in text
    assert "No route was stepped down" in printed(month_table({**ANSWER, "months": []}))
