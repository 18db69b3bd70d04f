"""A run is read as it was written; what was not told stays unknown; a failure is the worst score, not a missing one."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from analytics.evaluation.answers import Answer, Document
from analytics.evaluation.golden import GoldenItem, GoldenSet
from analytics.evaluation.inputs import WrongInput
from analytics.evaluation.metrics import MetricKind
from analytics.evaluation.run import JudgeBill, read_run, run_of_lines, run_text
from analytics.evaluation.running import Asked, run_of_answers
from analytics.evaluation.settings import MetricSettings, everything

ITEMS = (
    GoldenItem("q1", "One?", expected_documents=("a",), reference="one"),
    GoldenItem("q2", "Two?", reference="two"),
)
AT = datetime(2026, 11, 18, 12, tzinfo=UTC)
GOOD = Answer("q1", "one", documents=(Document("a"),), usage={"input_tokens": 9}, model="m")


def made(*answers, metrics=None, price=None):
    asked = Asked("system", GoldenSet(ITEMS), [(one,) for one in answers], AT)
    return run_of_answers(asked, metrics or everything(), priced=lambda *_: price)


def test_a_run_is_read_as_it_was_written(tmp_path):
    run = made(GOOD, Answer("q2", None, error="busy"), price=Decimal("0.000700"))
    bill = JudgeBill("m", 2, 10, 4, Decimal("0.0010"), Decimal(1), failed=1, stopped="budget")
    judged = replace(run, judge=bill, name="v1")
    (tmp_path / "run.jsonl").write_text(run_text(judged), encoding="utf-8")
    again = read_run(tmp_path / "run.jsonl")
    assert again == judged
    assert again.run_id == judged.run_id


def test_an_answer_that_failed_scores_worst_where_one_is_expected_and_nowhere_else():
    run = made(GOOD, Answer("q2", None, error="busy"))
    assert run.items[1].scores == {"answered": 0.0, "exact": 0.0, "token_f1": 0.0, "rouge_l": 0.0}
    assert run.items[1].error == "busy"


def test_a_cost_that_is_not_known_is_null():
    run = made(GOOD, Answer("q2", "two"))
    assert [item.cost_usd for item in run.items] == [None, None]


def test_metrics_that_nobody_has_anything_for_are_left_out():
    run = made(Answer("q1", "one"), Answer("q2", "two"))
    assert [metric.name for metric in run.metrics] == ["answered", "exact", "token_f1", "rouge_l"]


def test_documents_that_are_told_of_some_answers_only_are_missing_in_the_others():
    items = (ITEMS[0], replace(ITEMS[0], item_id="q2"))
    asked = Asked("system", GoldenSet(items), [(GOOD,), (Answer("q2", "one"),)], AT)
    run = run_of_answers(asked, everything(), priced=lambda *_: None)
    assert run.items[1].unscored["recall@5"] == "nobody says what was retrieved"


def test_a_metric_by_other_settings_is_another_one_and_by_another_name_the_same():
    def meaning(**said):
        return made(GOOD, Answer("q2", "two"), metrics=[MetricSettings(MetricKind.MATCHES, **said)]).metrics[0]

    first = meaning(pattern="o")
    assert meaning(pattern="o", name="has o", tolerated=0.2).settings_sha256 == first.settings_sha256
    assert meaning(pattern="x").settings_sha256 != first.settings_sha256


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"id": "q", "class": "odd"}', "run:2: class is"),
        ('{"id": "q", "class": "hard", "scores": {"s": 3}}', "expected 0 to 1"),
        ('{"id": "q", "class": "hard", "cost_usd": "much"}', "expected a decimal number as text"),
        ("NaN", "no JSON"),
    ],
)
def test_a_mistake_in_a_run_names_its_line(line, says):
    head = run_text(made(GOOD, Answer("q2", "two"))).splitlines()[0]
    with pytest.raises(WrongInput, match=says):
        run_of_lines([head, line], "run")


def test_a_run_scores_permissions_and_lengths_by_the_documents_of_all_its_answers():
    item = replace(ITEMS[0], asked_by=("acme",))
    items = tuple(replace(item, item_id=f"q{n}") for n in range(10))
    usual = tuple(Document("a", text="x" * 800, tenant="acme") for _ in range(2))
    strange = (Document("a", text="x" * 9_000, tenant="globex"), usual[0])
    answers = [(Answer(one.item_id, "one", documents=strange if one is items[0] else usual),) for one in items]
    metrics = [MetricSettings(MetricKind.PERMITTED), MetricSettings(MetricKind.USUAL)]
    run = run_of_answers(Asked("s", GoldenSet(items), answers, AT), metrics, priced=lambda *_: None)
    assert run.items[0].scores == {"permitted": 0.5, "usual": 0.5}
    assert run.items[1].scores == {"permitted": 1.0, "usual": 1.0}
