"""Keys of the signal: where their secrets are, which one signs, and what a reader makes of it."""

import httpx
import pytest
from fastapi import FastAPI

from alerts.delivery.secrets import SecretError
from alerts.delivery.signing import SigningKey, signing_key
from alerts.routing_api import router
from instrumentation.decision_signature import SIGNATURE_HEADER, SignatureKey, Signed, checked
from instrumentation.downgrade import Scope, Tier
from tests.instrumentation.decisions import decision, fresh_board, publish, serving

PATH = "/v1/routing/decisions"
OLD, NEW = (
    SignatureKey("2026-10", b"an old secret of enough bytes"),
    SignatureKey("2026-11", b"a new secret of enough bytes"),
)
ENVIRON = {"OLD_KEY": OLD.secret.decode(), "NEW_KEY": f" {NEW.secret.decode()}\n"}


@pytest.fixture
def board():
    made = fresh_board(epoch=7)
    publish(made, decision(Tier.ECONOMY, Scope("acme")), decision(Tier.STANDARD, Scope("other"), id="d-2"))
    return made


def answered(board, key, path=PATH, **headers) -> httpx.Response:
    app = FastAPI()
    app.include_router(router(board, key=key))
    with serving(app, before_stop=board.close) as url:
        return httpx.get(url + path, headers=headers)


def test_the_first_key_signs_and_every_key_verifies():
    keys = [SigningKey(NEW.kid, "NEW_KEY"), SigningKey(OLD.kid, "OLD_KEY")]
    assert signing_key(keys, ENVIRON) == NEW
    assert signing_key(keys[::-1], ENVIRON) == OLD
    assert signing_key([], ENVIRON) is None


def test_a_document_is_signed_over_its_tag_and_its_bytes(board):
    answer = answered(board, NEW)
    header, tag = answer.headers[SIGNATURE_HEADER], answer.headers["etag"]
    assert header.startswith("v1,2026-11,")
    assert checked([OLD, NEW], header, tag, answer.content) is Signed.GOOD
    assert checked([NEW], header, '"7-2"', answer.content) is Signed.FORGED
    assert checked([NEW], header, tag, answer.content.replace(b"economy", b"premium")) is Signed.FORGED
    assert checked([OLD], header, tag, answer.content) is Signed.UNKNOWN_KEY


def test_a_filtered_document_is_signed_as_it_is(board):
    answer = answered(board, NEW, f"{PATH}?tenant=acme")
    assert len(answer.json()["decisions"]) == 1
    assert checked([NEW], answer.headers[SIGNATURE_HEADER], answer.headers["etag"], answer.content) is Signed.GOOD


def test_without_a_key_nothing_is_signed(board):
    assert SIGNATURE_HEADER not in answered(board, None).headers


def test_an_answer_without_a_document_has_no_signature(board):
    answer = answered(board, NEW, **{"If-None-Match": board.issue.etag})
    assert answer.status_code == 304
    assert SIGNATURE_HEADER not in answer.headers


def test_a_secret_may_be_in_a_file_of_its_own(tmp_path):
    (tmp_path / "key").write_text("a new secret of enough bytes\n", encoding="utf-8")
    assert signing_key([SigningKey(NEW.kid, secret_file=tmp_path / "key")], {}) == NEW


@pytest.mark.parametrize(
    ("key", "environ", "said"),
    [
        (SigningKey("k", "KEY"), {}, "'k' is sought in the environment variable KEY, which is not set or empty"),
        (SigningKey("k", "KEY"), {"KEY": "  "}, "not set or empty"),
        (SigningKey("k", "KEY"), {"KEY": "short"}, "expected at least 16"),
    ],
)
def test_a_secret_that_is_not_there_says_where_it_was_sought_and_not_what_was_found(key, environ, said):
    with pytest.raises(SecretError, match=said) as refused:
        signing_key([key], environ)
    assert "short" not in str(refused.value)


def test_a_missing_file_says_so(tmp_path):
    with pytest.raises(SecretError, match="No such file"):
        signing_key([SigningKey("k", secret_file=tmp_path / "gone")], {})


@pytest.mark.parametrize("wrong", [{}, {"secret_env": "A", "secret_file": "b"}])
def test_a_key_has_exactly_one_place(wrong):
    with pytest.raises(ValueError, match="expected one of them"):
        SigningKey("k", **wrong)


def test_a_missing_second_key_shows_at_the_start():
    with pytest.raises(SecretError):
        signing_key([SigningKey(NEW.kid, "NEW_KEY"), SigningKey(OLD.kid, "GONE")], ENVIRON)
