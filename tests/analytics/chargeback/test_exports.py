"""Exports of a closed month are the same files whatever is configured later; those of an open one follow it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from analytics.chargeback.books import Books, CloseAsk
from analytics.chargeback.exports import ExportAsk, Exports
from analytics.chargeback.finance import Finance
from analytics.focus.settings import BillingAccount, Chargeback, CostCenter, DeliveryTarget
from analytics.focus.signed_words import said_by, words_of
from analytics.ledger.manifest import read_manifest
from analytics.ledger.periods import sign_offs
from collector.store import DuckDBStore
from tests.analytics.stored import Line, S, Stored, put

NINTH = int(datetime(2026, 10, 9, 12, tzinfo=UTC).timestamp()) * S
DECEMBER = int(datetime(2026, 12, 2, tzinfo=UTC).timestamp()) * S
SIGNED = Chargeback(
    company="Acme",
    billing_account=BillingAccount("acme-1", "Acme Group", "Company"),
    payment_terms="Net 30",
    unallocated_owner="ada",
    cost_centers=(CostCenter("CC-1", "Support", "bob", "6100", "PO-7"),),
    deliveries=(DeliveryTarget("share", folder="share"),),
)
LATER = {
    "another company": {"company": "Acme Holding"},
    "another account": {"billing_account": BillingAccount("acme-2")},
    "other terms": {"payment_terms": "Net 60"},
    "another owner of what nobody claims": {"unallocated_owner": "eve"},
    "another owner": {"cost_centers": (replace(SIGNED.cost_centers[0], owner="eve"),)},
    "no cost centres": {"cost_centers": ()},
    "another delivery": {"deliveries": ()},
}


@pytest.fixture
def store():
    store = DuckDBStore(None)
    line = Line("output", 30_000, "0.00001")
    put(store, Stored(1, NINTH, lines=(line,), cost_center="CC-1"), Stored(2, NINTH, lines=(line,)))
    yield store
    store.close()


def exports(store, data, chargeback):
    return Exports(Books(store, Finance(chargeback=chargeback), lambda: DECEMBER), data)


def files(made):
    return {file.name: file.sha256 for file in made.make("2026-10", ExportAsk()).files}


@pytest.mark.parametrize("change", LATER.values(), ids=LATER)
def test_what_is_configured_later_changes_no_byte_of_a_closed_month(store, tmp_path, change):
    before = exports(store, tmp_path, SIGNED)
    before.books.close("2026-10", CloseAsk(by="Ada"))
    first = files(before)
    assert {"cost_and_usage.csv", "invoice_detail.csv", "billing_period.csv", "statements/index.html"} <= set(first)
    assert files(exports(store, tmp_path, replace(SIGNED, **change))) == first


def test_an_open_month_is_written_with_what_is_configured(store, tmp_path):
    first = files(exports(store, tmp_path, SIGNED))
    then = files(exports(store, tmp_path, replace(SIGNED, company="Acme Holding")))
    assert first["billing_period.csv"] != then["billing_period.csv"]


def test_the_words_are_part_of_what_is_signed_and_name_no_place_of_delivery(store, tmp_path):
    exports(store, tmp_path, SIGNED).books.close("2026-10", CloseAsk(by="Ada"))
    (signed,) = sign_offs(store)
    words = read_manifest(signed.manifest).words
    assert said_by(words) == replace(SIGNED, deliveries=())
    assert "deliveries" not in words


def test_every_word_comes_back():
    assert said_by(words_of(SIGNED)) == replace(SIGNED, deliveries=())
    assert said_by(words_of(Chargeback())) == Chargeback()
