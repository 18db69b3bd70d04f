"""What downgrades came to reads well in a terminal."""

from dashboards.effect_tables import effect_table
from tests.dashboards.test_contributor_tables import printed

LATENCY = {"figure": "latency_ms", "kind": "by_share", "change": -200.0, "low": -220.5, "high": -180.0}
ERRORS = {"figure": "error_ratio", "kind": "nothing", "change": None, "low": None, "high": None}
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
