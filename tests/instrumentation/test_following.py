"""Which answers are believed, and what those that are not leave behind: nothing but a count."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instrumentation.admission import Admission
from instrumentation.decision_client import Answer, RefusedAnswerError
from instrumentation.decision_signature import SignatureKey, signature
from instrumentation.decision_table import Outcome
from instrumentation.downgrade import OnExpiry, Scope, Tier
from instrumentation.downgrade_json import DocumentError, to_json
from instrumentation.following import Following
from tests.instrumentation.decisions import NINE, decision, document

OLD, KEY = SignatureKey("k1", b"the secret of October 2026"), SignatureKey("k2", b"the secret of November 2026")
HOUR = timedelta(hours=1)


def following(*keys, clock_ahead=timedelta(0), **limits):
    return Following(Admission(keys, **limits), 60, lambda: NINE + clock_ahead, lambda: 0.0)


def answer(*decisions, key=None, seq=1, epoch=1, issued=timedelta(0), answered_at=NINE, **changes):
    body = to_json(replace(document(*decisions, seq=seq, epoch=epoch), issued_at=NINE + issued))
    signed = None if key is None else signature(key, f"{epoch}-{seq}", body)
    return replace(Answer(body, f'"{epoch}-{seq}"', answered_at, signed), **changes)


def tier(reader, **asked):
    return reader.verdict(asked.get("tenant"), None, None, "k").tier


def refused(reader, *answers):
    kinds = []
    for refused_answer in answers:
        with pytest.raises(RefusedAnswerError) as caught:
            reader.take(refused_answer)
        kinds.append(caught.value.kind)
    return kinds


def test_with_keys_only_a_signed_answer_counts():
    reader = following(KEY)
    forged = answer(decision(), key=SignatureKey("k2", b"what a stranger thinks it is"))
    assert refused(reader, answer(decision()), forged, answer(decision(), key=OLD)) == [
        "unsigned",
        "forged",
        "unknown_key",
    ]
    assert (tier(reader), reader.last_success_at, reader.etag) == (None, None, None)
    assert reader.take(answer(decision(), key=KEY)) is Outcome.APPLIED
    assert tier(reader) is Tier.ECONOMY


def test_a_forged_answer_does_not_take_back_what_is_in_force():
    reader = following(KEY)
    reader.take(answer(decision(), key=KEY))
    before = reader.table
    refused(reader, answer(seq=2), replace(answer(key=KEY, seq=2), etag='"1-9"'))
    assert (reader.table, reader.etag) == (before, '"1-1"')


def test_while_keys_change_both_are_read():
    reader = following(KEY, OLD)
    assert reader.take(answer(decision(), key=OLD)) is Outcome.APPLIED
    assert reader.take(answer(decision(), key=KEY, seq=2)) is Outcome.APPLIED


def test_a_signed_document_that_is_replayed_is_old():
    reader = following(KEY)
    reader.take(answer(decision(), key=KEY, seq=2))
    assert reader.take(answer(key=KEY, seq=1)) is Outcome.OLD
    assert tier(reader) is Tier.ECONOMY
    assert reader.errors() == {"old": 1}


def test_without_keys_a_signature_is_not_needed_and_not_looked_at():
    assert following().take(answer(decision(), key=KEY)) is Outcome.APPLIED


def test_a_document_of_the_future_is_refused():
    reader = following()
    assert refused(reader, answer(decision(), issued=timedelta(seconds=31))) == ["future"]
    future = decision(issued_at=NINE + HOUR, expires_at=NINE + 2 * HOUR)
    assert refused(reader, answer(future)) == ["future"]
    assert reader.take(answer(decision(), issued=timedelta(seconds=30))) is Outcome.APPLIED


def test_a_lease_that_binds_for_longer_than_permitted_is_refused():
    reader = following(longest_lease_s=60)
    assert refused(reader, answer(decision(expires_at=NINE + timedelta(seconds=91)))) == ["lease_too_long"]
    assert reader.take(answer(decision(expires_at=NINE + timedelta(seconds=90)))) is Outcome.APPLIED


@pytest.mark.parametrize("hours", [-3, 3])
def test_an_unsigned_publisher_is_believed_what_time_it_is(hours):
    reader = following(clock_ahead=hours * HOUR)
    reader.take(answer(decision()))
    assert tier(reader) is Tier.ECONOMY
    assert reader.skew_s == pytest.approx(-hours * 3_600, abs=1)


@pytest.mark.parametrize("seconds", [-29, 29])
def test_a_signed_publishers_date_is_believed_as_far_as_clocks_may_differ(seconds):
    reader = following(KEY, clock_ahead=timedelta(seconds=seconds))
    reader.take(answer(decision(), key=KEY))
    assert tier(reader) is Tier.ECONOMY
    assert reader.errors() == {}


def test_a_reader_whose_clock_is_an_hour_behind_refuses_a_signed_document_as_of_the_future():
    reader = following(KEY, clock_ahead=-HOUR)
    assert refused(reader, answer(decision(), key=KEY)) == ["future"]
    assert reader.errors() == {"clock": 1}


def test_a_reader_whose_clock_is_an_hour_ahead_finds_signed_leases_ended():
    reader = following(KEY, clock_ahead=HOUR)
    reader.take(answer(decision(), decision(scope=Scope("held"), on_expiry=OnExpiry.HOLD), key=KEY))
    assert (tier(reader), tier(reader, tenant="held")) == (None, Tier.ECONOMY)
    assert reader.errors() == {"clock": 1}


def test_a_forged_date_cannot_keep_a_signed_lease_from_ending():
    now = [NINE]
    reader = Following(Admission((KEY,)), 60, lambda: now[0], lambda: now[0].timestamp() - NINE.timestamp())
    reader.take(answer(decision(), key=KEY))
    for minute in range(1, 5):
        now[0] = NINE + timedelta(minutes=minute)
        reader.take(Answer(None, None, NINE))  # nothing changed, it says, and it is still nine
    assert tier(reader) is None
    assert reader.errors() == {"clock": 4}


def test_a_publisher_that_has_just_started_takes_nothing_back():
    reader = following()
    reader.take(answer(decision(on_expiry=OnExpiry.HOLD)))
    assert reader.take(answer(epoch=2, seq=0)) is Outcome.OLD
    assert (tier(reader), reader.etag) == (Tier.ECONOMY, None)
    assert reader.errors() == {"starting": 1}


def test_a_publisher_that_has_nothing_to_say_for_long_is_believed():
    reader = following()
    reader.take(answer(decision(scope=Scope("acme"), up_dwell_s=0)))
    assert reader.take(answer(epoch=2, seq=0, issued=timedelta(seconds=-10))) is Outcome.APPLIED
    assert tier(reader, tenant="acme") is None


def test_an_answer_after_a_lost_one_is_the_end_of_the_gap():
    reader = following()
    reader.take(answer(decision()))
    reader.lost()
    reader.take(Answer(None, None, NINE))  # nothing changed, so nothing was missed
    reader.take(answer(seq=2))
    assert tier(reader) is None


def test_an_old_answer_does_not_end_the_gap():
    reader = following()
    reader.take(answer(decision(), seq=2))
    reader.lost()
    reader.take(answer(seq=1))
    reader.take(answer(seq=3))
    assert tier(reader) is Tier.STANDARD


deliveries = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from(["signed", "unsigned", "forged", "garbage", "future"])), max_size=15
)


@given(deliveries)
def test_whatever_is_replayed_reordered_or_forged_the_latest_signed_document_counts(delivered):
    reader, latest = following(KEY), -1
    for seq, how in delivered:
        said = answer(decision(list(Tier)[seq]), seq=seq, key=None if how == "unsigned" else KEY)
        if how == "forged":
            said = answer(seq=seq, key=SignatureKey("k2", b"what a stranger thinks it is"))
        if how == "future":
            said = answer(seq=seq, issued=HOUR, key=KEY)
        if how == "garbage":
            said = replace(said, body=b"{}", signature=signature(KEY, said.etag, b"{}"))
        if how == "signed":
            reader.take(said)
            latest = max(latest, seq)
        else:
            with pytest.raises((RefusedAnswerError, DocumentError)):
                reader.take(said)
        assert tier(reader) is (list(Tier)[latest] if latest >= 0 else None)
