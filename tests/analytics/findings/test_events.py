"""What figures, distributions and swapped models tell of one thing is one event, and keeps every figure."""

from dataclasses import replace
from itertools import permutations

import pytest

from analytics.findings.api import FindingParams, finding_page
from analytics.findings.course import Ended
from analytics.findings.events import events, evidence, explained
from analytics.findings.finding import Finding, Kind
from analytics.findings.kept import keep_findings
from analytics.findings.reading import Key
from collector.store import DuckDBStore
from dashboards.metrics.finding_metrics import finding_samples

LONGER = "length of an answer is 2.5 times what is usual: 250 tokens instead of 100"
HOUR, DAY = 3_600, 86_400
AT = 20_000 * DAY + 10 * HOUR
CHANGE = {"id": "c1", "at": "2024-10-04T10:00:00Z", "kind": "model", "name": "gpt-4o", "from": "may", "to": "august"}
MOVED = {
    "dimension": "model_version",
    "value": "august",
    "how": "new",
    "share": 0.9,
    "before": None,
    "since": 250.0,
    "traffic_before": 0.0,
    "traffic_since": 1.0,
}


def one(name, kind, key, since_s=0, *, step_s=300, alarmed_s=900, **explanation):
    start_s = AT + since_s
    told = {"expected": 100.0, "observed": 250.0, "p_value": 1e-9, "explanation": explanation, "kind": kind}
    return Finding(name * 32, name * 32, Key(*key), step_s, start_s, start_s + alarmed_s, None, None, **told)


FIGURE = one("a", Kind.FIGURE, ("output_tokens", "all", ""), moved=[MOVED], changes=[CHANGE], traces=["t1"])
COST = replace(one("b", Kind.FIGURE, ("cost", "tenant", "acme")), group_id=FIGURE.finding_id)
DRIFT = one(
    "d",
    Kind.DRIFT,
    ("output_tokens", "route", "answer"),
    1_200,
    step_s=DAY,
    alarmed_s=14 * HOUR,
    text="answers are longer",
)
SWAP = one(
    "e",
    Kind.MODEL_SWAP,
    ("output_tokens", "model", "gpt-4o"),
    -300,
    step_s=DAY,
    alarmed_s=0,
    text="august answers",
    to="august",
)


def names(*findings):
    return [{part.finding_id[0] for part in event} for event in events(findings)]


@pytest.mark.parametrize("order", [*permutations([FIGURE, COST, DRIFT, SWAP])])
def test_they_are_one_event_in_whatever_order_they_were_noticed(order):
    assert names(*order) == [{"a", "b", "d", "e"}]


def test_an_event_begins_with_the_swap_and_keeps_sentences_figures_and_what_explains_it():
    store = DuckDBStore(None)
    keep_findings(store, [FIGURE, COST, DRIFT, SWAP])
    (found,) = finding_page(store, FindingParams(), (AT + DAY) * 1_000_000_000).findings
    assert (found.kind, found.text, found.measure) == ("model_swap", "august answers", "output_tokens")
    assert [part.kind for part in found.also] == ["figure", "figure", "drift"]
    assert found.evidence == (
        f"{LONGER}; model gpt-4o may → august explains 90 % of that",
        "answers are longer",
    )
    assert [change.id for change in found.changes] == ["c1"]
    assert (found.moved[0].value, found.trace_ids) == ("august", ("t1",))


def test_it_is_counted_once_on_the_page_of_metrics():
    store = DuckDBStore(None)
    keep_findings(store, [FIGURE, COST, DRIFT, SWAP])
    assert dict(finding_samples(store, (AT + DAY) * 1_000_000_000))["burnline_findings_open"] == [
        (("output_tokens",), 1.0)
    ]


def test_a_figure_stands_before_the_drift_that_supports_it():
    (event,) = events([DRIFT, FIGURE])
    assert [*evidence(event)] == ["answers are longer"]
    assert explained(event)["moved"] == [MOVED]


def test_a_distribution_is_evidence_once_in_the_widest_scope_it_drifted_in():
    of_all = replace(DRIFT, key=Key("output_tokens", "all", ""), explanation={"text": "all answers are longer"})
    (event,) = events([replace(DRIFT, group_id=FIGURE.finding_id), replace(of_all, finding_id="f" * 32), FIGURE])
    assert [*evidence(event)] == ["all answers are longer"]


def test_the_name_of_an_event_stays_with_what_was_noticed_first():
    assert events([FIGURE])[0][0].group_id == events([FIGURE, DRIFT])[0][0].group_id


@pytest.mark.parametrize(
    "other",
    [
        replace(DRIFT, start_s=AT + 5 * HOUR),
        replace(DRIFT, start_s=AT - 5 * HOUR),
        replace(SWAP, key=Key("output_tokens", "model", "other"), start_s=AT + 5 * HOUR),
    ],
    ids=["later", "earlier", "another model later"],
)
def test_what_began_at_another_time_is_another_event(other):
    assert len(events([FIGURE, other])) == 2


def test_what_is_told_of_others_at_the_same_time_is_another_event():
    of_acme = replace(FIGURE, key=Key("output_tokens", "tenant", "acme"), explanation={})
    assert len(events([of_acme, replace(DRIFT, key=Key("output_tokens", "tenant", "globex"))])) == 2


def test_the_same_change_makes_one_event_of_parts_that_are_dated_hours_apart():
    later = replace(DRIFT, start_s=AT + 5 * HOUR, explanation={"text": "answers are longer", "changes": [CHANGE]})
    assert len(events([FIGURE, later])) == 1


@pytest.mark.parametrize(("measure", "many"), [("output_tokens", 1), ("duration_ms", 2)])
def test_a_drift_without_a_date_belongs_to_figures_of_its_kind_alone(measure, many):
    undated = replace(DRIFT, key=Key(measure, "all", ""), start_s=AT - 10 * HOUR, alarmed_s=AT + 14 * HOUR)
    assert len(events([FIGURE, undated])) == many


def test_what_was_taken_back_explains_nothing():
    (event,) = events([replace(SWAP, ended=Ended.WITHDRAWN), FIGURE])
    assert explained(event)["text"] is None
