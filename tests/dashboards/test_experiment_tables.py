"""Experiments read well in a terminal."""

from dashboards.experiment_tables import experiment_table, experiments_table
from tests.dashboards.test_contributor_tables import printed

VARIANT = {
    "variant": "control",
    "control": True,
    "planned_ratio": 0.5,
    "units": 400,
    "requests": 1_200,
    "mixed_requests": 3,
    "cost_usd": "1.2",
    "cost_per_request_usd": "0.001",
    "p95_ms": 900.0,
    "models": ["gpt-4o"],
}
COST = {
    "variant": "b",
    "measure": "cost_usd",
    "verdict": "better",
    "control_value": 0.001,
    "value": 0.0007,
    "difference": -0.0003,
    "low": -0.0004,
    "high": -0.0002,
    "more_requests": None,
}
FAILED = {
    **COST,
    "measure": "error_ratio",
    "verdict": "not_known_yet",
    "low": None,
    "difference": 0.01,
    "more_requests": 160,
}
ANSWER = {
    "name": "shorter",
    "start": "2026-11-18T12:00:00.000000Z",
    "until": "2026-11-19T12:00:00.000000Z",
    "unit": "user",
    "alpha": 0.05,
    "split": {"verdict": "mismatch", "chi_square": 31.2, "p_value": 2e-8},
    "variants": [VARIANT, {**VARIANT, "variant": "b", "control": False}],
    "comparisons": [COST, FAILED],
}


def test_each_measure_has_its_interval_in_its_own_unit_and_a_verdict():
    text = printed(experiment_table(ANSWER))
    for said in ("shorter: by user", "-$0.0003 (-$0.0004 to -$0.0002)", "better", "+1.0 % (too few requests)", "160"):
        assert said in text


def test_a_split_that_is_not_the_planned_one_comes_first():
    lines = printed(experiment_table(ANSWER)).splitlines()
    assert "not come to the variants as planned (chi-square 31.2" in lines[1]


def test_one_variant_alone_and_none_at_all_are_said():
    assert "takes two variants" in printed(experiment_table({**ANSWER, "comparisons": []}))
    assert "burnline.variant" in printed(experiments_table({"experiments": []}))
    row = {"name": "x", "variants": ["a", "b"], "requests": 7, "first_at": ANSWER["start"], "last_at": ANSWER["until"]}
    assert "a, b" in printed(experiments_table({"experiments": [row]}))
