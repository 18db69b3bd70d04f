"""What made a budget burn, and what changed, in a terminal: the figures of the API, and names that do nothing."""

import io

from rich.console import Console

from dashboards.contributor_tables import changes_table, contributors_table

TRACE = "0af7651916cd43dd8448eb211c80319c"
BURN = {
    "name": "answers",
    "burn": 18.4,
    "start": "2026-11-21T14:00:00.000000Z",
    "until": "2026-11-21T15:00:00.000000Z",
    "in_words": "40 of 240 were bad.",
    "contributors": [
        {
            "dimension": "version",
            "value": "shop \x1b[2Jv2",
            "total": 60,
            "bad": 40,
            "bad_ratio": 40 / 60,
            "rest_ratio": 0.0,
            "share": 1.0,
            "also": [{"dimension": "tenant", "value": "umbrella"}],
        }
    ],
    "origins": [{"stage": "model", "error_type": "timeout", "bad": 40, "share": 1.0}],
    "traces": [
        {
            "trace_id": TRACE,
            "started_at": "2026-11-21T14:59:00.000000Z",
            "duration_ms": 1234.5,
            "status": "error",
            "error_type": None,
            "cost_usd": "0.00123",
            "tenant": "umbrella",
            "route": "answer",
        }
    ],
}
SIDE = {
    "requests": 120,
    "error_ratio": 0.05,
    "p95_ms": 1000.0,
    "cost_per_request_usd": "0.0038",
    "tokens_per_request": 1280.0,
}
CHANGE = {
    "at": "2026-11-21T14:07:00.000000Z",
    "kind": "release",
    "name": "shop",
    "from": "v1",
    "to": "v2",
    "again": True,
    "route": None,
    "source": "seen",
    "figures_before": SIDE,
    "figures_after": SIDE | {"requests": 118, "error_ratio": 0.5},
    "compared": [{"figure": "error_ratio", "verdict": "differs", "p_value": 0.0001}],
    "advice": {"course": "roll_back", "at_stake_per_day_usd": "12.5"},
}


def printed(shown) -> str:
    out = io.StringIO()
    Console(file=out, width=200).print(shown)
    return out.getvalue()


def test_a_burn_is_explained_with_values_origins_and_traces():
    text = printed(contributors_table(BURN))
    for told in (
        "answers: burn 18.4x",
        "40 of 240 were bad.",
        "100.0 %",
        "66.7 %",
        "tenant umbrella",
        "timeout",
        TRACE,
    ):
        assert told in text
    assert "\x1b[2J" not in text


def test_a_burn_that_nobody_stands_out_in_is_told_in_words_alone():
    text = printed(contributors_table(BURN | {"contributors": [], "origins": [], "traces": [], "burn": None}))
    assert text.splitlines()[0].startswith("answers: burn -,")
    assert "explains" not in text


def test_a_change_is_a_line_with_both_sides():
    (_, line) = printed(changes_table({"changes": [CHANGE]})).splitlines()
    for told in ("v1", "v2 (again)", "120 → 118", "5.0 % → 50.0 %", "1.00 s → 1.00 s", "roll back", "$12.50", "seen"):
        assert told in line


def test_a_change_that_nothing_has_followed_yet_has_no_figures():
    young = CHANGE | {"figures_before": None, "figures_after": None, "compared": [], "advice": None}
    (_, line) = printed(changes_table({"changes": [young]})).splitlines()
    assert "→" not in line


def test_no_change_is_said():
    assert "Nothing changed" in printed(changes_table({"changes": []}))
