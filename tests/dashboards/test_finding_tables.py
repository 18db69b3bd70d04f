"""Findings read well in a terminal."""

from dashboards.finding_tables import findings_table
from tests.dashboards.test_contributor_tables import printed

FINDING = {
    "start": "2026-11-18T11:00:00.000000Z",
    "until": None,
    "text": "length of an answer is 71 % above what is usual",
    "evidence": ["cost is another one"],
    "measure": "output_tokens",
    "also": [{"kind": "figure", "measure": "cost_per_request"}, {"kind": "drift", "measure": "cost_usd"}],
    "changes": [{"kind": "model", "name": "gpt-4o", "from": "a", "to": "b"}],
    "trace_ids": ["ab" * 16],
}


def test_a_finding_is_one_line_with_all_that_tells_of_it():
    head, line = printed(findings_table({"findings": [FINDING]})).splitlines()
    assert head.split() == ["since", "(UTC)", "until", "what", "also", "moved", "changed", "nearby", "trace"]
    assert "above what is usual; cost is another one  cost_per_request  model gpt-4o a → b  abab" in line
    assert "goes on" in line


def test_none_says_that_figures_were_watched():
    assert "as far as it was watched" in printed(findings_table({"findings": []}))
