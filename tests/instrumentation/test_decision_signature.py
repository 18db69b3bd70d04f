"""An answer is its publisher's, or it is told what is wrong with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instrumentation.decision_signature import SignatureKey, Signed, checked, signature

OLD = SignatureKey("2026-10", b"the secret of October 2026")
NEW = SignatureKey("2026-11", b"the secret of November 2026")
BODY = b'{"epoch":7,"seq":3}'


def test_what_is_signed_and_how_does_not_change():
    # printf '7-3.{"epoch":7,"seq":3}' | openssl dgst -sha256 -hmac 'the secret of November 2026' -binary | base64
    assert signature(NEW, '"7-3"', BODY) == "v1,2026-11,jnObhpgCTWwUpQ4W8Eug5fFDwy4LUcJ8P2GXQ1eioYE="


def test_the_quotes_of_a_tag_do_not_matter():
    assert checked([NEW], signature(NEW, "7-3", BODY), '"7-3"', BODY) is Signed.GOOD


def test_a_key_that_no_longer_signs_still_verifies():
    assert checked([NEW, OLD], signature(OLD, "7-3", BODY), "7-3", BODY) is Signed.GOOD


def test_a_reader_that_knows_one_of_two_keys_is_content():
    both = f"{signature(NEW, '7-3', BODY)} {signature(OLD, '7-3', BODY)}"
    assert checked([OLD], both, "7-3", BODY) is Signed.GOOD
    assert checked([NEW], both, "7-3", BODY) is Signed.GOOD


@given(st.binary(), st.binary(), st.sampled_from(["7-3", "7-4"]), st.sampled_from(["7-3", "7-4"]))
def test_another_body_or_another_tag_is_a_forgery(body, other, etag, other_etag):
    found = checked([NEW], signature(NEW, etag, body), other_etag, other)
    assert found is (Signed.GOOD if (body, etag) == (other, other_etag) else Signed.FORGED)


def test_a_key_of_the_same_name_with_another_secret_is_a_forgery():
    stranger = SignatureKey(NEW.kid, b"what a stranger thinks it is")
    assert checked([NEW], signature(stranger, "7-3", BODY), "7-3", BODY) is Signed.FORGED


def test_a_key_we_do_not_have_is_told_from_a_forgery():
    assert checked([OLD], signature(NEW, "7-3", BODY), "7-3", BODY) is Signed.UNKNOWN_KEY


@pytest.mark.parametrize("header", [None, "", "v1", "v1,2026-11", "v2,2026-11,abc", "v1,2026-11,a,b", ",,"])
def test_what_is_no_signature_is_unsigned(header):
    assert checked([NEW], header, "7-3", BODY) is Signed.UNSIGNED


@given(st.text())
def test_no_header_is_good_by_chance_and_none_raises(header):
    assert checked([NEW], header, "7-3", BODY) is not Signed.GOOD
    assert checked([NEW], f"v1,2026-11,{header}", "7-3", BODY) is not Signed.GOOD


def test_an_answer_without_a_tag_is_unsigned():
    assert checked([NEW], signature(NEW, "7-3", BODY), None, BODY) is Signed.UNSIGNED


@pytest.mark.parametrize("kid", ["", "a,b", "a b", "a\n", "ä"])
def test_a_name_that_would_not_fit_the_header_is_refused(kid):
    with pytest.raises(ValueError, match="expected printable ASCII"):
        SignatureKey(kid, b"a secret of at least sixteen bytes")


def test_a_key_does_not_show_its_secret():
    assert "November" not in repr(NEW)
