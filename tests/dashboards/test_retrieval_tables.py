"""How documents are found reads well in a terminal."""

from dashboards.retrieval_tables import retrieval_table
from tests.dashboards.test_contributor_tables import printed

TOLD = ("documents", "duplicates", "score", "gap", "age", "cadence", "permission", "violations", "coverage", "valid")
ROW = {
    **{f"{name}_told": 0 for name in TOLD},
    "route": None,
    "retrievals": 1_200,
    "documents_told": 1_100,
    "empty_ratio": 0.02,
    "age_told": 7,
    "age_p50_s": 86_400.0,
    "age_p90_s": 172_800.0,
    "chunks_judged": 0,
    "coverage_told": None,
}
ANSWER = {
    "start": "2026-11-18T12:00:00.000000Z",
    "until": "2026-11-19T12:00:00.000000Z",
    "by": ["route"],
    "rows": [ROW],
    "golden": [],
}


def test_a_figure_stands_beside_of_how_many_it_is_and_one_nobody_says_is_not_there():
    text = printed(retrieval_table(ANSWER))
    for said in ("(unallocated)", "nothing found", "2.0 %", "1,100", "oldest document, p50", "24 h 00 m"):
        assert said in text
    assert "permissions checked" not in text
    assert "claims with a source" not in text
    assert max(map(len, text.splitlines())) <= 120


def test_the_newest_golden_run_is_told():
    golden = [{"name": "recall@10", "mean_score": 0.8125, "scored": 48, "started_at": "2026-11-18T10:00:00.000000Z"}]
    text = printed(retrieval_table({**ANSWER, "golden": golden}))
    assert "recall@10 0.8125 of 48 questions" in text


def test_without_a_retrieval_the_remedy_is_said():
    assert "No retrieval from" in printed(retrieval_table({**ANSWER, "rows": []}))
