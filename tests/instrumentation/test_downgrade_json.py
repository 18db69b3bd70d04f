"""The document goes through JSON unchanged, and what is wrong in it is named."""

import json
from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instrumentation.downgrade import Cause, Decision, DecisionDocument, Mode, OnExpiry, Scope, Tier
from instrumentation.downgrade_json import DocumentError, from_json, to_json
from tests.instrumentation.decisions import NINE, decision, document

instants = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001 - the zone is added
numbers = st.floats(allow_nan=False, allow_infinity=False)
names = st.none() | st.text(max_size=8)
causes = st.builds(
    Cause, st.text(), numbers, numbers, numbers, numbers, numbers, st.integers(0), st.none() | st.floats(0, 1)
)


@st.composite
def decisions(draw: st.DrawFn) -> Decision:
    issued_at = draw(instants)
    return Decision(
        id=draw(st.text()),
        epoch=draw(st.integers(0, 2**63)),
        seq=draw(st.integers(0, 2**63)),
        scope=draw(st.builds(Scope, names, names, names)),
        tier=draw(st.sampled_from(Tier)),
        share=draw(st.floats(0, 1)),
        salt=draw(st.text()),
        mode=draw(st.sampled_from(Mode)),
        issued_at=issued_at,
        expires_at=issued_at + timedelta(microseconds=draw(st.integers(1, 10**12))),
        on_expiry=draw(st.sampled_from(OnExpiry)),
        reason=draw(st.text()),
        user_notice=draw(st.none() | st.text()),
        cause=tuple(draw(st.lists(causes, max_size=2))),
        previous_tier=draw(st.none() | st.sampled_from(Tier)),
        path=tuple(draw(st.lists(st.sampled_from(Tier), max_size=5))),
        up_dwell_s=draw(st.none() | st.floats(0, 86_400)),
    )


@given(
    st.builds(DecisionDocument, st.integers(0), st.integers(0), instants, st.lists(decisions(), max_size=3).map(tuple))
)
def test_a_document_read_back_is_the_document_written(written):
    received = from_json(to_json(written))
    assert received.document == written
    assert received.unknown == ()


def test_a_publisher_from_before_the_way_up_is_read():
    older = _loaded({})
    for entry in older["decisions"]:
        del entry["path"], entry["up_dwell_s"]
    assert from_json(json.dumps(older)).document == document(decision())


def test_a_rung_of_the_way_up_that_this_version_does_not_know_is_passed_over():
    newer = _loaded({"path": ["premium", "turbo", "standard"]})
    [read] = from_json(json.dumps(newer)).document.decisions
    assert read.path == (Tier.PREMIUM, Tier.STANDARD)


def test_instants_are_written_in_utc_with_z():
    assert json.loads(to_json(document(decision())))["decisions"][0]["expires_at"] == "2026-11-21T09:00:30Z"


def _loaded(*changed: dict[str, object]) -> dict[str, object]:
    plain = json.loads(to_json(document(*(decision() for _ in changed))))
    for entry, changes in zip(plain["decisions"], changed, strict=True):
        entry.update(changes)
    return plain


def test_fields_of_a_newer_publisher_are_ignored():
    newer = _loaded({"kid": "k1", "sig": "abc"}) | {"counterfactual": {"burn": 0.9}}
    assert from_json(json.dumps(newer)).document == document(decision())


@pytest.mark.parametrize(
    "changes", [{"tier": "turbo"}, {"mode": "dreaming"}, {"on_expiry": "explode"}, {"previous_tier": "turbo"}]
)
def test_a_decision_with_an_unknown_word_is_left_out_and_its_scope_reported(changes):
    received = from_json(json.dumps(_loaded({}, {**changes, "scope": {"tenant": "acme"}})))
    assert received.document.decisions == (decision(),)
    assert received.unknown == (Scope(tenant="acme"),)


@pytest.mark.parametrize(
    ("changes", "field", "found"),
    [
        ({"share": "0.5"}, "decisions[0].share", 'found string "0.5"; expected a number'),
        ({"share": True}, "decisions[0].share", "found boolean true; expected a number"),
        ({"share": 1.5}, "decisions[0]", "share is 1.5; expected a ratio in 0..1"),
        ({"share": 10**400}, "decisions[0]", "expected a ratio in 0..1"),
        ({"seq": -1}, "decisions[0].seq", "found number -1; expected a non-negative integer"),
        ({"seq": 1.0}, "decisions[0].seq", "found number 1.0; expected a non-negative integer"),
        ({"scope": {"tenant": 7}}, "decisions[0].scope.tenant", "found number 7; expected a string"),
        ({"scope": None}, "decisions[0].scope", "found null; expected an object"),
        ({"expires_at": "2026-11-21T09:00:30"}, "decisions[0].expires_at", "expected an RFC 3339 instant in UTC"),
        ({"expires_at": "tomorrow"}, "decisions[0].expires_at", "expected an RFC 3339 instant in UTC"),
        ({"expires_at": "2026-11-21T08:00:00Z"}, "decisions[0]", "expected an instant after issued_at"),
        ({"up_dwell_s": -1}, "decisions[0]", "up_dwell_s is -1; expected 0 to 2678400 seconds"),
        ({"up_dwell_s": 10**400}, "decisions[0]", "expected 0 to 2678400 seconds"),
        ({"path": "premium"}, "decisions[0].path", 'found string "premium"; expected an array'),
        ({"tier": 3}, "decisions[0].tier", "found number 3; expected a string"),
        ({"cause": [{}]}, "decisions[0].cause[0].long_window_s", "found null; expected a number"),
    ],
)
def test_a_wrong_value_names_its_field_and_what_was_expected(changes, field, found):
    with pytest.raises(DocumentError) as caught:
        from_json(json.dumps(_loaded(changes)))
    assert caught.value.field == field
    assert found in str(caught.value)


def test_a_burn_that_overflows_a_float_is_refused():
    cause = {
        "objective": "o",
        "requests": 1,
        "short_window_s": 1,
        "long_burn": 10**400,
        "short_burn": 1,
        "threshold": 1,
    }
    with pytest.raises(DocumentError, match=r"decisions\[0\].cause\[0\]"):
        from_json(json.dumps(_loaded({"cause": [{**cause, "long_window_s": 1}]})))


@given(st.binary() | st.text())
def test_garbage_is_refused_as_a_document_error_and_nothing_else(raw):
    with pytest.raises(DocumentError):
        from_json(raw)


@pytest.mark.parametrize("raw", ["[" * 100_000, '{"epoch": NaN}', "null", "7", '{"epoch": ' + "9" * 5_000 + "}"])
def test_hostile_json_is_refused_as_a_document_error(raw):
    with pytest.raises(DocumentError):
        from_json(raw)


def test_every_field_of_a_decision_is_in_its_json():
    written = json.loads(to_json(document(decision())))["decisions"][0]
    assert set(written) == {field.name for field in fields(Decision)}


def test_a_decision_needs_instants_in_utc():
    with pytest.raises(ValueError, match=r"issued_at is .*; expected an aware instant in UTC"):
        decision(issued_at=NINE.replace(tzinfo=None))
