"""Drift in a terminal: swapped models first, then a line a stream with both sizes."""

import io

from rich.console import Console

from dashboards.drift_tables import drift_table

STREAM = {
    "measure": "output_tokens",
    "unit": "tokens",
    "dimension": "model",
    "value": "gpt-4o",
    "verdict": "drifted",
    "before_count": 1260,
    "since_count": 180,
    "before": 103.4,
    "since": 207.9,
    "moved": None,
    "moved_before": None,
    "moved_since": None,
    "effect": 1.41,
    "p_value": 0.002,
    "adjusted_p_value": 0.007,
    "began_at": "2026-11-18T20:20:00.000000Z",
    "split": {"because": "mix", "by": "prompt", "value": "v2", "share_before": 0.0, "share_since": 0.8},
    "changes": [{"kind": "prompt", "name": "support", "from": "v1", "to": "v2", "lag_s": 300.0}],
}
CALLS = {"calls": 100, "input_tokens": 1_200.0, "output_tokens": 104.0, "cost_per_call_usd": "0.01"}
SWAP = {
    "model": "gpt-4o",
    "evidence": "response_model",
    "at": "2026-11-18T20:20:25.000000Z",
    "until": None,
    "before": "gpt-4o-2024-05-13",
    "after": "gpt-4o-2024-08-06",
    "told": False,
    "calls_before": CALLS,
    "calls_since": {**CALLS, "output_tokens": 249.0},
    "per_day_usd": "12.5",
    "trace_ids": ["4dd"],
}
ANSWER = {
    "start": "2026-11-18T20:00:00.000000Z",
    "until": "2026-11-18T21:00:00.000000Z",
    "against": "before",
    "reference_start": "2026-11-18T13:00:00.000000Z",
    "reference_until": "2026-11-18T20:00:00.000000Z",
    "tested": 21,
    "drifted": 1,
    "streams": [STREAM],
    "swaps": [SWAP],
}


def shown(answer):
    console = Console(width=300, record=True, file=io.StringIO())
    console.print(drift_table(answer))
    return console.export_text()


def test_a_stream_shows_both_medians_and_both_sizes():
    text = shown(ANSWER)
    assert "1 of 21 distributions drifted" in text
    assert "103 → 208 tokens" in text
    assert "1,260 / 180" in text


def test_what_drifted_shows_since_when_why_and_after_what():
    text = shown(ANSWER)
    assert "mix: prompt v2 80.0 %" in text
    assert "prompt support v1 → v2 (5 min before)" in text


def test_a_change_seen_after_the_beginning_is_after_it():
    (change,) = STREAM["changes"]
    later = {**ANSWER, "streams": [{**STREAM, "changes": [{**change, "lag_s": -360.0}]}]}
    assert "prompt support v1 → v2 (6 min after)" in shown(later)


def test_a_swap_shows_what_it_costs_a_day_and_that_nobody_told_it():
    line = next(line for line in shown(ANSWER).splitlines() if "gpt-4o-2024-08-06" in line)
    assert line.split()[-2:] == ["12.5", "4dd"]
    assert " no " in line


def test_words_show_the_one_that_moved_most():
    words = {"measure": "ended_as", "moved": "timeout", "moved_before": 0.01, "moved_since": 0.12}
    assert "timeout: 1.0 % → 12.0 %" in shown({**ANSWER, "swaps": [], "streams": [STREAM | words]})


def test_too_few_are_said_to_be_and_have_no_p():
    few = {"verdict": "insufficient_data", "effect": None, "p_value": None, "adjusted_p_value": None, "before": None}
    text = shown({**ANSWER, "streams": [STREAM | few]})
    assert "insufficient data" in text
    assert "- → 208 tokens" in text


def test_nothing_asked_for_is_a_sentence():
    assert "No distribution" in shown({**ANSWER, "swaps": [], "streams": []})
