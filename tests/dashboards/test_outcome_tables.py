"""What came of requests reads well in a terminal."""

from dashboards.outcome_tables import outcome_table
from tests.dashboards.test_contributor_tables import printed

ROW = {
    "tenant": None,
    "name": "ticket_solved",
    "requests": 1_200,
    "outcomes": 300,
    "late_outcomes": 20,
    "value": "300",
    "outcome_ratio": 0.25,
    "outcome_ratio_low": 0.226,
    "outcome_ratio_high": 0.275,
    "cost_per_outcome_usd": "0.04",
    "cost_usd": "12",
    "p50_ms": 900.0,
    "p95_ms": 2_500.0,
}
ANSWER = {
    "start": "2026-11-18T12:00:00.000000Z",
    "until": "2026-11-18T13:00:00.000000Z",
    "by": ["tenant"],
    "waiting": 0,
    "rows": [ROW],
}


def test_a_row_says_how_many_what_one_cost_and_how_sure_that_is():
    text = printed(outcome_table(ANSWER))
    for said in ("(unallocated)", "ticket_solved", "1,200", "25.0 % (22.6 % to 27.5 %)", "$0.04", "$12.00"):
        assert said in text
    assert "waiting" not in text


def test_those_without_a_request_are_told():
    assert "1 outcome of the window waiting" in printed(outcome_table({**ANSWER, "waiting": 1}))
    assert "Nothing came of a request" in printed(outcome_table({**ANSWER, "rows": []}))
