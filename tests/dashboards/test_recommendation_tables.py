"""Recommendations read well in a terminal."""

from dashboards.recommendation_tables import recommendations_table
from tests.dashboards.test_contributor_tables import printed

ROW = {
    "route": "answer",
    "feature": None,
    "size": "small",
    "model": "large-model",
    "candidate": "small-model",
    "verdict": "switch",
    "requests": 1_200,
    "candidate_requests": 300,
    "saving_per_month_usd": "1234.5",
    "measures": [{"measure": "evaluation:helpful", "value": 0.81, "candidate_value": 0.805}],
    "unknown": ["traffic was not randomised"],
}


def test_a_row_says_what_it_saves_how_well_it_does_and_what_nobody_knows():
    text = printed(recommendations_table({"rows": [ROW], "classes": 2, "saving_per_month_usd": "1234.5"}))
    for said in ("small-model", "switch", "$1,234.50", "1,200 / 300", "helpful 0.81 → 0.805", "not randomised"):
        assert said in " ".join(text.split())


def test_nothing_to_recommend_is_said():
    text = printed(recommendations_table({"rows": [], "classes": 2, "saving_per_month_usd": "0"}))
    assert "with enough requests: 2." in text
