"""What was promised when, and who agreed to it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from analytics.questions import BadParameter, NotFound
from analytics.slo.documents.approval import Approval, in_force
from analytics.slo.documents.canonical import body, objective_of, sha256_of
from analytics.slo.documents.desk import APPROVAL_NOTE, VERSION_NOTE, Desk
from analytics.slo.documents.differences import differences
from analytics.slo.documents.settings import ObjectiveDocuments
from analytics.slo.documents.versions import promised, record, versions
from analytics.slo.objective import Objective, Sli
from collector.store import DuckDBStore

SEPTEMBER, OCTOBER = datetime(2026, 9, 1, 8, tzinfo=UTC), datetime(2026, 10, 7, 8, tzinfo=UTC)
ANSWERS = Objective("answers", Sli.AVAILABILITY, 0.99, route="answer", owner="ada")
STRICTER = replace(ANSWERS, target=0.995)
QUICK = Objective("quick", Sli.LATENCY, 0.95, route="answer", threshold_ms=2500)
REQUIRED = ObjectiveDocuments(require_approval=True)


@pytest.fixture
def store():
    opened = DuckDBStore(None)
    yield opened
    opened.close()


@pytest.fixture
def notes():
    return []


@pytest.fixture
def desk(store, notes):
    opened = Desk(store, (ANSWERS, QUICK), REQUIRED, lambda kind, about: notes.append((kind, about)))
    opened.open(SEPTEMBER)
    return opened


def approval(objective, **words):
    return Approval(objective.name, sha256_of(body(objective)), "bob", OCTOBER, **words)


def test_starting_again_with_the_same_objectives_adds_no_version(store):
    assert len(record(store, [ANSWERS, QUICK], SEPTEMBER)) == 2
    assert record(store, [QUICK, ANSWERS], OCTOBER) == ()
    assert [version.version for version in versions(store)] == [1, 1]


def test_what_was_promised_on_the_first_of_october_is_what_was_recorded_before(store):
    record(store, [ANSWERS, QUICK], SEPTEMBER)
    record(store, [STRICTER], OCTOBER)
    then = promised(versions(store), datetime(2026, 10, 1, tzinfo=UTC))
    assert {name: objective_of(version.body) for name, version in then.items()} == {"answers": ANSWERS, "quick": QUICK}
    now = promised(versions(store))
    assert objective_of(now["answers"].body) == STRICTER
    assert (now["quick"].version, now["quick"].body, now["quick"].sha256) == (2, None, None)  # withdrawn
    assert promised(versions(store), SEPTEMBER - timedelta(seconds=1)) == {}


def test_what_was_withdrawn_can_be_promised_again(store):
    for at, objectives in ((SEPTEMBER, [ANSWERS]), (OCTOBER, []), (OCTOBER + timedelta(days=1), [ANSWERS])):
        record(store, objectives, at)
    assert [(one.version, one.body is None) for one in versions(store, "answers")] == [
        (1, False),
        (2, True),
        (3, False),
    ]


def test_a_clock_that_went_back_does_not_rewrite_what_was_promised(store):
    record(store, [ANSWERS], OCTOBER)
    (later,) = record(store, [STRICTER], SEPTEMBER)
    assert later.recorded_at == OCTOBER + timedelta(microseconds=1)


def test_versions_survive_closing_and_opening(tmp_path):
    first = DuckDBStore(tmp_path)
    record(first, [ANSWERS], SEPTEMBER)
    first.close()
    again = DuckDBStore(tmp_path)
    assert record(again, [ANSWERS], OCTOBER) == ()
    assert versions(again)[0].recorded_at == SEPTEMBER
    again.close()


@pytest.mark.usefixtures("desk")
def test_every_version_is_noted_for_the_journal(notes):
    assert [(kind, about["name"], about["version"], about["owner"]) for kind, about in notes] == [
        (VERSION_NOTE, "answers", 1, "ada"),
        (VERSION_NOTE, "quick", 1, None),
    ]
    assert notes[0][1]["definition"]["target"] == 0.99


def test_the_difference_names_every_value_that_changed():
    found = differences(None, {"a": 1}) + differences({"a": 1, "b": [{"c": "x"}]}, {"a": 2, "b": []})
    assert [str(one) for one in found] == ["a: - -> 1", "a: 1 -> 2", "b[0].c: x -> -"]


def test_without_the_rule_every_objective_is_in_force():
    assert in_force([ANSWERS, QUICK], [], ObjectiveDocuments()).in_force == (ANSWERS, QUICK)


def test_where_approval_is_required_what_nobody_approved_waits(desk):
    assert desk.split().waiting == (ANSWERS, QUICK)
    desk.decide(approval(ANSWERS))
    split = desk.split()
    assert (split.in_force, split.waiting) == ((ANSWERS,), (QUICK,))


def test_a_changed_definition_loses_its_approval_and_finds_it_when_it_comes_back():
    approved = [approval(ANSWERS)]
    assert in_force([STRICTER], approved, REQUIRED).waiting == (STRICTER,)
    assert in_force([ANSWERS], approved, REQUIRED).in_force == (ANSWERS,)


def test_an_approval_that_was_taken_back_counts_no_more_until_it_is_given_again():
    words = [approval(ANSWERS), approval(ANSWERS, revoked=True)]
    assert in_force([ANSWERS], words, REQUIRED).waiting == (ANSWERS,)
    assert in_force([ANSWERS], [*words, approval(ANSWERS)], REQUIRED).in_force == (ANSWERS,)


def test_another_objective_with_the_same_definition_but_its_name_is_not_approved_with_it():
    renamed = replace(ANSWERS, name="others")
    assert in_force([renamed], [approval(ANSWERS)], REQUIRED).waiting == (renamed,)


def test_an_approval_is_noted_and_survives(desk, notes, store):
    desk.decide(approval(ANSWERS, note="seen with finance"))
    assert notes[-1] == (
        APPROVAL_NOTE,
        {
            "name": "answers",
            "sha256": sha256_of(body(ANSWERS)),
            "by": "bob",
            "note": "seen with finance",
            "revoked": False,
        },
    )
    assert Desk(store, (ANSWERS,), REQUIRED, desk.noted).split().in_force == (ANSWERS,)


def test_what_was_never_recorded_cannot_be_approved(desk):
    with pytest.raises(NotFound, match="no objective 'others' is recorded; recorded are: answers, quick"):
        desk.decide(replace(approval(ANSWERS), name="others"))
    with pytest.raises(BadParameter, match="sha256 of a recorded version"):
        desk.decide(approval(STRICTER))
